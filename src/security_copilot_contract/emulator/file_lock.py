"""A lock on a data file, so that only one emulator at a time uses it.

The lock is one of the operating system. It ends with the process, however that ends, and it also works between
containers, whose process ids may be equal. It is taken on a file beside the data file, since each save replaces the
data file; and on the data file itself, which is the only shared file if it is mounted alone.
"""

import os
import socket
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Links are not followed. Windows has no such flag, and needs the other one.
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
# On Windows nobody else can read the locked bytes, so these are far behind the text.
_FAR = 1 << 30
_MOST_BYTES = 400


class InUseError(Exception):
    """Another process uses the data file. The message says which one."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock a data file, which may not exist yet, for a block.

    InUseError if another process holds the lock. Where the file system has no locks, it warns and goes on.
    """
    path = path.resolve()
    with ExitStack() as held:
        try:
            held.enter_context(_beside(path))
            if sys.platform != "win32" and path.exists():
                held.enter_context(_itself(path))
        except OSError as error:
            warning = f"cannot lock {path}: {error}; make sure that no other emulator uses it"
            sys.stderr.write(f"security-copilot-contract: {warning}\n")
        yield


@contextmanager
def _beside(path: Path) -> Iterator[None]:
    lock = path.with_name(f".{path.name}.lock")
    number = _acquired(lock, path)
    try:
        os.ftruncate(number, 0)
        os.lseek(number, 0, os.SEEK_SET)
        os.write(number, f"process {os.getpid()} on host {socket.gethostname()} ({uuid.uuid4()})\n".encode())
        yield
    finally:
        if sys.platform != "win32":
            # While it is locked, so that it is not the file of the next holder.
            lock.unlink(missing_ok=True)
        os.close(number)


def _acquired(lock: Path, path: Path) -> int:
    """The file descriptor of the locked file."""
    while True:
        number = os.open(lock, _FLAGS | os.O_CREAT, 0o666)
        with ExitStack() as opened:
            opened.callback(os.close, number)
            if not _lock(number):
                raise InUseError(f"{path} is in use by {_holder(number)}")
            if _is_at(lock, number):
                opened.pop_all()
                return number
        # The holder before has removed it meanwhile, and others may lock a new one.


def _holder(number: int) -> str:
    os.lseek(number, 0, os.SEEK_SET)
    return os.read(number, _MOST_BYTES).decode("utf-8", "replace").strip() or "another process"


@contextmanager
def _itself(path: Path) -> Iterator[None]:
    number = os.open(path, _FLAGS)
    try:
        if not _lock(number):
            raise InUseError(f"{path} is in use by another process, maybe in another container")
        yield
    finally:
        os.close(number)


def _is_at(path: Path, number: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(number))
    except FileNotFoundError:
        return False


def _lock(number: int) -> bool:
    """Lock an open file until it is closed; False if another process has locked it. OSError if there are no locks."""
    try:
        if sys.platform == "win32":
            os.lseek(number, _FAR, os.SEEK_SET)
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
