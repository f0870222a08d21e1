"""Writing a file completely or not at all."""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from security_copilot_contract import cli
from security_copilot_contract.emulator import Store, autosave, file_writing
from security_copilot_contract.emulator.file_writing import RestoredError, remove_remains, write
from tests import stored_sessions

modes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
OLD, NEW = 1000 * ["old\n"], ["new\n"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.json"


@pytest.fixture
def mounted(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with old content that cannot be replaced, as a mount point."""
    write(path, OLD)
    original = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if target == path:
            raise OSError(errno.EBUSY, "Device or resource busy")
        return original(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    return path


@modes
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_keeps_the_mode(path: Path, mode: int) -> None:
    """Even while it is written: nobody may read it who may not read the file."""
    path.write_text("", "utf-8")
    path.chmod(mode)
    seen: set[int] = set()

    def lines() -> Iterator[str]:
        seen.update(stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir())
        yield "a"

    write(path, lines())

    assert seen == {mode}
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_text("utf-8") == "a"


@modes
def test_a_new_file_has_the_mode_of_the_umask(path: Path) -> None:
    """As any file that a program creates."""
    before = os.umask(0o027)
    try:
        write(path, NEW)
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@modes
def test_a_link_in_the_place_of_the_temporary_file_is_not_followed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knows the name cannot have another file overwritten."""
    monkeypatch.setattr("secrets.token_hex", lambda _: "01234567")
    target = path.with_name("target")
    path.with_name(".data.json.01234567.new").symlink_to(target)

    with pytest.raises(FileExistsError):
        write(path, NEW)
    assert not target.exists()


def test_removes_what_a_crash_left(path: Path) -> None:
    """Its own temporary files, and no others."""
    names = {"data.json", ".data.json.0123456.new", ".other.json.01234567.new", "data.json.01234567.new"}
    for name in [*names, ".data.json.01234567.new", ".data.json.89abcdef.new"]:
        path.with_name(name).write_text("", "utf-8")
    path.with_name(".data.json.01234568.new").mkdir()

    remove_remains(path)

    assert {file.name for file in path.parent.iterdir()} == {*names, ".data.json.01234568.new"}


def test_a_mounted_file_is_written_in_place(mounted: Path) -> None:
    """The backup has the old content; nothing else is left."""
    before = mounted.stat().st_ino

    write(mounted, NEW)

    assert mounted.read_text("utf-8") == "new\n"
    assert mounted.stat().st_ino == before
    backup = mounted.with_name("data.json.backup")
    assert backup.read_text("utf-8") == "".join(OLD)
    assert set(mounted.parent.iterdir()) == {mounted, backup}


def test_a_mounted_file_gets_its_old_content_back(mounted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If it cannot be written; the next attempt is not taken for the work of another process."""
    store = Store()
    store.write(mounted)
    before = mounted.read_bytes()
    original = os.fsync

    def full(number: int) -> None:
        if os.fstat(number).st_ino == mounted.stat().st_ino and mounted.read_bytes() != before:
            raise OSError(errno.ENOSPC, "No space left on device")
        original(number)

    saver = autosave.Saver(store, mounted, autosave.fingerprint(mounted))
    stored_sessions.create(store, "a")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(RestoredError, match="No space left"):
            saver.save()
        assert mounted.read_bytes() == before
    saver.save()

    assert stored_sessions.count(Store().read(mounted)) == 1


@pytest.mark.usefixtures("starts_not")
def test_a_backup_is_named_if_the_file_is_broken(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a crash leaves it that interrupts the writing in place."""
    path.write_text("{", "utf-8")
    backup = file_writing.backup_of(path)
    backup.write_text("{}", "utf-8")

    assert cli.main(["serve", "--port", "0", "--data", str(path)]) == 2
    assert capsys.readouterr().err.endswith(
        f"Fix the file or choose another, or restore {backup}; it was not changed.\n"
    )
