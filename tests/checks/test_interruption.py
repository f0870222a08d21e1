"""Ctrl-C and SIGTERM: what was found and created until then is reported, whenever the signal comes."""

import _thread
import asyncio
import json
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from security_copilot_contract import cli
from security_copilot_contract.checks.budget import Budget, OverBudgetError
from security_copilot_contract.checks.interruption import Interruption
from security_copilot_contract.checks.reporting.report_data import ReportData
from security_copilot_contract.checks.run import Result
from security_copilot_contract.emulator import TOKEN, Store, emulator
from security_copilot_contract.spec.exchange import exchanges
from security_copilot_runtime.clock import SkippingClock, use
from tests import stored_sessions

Serve = Callable[[ASGIApp], str]


class Interrupting:
    """An emulator during whose n-th response a signal comes, and which counts the requests."""

    def __init__(self, number: signal.Signals, turn: int, handled: threading.Event | None = None) -> None:
        self.store = Store.documented(exchanges(), 1)
        self.before = {session.id for session in stored_sessions.newest_first(self.store)}
        self.app: ASGIApp = emulator(self.store)
        self.number, self.turn, self.handled = number, turn, handled
        self.requests = 0

    @property
    def created(self) -> set[str]:
        """The sessions that the check has created."""
        return {session.id for session in stored_sessions.newest_first(self.store)} - self.before

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += 1
        if self.requests == self.turn:
            _thread.interrupt_main(self.number)
            if self.handled is not None:
                assert await asyncio.to_thread(self.handled.wait, 30)
        await self.app(scope, receive, send)


@pytest.fixture
def check(
    serve: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Check an application; exit code, stdout and stderr."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def run(app: ASGIApp, *options: str) -> tuple[int, str, str]:
        url = serve(app)
        with use(SkippingClock()):
            code = cli.main(["check", url, *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


Check = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("turn", [1, 3, 4, 5, 20])
def test_what_was_created_is_listed(number: signal.Signals, code: int, turn: int, check: Check) -> None:
    """During a read nothing more is sent; during a create its response is awaited. The plan has two of the latter."""
    service = Interrupting(number, turn)

    ended, out, err = check(service, "--profile", "live")

    assert (ended, err) == (code, "")
    assert service.requests == turn
    assert set(re.findall(r"^  sessions +([0-9a-f-]{36})", out, re.MULTILINE)) == service.created
    assert len(service.created) == max(0, min(2, turn - 2))
    assert f" of the plan: interrupted by {signal.Signals(number).name}" in out
    assert "\n- Interrupted, no promise is broken so far: " in out


def test_generated_cases_are_interrupted_as_well(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that they created is listed, however much it is.

    Another thread sends them, so the response waits until the signal is handled, however busy the machine is.
    """
    handled = threading.Event()
    stop = Budget.stop

    def stopped(budget: Budget, reason: str) -> None:
        stop(budget, reason)
        handled.set()

    monkeypatch.setattr(Budget, "stop", stopped)
    service = Interrupting(signal.SIGTERM, 60, handled)

    code, out, _ = check(service, "--profile", "full")

    assert code == 143
    assert service.requests <= 62
    assert service.created
    assert set(re.findall(r"^  sessions +([0-9a-f-]{36})", out, re.MULTILINE)) == service.created


def test_a_second_signal_does_not_wait(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """The create that got no response is listed."""
    send = requests.Session.send

    def interrupted(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        if request.method == "POST":
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        return send(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", interrupted)

    code, out, _ = check(emulator(), "--profile", "live")

    assert code == 130
    assert (
        "\nMay have been created, since there was no response to the create\n"
        "  POST /beta/security/securityCopilot/workspaces/default/sessions\n"
    ) in out


def test_findings_until_then_are_reported(check: Check, tmp_path: Path) -> None:
    """The verdict says that a promise is broken, and every report is complete."""
    service = Interrupting(signal.SIGINT, 3)
    ok = service.app

    async def retyped(scope: Scope, receive: Receive, send: Send) -> None:
        async def changed(message: Message) -> None:
            message["headers"] = [h for h in message.get("headers", ()) if h[0] != b"content-type"]
            await send(message)

        await ok(scope, receive, changed)

    service.app = retyped

    code, out, _ = check(
        service, "--profile", "live", "--report", "junit,html,json,har,ndjson", "--report-dir", str(tmp_path)
    )

    assert code == 130
    assert "\n✗ Interrupted, the contract is broken: " in out
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert (report["verdict"], report["exit_code"]) == ("interrupted", 130)
    assert report["findings"]
    assert len(json.loads((tmp_path / "checks.har").read_text("utf-8"))["log"]["entries"]) == 3
    assert '{"EngineFinished":' in (tmp_path / "checks.ndjson").read_text("utf-8").splitlines()[-1]
    assert "<failure " in (tmp_path / "junit.xml").read_text("utf-8")
    assert "Interrupted, the contract is broken" in (tmp_path / "report.html").read_text("utf-8")


def test_a_signal_while_reports_are_written_loses_nothing(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check has ended then: the report is written, and the verdict printed."""
    report_of = ReportData.of

    def interrupted(result: Result) -> ReportData:
        signal.raise_signal(signal.SIGINT)
        return report_of(result)

    monkeypatch.setattr(ReportData, "of", interrupted)

    code, out, _ = check(emulator(), "--profile", "read", "--report", "json", "--report-dir", str(tmp_path))

    assert code == 0
    assert "The contract is kept by " in out
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["verdict"] == "kept"


def test_a_wait_is_interrupted() -> None:
    """At once, however long it is; so is a request that waits for its turn."""
    budget = Budget(per_second=0.001)
    interruption = Interruption(budget)
    budget.take("GET", "/")

    class Interrupted(SkippingClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            signal.raise_signal(signal.SIGTERM)

    refused = pytest.raises(OverBudgetError, match="interrupted by SIGTERM")
    with use(Interrupted()) as clock, interruption.handled(), refused:
        budget.take("GET", "/")

    assert sum(clock.pauses) < 1
    assert interruption.signal == signal.SIGTERM


def test_handlers_are_restored() -> None:
    """Afterwards a signal does what it did before."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    with Interruption(Budget()).handled():
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] != before

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
