"""The seam to Schemathesis: its engine, command and reports, with the walk as one part of the run.

Schemathesis reports whatever its engine tells by events. So the steps of the walk become events too, and get
into every report, the baseline and the exit code by the same way as the cases that it generates.
"""

import importlib.resources
import re
import time
import tomllib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import schemathesis
from attrs import define, field
from schemathesis import cli
from schemathesis.cli.commands.run import executor
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData, Failure, ServerError, Severity
from schemathesis.core.transport import Response
from schemathesis.engine import Status, StopReason, events, from_schema
from schemathesis.engine._baseline import is_known
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.engine.run import Phase, PhaseName
from schemathesis.openapi.checks import IgnoredAuth, RejectedPositiveData
from schemathesis.schemas import BaseSchema

from security_copilot_contract.checks.budget import Budget, OverBudgetError
from security_copilot_contract.checks.coverage import WALK, Tally, counting
from security_copilot_contract.checks.interaction import Call
from security_copilot_contract.checks.observed import Knowledge
from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.promises import PROMISES, Promise
from security_copilot_contract.checks.promises.messages import may_refuse
from security_copilot_contract.checks.runner import Sent, Walk
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.files import DOCUMENT
from security_copilot_contract.spec.violation import Violation

# Of one promise by one call: what all items of a page have in common need not be told for each.
_MAX_PROBLEMS = 3


class BrokenPromiseError(Failure):
    """A promise that a call has broken, in the terms of Schemathesis."""

    __slots__ = ("promise",)

    def __init__(self, operation: str, promise: Promise, problems: Sequence[str], case_id: str | None = None) -> None:
        more = [f"and {len(problems) - _MAX_PROBLEMS} more"] if len(problems) > _MAX_PROBLEMS else []
        super().__init__(
            operation=operation,
            title=promise.sentence.rstrip("."),
            message="\n".join([*problems[:_MAX_PROBLEMS], *more, f"Promised by: {promise.source} ({promise.name})"]),
            case_id=case_id,
            severity=Severity.HIGH,
        )
        self.promise = promise

    @property
    def _unique_key(self) -> str:
        return self.promise.name


@define
class Run:
    """One run of the checks. `generated`: whether Schemathesis generates cases before the walk.

    `sent` is what the walk has sent, `broken` the promises broken by it and `accepted` those of which a baseline
    says so.
    """

    walk: Walk
    steps: list[Step]
    budget: Budget
    generated: bool
    tally: Tally = field(factory=Tally)
    sent: list[Sent] = field(factory=list)
    broken: list[tuple[Sent, str]] = field(factory=list)
    accepted: list[tuple[Sent, str]] = field(factory=list)
    on_step: Callable[[Sent], None] | None = None
    _last: tuple[Response, Call] | None = field(default=None, init=False, repr=False)

    def done(self, sent: Sent) -> None:
        """Take in a step of the walk."""
        self.sent.append(sent)
        if self.on_step is not None:
            self.on_step(sent)

    def call(self, response: Response) -> Call:
        """The call behind a response that Schemathesis has got."""
        # Each check asks for it, one after the other, and what one has found out about it serves the next.
        last = self._last
        if last is None or last[0] is not response:
            answer = (response.status_code, response.headers, response.content)
            last = self._last = response, Call.of(self.walk.base_url, self.walk.token, response.request, answer)
        return last[1]


_Case = schemathesis.Case[Any]

# Handlers and hooks are registered with Schemathesis once, for the process, and are told by this for which run.
# Its engine calls them from threads of its own, which a context variable would not reach.
current: Run | None = None


def execute(run: Run, arguments: list[str], configuration: Mapping[str, Any]) -> int:
    """Run Schemathesis with the arguments of `schemathesis run`; its exit code. ConfigError names a bad setting."""
    global current  # noqa: PLW0603 - see above
    config = SchemathesisConfig.from_dict(_merged(run.walk.token, configuration))
    with _engine_of(run), counting(run.tally):
        current = run
        try:
            cli.schemathesis.commands["run"].main(
                [str(DOCUMENT), *arguments], prog_name="schemathesis", standalone_mode=False, obj=config
            )
        except SystemExit as exit_:
            return exit_.code if isinstance(exit_.code, int) else 1
        finally:
            current = None
    return 0


