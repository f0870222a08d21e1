"""Writing a file completely or not at all."""

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path


class RestoredError(OSError):
    """A file could not be written in place, and has its old content again."""


def write(path: Path, lines: Iterable[str]) -> None:
    """Replace a file, or the target of a link, by a new one of the same mode. OSError if that fails.

    A file that is a mount point cannot be replaced. It is written in place, after its content was copied to the backup:
    a crash meanwhile leaves a file that is incomplete.
    """
    path = path.resolve()
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        _create(new, path, (line.encode() for line in lines))
        try:
            new.replace(path)
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            _overwrite(path, new)
    finally:
        new.unlink(missing_ok=True)


def backup_of(path: Path) -> Path:
    """Where the content of a file is copied to before it is written in place."""
    path = path.resolve()
    return path.with_name(f"{path.name}.backup")


def remove_remains(path: Path) -> None:
    """Remove the temporary files that a crash left. Nobody may be writing the file."""
    path = path.resolve()
    ours = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}\.new")
    for other in path.parent.iterdir():
        if ours.fullmatch(other.name) and other.is_file() and not other.is_symlink():
            other.unlink(missing_ok=True)


def _create(new: Path, like: Path, chunks: Iterable[bytes]) -> None:
    # "x": nothing that is already there is opened, not even a link.
    with new.open("xb") as file:
        if like.exists():
            # Before anything is in it that others may not read.
            shutil.copymode(like, new)
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())


def _overwrite(path: Path, new: Path) -> None:
    backup = backup_of(path)
    copy = new.with_name(f"{new.name.removesuffix('.new')}0.new")
    try:
        with path.open("rb") as file:
            _create(copy, path, iter(lambda: file.read(1 << 20), b""))
        copy.replace(backup)
    finally:
        copy.unlink(missing_ok=True)
    try:
        _fill(path, new)
    except OSError as error:
        _fill(path, backup)
        raise RestoredError(error.errno, error.strerror) from error


def _fill(path: Path, source: Path) -> None:
    """Write the content of another file into a file, without a moment when it is shorter than both."""
    with path.open("r+b") as file:
        with source.open("rb") as content:
            shutil.copyfileobj(content, file)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
