"""What a check prints, for constructed runs; the texts are in tests/checks/transcripts.

    python -m tests.transcripts

writes them anew. No request is sent: the reporter gets what a run would report.
"""

import io
import sys
from collections.abc import Callable, Iterator, Mapping

import requests
from attrs import evolve

from security_copilot_contract.checks.budget import Budget
from security_copilot_contract.checks.coverage import PHASES
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.promises import PROMISES
from security_copilot_contract.checks.reporting.example import AUTHORIZATION, Example
from security_copilot_contract.checks.reporting.findings import BrokenRequest, Check, Problem, problems_of
from security_copilot_contract.checks.reporting.style import Style
from security_copilot_contract.checks.reporting.terminal import Terminal
from security_copilot_contract.checks.run import PLAN, Profile, Result, Run, Settings
from security_copilot_contract.checks.runner import Runner, StepResult
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.violation import Violation
from tests import ROOT

FOLDER = ROOT / "tests" / "checks" / "transcripts"

_HERE = "http://127.0.0.1:8000/beta"
_GATEWAY = "https://gateway.example/beta"
_SESSIONS = "/security/securityCopilot/workspaces/default/sessions"
_SESSION_ID = "0a5c1f6e-6f5b-4f0e-9a55-3f5a8a4c1d07"
_NAME = "Contract check 7, may be ignored: it's one of two"
# Promises that apply to some requests only, which the constructed runs do not send.
_IDLE = ("retry_after_is_valid",)
_INVALID_ONLY = ("broken_json_is_400", "invalid_body_is_refused", "other_methods_are_405", "wrong_media_type_is_415")


def _run(settings: Settings) -> Run:
    runner = Runner(settings.base_url, "secret")
    return Run(runner, settings.steps(), Budget(), generates=settings.generates)


def _sent(run: Run, step: Step, status: int = 200) -> StepResult:
    """The result of a step that breaks nothing."""
    operation = document().operation(step.operation)
    interaction = Interaction(run.runner.base_url, step.verb, operation.path, {}, b"", status, {}, b"")
    idle = (*_IDLE, *(() if run.generates else _INVALID_ONLY))
    verdicts: dict[str, list[Violation]] = {name: [] for name in PROMISES if name not in idle}
    return StepResult(step, requests.PreparedRequest(), None, interaction, verdicts)


def _planned(run: Run, *, without: tuple[str, ...] = ()) -> Iterator[str]:
    """Send the plan; the operation of each step after it is sent."""
    for step in run.left():
        if step.operation in without:
            run.runner.skipped[step.name] = "the service was not available (502), however often it was asked"
        else:
            run.add(_sent(run, step))
            yield step.operation


def _generated(run: Run) -> Iterator[tuple[str, str]]:
    """Count generated cases; phase and operation after they are sent."""
    for phase in PHASES if run.generates else ():
        for number, operation in enumerate(document().operations):
            run.coverage.cases[operation.id, phase] += 10 + number
            run.coverage.checks["not_a_server_error"] += 10 + number
            yield phase, operation.id


def _create(run: Run) -> None:
    for number in range(2):
        entity = {"id": f"{number}{_SESSION_ID[1:]}", "displayName": _NAME}
        run.runner.created.append(("/workspaces/default/sessions", entity))
    prompt = {"id": f"2{_SESSION_ID[1:]}", "content": f"  {_NAME}  "}
    run.runner.created.append((f"/workspaces/default/sessions/{_SESSION_ID}/prompts", prompt))


def _broken(
    operation: str, promise: str, *violations: Violation, method: str = "POST", url: str = _SESSIONS
) -> BrokenRequest:
    headers = [("Authorization", AUTHORIZATION)]
    body = b""
    if method != "GET":
        headers.append(("Content-Type", "application/json"))
        body = f'{{"displayName": "{_NAME}"}}'.encode()
    example = Example(method, _HERE + url, tuple(headers), body, 200)
    found = problems_of(PROMISES[promise], None, violations)
    return BrokenRequest(Check.of(PROMISES[promise]), operation, found, example)


def _upper_case() -> list[BrokenRequest]:
    """What a service breaks that writes names in upper case."""
    changed = Violation("body", "value", "/displayName", "displayName", _NAME, _NAME.upper())
    in_page = evolve(changed, pointer="/value/0/displayName")
    return [
        _broken("createSession", "written_is_returned", changed),
        _broken("createSession", "written_is_returned", changed),
        _broken("updateSession", "written_is_returned", changed, method="PATCH", url=f"{_SESSIONS}/{_SESSION_ID}"),
        _broken(
            "listSessions",
            "filter_returns_only_matches",
            in_page,
            method="GET",
            url=f"{_SESSIONS}?$filter=a%20eq%20%27b%27",
        ),
    ]


