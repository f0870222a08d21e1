"""`check --record` and `ask --record`, as a user runs them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from security_copilot_contract import cli
from security_copilot_contract.emulator import TOKEN, Store, Timing, emulator
from security_copilot_contract.recording.learning import Disagreement, Learned
from security_copilot_contract.recording.page import page
from security_copilot_contract.spec.exchange import exchanges
from security_copilot_contract.spec.violation import Violation

Serve = Callable[[ASGIApp], str]


@pytest.fixture
def url(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> str:
    """The base URL of an emulator, whose token is in the environment."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
    return serve(emulator(Store(timing=Timing(0, 0)).load(exchanges())))


def test_a_check_is_recorded(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each request of the plan within the budget, named by its step; the summary comes last."""
    folder = tmp_path / "recording"
    options = ["--profile", "read", "--max-requests", "4", "--rate", "1000", "--keep", "nothing"]
    assert cli.main(["check", url, *options, "--record", str(folder)]) in (0, 1, 2)

    found = exchanges(folder)
    assert [exchange.name for exchange in found] == [
        "001-sessions-list",
        "002-sessions-list-small",
        "003-sessions-list-next",
        "004-sessions-get",
    ]
    assert found[0].request.url.endswith("/security/securityCopilot/workspaces/default/sessions?$count=true")
    assert found[0].request.headers["authorization"] == "Bearer token-1"
    assert found[2].request.url == found[1].response.json()["@odata.nextLink"]
    printed = capsys.readouterr().out
    assert f"Recorded 4 exchanges in {folder}\nReplaced: texts (" in printed
    assert TOKEN not in "".join(file.read_text("ascii") for file in folder.iterdir())


def test_an_answer_is_recorded(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer is on stdout as ever, the summary on stderr."""
    assert cli.main(["ask", "Who am I?", "--url", url, "--record", str(tmp_path)]) == 0

    printed = capsys.readouterr()
    assert printed.out == "The emulator has evaluated: Who am I?\n"
    assert f"Recorded 4 exchanges in {tmp_path}\n" in printed.err
    assert [exchange.response.status for exchange in exchanges(tmp_path)] == [201, 201, 201, 200]


@pytest.mark.parametrize("command", [["ask", "Who am I?"], ["check"]])
def test_a_folder_with_a_recording_is_refused(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is sent, so nothing is billed."""
    (tmp_path / "001.http").touch()

    assert cli.main([*command, "--record", str(tmp_path)]) == 2
    expected = f"security-copilot-contract: --record: {tmp_path} contains a recording; choose another folder"
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize("command", [["ask", "Who am I?"], ["check"]])
def test_a_folder_that_cannot_be_made_is_refused(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a folder with a recording."""
    (tmp_path / "file").touch()

    assert cli.main([*command, "--record", str(tmp_path / "file")]) == 2
    assert f"--record: cannot make the folder {tmp_path / 'file'}: " in capsys.readouterr().err


@pytest.mark.parametrize("command", [["ask", "Who am I?"], ["check"]])
def test_a_folder_that_cannot_be_written_is_refused(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is sent that could not be recorded."""
    monkeypatch.setattr(os, "access", lambda *_: False)

    assert cli.main([*command, "--record", str(tmp_path)]) == 2
    assert f"--record: cannot write to {tmp_path}; choose another folder\n" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["learn"], ["compare", "missing"]])
@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("missing", None, "missing is missing; give the folder of a recording"),
        ("file.http", b"", "file.http is a file; give the folder of a recording"),
        ("folder/notes.txt", b"", "folder has no recording: no file in it ends in .http"),
        ("folder/a.http", b"hello", "a: no line starts with 'HTTP/1.1 ', so there is no response"),
        ("folder/a.http", b"\xff", "a: expected UTF-8"),
        ("folder/a.http/b", b"", "cannot read folder/a.http: "),
        ("folder/a.http", b"GET http://a\n\nHTTP/1.1 200 OK", "folder is no recording: a.http begins with no number, "),
    ],
)
def test_what_is_no_recording_is_refused(
    command: list[str],
    name: str,
    content: bytes | None,
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line names the folder or the file."""
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content)
    folder = Path(name).parts[0]

    assert cli.main([command[0], folder, *command[1:]]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"security-copilot-contract: {problem}".replace("/", os.sep))
    assert (printed.err.count("\n"), printed.out) == (1, "")


@pytest.mark.parametrize("option", ["--json", "--html"])
def test_a_result_that_cannot_be_written_is_reported(
    option: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The result itself is on stdout all the same."""
    assert cli.main(["ask", "Who am I?", "--url", url, "--record", str(tmp_path / "recording")]) == 0
    capsys.readouterr()

    assert cli.main(["learn", str(tmp_path / "recording"), option, str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert printed.out.startswith("Fidelity 100%")
    assert printed.err.startswith(f"security-copilot-contract: {option}: cannot write {tmp_path}: ")


def test_what_is_learned_is_a_page(url: str, tmp_path: Path) -> None:
    """`learn --html` writes the fidelity to one file that loads nothing."""
    file = tmp_path / "learned.html"
    assert cli.main(["ask", "Who am I?", "--url", url, "--record", str(tmp_path / "recording")]) == 0
    assert cli.main(["learn", str(tmp_path / "recording"), "--html", str(file)]) == 0

    text = file.read_text("utf-8")
    assert "Fidelity 100%: 4 of 4 exchanges agree with all claims." in text
    assert "default-src 'none'" in text


def test_the_page_escapes_texts() -> None:
    """A text of the recording is no markup."""
    violation = Violation("body", "type", "/<script>", expected="<img src=x>")
    found = Disagreement("listSessions", "document", violation, "file:1")
    learned = Learned(["<b>001"])
    learned.add("<b>001", found)
    text = page(learned, "<i>")

    assert "&lt;script&gt;: " in text
    assert not [tag for tag in ("<script", "<img", "<b>", "<i>") if tag in text]
