"""Where the document, the documented exchanges and their contradictions are."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent.parent


def _openapi() -> Path:
    # The wheel carries the folder inside the package; in a checkout it lies at the top, in one copy.
    packaged = _PACKAGE / "openapi"
    return packaged if packaged.is_dir() else _CHECKOUT / "openapi"


DOCUMENT = _openapi() / "security-copilot.yaml"
EXCHANGES = _openapi() / "exchanges"
CONTRADICTIONS = _openapi() / "contradictions.yaml"