def _mixed() -> list[BrokenRequest]:
    """Problems of each form."""
    missing = Violation("body", "required", "/value/0/id", "id")
    unknown = Violation("body", "additional", "/extra", "extra", got=1)
    status = Violation("status", "undocumented", got=418)
    header = Violation("header", "required", name="WWW-Authenticate", expected="Bearer")
    many = [Violation("body", "type", f"/value/0/p{n}", f"p{n}", ("string",), n) for n in range(5)]
    server_error = BrokenRequest(
        Check("not_a_server_error", "Server error."),
        "createSession",
        [Problem("The server responded with 500 (Internal Server Error).", kind="ST101")],
        Example("POST", _HERE + _SESSIONS, (("Authorization", AUTHORIZATION),), b"\x00\xff", 500),
        generated=True,
    )
    return [
        _broken("getSession", "documented_status", status, method="GET"),
        _broken("listSessions", "documented_body", missing, unknown, *many, method="GET"),
        _broken("listSessions", "challenge_names_bearer", header, method="GET"),
        server_error,
    ]


def _print(
    settings: Settings,
    style: Style,
    broken: list[BrokenRequest],
    *,
    without: tuple[str, ...] = (),
    signal: int | None = None,
    disagreements: tuple[str, ...] = (),
) -> str:
    run, stream = _run(settings), io.StringIO()
    terminal = Terminal(settings, stream, style)
    # What the probe has sent.
    run.add(_sent(run, run.steps[0]))
    terminal.progress(run, PLAN, run.steps[0].operation)
    waiting = list(broken)
    for phase, operation in _generated(run):
        if waiting and waiting[0].generated and waiting[0].operation == operation:
            run.findings.add(waiting.pop(0))
        terminal.progress(run, phase, operation)
    for operation in _planned(run, without=without):
        while waiting and not waiting[0].generated and waiting[0].operation == operation:
            run.findings.add(waiting.pop(0))
        terminal.progress(run, PLAN, operation)
    for request in waiting:
        run.findings.add(request)
    if settings.profile != "read":
        _create(run)
    run.broken.extend((run.results[0], request.check.name) for request in broken if not request.accepted)
    terminal.finish(Result(settings, run, list(disagreements), 0, signal))
    return stream.getvalue()


def _settings(profile: Profile, url: str = _HERE, baseline: str | None = None) -> Settings:
    return Settings(url, profile, 7, baseline=baseline)


def _accepted() -> list[BrokenRequest]:
    return [evolve(request, accepted=True) for request in _upper_case()]


_PLAIN = Style()
# For each transcript its name, and what makes it.
TRANSCRIPTS: Mapping[str, Callable[[], str]] = {
    "live-kept": lambda: _print(_settings("live"), _PLAIN, []),
    "live-kept-gateway": lambda: _print(_settings("live", _GATEWAY), _PLAIN, []),
    "live-broken": lambda: _print(_settings("live"), _PLAIN, _upper_case()),
    "live-broken-ascii": lambda: _print(_settings("live"), Style("ascii"), _upper_case()),
    "live-broken-terminal": lambda: _print(
        _settings("live"), Style("utf-8", colours=True, changes=True), _upper_case()
    ),
    "live-accepted": lambda: _print(_settings("live", baseline="accepted.json"), _PLAIN, _accepted()),
    "live-could-not-check": lambda: _print(_settings("live"), _PLAIN, [], without=("listPlugins",)),
    "live-interrupted": lambda: _print(_settings("live"), _PLAIN, _upper_case(), signal=2),
    "read-kept": lambda: _print(_settings("read", _GATEWAY), _PLAIN, []),
    "full-kept": lambda: _print(_settings("full"), _PLAIN, []),
    "full-broken": lambda: _print(
        _settings("full"), _PLAIN, _mixed(), disagreements=("get-session: body: id: missing",)
    ),
    "full-could-not-check": lambda: _print(
        _settings("full"), _PLAIN, [], without=tuple(o.id for o in document().operations)
    ),
}


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for name, make in TRANSCRIPTS.items():
        (FOLDER / f"{name}.txt").write_text(make(), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
