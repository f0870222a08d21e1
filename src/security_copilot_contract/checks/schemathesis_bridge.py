"""A check as a run of Schemathesis: its engine, command and reports, with the plan as one part of the run.

Schemathesis reports what the events of its engine contain. So the steps of the plan become events too, and reach every
report, the baseline and the exit code in the same way as the generated cases.

Its reports har and ndjson are written here, so that they have fixed names and pass a file that redacts.
"""

import importlib.resources
import os
import time
import tomllib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import click
import requests
import schemathesis
from attrs import define
from requests.structures import CaseInsensitiveDict
from schemathesis import cli
from schemathesis.baseline import Baseline
from schemathesis.checks import CHECKS
from schemathesis.cli.commands.run import executor
from schemathesis.cli.commands.run.context import ExecutionContext
from schemathesis.cli.commands.run.handlers import EventHandler
from schemathesis.config import ConfigError, SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import Status, StopReason, events, from_schema
from schemathesis.engine._baseline import is_known
from schemathesis.engine.recorder import CheckNode, Request, ScenarioRecorder
from schemathesis.engine.run import Phase, PhaseName
from schemathesis.reporting.har import HarWriter
from schemathesis.reporting.ndjson import NdjsonWriter
from schemathesis.schemas import BaseSchema

from security_copilot_contract.checks.budget import OverBudgetError
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.promises import PROMISES, RESPONSE_ARRIVES, messages
from security_copilot_contract.checks.reporting.curl import curl
from security_copilot_contract.checks.reporting.example import Example
from security_copilot_contract.checks.reporting.findings import BrokenRequest, Check, Problem, problems_of
from security_copilot_contract.checks.resending import Resending
from security_copilot_contract.checks.run import PLAN, CannotCheckError, Run
from security_copilot_contract.checks.runner import StepResult
from security_copilot_contract.checks.schemathesis_checks import (
    BrokenPromiseError,
    Case,
    CheckFunction,
    SchemathesisChecks,
)
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.files import DOCUMENT
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES
from security_copilot_contract.spec.violation import Description, Violation

# The suite to which the steps of the plan belong in the events.
_PLAN_SUITE = uuid.UUID("5ec0917f-0000-4000-8000-000000000000")
# The checks of Schemathesis that compare a response with the document, as some promises do.
_CONFORMANCE = {
    "content_type_conformance": messages.documented_body,
    "response_headers_conformance": messages.documented_headers,
    "response_schema_conformance": messages.documented_body,
    "status_code_conformance": messages.documented_status,
}

# The reports that this module writes.
RECORDINGS = ("har", "ndjson")

_Recorder = Callable[[events.EngineEvent], None]


def refuse_baseline(path: Path) -> None:
    """CannotCheckError if a file is no baseline, or cannot be written."""
    try:
        Baseline.load(path)
    except (OSError, ValueError, RecursionError) as error:
        raise CannotCheckError(f"--baseline: {path} is no baseline: {_line(error)}") from None
    existing = next(each for each in (path, *path.absolute().parents) if each.exists())
    if not os.access(existing, os.W_OK) or (existing != path and not existing.is_dir()):
        raise CannotCheckError(f"--baseline: cannot write {path}; choose a file in a writable folder")


def refuse_configuration(configuration: Mapping[str, Any]) -> None:
    """CannotCheckError names what is wrong in a configuration of Schemathesis."""
    _configured("", configuration)
    if "reports" in configuration:
        # They would have other names, and whatever a service sends back.
        raise CannotCheckError("the configuration of Schemathesis: reports are written by --report only")
    names = {*CHECKS.get_all_names(), *PROMISES, "enabled", "max_response_time"}
    unknown = sorted(set(configuration.get("checks", {})) - names)
    if unknown:
        raise CannotCheckError(f"the configuration of Schemathesis: there is no check {', '.join(unknown)}")


def execute(run: Run, arguments: list[str], configuration: Mapping[str, Any], recordings: Mapping[str, IO[str]]) -> int:
    """Run Schemathesis with the arguments of `schemathesis run`; its exit code.

    `recordings` are files for the events and interactions, by format: "har", "ndjson".
    CannotCheckError names what is wrong in the configuration or the arguments.
    """
    bridge = _Bridge(run)
    command = cli.schemathesis.commands["run"]
    output = _Silent()
    resending = Resending(run.budget, bridge.promises.interaction, run.runner.renew)
    with _registered(bridge.promises.checks()), resending.applied(), ExitStack() as stack:
        config = _configured(run.runner.token, configuration)
        recorders = stack.enter_context(_recorders(config, recordings))
        made = {"from_schema": lambda schema: _Engine(schema, bridge, recorders), "OutputHandler": lambda **_: output}
        stack.enter_context(_replaced(**made))
        try:
            command.main([str(DOCUMENT), *arguments], prog_name="schemathesis", standalone_mode=False, obj=config)
        except click.ClickException as error:
            raise CannotCheckError(f"Schemathesis: {_line(error.format_message())}") from None
        except SystemExit as exit_:
            return _exit_code(exit_, output)
    return 0


