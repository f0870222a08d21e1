"""Lines of text as a stream can show them: its marks, its colours, and 80 columns."""

import os
import re
import sys
import textwrap
from collections.abc import Mapping
from typing import Literal, TextIO

from attrs import frozen

WIDTH = 80

Mark = Literal["kept", "broken", "not exercised"]
_MARKS: Mapping[Mark, str] = {"kept": "✓", "broken": "✗", "not exercised": "-"}
_ASCII_MARKS: Mapping[Mark, str] = {"kept": "+", "broken": "x", "not exercised": "-"}
_COLOURS: Mapping[Mark, str] = {"kept": "32", "broken": "31", "not exercised": "33"}
# Control characters, and those that change the direction of the text after them.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@frozen
class Style:
    """How a stream shows text: `encoding` is its own, and `changes` whether a line can be written over."""

    encoding: str = "utf-8"
    colours: bool = False
    changes: bool = False

    @classmethod
    def of(cls, stream: TextIO) -> "Style":
        """The style of a stream: colours only on a terminal, and only if NO_COLOR is not set."""
        terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        # An old console of Windows prints the codes.
        coloured = (
            terminal and not os.environ.get("NO_COLOR") and (sys.platform != "win32" or "WT_SESSION" in os.environ)
        )
        return cls(stream.encoding or "utf-8", coloured, terminal)

    def mark(self, mark: Mark) -> str:
        """The character for a result."""
        try:
            _MARKS[mark].encode(self.encoding)
        except UnicodeEncodeError:
            return self._coloured(_ASCII_MARKS[mark], _COLOURS[mark])
        return self._coloured(_MARKS[mark], _COLOURS[mark])

    def bold(self, text: str) -> str:
        """A text that stands out."""
        return self._coloured(text, "1")

    def _coloured(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours else text


def safe(text: str) -> str:
    """Foreign text without characters that would change the terminal."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """The lines of a paragraph, the first of which begins with one text, and the rest with another."""
    return textwrap.wrap(
        safe(text), WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def cut(text: str, width: int) -> str:
    """The beginning of a text that is too long."""
    return text if len(text) <= width else f"{text[: width - 3]}..."


def plural(count: int, noun: str) -> str:
    """A number of things."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
