"""The paths of the document, the facts, the documented exchanges and the contradictions."""

from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent.parent
_CHECKOUT = _PACKAGE.parent.parent


def _openapi() -> Path:
    # In the wheel the folder is in the package; in a checkout it is at the top level.
    packaged = _PACKAGE / "openapi"
    return packaged if packaged.is_dir() else _CHECKOUT / "openapi"


DOCUMENT = _openapi() / "security-copilot.yaml"
FACTS = _openapi() / "facts.yaml"
EXCHANGES = _openapi() / "exchanges"
CONTRADICTIONS = _openapi() / "contradictions.yaml"


def read_yaml(path: Path) -> Any:
    """The content of a YAML file."""
    import yaml  # noqa: PLC0415 - an extra; some commands need no YAML

    # If PyYAML has its loader in C, it is ten times as fast.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text("utf-8"), loader)  # noqa: S506 - both loaders are safe
