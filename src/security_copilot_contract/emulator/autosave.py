"""Saving the store to its data file while the emulator runs."""

import secrets
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from security_copilot_contract.emulator import data_file
from security_copilot_contract.emulator.file_writing import RestoredError
from security_copilot_contract.emulator.store import Store

# Saving takes at most a third of the time. A crash loses at most the writes of the pause and of two saves: the one that
# it interrupts, and the one before, which had begun when they came.
_PAUSE_SECONDS = 1.0
_PAUSES = 2
_CHANGED = "another process has changed it; move the file away to save here"


@frozen
class Fingerprint:
    """What changes whenever anyone writes a file.

    The generation does also where others replace a file within the resolution of its time, or where the time that is
    seen here is an old one, as on network file systems.
    """

    inode: int
    size: int
    modified: int
    generation: str | None


@contextmanager
def saving(store: Store, path: Path, loaded: Fingerprint | None) -> Iterator[None]:
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


def fingerprint(path: Path) -> Fingerprint | None:
    """The fingerprint of a file; None if it does not exist. OSError if it cannot be read."""
    try:
        generation, found = data_file.generation(path), path.stat()
    except FileNotFoundError:
        return None
    return Fingerprint(found.st_ino, found.st_size, found.st_mtime_ns, generation)


class Saver:
    """Saves a store to its file, which nobody else may have written since.

    A lock prevents that two emulators use one file. Where locks do not work, they notice each other by the generation,
    which no two saves have in common.
    """

    def __init__(self, store: Store, path: Path, loaded: Fingerprint | None) -> None:
        self.ended: threading.Event = threading.Event()
        self._store = store
        self._path = path
        self._saved = None if loaded is None else store.version
        self._left = loaded
        self._id = secrets.token_hex(4)
        self._written: str | None = None

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
        version, found = self._store.version, fingerprint(self._path)
        if self._written and found is not None and found.generation != self._written:
            # What was saved is gone, even if nothing has changed since.
            self._saved = None
        if version == self._saved:
            return
        if found not in (None, self._left):
            raise OSError(_CHANGED)
        generation = self._next(found)
        try:
            self._store.write(self._path, generation)
        except RestoredError:
            self._left = fingerprint(self._path)
            raise
        left = fingerprint(self._path)
        if left is None or left.generation != generation:
            raise OSError(_CHANGED)
        self._saved, self._left, self._written = version, left, generation

    def _next(self, found: Fingerprint | None) -> str:
        """The generation after that of the file."""
        number = ((found and found.generation) or "").partition(" ")[0]
        return f"{int(number) + 1 if number.isdecimal() else 1} {self._id}"
