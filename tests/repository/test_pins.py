"""The pinned versions: constraints.txt, and requirements.txt with the hashes for all systems."""

import re

from tests import ROOT

CONSTRAINTS = (ROOT / "constraints.txt").read_text("utf-8")
REQUIREMENTS = (ROOT / "requirements.txt").read_text("utf-8")


def pins(text: str) -> dict[str, str]:
    found: dict[str, str] = dict(re.findall(r"^([\w.-]+)==([\w.+!]+)", text, re.MULTILINE))
    return {re.sub("[-_.]+", "-", name).lower(): version for name, version in found.items()}


def test_both_pin_the_same_versions() -> None:
    """requirements.txt has also what only other systems need."""
    assert pins(CONSTRAINTS).items() <= pins(REQUIREMENTS).items()


def test_every_requirement_has_hashes() -> None:
    """Else pip refuses all; and no line names an index."""
    blocks = re.split(r"\n(?! )", REQUIREMENTS.rstrip("\n"))

    assert len(blocks) >= len(pins(REQUIREMENTS))
    assert [block for block in blocks if "--hash=sha256:" not in block or "==" not in block] == []
    assert "--hash" not in CONSTRAINTS
