"""The first page: short, whole, and with links that work where a package index shows it."""

import re
import tomllib

import pytest

from tests import ROOT
from tests.repository.blocks import blocks_of

README = (ROOT / "README.md").read_text("utf-8")
HOOK = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["metadata"]["hooks"][
    "fancy-pypi-readme"
]
LINK = re.compile(r"\]\(([^)]+)\)")
FORGE = "https://github.com/OWNER/security-copilot-client/blob/main/"


def test_it_is_one_page() -> None:
    """At most 150 lines."""
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize(
    "sample",
    [
        "ask(",
        "security-copilot-contract check --profile live",
        "security_copilot_mock",
        "running(emulator(",
        "ContractTransport(",
    ],
)
def test_it_has_a_sample_of_each_part(sample: str) -> None:
    """Client, check, mock, emulator, transport; test_docs_pages.py runs them."""
    assert [
        block
        for block in blocks_of(ROOT / "README.md")
        if block.language in ("python", "shell") and sample in block.code
    ]


def test_it_warns_before_the_first_command() -> None:
    """That nothing can be deleted, and that evaluations are billed."""
    before = " ".join(README.partition("```")[0].split())

    assert "Nothing can be deleted through this API, and every evaluation is billed." in before


def test_its_links_are_absolute_in_the_package() -> None:
    """Each leads to the file on the forge, which a package index does not have."""
    (fragment,) = HOOK["fragments"]
    text = (ROOT / fragment["path"]).read_text("utf-8")
    for substitution in HOOK["substitutions"]:
        text = re.sub(substitution["pattern"], substitution["replacement"], text)

    links = LINK.findall(text)
    assert links == [link if link.startswith("https://") else FORGE + link for link in LINK.findall(README)]
    assert all((ROOT / link.removeprefix(FORGE).partition("#")[0]).exists() for link in links if link.startswith(FORGE))


def test_it_has_no_picture() -> None:
    """Else the substitution would have to lead to the raw file."""
    assert "![" not in README
