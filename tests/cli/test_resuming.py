"""What `ask` leaves on stderr is enough for `wait` to get the answer; and both show what they retry."""

import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract import cli
from security_copilot_contract.emulator import TOKEN, Store, Timing, emulator
from security_copilot_runtime import sending
from security_copilot_runtime.clock import Clock, SkippingClock, use
from tests import stored_sessions

ID = r"[0-9a-f-]{36}"
PROG = "security-copilot-contract"
Serve = Callable[[ASGIApp], str]


class Failing:
    """An emulator; each status in `statuses` answers one poll."""

    def __init__(self, store: Store, *statuses: int, create: int | None = None) -> None:
        self.app = emulator(store)
        self.statuses = list(statuses)
        self.create = create

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET" and self.statuses:
            await Response(status_code=self.statuses.pop(0))(scope, receive, send)
        elif self.create and scope["path"].endswith("/prompts"):
            await Response(status_code=self.create)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)


@pytest.fixture
def store() -> Store:
    """An emulator's memory, in which evaluations take no time."""
    return Store(timing=Timing(0, 0))


def remedy(stderr: str) -> list[str]:
    """The arguments of the command that continues, which the last line names."""
    last = stderr.splitlines()[-1]
    text, found, arguments = last.partition(f"{PROG} ")
    assert found, stderr
    assert text == "The evaluation goes on. To wait for its answer, at no further cost: "
    return shlex.split(arguments)


