"""Saving the store to its data file while the emulator runs."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from security_copilot_contract.emulator.store import Store

# A crash loses at most the writes of this time; saving takes at most a tenth of the time.
_PAUSE_SECONDS = 1.0
_PAUSES = 9


@contextmanager
def saving(store: Store, path: Path) -> Iterator[None]:
    """Save the store soon after each write, from a thread, and at the end. OSError if the last save fails."""
    saver = _Saver(store, path)
    thread = threading.Thread(target=saver.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        saver.ended.set()
        thread.join()
        saver.save()


class _Saver:
    def __init__(self, store: Store, path: Path) -> None:
        self.ended = threading.Event()
        self._store = store
        self._path = path
        self._saved = store.version if path.exists() else None
        self._left = _state(path)

    def run(self) -> None:
        """Save periodically until `ended` is set."""
        pause, failing = _PAUSE_SECONDS, False
        while not self.ended.wait(pause):
            started = time.monotonic()
            try:
                self.save()
                failing = False
            except OSError as error:
                if not failing:
                    line = f"security-copilot-contract: cannot save {self._path}: {error}; will retry"
                    print(line, file=sys.stderr)
                failing = True
            pause = max(_PAUSE_SECONDS, _PAUSES * (time.monotonic() - started))

    def save(self) -> None:
        """Write the file if the store has changed; OSError if another process has written it meanwhile."""
        version = self._store.version
        if version != self._saved:
            if self._path.exists() and _state(self._path) != self._left:
                raise OSError("another process has changed it; move the file away to save here")
            self._store.write(self._path)
            self._saved, self._left = version, _state(self._path)


def _state(path: Path) -> tuple[int, ...] | None:
    """A fingerprint that changes whenever anyone writes the file; None if it does not exist."""
    if not path.exists():
        return None
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
