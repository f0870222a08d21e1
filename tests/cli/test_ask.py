"""`security-copilot-contract ask`: an answer on stdout, or one line with the reason why there is none."""

import base64
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract import cli, credentials
from security_copilot_contract.emulator import TOKEN, Store, Timing, emulator
from security_copilot_runtime.clock import Clock, SkippingClock, use
from tests import stored_sessions

SECRET = "t0ps3cret"
ID = r"[0-9a-f-]{36}"
Serve = Callable[[ASGIApp], str]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECURITY_COPILOT_TOKEN", raising=False)


@pytest.fixture
def store() -> Store:
    """An emulator's memory, in which evaluations take no time."""
    return Store(timing=Timing(0, 0))


@pytest.fixture
def url(serve: Serve, store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    """The base URL of an emulator, whose token is in the environment."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
    return serve(emulator(store))


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def __init__(self) -> None:
        super().__init__(newline="")

    def isatty(self) -> bool:
        return True


def ask(*arguments: str) -> int:
    return cli.main(["ask", *arguments])


def lines(text: str) -> list[str]:
    """The lines of stderr, without a traceback."""
    assert "Traceback" not in text
    return text.splitlines()


class TestAnswers:
    """Exit code 0."""

    def test_without_a_url_the_emulator_answers(self) -> None:
        """The whole command, as a user runs it: only the answer is on stdout."""
        done = subprocess.run(
            [sys.executable, "-m", "security_copilot_contract", "ask", "Who am I?"],
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=60,
        )

        assert (done.returncode, done.stdout) == (0, "The emulator has evaluated: Who am I?\n")
        printed = lines(done.stderr)
        assert printed[0] == "No --url: the built-in emulator answers; it runs no model."
        assert [line.rpartition(": ")[2] for line in printed[1:]] == ["created"] * 3 + ["running", "completed"]

    def test_a_service_answers(self, url: str, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        """With the token in the environment. Progress names what was created by its id."""
        assert ask("Who am I?", "--url", url) == 0

        printed = capsys.readouterr()
        (session,) = stored_sessions.newest_first(store)
        assert printed.out == "The emulator has evaluated: Who am I?\n"
        assert lines(printed.err)[0] == f"session {session.id}: created"
        assert TOKEN not in printed.err

    def test_in_a_session(self, url: str, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        """In an existing one; no other is created."""
        session = stored_sessions.create(store, "Mine")

        assert ask("Who am I?", "--url", url, "--session", session.id) == 0
        assert stored_sessions.count(store) == 1
        assert capsys.readouterr().out

    def test_a_result_of_an_undocumented_type(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        """It is printed, with a warning."""
        assert ask("[emulator: futureResult]", "--url", url) == 0

        printed = capsys.readouterr()
        assert printed.out == "The emulator has evaluated: [emulator: futureResult]\n"
        assert lines(printed.err)[-1] == "The type of the result, 'partialSuccess', is not documented."

    def test_control_characters_are_escaped_on_a_terminal(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """An answer may quote anything."""
        terminal = Terminal()
        monkeypatch.setattr("sys.stdout", terminal)

        assert ask("Who\tam\nI\r\n\x1b[2J\r\x9b?", "--url", url) == 0
        assert terminal.getvalue() == "The emulator has evaluated: Who\tam\nI\r\n\\x1b[2J\\x0d\\x9b?\n"

    def test_on_a_terminal_the_ids_stay(self, url: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """Only the line of the evaluation changes; its last state stays, too."""
        terminal = Terminal()
        monkeypatch.setattr("sys.stderr", terminal)

        assert ask("Who am I?", "--url", url) == 0

        (session,) = stored_sessions.newest_first(store)
        first, second, changing = terminal.getvalue().split("\n", 2)
        assert first == f"session {session.id}: created"
        assert re.fullmatch(rf"prompt {ID}: created", second)
        shown = changing.removesuffix("\n").split("\r")
        steps = [re.fullmatch(rf"evaluation {ID}: (\w+), \d+ s *", line) for line in shown[1:]]
        assert [match and match[1] for match in steps] == ["created", "completed"]
        assert (shown[0], changing[-1]) == ("", "\n")
        # Each line covers the one before it.
        assert all(len(after) >= len(before.rstrip()) for before, after in pairwise(shown[1:]))

    def test_characters_that_the_terminal_cannot_encode(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """They are escaped."""
        screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        monkeypatch.setattr("sys.stdout", screen)

        assert ask("Wer bin ich, Jürgen?", "--url", url) == 0

        screen.seek(0)
        assert screen.read() == "The emulator has evaluated: Wer bin ich, J\\xfcrgen?\n"

    def test_nobody_reads_stderr(self, url: str) -> None:
        """The answer comes nevertheless: it was asked for, and may be billed."""
        command = [sys.executable, "-m", "security_copilot_contract", "ask", "Who am I?", "--url", url]
        unread, stderr = os.pipe()
        os.close(unread)
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, check=False, timeout=60)
        finally:
            os.close(stderr)

        assert (done.returncode, done.stdout.split()) == (0, b"The emulator has evaluated: Who am I?".split())

    def test_it_needs_no_extra_for_a_url(self, url: str) -> None:
        """The client is enough."""
        extras = ("schemathesis", "starlette", "uvicorn", "yaml", "requests", "jsonschema_rs")
        without = f"import sys; sys.modules.update(dict.fromkeys({extras})); from security_copilot_contract.cli import "
        command = [sys.executable, "-c", f"{without}main; sys.exit(main())", "ask", "Who am I?", "--url", url]

        done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", timeout=60)

        assert (done.returncode, done.stdout) == (0, "The emulator has evaluated: Who am I?\n"), done.stderr


class TestNoAnswer:
    """Exit code 1: a line has the end of the evaluation, and its path."""

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
    def test_the_end_is_printed(
        self, url: str, store: Store, capsys: pytest.CaptureFixture[str], outcome: str, message: str
    ) -> None:
        """On stderr; stdout is empty."""
        deadline = "3" if message.endswith("it goes on") else "60"

        assert ask(f"[emulator: {outcome}]", "--url", url, "--deadline", deadline) == 1

        printed = capsys.readouterr()
        (session,) = stored_sessions.newest_first(store)
        failed = next(line for line in lines(printed.err) if line.startswith("security-copilot-contract: "))
        assert printed.out == ""
        assert failed.startswith(f"security-copilot-contract: {url.split('/')[2]}: {message}")
        assert f"/sessions/{session.id}/prompts/" in failed

    def test_an_interrupt_leaves_the_ids(self, url: str, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        """With exit code 130."""

        class Interrupted(Clock):
            def sleep(self, seconds: float) -> None:
                raise KeyboardInterrupt(seconds)

        with use(Interrupted()):
            assert ask("Who am I?", "--url", url) == 130

        (session,) = stored_sessions.newest_first(store)
        interrupted, remedy = lines(capsys.readouterr().err)[-2:]
        known = rf"session {session.id}, prompt {ID}, evaluation {ID}"
        assert re.fullmatch(f"security-copilot-contract: interrupted; {known}", interrupted)
        assert f"security-copilot-contract wait {session.id} " in remedy

    def test_an_interrupt_before_anything_was_created(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """There are no ids."""

        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("security_copilot_runtime.sending.send", interrupted)

        assert ask("Who am I?", "--url", url) == 130
        assert lines(capsys.readouterr().err)[-1].endswith("interrupted; no response to a create has come")


class TestCannotAsk:
    """Exit code 2: one line."""

    @pytest.mark.parametrize(
        ("url", "message"),
        [
            ("127.0.0.1", "base_url must be an absolute URL"),
            ("http://127.0.0.1:eight/beta", "base_url must be an absolute URL"),
            ("http://127.0.0.1:1/beta", "no response: "),
        ],
    )
    @pytest.mark.usefixtures("url")
    def test_for_a_url(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str, message: str
    ) -> None:
        """The line has the reason."""
        monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)

        with use(SkippingClock()):
            assert ask("Who am I?", "--url", url) == 2

        line = lines(capsys.readouterr().err)[-1]
        assert message in line

    @pytest.mark.parametrize("token", [SECRET, f"{SECRET} {SECRET}"])
    def test_for_a_token(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, token: str
    ) -> None:
        """A wrong token, or one that is not valid; it is not printed."""
        monkeypatch.setenv("SECURITY_COPILOT_TOKEN", token)

        assert ask("Who am I?", "--url", url) == 2

        (line,) = lines(capsys.readouterr().err)
        assert "token" in line
        assert SECRET not in line

    @pytest.mark.parametrize("deadline", ["0", "-1", "inf", "nan", "soon"])
    def test_for_a_deadline(self, capsys: pytest.CaptureFixture[str], deadline: str) -> None:
        """argparse refuses it."""
        with pytest.raises(SystemExit) as caught:
            ask("Who am I?", f"--deadline={deadline}")
        assert caught.value.code == 2
        assert "argument --deadline: " in capsys.readouterr().err


class TestQuestions:
    """Where the question comes from."""

    @pytest.mark.parametrize(
        ("text", "question"),
        [("Who am I?\n", "Who am I?"), ("Who am I?\r\n", "Who am I?"), ("Who\nare you?\n\n", "Who\nare you?")],
    )
    def test_from_stdin(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str, question: str
    ) -> None:
        """All of it, without the line ends at its end."""
        monkeypatch.setattr("sys.stdin", io.StringIO(text, newline=""))

        assert ask("-", "--url", url) == 0
        assert capsys.readouterr().out == f"The emulator has evaluated: {question}\n"

    @pytest.mark.parametrize("question", ["", " ", "\n\t", "\u2003"])
    @pytest.mark.parametrize("way", ["argument", "stdin"])
    @pytest.mark.parametrize("to", ["service", "emulator"])
    def test_an_empty_one(
        self,
        url: str,
        store: Store,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        question: str,
        way: str,
        to: str,
    ) -> None:
        """It is refused before anything is created, or a token is looked for."""
        monkeypatch.setattr("sys.stdin", io.StringIO(question))
        monkeypatch.setattr(credentials, "given", lambda _: pytest.fail("no token is needed"))

        assert ask(question if way == "argument" else "-", *(["--url", url] if to == "service" else [])) == 2

        (line,) = lines(capsys.readouterr().err)
        assert line == "security-copilot-contract: the question is empty; nothing was created"
        assert stored_sessions.count(store) == 0

    def test_stdin_is_no_text(
        self, url: str, store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One line."""
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Who \xff"), encoding="utf-8"))

        assert ask("-", "--url", url) == 2
        assert "cannot read the question from stdin: 'utf-8'" in lines(capsys.readouterr().err)[0]
        assert stored_sessions.count(store) == 0

    def test_stdin_is_closed(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is empty then."""
        monkeypatch.setattr("sys.stdin", None)

        assert ask("-", "--url", url) == 2
        assert lines(capsys.readouterr().err)[0].endswith("the question is empty; nothing was created")


class TestTokens:
    """The sources of a token that is not in the environment."""

    @pytest.fixture
    def url(self, serve: Serve) -> str:
        return serve(emulator(Store(timing=Timing(0, 0)), token=SECRET))

    @staticmethod
    def _azure(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Replace azure-identity by a stub, whether it is installed or not."""
        (folder / "azure").mkdir()
        (folder / "azure" / "__init__.py").touch()
        (folder / "azure" / "identity.py").write_text(
            "import time\nfrom types import SimpleNamespace\nclass DefaultAzureCredential:\n"
            f"    def get_token(self, scope, claims=None, enable_cae=False):\n        {body}\n"
        )
        monkeypatch.syspath_prepend(folder)
        for name in ("azure", "azure.identity"):
            # Set before it is deleted: otherwise the stub would stay imported after the test.
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
            del sys.modules[name]

    def test_from_a_command(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        """The token is not printed."""
        command = f"{Path(sys.executable).as_posix()} -c \"print('{SECRET}')\""

        assert ask("Who am I?", "--url", url, "--token-command", command) == 0

        printed = capsys.readouterr()
        assert printed.out == "The emulator has evaluated: Who am I?\n"
        assert SECRET not in printed.err

    def test_a_command_that_fails(self, url: str, capfd: pytest.CaptureFixture[str]) -> None:
        """Its output is not used, and no other source is tried."""
        command = f"{Path(sys.executable).as_posix()} -c \"print('{SECRET}'); exit(3)\""

        assert ask("Who am I?", "--url", url, "--token-command", command) == 2
        assert "printed no token (exit code 3)" in lines(capfd.readouterr().err)[0]

    def test_from_azure_identity(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """With the scope of Microsoft Graph, since the service is on this machine. It is asked once."""
        asked = tmp_path / "asked"
        self._azure(
            tmp_path,
            f"with open(r'{asked}', 'a') as file: file.write(f'{{scope}} {{claims}} {{enable_cae}}\\n')"
            f"\n        return SimpleNamespace(token='{SECRET}', expires_on=time.time() + 3600)",
            monkeypatch,
        )

        assert ask("Who am I?", "--url", url) == 0
        assert SECRET not in capsys.readouterr().err
        assert asked.read_text() == "https://graph.microsoft.com/.default None True\n"

    def test_azure_identity_gets_the_claims_that_the_service_asks_for(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """With continuous access evaluation a token may be refused before it expires."""
        self._azure(
            tmp_path,
            f"return SimpleNamespace(token='{SECRET}' if claims else 'revoked', expires_on=time.time() + 3600)",
            monkeypatch,
        )
        app = emulator(Store(timing=Timing(0, 0)), token=SECRET)

        async def service(scope: Scope, receive: Receive, send: Send) -> None:
            if (b"authorization", f"Bearer {SECRET}".encode()) in scope["headers"]:
                await app(scope, receive, send)
                return
            claims = base64.b64encode(b'{"access_token": {}}').decode()
            challenge = f'Bearer error="insufficient_claims", claims="{claims}"'
            await Response(status_code=401, headers={"WWW-Authenticate": challenge})(scope, receive, send)

        assert ask("Who am I?", "--url", serve(service)) == 0

    def test_azure_identity_is_asked_for_a_token_of_the_service(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """No token of Microsoft Graph is sent to another host."""
        asked = tmp_path / "asked"
        self._azure(
            tmp_path, f"with open(r'{asked}', 'w') as file: file.write(scope)\n        raise RuntimeError", monkeypatch
        )

        assert ask("Who am I?", "--url", "https://gateway.example/beta") == 2
        assert asked.read_text() == "https://gateway.example/.default"

    def test_azure_identity_finds_none(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """One line, whatever azure-identity logs; it is asked once."""
        tried = tmp_path / "tried"
        body = f"__import__('os').mkdir(r'{tried}'); raise RuntimeError('Environment: no\\\\nManaged: no')"
        self._azure(tmp_path, body, monkeypatch)

        assert ask("Who am I?", "--url", url) == 2

        (line,) = lines(capsys.readouterr().err)
        assert line.startswith("security-copilot-contract: no token: set SECURITY_COPILOT_TOKEN, ")
        assert line.endswith(
            "or sign in, for example with `az login`: azure-identity found no credential (RuntimeError)"
        )
        assert tried.exists()

    def test_azure_identity_takes_too_long(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """The command gives up."""
        self._azure(tmp_path, "time.sleep(20)", monkeypatch)
        monkeypatch.setattr(credentials, "_AZURE_SECONDS", 0.1)
        start = time.monotonic()

        assert ask("Who am I?", "--url", url) == 2
        assert "azure-identity found none within 0.1 seconds" in lines(capsys.readouterr().err)[0]
        assert time.monotonic() - start < 10

    def test_azure_identity_is_not_installed(
        self, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The line has the command that installs it, and the other sources."""
        monkeypatch.setitem(sys.modules, "azure.identity", None)

        assert ask("Who am I?", "--url", url) == 2

        (line,) = lines(capsys.readouterr().err)
        assert line.endswith('or install azure-identity: pip install "security-copilot-client[azure]"')

    @pytest.mark.parametrize(
        "url", ["http://service.example/beta", "http://localhost.example/beta", "ftp://127.0.0.2/"]
    )
    def test_azure_identity_is_not_used_without_tls(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
    ) -> None:
        """Except for this machine. An explicit token is sent to any URL."""
        self._azure(tmp_path, f"return '{SECRET}'", monkeypatch)

        assert ask("Who am I?", "--url", url) == 2
        assert lines(capsys.readouterr().err)[0].endswith("are sent only to https URLs and to this machine")


def test_the_module_is_the_command() -> None:
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
    assert "bills each question, and nothing that is created can be deleted" in done.stdout