def _merged(token: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
    text = importlib.resources.files(__package__).joinpath("schemathesis.toml").read_text("utf-8")
    ours = {**tomllib.loads(text), "auth": {"openapi": {"bearer": {"bearer": token}}}}
    return _deep(ours, configuration)


def _deep(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {n: _deep(base[n], v) for n, v in over.items() if isinstance(v, Mapping) and isinstance(base.get(n), dict)}
    return {**base, **over, **both}


@contextmanager
def _engine_of(run: Run) -> Iterator[None]:
    # The one name by which the command of Schemathesis makes an engine.
    original = vars(executor)["from_schema"]
    vars(executor)["from_schema"] = lambda schema: _Engine(schema, run)
    try:
        yield
    finally:
        vars(executor)["from_schema"] = original


@define
class _Engine:
    schema: BaseSchema
    run: Run

    def execute(self) -> Iterator[events.EngineEvent]:
        started = time.monotonic()
        finished = events.EngineFinished(running_time=0.0, stop_reason=StopReason.COMPLETED)
        yield events.EngineStarted()
        if self.run.generated:
            for event in self._generated():
                if isinstance(event, events.EngineFinished):
                    finished = event
                else:
                    yield event
        if finished.stop_reason is StopReason.COMPLETED or self.run.budget.refused:
            yield from self._walked()
            finished.stop_reason = StopReason.COMPLETED
        finished.running_time = time.monotonic() - started
        yield finished

    def _generated(self) -> Iterator[events.EngineEvent]:
        stream = from_schema(self.schema).execute()
        for event in stream:
            if self.run.budget.refused:
                stream.stop()
            over_budget = isinstance(event, events.NonFatalError) and _is_over_budget(event.value)
            interrupted = isinstance(event, events.Interrupted) and self.run.budget.refused
            if not (over_budget or interrupted or isinstance(event, events.EngineStarted)):
                yield event

    def _walked(self) -> Iterator[events.EngineEvent]:
        for sent in self._sent():
            operation = document().operation(sent.step.operation)
            yield self._event(self.schema.find_operation_by_label(f"{operation.method} {operation.path}"), sent)
        status = Status.FAILURE if self.run.broken else Status.SUCCESS
        phase = Phase(PhaseName.STATEFUL_TESTING, is_enabled=True)
        yield events.PhaseFinished(phase=phase, status=status, payload=None)

    def _sent(self) -> Iterator[Sent]:
        yield from self.run.sent
        rest = self.run.steps[1:] if self.run.sent else self.run.steps
        for sent in self.run.walk.run(rest):
            self.run.done(sent)
            yield sent

    def _event(self, operation: Any, sent: Sent) -> events.ScenarioFinished:
        recorder = ScenarioRecorder(label=operation.label, config=self.schema.config.output)
        case = operation.Case(method=sent.step.verb)
        recorder.record_case(case=case)
        if sent.response is None:
            recorder.record_request(case_id=case.id, request=sent.request)
        else:
            recorder.record_response(case_id=case.id, response=Response.from_requests(sent.response, verify=True))
        checks = self.schema.config.checks_config_for(operation=operation)
        failed = False
        for name, problems in sent.verdicts.items():
            if not checks.get_by_name(name=name).enabled:
                continue
            if not problems:
                recorder.record_check_success(name=name, case_id=case.id)
                continue
            failure = BrokenPromiseError(operation.label, PROMISES[name], problems, case.id)
            recorder.record_check_failure(name=name, case_id=case.id, code_sample=sent.curl, failure=failure)
            if is_known(failure, name, self.schema.config.load_baseline()):
                self.run.accepted.append((sent, name))
            else:
                self.run.broken.append((sent, name))
                failed = True
        return events.ScenarioFinished(
            id=uuid.uuid4(),
            phase=PhaseName.STATEFUL_TESTING,
            suite_id=WALK,
            label=operation.label,
            status=Status.FAILURE if failed else Status.SUCCESS,
            recorder=recorder,
            elapsed_time=0.0 if sent.response is None else sent.response.elapsed.total_seconds(),
            skip_reason=None,
            # Of these the terminal says nothing of its own accord; the report does.
            is_final=True,
        )


def _is_over_budget(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OverBudgetError):
            return True
        error = error.__cause__ or error.__context__
    return False


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: _Case, response: Response) -> None:
    """What a generated case has learnt, the walk that comes later holds the service to."""
    del context, case
    if current is not None:
        current.walk.known.learn(current.call(response))


@schemathesis.hook
def filter_failure(context: schemathesis.HookContext, failure: Failure, case: _Case, response: Response) -> bool:
    """Drop what Schemathesis says of the data that it generated, where the wire says otherwise.

    It judges the value before it is written into the URL: `$top="1"` is no integer, and `$top=1` is one. And it does
    not know that a service may be busy.
    """
    del context, case
    if current is None:
        return True
    call = current.call(response)
    match failure:
        case AcceptedNegativeData():
            wrong = call.lawful or _is_tolerated(call)
        case RejectedPositiveData():
            wrong = not call.lawful or may_refuse(call)
        case ServerError():
            wrong = call.retry_after is not None
        case IgnoredAuth():
            # The answer is to a request of the check's own, and stands in its message alone.
            wrong = re.search("got `(429|503|504) ", failure.message) is not None
        case _:
            wrong = False
    return not wrong


def _is_tolerated(call: Call) -> bool:
    """Whether OData lets a service accept the request, though the document does not have it."""
    return call.authorized and all(map(_tolerates, call.request_violations))


def _tolerates(violation: Violation) -> bool:
    match violation:
        case Violation(part="query", kind="minimum", name="$top", got=0):
            return True  # it asks for no items
        case Violation(part="query", kind="undocumented"):
            return not violation.name.startswith("$")  # other options are the service's own
        case Violation(part="body", kind="additional"):
            return True  # a service may ignore what it does not know
        case Violation(part="header", name="client-request-id"):
            return True  # no documentation demands that a service validates the id
    return False


def _as_check(promise: Promise) -> Callable[..., None]:
    nothing = Knowledge()

    def check(context: schemathesis.CheckContext, response: Response, case: _Case) -> None:
        del context
        if current is None:
            return
        problems = promise.judge(current.call(response), nothing)
        if problems:
            raise BrokenPromiseError(case.operation.label, promise, problems, case.id)

    check.__name__ = promise.name
    return check


for _promise in PROMISES.values():
    if not _promise.known_to_schemathesis and not _promise.needs_history:
        schemathesis.check(_as_check(_promise))
