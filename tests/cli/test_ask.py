"""`security-copilot-contract ask`: the answer on the screen, or one line that says why there is none."""

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from security_copilot_contract import cli, credentials
from security_copilot_contract.emulator import TOKEN, Pace, Store, emulator

SECRET = "t0ps3cret"
ID = r"[0-9a-f-]{36}"
Serve = Callable[[ASGIApp], str]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECURITY_COPILOT_TOKEN", raising=False)


@pytest.fixture
def store() -> Store:
    """An emulator's memory, in which evaluations take no time."""
    return Store(pace=Pace(0, 0))


@pytest.fixture
def url(serve: Serve, store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    """The base URL of an emulator, whose token is in the environment."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
    return serve(emulator(store))


class Terminal(io.StringIO):
    """A terminal, as far as a program can tell."""

    def __init__(self) -> None:
        super().__init__(newline="")

    def isatty(self) -> bool:
        return True


def ask(*arguments: str) -> int:
    return cli.main(["ask", *arguments])


def lines(text: str) -> list[str]:
    """What was said on stderr, a line each; nothing of it is a traceback."""
    assert "Traceback" not in text
    return text.splitlines()


class TestAnswers:
    """Exit code 0."""

    def test_without_a_url_the_emulator_answers(self) -> None:
        """All of the command, as a user has it: the answer alone is on stdout."""
        done = subprocess.run(
            [sys.executable, "-m", "security_copilot_contract", "ask", "Who am I?"],
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=60,
        )

        assert (done.returncode, done.stdout) == (0, "The emulator has evaluated: Who am I?\n")
        said = lines(done.stderr)
        assert said[0] == "No --url: this asks the emulator, in which no model runs."
        assert [line.rpartition(": ")[2] for line in said[1:]] == ["created"] * 3 + ["running", "completed"]

    def test_a_service_answers(self, url: str, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        """With the token in the environment. What was created is told by its id."""
        assert ask("Who am I?", "--url", url) == 0

        printed = capsys.readouterr()
        (session,) = store.newest_first()
        assert printed.out == "The emulator has evaluated: Who am I?\n"
        assert lines(printed.err)[0] == f"session {session.id}: created"
        assert TOKEN not in printed.err

    def test_in_a_session(self, url: str, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        """That there is."""
        session = store.create("Mine")

        assert ask("Who am I?", "--url", url, "--session", session.id) == 0
        assert len(store) == 1
        assert capsys.readouterr().out

    def test_a_result_that_nobody_knows(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        """It is shown, and said."""
        assert ask("[emulator: futureResult]", "--url", url) == 0

        printed = capsys.readouterr()
        assert printed.out == "The emulator has evaluated: [emulator: futureResult]\n"
        assert lines(printed.err)[-1] == "The result is of the type 'partialSuccess', which is not documented."

    def test_a_terminal_is_not_taken_over(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """By what an answer quotes."""
        terminal = Terminal()
        monkeypatch.setattr("sys.stdout", terminal)

        assert ask("Who\tam\nI\r\n\x1b[2J\r\x9b?", "--url", url) == 0
        assert terminal.getvalue() == "The emulator has evaluated: Who\tam\nI\r\n\\x1b[2J\\x0d\\x9b?\n"

    def test_a_terminal_shows_one_line(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """It changes, and is gone in the end."""
        terminal = Terminal()
        monkeypatch.setattr("sys.stderr", terminal)

        assert ask("Who am I?", "--url", url) == 0

        shown = terminal.getvalue().split("\r")
        assert "\n" not in terminal.getvalue()
        told = [re.fullmatch(rf"(\w+ {ID}: \w+), \d+ s *", line) for line in shown[1:-2]]
        assert [match and match[1].rpartition(" ")[2] for match in told] == ["created"] * 3 + ["completed"]
        # Each line covers the one before it.
        assert all(len(after) >= len(before.rstrip()) for before, after in pairwise(shown[1:-1]))
        assert (shown[-2].strip(), shown[-1]) == ("", "")

    def test_what_the_terminal_cannot_show(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is spelled out."""
        screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        monkeypatch.setattr("sys.stdout", screen)

        assert ask("Wer bin ich, Jürgen?", "--url", url) == 0

        screen.seek(0)
        assert screen.read() == "The emulator has evaluated: Wer bin ich, J\\xfcrgen?\n"

    def test_it_needs_no_extra_for_a_url(self, url: str) -> None:
        """The client alone is enough."""
        extras = ("schemathesis", "starlette", "uvicorn", "yaml", "requests", "jsonschema_rs")
        without = f"import sys; sys.modules.update(dict.fromkeys({extras})); from security_copilot_contract.cli import "
        command = [sys.executable, "-c", f"{without}main; sys.exit(main())", "ask", "Who am I?", "--url", url]

        done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", timeout=60)

        assert (done.returncode, done.stdout) == (0, "The emulator has evaluated: Who am I?\n"), done.stderr


class TestNoAnswer:
    """Exit code 1: the last line says how it ended, and where it is."""

    @pytest.mark.parametrize(
        ("outcome", "message"),
        [
            ("error", "no answer: the evaluation was completed with a result of the type 'error'"),
            ("rejected", "no answer: the evaluation was completed with a result of the type 'rejected'"),
            ("cancelled", "no answer: the evaluation was cancelled"),
            ("waitingForInput", "no answer: the evaluation waits for input"),
            ("deferred", "the evaluation is still 'deferred' after 3 seconds; it goes on"),
            ("futureState", "the evaluation is still 'paused' after 3 seconds; it goes on"),
        ],
    )
    def test_the_end_is_told(
        self, url: str, store: Store, capsys: pytest.CaptureFixture[str], outcome: str, message: str
    ) -> None:
        """And nothing is on stdout."""
        deadline = "3" if message.endswith("it goes on") else "60"

        assert ask(f"[emulator: {outcome}]", "--url", url, "--deadline", deadline) == 1

        printed = capsys.readouterr()
        (session,) = store.newest_first()
        last = lines(printed.err)[-1]
        assert printed.out == ""
        assert last.startswith(f"security-copilot-contract: {message}")
        assert f"/sessions/{session.id}/prompts/" in last

    def test_an_interrupt_leaves_the_ids(
        self, url: str, store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Exit code 130."""

        def interrupted(seconds: float) -> None:
            raise KeyboardInterrupt(seconds)

        monkeypatch.setattr("security_copilot_runtime.sending.sleep", interrupted)

        assert ask("Who am I?", "--url", url) == 130

        (session,) = store.newest_first()
        last = lines(capsys.readouterr().err)[-1]
        there_is = rf"there is session {session.id}, prompt {ID}, evaluation {ID}; the evaluation goes on"
        assert re.fullmatch(f"security-copilot-contract: interrupted; {there_is}", last)

    def test_an_interrupt_before_anything_was_created(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """There are no ids."""

        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("security_copilot_runtime.sending.send", interrupted)

        assert ask("Who am I?", "--url", url) == 130
        assert lines(capsys.readouterr().err)[-1].endswith("interrupted; nothing is known to be created")


class TestCannotAsk:
    """Exit code 2: one line."""

    @pytest.mark.parametrize(
        ("url", "message"),
        [
            ("127.0.0.1", "base_url must be an absolute URL"),
            ("http://127.0.0.1:eight/beta", "Invalid port"),
            ("http://127.0.0.1:1/beta", "no response: "),
        ],
    )
    @pytest.mark.usefixtures("url")
    def test_for_a_url(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str, message: str
    ) -> None:
        """It says what is wrong with it."""
        monkeypatch.setattr("security_copilot_runtime.sending.sleep", lambda _: None)
        monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)

        assert ask("Who am I?", "--url", url) == 2

        (line,) = lines(capsys.readouterr().err)
        assert message in line

    @pytest.mark.parametrize("token", [SECRET, f"{SECRET} {SECRET}"])
    def test_for_a_token(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, token: str
    ) -> None:
        """That is not accepted, or is none; it is not told."""
        monkeypatch.setenv("SECURITY_COPILOT_TOKEN", token)

        assert ask("Who am I?", "--url", url) == 2

        (line,) = lines(capsys.readouterr().err)
        assert "token" in line
        assert SECRET not in line

    @pytest.mark.parametrize("deadline", ["0", "-1", "inf", "nan", "soon"])
    def test_for_a_deadline(self, capsys: pytest.CaptureFixture[str], deadline: str) -> None:
        """By argparse."""
        with pytest.raises(SystemExit) as caught:
            ask("Who am I?", f"--deadline={deadline}")
        assert caught.value.code == 2
        assert "argument --deadline: " in capsys.readouterr().err


class TestTokens:
    """Where a token comes from, when it is not in the environment."""

    @pytest.fixture
    def url(self, serve: Serve) -> str:
        return serve(emulator(Store(pace=Pace(0, 0)), token=SECRET))

    @staticmethod
    def _azure(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Puts a stub of azure-identity in the place of what may be installed."""
        (folder / "azure").mkdir()
        (folder / "azure" / "__init__.py").touch()
        provider = f"def get_bearer_token_provider(credential, scope):\n    def provide():\n        {body}\n"
        (folder / "azure" / "identity.py").write_text(
            f"import time\nclass DefaultAzureCredential: pass\n{provider}    return provide\n"
        )
        monkeypatch.syspath_prepend(folder)
        for name in ("azure", "azure.identity"):
            monkeypatch.delitem(sys.modules, name, raising=False)

    def test_a_command_gives_it(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        """What it prints is not shown."""
        command = f"{Path(sys.executable).as_posix()} -c \"print('{SECRET}')\""

        assert ask("Who am I?", "--url", url, "--token-command", command) == 0

        printed = capsys.readouterr()
        assert printed.out == "The emulator has evaluated: Who am I?\n"
        assert SECRET not in printed.err

    def test_a_command_that_fails(self, url: str, capfd: pytest.CaptureFixture[str]) -> None:
        """What it printed is no token, and nothing else is tried in its place."""
        command = f"{Path(sys.executable).as_posix()} -c \"print('{SECRET}'); exit(3)\""

        assert ask("Who am I?", "--url", url, "--token-command", command) == 2
        assert "gave no token (exit code 3)" in lines(capfd.readouterr().err)[0]

    def test_azure_identity_gives_it(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """For Microsoft Graph."""
        self._azure(
            tmp_path, f"return '{SECRET}' if scope == 'https://graph.microsoft.com/.default' else ''", monkeypatch
        )

        assert ask("Who am I?", "--url", url) == 0
        assert SECRET not in capsys.readouterr().err

    def test_azure_identity_has_none(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """One line, however many it has to say; it is asked once."""
        tried = tmp_path / "tried"
        body = f"__import__('os').mkdir(r'{tried}'); raise RuntimeError('Environment: no\\\\nManaged: no')"
        self._azure(tmp_path, body, monkeypatch)

        assert ask("Who am I?", "--url", url) == 2

        (line,) = lines(capsys.readouterr().err)
        assert line.startswith("security-copilot-contract: no token: set SECURITY_COPILOT_TOKEN, ")
        assert line.endswith("or sign in, as by `az login`: azure-identity found no credential (RuntimeError)")
        assert tried.exists()

    def test_azure_identity_takes_too_long(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """It is not waited for."""
        self._azure(tmp_path, "time.sleep(20)", monkeypatch)
        monkeypatch.setattr(credentials, "_AZURE_SECONDS", 0.1)
        start = time.monotonic()

        assert ask("Who am I?", "--url", url) == 2
        assert "azure-identity has found none within 0.1 seconds" in lines(capsys.readouterr().err)[0]
        assert time.monotonic() - start < 10

    def test_azure_identity_is_not_installed(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It says how to install it, and what else there is."""
        monkeypatch.setitem(sys.modules, "azure.identity", None)

        assert ask("Who am I?", "--url", url) == 2

        (line,) = lines(capsys.readouterr().err)
        assert line.endswith('let azure-identity find one: pip install "security-copilot-client[azure]"')

    @pytest.mark.parametrize(
        "url", ["http://service.example/beta", "http://localhost.example/beta", "ftp://127.0.0.2/"]
    )
    def test_azure_identity_is_not_asked_for_everybody_to_read(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
    ) -> None:
        """Without TLS a token goes nowhere but to this machine, unless it was given for it."""
        self._azure(tmp_path, f"return '{SECRET}'", monkeypatch)

        assert ask("Who am I?", "--url", url) == 2
        assert lines(capsys.readouterr().err)[0].endswith("goes to https URLs and to this machine only")


def test_the_command_is_told_from_its_module() -> None:
    """`python -m` and the script are the same."""
    done = subprocess.run(
        [sys.executable, "-m", "security_copilot_contract", "ask", "--help"],
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, "COLUMNS": "500"},
    )

    assert done.returncode == 0
    assert "is billed, and nothing of it can be deleted" in done.stdout