def _exit_code(exit_: SystemExit, output: "_Silent") -> int:
    if output.error is not None:
        raise output.error
    if output.reason:
        raise CannotCheckError(f"Schemathesis: {_line(output.reason)}")
    return exit_.code if isinstance(exit_.code, int) else 1


def _configured(token: str, configuration: Mapping[str, Any]) -> SchemathesisConfig:
    try:
        return SchemathesisConfig.from_dict(_merged(token, configuration))
    except ConfigError as error:
        raise CannotCheckError(f"the configuration of Schemathesis: {_line(error)}") from None


def _line(error: object) -> str:
    return " ".join(str(error).split())


def _merged(token: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Our configuration, with that of the caller over it."""
    text = importlib.resources.files(__package__).joinpath("schemathesis.toml").read_text("utf-8")
    ours = {**tomllib.loads(text), "auth": {"openapi": {"bearer": {"bearer": token}}}}
    return _merge(ours, configuration)


def _merge(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {n: _merge(base[n], v) for n, v in over.items() if isinstance(v, Mapping) and isinstance(base.get(n), dict)}
    return {**base, **over, **both}


@contextmanager
def _replaced(**names: Any) -> Iterator[None]:
    """Let the command of Schemathesis use others for these names meanwhile: it makes its engine and its output so."""
    originals = {name: vars(executor)[name] for name in names}
    vars(executor).update(names)
    try:
        yield
    finally:
        vars(executor).update(originals)


class _Silent(EventHandler[ExecutionContext]):
    """Prints nothing in place of Schemathesis, and keeps what ended its run early."""

    def __init__(self) -> None:
        super().__init__()
        self.error: Exception | None = None
        self.reason = ""

    def handle_event(self, ctx: ExecutionContext, event: events.EngineEvent) -> None:
        if isinstance(event, events.FatalError):
            self.error = event.exception
        elif isinstance(event, events.EngineFinished):
            self.reason = ctx.nothing_tested_reason or ctx.baseline_write_error or ""


@contextmanager
def _registered(checks: Sequence[CheckFunction]) -> Iterator[None]:
    """Let Schemathesis run these checks meanwhile. Its registry is one for the process, so only one run can use it."""
    for check in checks:
        schemathesis.check(check)
    try:
        yield
    finally:
        for check in checks:
            CHECKS.unregister(check.__name__)


@contextmanager
def _recorders(config: SchemathesisConfig, files: Mapping[str, IO[str]]) -> Iterator[list[_Recorder]]:
    """A function for each file, which writes an event in the format of the file."""
    with ExitStack() as stack:
        recorders: list[_Recorder] = []
        if "har" in files:
            har = stack.enter_context(HarWriter(files["har"], config.output))
            har.open()
            recorders.append(lambda event: _record_har(har, files["har"], event))
        if "ndjson" in files:
            ndjson = stack.enter_context(NdjsonWriter(files["ndjson"], config.output.sanitization))
            ndjson.open(command="security-copilot-contract check")
            recorders.append(ndjson.write_event)
        yield recorders


def _record_har(har: HarWriter, file: IO[str], event: events.EngineEvent) -> None:
    if isinstance(event, events.ScenarioFinished):
        har.write(event.recorder)
        file.flush()


@define(slots=False)
class _Bridge:
    """The hooks and checks by which a run of ours takes part in the generated cases of Schemathesis."""

    run: Run

    @cached_property
    def promises(self) -> SchemathesisChecks:
        """The promises and filters for the requests of the run."""
        runner = self.run.runner
        return SchemathesisChecks(
            lambda request, received: Interaction.of(runner.base_url, runner.token, request, received)
        )

    @contextmanager
    def hooked_into(self, schema: BaseSchema) -> Iterator[None]:
        """Let the engine call the hooks for the cases of a schema meanwhile."""
        hooks: dict[str, Callable[..., Any]] = {
            "after_call": self._after_call,
            "filter_failure": self.promises.filter_failure,
        }
        for name, hook in hooks.items():
            schema.hooks.register_hook_with_name(hook, name)
        try:
            yield
        finally:
            for hook in hooks.values():
                schema.hooks.unregister(hook)

    def _after_call(self, context: schemathesis.HookContext, case: Case, response: Response) -> None:
        """Record what generated cases reveal, so that the plan can verify it later."""
        del context, case
        self.run.runner.observed.record(self.promises.interaction(response), unique=False)


@define
class _Engine:
    """An engine for the command of Schemathesis: its own one, and the plan after it."""

    schema: BaseSchema
    bridge: _Bridge
    recorders: Sequence[_Recorder]

    @property
    def run(self) -> Run:
        """The run that it is for."""
        return self.bridge.run

    def execute(self) -> Iterator[events.EngineEvent]:
        """The events of the generated cases, and of the plan; each is recorded first."""
        for event in self._events():
            for record in self.recorders:
                record(event)
            yield event

    def _events(self) -> Iterator[events.EngineEvent]:
        started = time.monotonic()
        finished = events.EngineFinished(running_time=0.0, stop_reason=StopReason.COMPLETED)
        yield events.EngineStarted()
        for event in self._generated() if self.run.generates else ():
            if isinstance(event, events.EngineFinished):
                finished = event
            else:
                yield event
        if finished.stop_reason is StopReason.COMPLETED or self.run.budget.refused:
            yield from self._planned()
            finished.stop_reason = StopReason.COMPLETED
        finished.running_time = time.monotonic() - started
        yield finished

    def _generated(self) -> Iterator[events.EngineEvent]:
        stream = from_schema(self.schema).execute()
        with self.bridge.hooked_into(self.schema):
            for event in stream:
                if self.run.budget.refused:
                    stream.stop()
                if not isinstance(event, events.EngineStarted) and not self._is_due_to_budget(event):
                    self._count(event)
                    yield event
                    self._report(event)

    def _is_due_to_budget(self, event: events.EngineEvent) -> bool:
        if isinstance(event, events.NonFatalError):
            return _is_over_budget(event.value)
        return isinstance(event, events.Interrupted) and bool(self.run.budget.refused)

    def _report(self, event: events.EngineEvent) -> None:
        """Report that cases of an operation are sent, or were sent."""
        if isinstance(event, events.ScenarioStarted | events.ScenarioFinished):
            self.run.report(event.phase.value, _operation_id(event.label or "") or "all operations")

    def _count(self, event: events.EngineEvent) -> None:
        """Count what an event reports, for the coverage of the run."""
        coverage = self.run.coverage
        if isinstance(event, events.NonFatalError):
            self._add_error(event)
        if not isinstance(event, events.ScenarioFinished):
            return
        cases = event.recorder.cases
        ids = {case_id: node.value.operation.definition.raw["operationId"] for case_id, node in cases.items()}
        unavailable = {case_id: status for case_id, status in _statuses(event.recorder) if status in INTERMEDIARIES}
        coverage.unavailable.update(unavailable.values())
        coverage.cases.update((ids[case_id], event.phase.value) for case_id in ids.keys() - unavailable)
        for case_id, checks in event.recorder.checks.items():
            coverage.checks.update(check.name for check in checks)
            for check in checks:
                self._add_failure(event.recorder, case_id, check)

    def _add_error(self, event: events.NonFatalError) -> None:
        """Add a missing response to the findings. Any other error is not the fault of the service."""
        text = _line(f"{event.info.title}: {event.info.message}")
        operation = _operation_id(event.label)
        if not isinstance(event.value, requests.RequestException):
            self.run.failed[operation or (event.phase.value if event.phase else "generated cases")] = text
            return
        promise = PROMISES[RESPONSE_ARRIVES]
        violations = [Violation("status", "no_response", got=Description(text))]
        problems = problems_of(promise, None, violations)
        self.run.findings.add(BrokenRequest(Check.of(promise), operation, problems, generated=True))

    def _add_failure(self, recorder: ScenarioRecorder, parent_id: str, node: CheckNode) -> None:
        """Add a failure of a generated case to the findings."""
        if node.failure_info is None:
            return
        failure, runner = node.failure_info.failure, self.run.runner
        recorded = recorder.interactions[failure.case_id or parent_id]
        prepared = _prepared(recorded.request)
        interaction = None
        if recorded.response is not None:
            received = (recorded.response.status_code, recorded.response.headers, recorded.response.content)
            interaction = Interaction.of(runner.base_url, runner.token, prepared, received)
        check, problems = _described(failure, node.name, interaction)
        operation, example = _operation_id(failure.operation or recorder.label), self._example(prepared, interaction)
        accepted = self._is_accepted(failure, node.name)
        self.run.findings.add(BrokenRequest(check, operation, problems, example, generated=True, accepted=accepted))

    def _example(self, request: requests.PreparedRequest, interaction: Interaction | None) -> Example:
        body = request.body or b""
        content = body if isinstance(body, bytes) else str(body).encode()
        sent = (str(request.method), str(request.url), request.headers, content)
        return Example.of(sent, interaction, self.run.runner.token, self.run.curl_options)

    def _is_accepted(self, failure: Failure, check: str) -> bool:
        """Whether the baseline accepts a failure."""
        return is_known(failure, check, self.schema.config.load_baseline())

    def _planned(self) -> Iterator[events.EngineEvent]:
        for result in self._results():
            operation = document().operation(result.step.operation)
            yield self._event(self.schema.find_operation_by_label(f"{operation.method} {operation.path}"), result)
            self.run.report(PLAN, operation.id)
        status = Status.FAILURE if self.run.broken else Status.SUCCESS
        phase = Phase(PhaseName.STATEFUL_TESTING, is_enabled=True)
        yield events.PhaseFinished(phase=phase, status=status, payload=None)

    def _results(self) -> Iterator[StepResult]:
        """The results of the plan, of which some steps may have been sent already."""
        yield from list(self.run.results)
        for result in self.run.runner.run(self.run.left()):
            self.run.add(result)
            yield result

    def _event(self, operation: Any, result: StepResult) -> events.ScenarioFinished:
        recorder = ScenarioRecorder(label=operation.label, config=self.schema.config.output)
        case = operation.Case(method=result.step.verb)
        recorder.record_case(case=case)
        if result.response is None:
            recorder.record_request(case_id=case.id, request=result.request)
        else:
            recorder.record_response(case_id=case.id, response=Response.from_requests(result.response, verify=True))
        enabled = self.schema.config.checks_config_for(operation=operation)
        verdicts = [each for each in result.verdicts.items() if enabled.get_by_name(name=each[0]).enabled]
        broken = [self._record(recorder, case, result, name, violations) for name, violations in verdicts]
        return events.ScenarioFinished(
            id=uuid.uuid4(),
            phase=PhaseName.STATEFUL_TESTING,
            suite_id=_PLAN_SUITE,
            label=operation.label,
            status=Status.FAILURE if any(broken) else Status.SUCCESS,
            recorder=recorder,
            elapsed_time=0.0 if result.response is None else result.response.elapsed.total_seconds(),
            skip_reason=None,
            is_final=True,
        )

    def _record(
        self, recorder: ScenarioRecorder, case: Case, result: StepResult, name: str, violations: Sequence[Violation]
    ) -> bool:
        """Record the verdict of a promise; whether it is broken, and no baseline accepts that."""
        if not violations:
            recorder.record_check_success(name=name, case_id=case.id)
            return False
        promise, interaction = PROMISES[name], result.interaction
        failure = BrokenPromiseError(case.operation.label, promise, interaction, violations, case.id)
        example = self._example(result.request, interaction)
        code = "\n".join(curl(example))
        recorder.record_check_failure(name=name, case_id=case.id, code_sample=code, failure=failure)
        accepted = self._is_accepted(failure, name)
        problems = problems_of(promise, interaction, violations)
        self.run.findings.add(
            BrokenRequest(Check.of(promise), result.step.operation, problems, example, accepted=accepted)
        )
        (self.run.accepted if accepted else self.run.broken).append((result, name))
        return not accepted


def _operation_id(label: str) -> str:
    """The id of the operation with a label of Schemathesis; "" if it is that of none."""
    return next((o.id for o in document().operations if f"{o.method} {o.path}" == label), "")


def _prepared(request: Request) -> requests.PreparedRequest:
    """A recorded request as it was sent."""
    prepared = requests.PreparedRequest()
    prepared.method, prepared.url, prepared.body = request.method, request.uri, request.body
    prepared.headers = CaseInsensitiveDict({name: values[0] for name, values in request.headers.items()})
    return prepared


def _described(failure: Failure, name: str, interaction: Interaction | None) -> tuple[Check, list[Problem]]:
    """What was checked, and what is wrong: in the terms of a promise, if it is one."""
    if isinstance(failure, BrokenPromiseError):
        return Check.of(failure.promise), problems_of(failure.promise, interaction, failure.violations)
    if interaction is not None and name in _CONFORMANCE:
        promise = PROMISES[_CONFORMANCE[name].__name__]
        violations = promise.validate(interaction, None)
        if violations:
            return Check.of(promise), problems_of(promise, interaction, violations)
    text = _line(failure.message.partition("\n\n")[0]) or failure.title
    return Check(name, f"{failure.title}."), [Problem(text, kind=failure.code)]


def _statuses(recorder: ScenarioRecorder) -> Iterator[tuple[str, int]]:
    """The status of each response, by the id of its case."""
    for case_id, interaction in recorder.interactions.items():
        if interaction.response is not None:
            yield case_id, interaction.response.status_code


def _is_over_budget(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OverBudgetError):
            return True
        error = error.__cause__ or error.__context__
    return False
