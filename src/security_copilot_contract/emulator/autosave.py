"""What an emulator remembers, kept in a file while it runs."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from security_copilot_contract.emulator.store import Store

# So much of a write can be lost by a crash; and saving takes no more than a tenth of the time.
_PAUSE_SECONDS = 1.0
_PAUSES = 9


@contextmanager
def saving(store: Store, path: Path) -> Iterator[None]:
    """Saves the store soon after a write, from a thread, and at the end; OSError when it cannot at the end."""
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
        """Save from time to time, until the end has come."""
        pause, troubled = _PAUSE_SECONDS, False
        while not self.ended.wait(pause):
            started = time.monotonic()
            try:
                self.save()
                troubled = False
            except OSError as error:
                if not troubled:
                    told = f"security-copilot-contract: cannot save {self._path}: {error}; it is tried again"
                    print(told, file=sys.stderr)
                troubled = True
            pause = max(_PAUSE_SECONDS, _PAUSES * (time.monotonic() - started))

    def save(self) -> None:
        """Write the file, if it does not have everything; OSError when somebody else has written it meanwhile."""
        version = self._store.version
        if version != self._saved:
            if self._path.exists() and _state(self._path) != self._left:
                raise OSError("somebody else has written it, and it is left to them until it is moved away")
            self._store.write(self._path)
            self._saved, self._left = version, _state(self._path)


def _state(path: Path) -> tuple[int, ...] | None:
    """What is another after each write, whoever did it; None when there is no file."""
    if not path.exists():
        return None
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
