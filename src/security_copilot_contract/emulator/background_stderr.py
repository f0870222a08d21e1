"""A stderr that never blocks: a thread writes it, and what nobody reads is dropped and counted."""

import io
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

# Some 7,000 lines of the access log.
_MOST_CHARACTERS = 1 << 20
# How long the end waits for somebody to read the rest.
_END_SECONDS = 1.0
_PAUSE_SECONDS = 0.01


@contextmanager
def background_stderr() -> Iterator[None]:
    """Let a thread write sys.stderr during the block.

    It is restored once everything is written. If nobody reads it, it stays in the background, so that the process can
    still end.
    """
    original = sys.stderr
    background = BackgroundStream(_unbuffered(original))
    sys.stderr = background
    try:
        yield
    finally:
        if background.end(_END_SECONDS):
            sys.stderr = original


class BackgroundStream(io.TextIOBase, TextIO):
    """A text stream whose writes return at once.

    A thread passes whole lines to `write`, which may block. Lines beyond a limit are dropped; the number of those is
    written as soon as there is room.
    """

    def __init__(self, write: Callable[[str], object], most_characters: int = _MOST_CHARACTERS) -> None:
        super().__init__()
        self._write = write
        self._most_characters = most_characters
        self._lines: deque[str] = deque()
        self._unfinished = ""
        self._waiting = 0
        self._dropped = 0
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, daemon=True, name="stderr")
        self._thread.start()

    def write(self, text: str) -> int:
        """Queue the text, or drop it."""
        with self._changed:
            *lines, self._unfinished = (self._unfinished + text).split("\n")
            for line in lines:
                self._queue(f"{line}\n")
            if lines:
                self._changed.notify_all()
        return len(text)

    def end(self, seconds: float) -> bool:
        """Write what is queued, for at most some seconds; whether all is written."""
        with self._changed:
            self._report_dropped()
            self._ended = True
            self._changed.notify_all()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _queue(self, line: str) -> None:
        if self._waiting + len(line) > self._most_characters:
            self._dropped += 1
            return
        self._report_dropped()
        self._lines.append(line)
        self._waiting += len(line)

    def _report_dropped(self) -> None:
        if self._dropped:
            plural = "line was" if self._dropped == 1 else "lines were"
            report = f"security-copilot-contract: {self._dropped:,} {plural} dropped, since nobody read stderr\n"
            self._lines.append(report)
            self._waiting += len(report)
            self._dropped = 0

    def _run(self) -> None:
        while text := self._next():
            # A closed stderr must not stop the server.
            with suppress(OSError, ValueError):
                self._write(text)
            with self._changed:
                self._waiting -= len(text)
                self._report_dropped()

    def _next(self) -> str:
        """The next lines; empty at the end. They count as waiting until they are written."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._ended)
            text = "".join(self._lines)
            self._lines.clear()
        return text


def _unbuffered(stream: TextIO) -> Callable[[str], object]:
    """A function that writes to a stream, past its buffer where there is a file.

    Python locks the buffer while it writes. A thread that is blocked in there would abort the end of the process.
    """
    try:
        number = stream.fileno()
    except OSError:
        return lambda text: (stream.write(text), stream.flush())
    raw = open(number, "wb", buffering=0, closefd=False)  # noqa: SIM115 - not its own
    encoding, errors = stream.encoding, stream.errors or "strict"

    def write(text: str) -> None:
        rest = text.encode(encoding, errors)
        while rest:
            # None: the file is in non-blocking mode, and full.
            written = raw.write(rest)
            if written is None:
                time.sleep(_PAUSE_SECONDS)
            rest = rest[written or 0 :]

    return write
