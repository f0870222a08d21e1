"""Two emulators on one data file."""

import errno
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from security_copilot_contract import cli
from security_copilot_contract.emulator import file_lock
from security_copilot_contract.emulator.file_lock import InUseError, locked
from tests.emulator.test_serve import serving

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.json"


def test_a_lock_is_held_once(path: Path) -> None:
    """A file that does not exist yet can be locked; afterwards nothing is left, and it can be locked again."""
    for _ in range(2):
        with locked(path), pytest.raises(InUseError) as error, locked(path):
            pass
        assert str(error.value).startswith(f"{path} is in use by process {os.getpid()} on host ")
        # On Windows it stays, unlocked.
        assert sys.platform == "win32" or not list(path.parent.iterdir())


@posix
def test_a_link_leads_to_the_same_lock(path: Path) -> None:
    """By whatever name the file is used."""
    link = path.with_name("link.json")
    link.symlink_to(path)

    with locked(path), pytest.raises(InUseError), locked(link):
        pass


@posix
def test_a_file_that_is_mounted_alone_is_locked_itself(path: Path) -> None:
    """Two containers then share the file, and not its folder: as two names of one file do."""
    path.write_text("{}", "utf-8")
    other = path.with_name("folder") / "data.json"
    other.parent.mkdir()
    other.hardlink_to(path)

    with locked(path), pytest.raises(InUseError, match="maybe in another container"), locked(other):
        pass


def test_what_a_crash_leaves_locks_nothing(path: Path) -> None:
    """A lock file without a lock, whatever is in it."""
    path.with_name(".data.json.lock").write_text("process 1 on host a", "utf-8")

    with locked(path), pytest.raises(InUseError, match=f"process {os.getpid()} "), locked(path):
        pass


@posix
def test_a_lock_file_that_was_removed_meanwhile_counts_for_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The holder before removed it, between the opening and the locking of it here."""
    lock = path.with_name(".data.json.lock")
    opened = []
    original = file_lock._lock  # noqa: SLF001 - the moment between the two

    def slow(number: int) -> bool:
        opened.append(number)
        if len(opened) == 1:
            lock.unlink()
        return original(number)

    monkeypatch.setattr(file_lock, "_lock", slow)
    with locked(path):
        assert len(opened) == 2
        assert f"process {os.getpid()} " in lock.read_text("utf-8")


@posix
def test_a_link_in_the_place_of_the_lock_file_is_not_followed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The target stays as it is."""
    target = path.with_name("target")
    target.write_text("a", "utf-8")
    path.with_name(".data.json.lock").symlink_to(target)

    with locked(path):
        assert target.read_text("utf-8") == "a"
    assert f"cannot lock {path}: " in capsys.readouterr().err


def test_warns_where_there_are_no_locks(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on some network file systems."""

    def fail(_: int) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(file_lock, "_lock", fail)
    with locked(path), locked(path):
        pass

    warning = f"cannot lock {path}: [Errno {errno.ENOLCK}] No locks available; make sure that no other emulator uses it"
    assert capsys.readouterr().err == 2 * f"security-copilot-contract: {warning}\n"


@pytest.mark.usefixtures("starts_not")
def test_a_second_emulator_refuses_to_start(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says who uses the file; exit code 2; the file stays as it is."""
    path.write_text("{}", "utf-8")
    with locked(path):
        assert cli.main(["serve", "--port", "0", "--data", str(path)]) == 2

    error = capsys.readouterr().err
    assert error.startswith(f"security-copilot-contract: --data: {path} is in use by process {os.getpid()} on host ")
    assert error.endswith("; stop that one or choose another file\n")
    assert error.count("\n") == 1
    assert path.read_text("utf-8") == "{}"


def test_the_command_holds_the_lock_while_it_runs(path: Path) -> None:
    """A kill ends it as well; the temporary file of a save that was killed is then removed."""
    remains = path.with_name(".data.json.01234567.new")
    remains.write_text("{", "utf-8")
    with serving("--data", str(path), lines=4) as (process, _):
        assert not remains.exists()
        with pytest.raises(InUseError, match=f"in use by process {process.pid} on host "), locked(path):
            pass
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait(10)

    with locked(path):
        assert not path.exists() or json.loads(path.read_text("utf-8"))
