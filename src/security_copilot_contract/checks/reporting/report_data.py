"""A finished check as plain data, as the reports json, html and junit have it."""

import importlib.metadata
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from attrs import asdict, frozen

from security_copilot_contract.checks.promises import GROUPS, PROMISES
from security_copilot_contract.checks.reporting.created import Created, created
from security_copilot_contract.checks.reporting.curl import curl
from security_copilot_contract.checks.reporting.example import Example, Headers
from security_copilot_contract.checks.reporting.findings import Finding, Group
from security_copilot_contract.checks.reporting.overview import not_exercised, verdict
from security_copilot_contract.checks.run import Result
from security_copilot_contract.spec.document import Operation, document
from security_copilot_contract.spec.violation import Violation, cut, shown

# Of the report json. A change that a reader of the last version would not expect is a new version.
VERSION = 1
_LONGEST_BODY = 100_000
_LONGEST_VALUE = 1000

Outcome = Literal["kept", "broken", "unknown", "interrupted"]


@frozen
class PromiseData:
    """A promise; `place` is where it is documented, and `confidence` that of its source."""

    name: str
    group: str
    sentence: str
    place: str
    confidence: str


@frozen
class OperationData:
    """An operation, and how often each promise was exercised by the plan, by the name of the promise.

    `exercised`: the service has responded to a request. `kept` and `broken` count requests of the plan.
    """

    id: str
    method: str
    path: str
    exercised: bool
    requests: int
    generated_cases: int
    kept: dict[str, int]
    broken: dict[str, int]


@frozen
class RequestData:
    """A request. A body that is not UTF-8 is in base64; a long one has a gap."""

    method: str
    url: str
    headers: Headers
    body: str
    is_base64: bool


@frozen
class ResponseData:
    """A response, likewise."""

    status: int
    headers: Headers
    body: str
    is_base64: bool


@frozen
class FindingData:
    """What is broken for one operation.

    `check` is the name of a promise, or of a check of Schemathesis, which has no `place` and no `confidence`.
    `operation` is "" if it is about none. `violation` has the fields of a `Violation`. `planned` and `generated` count
    the requests of the plan and the generated cases.
    """

    id: str
    check: str
    sentence: str
    place: str
    confidence: str | None
    operation: str
    message: str
    violation: dict[str, Any] | None
    accepted: bool
    planned: int
    generated: int
    request: RequestData | None
    response: ResponseData | None
    curl: str | None


@frozen
class ReportData:
    """A finished check.

    `verdict` is "unknown" if something was to be checked and could not be. `summary` is the last line of the output.
    `not_exercised` has a line for each reason, `skipped` the reason for each step of the plan that was not sent.
    `unconfirmed` are the paths of the creates that got no response.
    """

    package: str
    url: str
    profile: str
    seed: int
    verdict: Outcome
    exit_code: int
    summary: str
    baseline: str | None
    generates: bool
    seconds: float
    promises: tuple[PromiseData, ...]
    operations: tuple[OperationData, ...]
    findings: tuple[FindingData, ...]
    unknown: dict[str, str]
    not_exercised: tuple[str, ...]
    skipped: dict[str, str]
    created: tuple[Created, ...]
    unconfirmed: tuple[str, ...]

    @classmethod
    def of(cls, result: Result) -> "ReportData":
        """The data of a result."""
        settings, run = result.settings, result.run
        responses = [step.response for step in run.results if step.response is not None]
        return cls(
            package=importlib.metadata.version("security-copilot-client"),
            url=settings.url,
            profile=settings.profile,
            seed=settings.seed,
            verdict=_outcome(result),
            exit_code=result.exit_code,
            summary=verdict(result),
            baseline=settings.baseline,
            generates=run.generates,
            seconds=sum(response.elapsed.total_seconds() for response in responses),
            promises=tuple(_promises()),
            operations=tuple(_operation(result, operation) for operation in document().operations),
            findings=tuple(_finding(group, finding) for group in result.groups for finding in group.findings),
            unknown=result.unknown,
            not_exercised=tuple(not_exercised(result)),
            skipped=dict(run.runner.skipped),
            created=tuple(created(result.run.runner)),
            unconfirmed=tuple(run.runner.unconfirmed),
        )

    def json(self) -> str:
        """The report json, as report.schema.json describes it."""
        return json.dumps({"version": VERSION, **asdict(self)}, indent=1) + "\n"


def _outcome(result: Result) -> Outcome:
    if result.signal is not None:
        return "interrupted"
    return "broken" if result.is_broken else "unknown" if result.unknown else "kept"


def _promises() -> Iterator[PromiseData]:
    """The promises, in the order of their groups."""
    for promise in sorted(PROMISES.values(), key=lambda promise: GROUPS.index(promise.group)):
        yield PromiseData(promise.name, promise.group, promise.sentence, promise.place, promise.confidence)


def _operation(result: Result, operation: Operation) -> OperationData:
    steps = [step for step in result.run.results if step.step.operation == operation.id]
    cases = result.run.coverage.cases
    return OperationData(
        id=operation.id,
        method=operation.method,
        path=operation.path,
        exercised=operation.id in result.exercised,
        requests=len(steps),
        generated_cases=sum(count for (name, _), count in cases.items() if name == operation.id),
        kept=dict(Counter(name for step in steps for name in step.verdicts if name not in step.broken)),
        broken=dict(Counter(name for step in steps for name in step.broken)),
    )


def _finding(group: Group, finding: Finding) -> FindingData:
    example = finding.example
    return FindingData(
        id=finding.id,
        check=group.check.name,
        sentence=group.check.sentence,
        place=group.check.place,
        confidence=finding.confidence,
        operation=finding.operation,
        message=finding.text,
        violation=None if finding.violation is None else _violation(finding.violation),
        accepted=finding.accepted,
        planned=finding.planned,
        generated=finding.generated,
        request=None if example is None else _request(example),
        response=None if example is None else _response(example),
        curl=None if example is None else "\n".join(curl(example)),
    )


def _violation(violation: Violation) -> dict[str, Any]:
    values = {"expected": _value(violation.expected), "got": _value(violation.got)}
    return {**asdict(violation, recurse=False), **values}


def _value(value: object) -> object:
    """The value, or a text for one that JSON cannot have or that is long."""
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return shown(value)
    return json.loads(text) if len(text) <= _LONGEST_VALUE else shown(value)


def _request(example: Example) -> RequestData:
    return RequestData(example.method, example.url, example.request_headers, *_body(example.request_body))


def _response(example: Example) -> ResponseData | None:
    if example.status is None:
        return None
    return ResponseData(example.status, example.response_headers, *_body(example.response_body))


def _body(content: bytes) -> tuple[str, bool]:
    """A body as text, and whether that is base64."""
    try:
        text, is_base64 = content.decode(), False
    except ValueError:
        text, is_base64 = b64encode(content).decode(), True
    return cut(text, _LONGEST_BODY), is_base64