def test_after_the_deadline(serve: Serve, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """`wait` gets the answer; nothing is created again."""
    store.timing = Timing(0, 0.6)
    url = serve(emulator(store))

    assert cli.main(["ask", "Who am I?", "--url", url, "--deadline", "0.5"]) == 1
    assert cli.main(remedy(capsys.readouterr().err)) == 0

    assert capsys.readouterr().out == "The emulator has evaluated: Who am I?\n"
    assert stored_sessions.count(store) == 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_after_a_poll_that_failed(serve: Serve, store: Store, capsys: pytest.CaptureFixture[str], status: int) -> None:
    """The error names the host."""
    url = serve(Failing(store, status))

    assert cli.main(["ask", "Who am I?", "--url", url]) == 2

    printed = capsys.readouterr().err
    host = url.split("/")[2]
    assert f"{PROG}: {host}: {status} " in printed
    assert cli.main(remedy(printed)) == 0


def test_after_an_interrupt(serve: Serve, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 130."""

    class Interrupted(Clock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt(seconds)

    url = serve(emulator(store))
    with use(Interrupted()):
        assert cli.main(["ask", "Who am I?", "--url", url]) == 130

    printed = capsys.readouterr().err
    assert f"{PROG}: interrupted; session " in printed
    assert cli.main(remedy(printed)) == 0


# A process of a test run in the background inherits that SIGINT is ignored.
HEEDS_SIGINT = """
import signal, sys
from security_copilot_contract.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a signal to a process is no Ctrl-C there")
def test_after_ctrl_c_of_the_process(serve: Serve, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """As a user presses it, during a poll or a pause."""
    store.timing = Timing(0, 60)
    url = serve(emulator(store))
    command = [sys.executable, "-c", HEEDS_SIGINT, "ask", "Who am I?", "--url", url]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stderr is not None
        first = [process.stderr.readline() for _ in range(3)]
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()

    assert process.returncode == 130
    assert [line.split()[0] for line in first] == ["session", "prompt", "evaluation"]
    assert "Traceback" not in rest
    store.timing = Timing(0, 0)
    assert remedy(rest)[1:4] == [line.split()[1].rstrip(":") for line in first]
    assert capsys.readouterr().out == ""


def test_an_interrupt_during_a_create(
    serve: Serve, store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether the prompt exists, so the session is named, and the doubt."""
    send = sending.send

    def interrupted(http: httpx.Client, request: httpx.Request, policy: sending.Policy) -> httpx.Response:
        if request.url.path.endswith("/prompts"):
            raise KeyboardInterrupt
        return send(http, request, policy)

    monkeypatch.setattr(sending, "send", interrupted)

    assert cli.main(["ask", "Who am I?", "--url", serve(emulator(store))]) == 130

    (session,) = stored_sessions.newest_first(store)
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == f"{PROG}: interrupted; session {session.id}; a create may have reached the service"


def test_nothing_to_wait_for(serve: Serve, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """The session is on stderr; there is no evaluation to wait for."""
    assert cli.main(["ask", "Who am I?", "--url", serve(Failing(store, create=500))]) == 2

    printed = capsys.readouterr().err
    (session,) = stored_sessions.newest_first(store)
    assert printed.splitlines()[0] == f"session {session.id}: created"
    assert f"{PROG} wait" not in printed


@pytest.mark.parametrize(
    ("outcome", "code", "message"),
    [
        ("success", 0, None),
        ("futureResult", 0, "The type of the result, 'partialSuccess', is not documented."),
        ("rejected", 1, f"{PROG}: no answer: the evaluation was completed with a result of the type 'rejected'"),
        ("cancelled", 1, f"{PROG}: no answer: the evaluation was cancelled"),
        ("waitingForInput", 1, f"{PROG}: no answer: the evaluation waits for input ('waitingForInput'), which needs"),
    ],
)
def test_wait_prints_what_ask_prints(
    serve: Serve, store: Store, capsys: pytest.CaptureFixture[str], outcome: str, code: int, message: str | None
) -> None:
    """With the same exit code."""
    session = stored_sessions.create(store, "Mine")
    prompts = f"workspaces/default/sessions/{session.id}/prompts"
    prompt = store.insert(prompts, {"content": f"[emulator: {outcome}]"})["id"]
    evaluation = store.evaluate(f"{prompts}/{prompt}")["id"]
    url = serve(emulator(store))

    assert cli.main(["wait", session.id, prompt, evaluation, "--url", url]) == code

    printed = capsys.readouterr()
    assert bool(printed.out) == (code == 0)
    assert printed.err.splitlines()[0].startswith(f"evaluation {evaluation}: ")
    assert message is None or printed.err.splitlines()[-1].startswith(message)
    assert f"{PROG} wait" not in printed.err


UNREACHABLE = {"ask": ["Who am I?"], "wait": ["a", "b", "c", "--deadline", "40"]}


@pytest.mark.parametrize("command", UNREACHABLE)
def test_each_failed_connection_is_a_line(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """While it is retried, with the host."""
    with use(SkippingClock()) as clock:
        code = cli.main([command, *UNREACHABLE[command], "--url", "http://127.0.0.1:1/beta"])

    *retried, last = [line for line in capsys.readouterr().err.splitlines() if "at no further cost" not in line]
    assert len(retried) == len(clock.pauses) >= 5
    assert all(re.match(r"127\.0\.0\.1:1: .*; (retry|next poll) in \d+\.\d s$", line) for line in retried)
    assert last.startswith(f"{PROG}: 127.0.0.1:1: ")
    assert code == {"ask": 2, "wait": 1}[command]


@pytest.mark.parametrize("command", UNREACHABLE)
def test_a_password_in_the_url_is_not_printed(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """Neither with an error nor in the command that continues."""
    with use(SkippingClock()):
        assert cli.main([command, *UNREACHABLE[command], "--url", "http://user:secret@127.0.0.1:1/beta"]) in (1, 2)

    assert "secret" not in capsys.readouterr().err


def test_a_poll_that_fails_is_a_line(serve: Serve, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Polling goes on; on stdout there is only the answer."""
    with use(SkippingClock()):
        assert cli.main(["ask", "Who am I?", "--url", serve(Failing(store, 502, 500))]) == 0

    printed = capsys.readouterr()
    failed = [line for line in printed.err.splitlines() if "next poll in" in line]
    assert [re.search(r"(\d{3}) (Bad|Internal)", line)[1] for line in failed] == ["502", "500"]  # type: ignore[index]
    assert printed.out == "The emulator has evaluated: Who am I?\n"


def test_wait_needs_a_service(capsys: pytest.CaptureFixture[str]) -> None:
    """The built-in emulator has forgotten everything."""
    with pytest.raises(SystemExit) as caught:
        cli.main(["wait", "a", "b", "c"])
    assert caught.value.code == 2
    assert "--url" in capsys.readouterr().err


@pytest.mark.parametrize("ids", [("", "b", "c"), ("a", "..", "c"), ("a", "b", "")])
def test_wait_for_an_id_that_is_none(capsys: pytest.CaptureFixture[str], ids: tuple[str, ...]) -> None:
    """One line, without a request."""
    assert cli.main(["wait", *ids, "--url", "http://127.0.0.1:1/beta"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "must be an id" in line
