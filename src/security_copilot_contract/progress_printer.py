"""What `ask` and `wait` print on stderr while they run."""

import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from attrs import define, field
from security_copilot_client import Progress

# Control characters other than tabs and line ends.
_CONTROL = re.compile(r"(?!\r\n)[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# The client logs its retries, and the polls that fail, at the level INFO.
_LOGGER = logging.getLogger("security_copilot_client")


def write(stream: TextIO, text: str) -> None:
    """Write foreign text; escape what the stream cannot encode, and control characters on a terminal."""
    if stream.isatty():
        text = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def report(text: str, *, over_line: bool = False) -> None:
    """Write to stderr, perhaps over the line before.

    If that fails, as when nobody reads it any more, all that follows is dropped. The question goes on: it may have been
    billed, and its answer goes to stdout.
    """
    try:
        if over_line:
            sys.stderr.write("\r")
        write(sys.stderr, text)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


@define(eq=False)
class ProgressPrinter:
    """Prints a line for each object that is created, and for each change of the evaluation's state.

    On a terminal the line of the evaluation changes, and shows the seconds; every other line stays.
    """

    started: float = field(factory=time.monotonic)
    step: str = ""
    changing: str = ""

    def show(self, progress: Progress) -> None:
        """Print the progress, if it has changed."""
        step = _step(progress)
        if progress.evaluation is not None and sys.stderr.isatty():
            self._change(f"{step}, {time.monotonic() - self.started:.0f} s")
        elif step != self.step:
            self.line(step)
        self.step = step

    def line(self, text: str) -> None:
        """Print a line that stays."""
        self.end()
        report(f"{text}\n")

    def end(self) -> None:
        """End the line that changes, if there is one."""
        if self.changing:
            report("\n")
        self.changing = ""

    @contextmanager
    def retries(self, host: str) -> Iterator[None]:
        """Print what the client logs of its retries within the block, one line for each, with the host."""
        handler = _Lines(self, host)
        before = _LOGGER.level
        _LOGGER.addHandler(handler)
        _LOGGER.setLevel(logging.INFO)
        try:
            yield
        finally:
            _LOGGER.removeHandler(handler)
            _LOGGER.setLevel(before)

    def _change(self, line: str) -> None:
        report(f"{line:<{len(self.changing)}}", over_line=True)
        self.changing = line


class _Lines(logging.Handler):
    """Prints each record in a line."""

    def __init__(self, printer: ProgressPrinter, host: str) -> None:
        super().__init__(logging.INFO)
        self._printer = printer
        self._host = host

    def emit(self, record: logging.LogRecord) -> None:
        self._printer.line(f"{self._host}: {' '.join(record.getMessage().split())}")


def _step(progress: Progress) -> str:
    ids = progress.ids
    if progress.evaluation is not None:
        return f"evaluation {ids.evaluation_id}: {progress.evaluation.state}"
    if ids.evaluation_id:
        return f"evaluation {ids.evaluation_id}: created"
    return f"prompt {ids.prompt_id}: created" if ids.prompt_id else f"session {ids.session_id}: created"
