"""Saving the store to its data file while the emulator runs."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from security_copilot_contract.emulator.file_writing import RestoredError
from security_copilot_contract.emulator.store import Store

# Saving takes at most a third of the time. A crash loses at most the writes of the pause and of two saves: the one that
# it interrupts, and the one before, which had begun when they came.
_PAUSE_SECONDS = 1.0
_PAUSES = 2


Fingerprint = tuple[int, ...] | None


@contextmanager
def saving(store: Store, path: Path, loaded: Fingerprint) -> Iterator[None]:
    """Save the store soon after each write, from a thread, and at the end. OSError if the last save fails.

    `loaded` is the fingerprint of the file, taken before it was loaded into the store.
    """
    saver = Saver(store, path, loaded)
    thread = threading.Thread(target=saver.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        saver.ended.set()
        thread.join()
        saver.save()


def fingerprint(path: Path) -> Fingerprint:
    """What changes whenever anyone writes the file; None if it does not exist."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


class Saver:
    """Saves a store to its file, which nobody else may have written since."""

    def __init__(self, store: Store, path: Path, loaded: Fingerprint) -> None:
        self.ended: threading.Event = threading.Event()
        self._store = store
        self._path = path
        self._saved = None if loaded is None else store.version
        self._left = loaded

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
            if fingerprint(self._path) not in (None, self._left):
                raise OSError("another process has changed it; move the file away to save here")
            try:
                self._store.write(self._path)
            except RestoredError:
                self._left = fingerprint(self._path)
                raise
            self._saved, self._left = version, fingerprint(self._path)
