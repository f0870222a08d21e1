"""What a check prints, compared with the texts in tests/checks/transcripts; `make transcripts` writes them anew."""

import re

import pytest

from tests import ROOT
from tests.transcripts import FOLDER, TRANSCRIPTS

# A URL or a body may be longer, so that the command can be pasted.
_LONG = ("http", "'http", "--data-binary", "printf")
_CODES = re.compile(r"\x1b\[\d+m|[^\n]*\r")


def stored(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_bytes().decode()


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_it_prints_the_transcript(name: str) -> None:
    """Each of them is 80 columns wide, and short enough for a screen or two."""
    text = stored(name)

    assert TRANSCRIPTS[name]() == text
    lines = text.split("\n")
    assert [line for line in lines if len(_CODES.sub("", line)) > 80 and not line.strip().startswith(_LONG)] == []
    assert len(lines) <= 75


def test_every_transcript_is_printed() -> None:
    """No text is left over from a transcript that is gone."""
    assert {path.stem for path in FOLDER.iterdir()} == set(TRANSCRIPTS)


def test_a_broken_property_fits_into_a_screen() -> None:
    """With what was sent, created and not exercised, and two promises that are broken."""
    assert stored("live-broken").count("\n") <= 52


def test_only_a_terminal_gets_colours() -> None:
    """And a line that changes; without both, the text is the same."""
    terminal, plain = stored("live-broken-terminal"), stored("live-broken")

    assert "\x1b[31m✗\x1b[0m" in terminal
    assert "\r" in terminal
    assert _CODES.sub("", terminal) == plain


def test_an_ascii_terminal_gets_other_marks() -> None:
    """All of its text is ASCII."""
    text = stored("live-broken-ascii")

    assert text.isascii()
    assert text == stored("live-broken").replace("✗", "x").replace("✓", "+")


def test_the_page_shows_a_transcript() -> None:
    """The finding in docs/checking.md is one that is printed."""
    blocks = re.findall(r"```text\n(✗ .*?)```", (ROOT / "docs" / "checking.md").read_text("utf-8"), re.DOTALL)

    assert blocks
    for block in blocks:
        assert block in stored("live-broken")
