"""A check as data: the settings that it is given, the run while it goes on, and its result."""

import ipaddress
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
from attrs import define, field, frozen

from security_copilot_contract.checks.budget import Budget
from security_copilot_contract.checks.coverage import PHASES, Coverage
from security_copilot_contract.checks.documented_resource import documented_resources
from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.plan_builder import plan, read_plan
from security_copilot_contract.checks.reporting.findings import BrokenRequest, Check, Findings, Group, Problem
from security_copilot_contract.checks.runner import Runner, StepResult
from security_copilot_contract.spec.document import document

Profile = Literal["read", "live", "full"]

# The formats of reports, and the names of their files.
REPORTS = {
    "junit": "junit.xml",
    "html": "report.html",
    "har": "checks.har",
    "ndjson": "checks.ndjson",
    "json": "report.json",
}
REPORT_DIR = "contract-reports"

PLAN = "the plan"

_LIVE_REQUESTS = 32
# An evaluation is polled until it has ended, which takes the service half a minute; its list and parent are read after.
_LIVE_REQUESTS_PER_EVALUATION = 18
_LIVE_WRITES = 10
_READ_REQUESTS = 60
_LIVE_REQUESTS_PER_SECOND = 5.0


_NO_RESPONSE = "no response of the service, so nothing is known about it"
_EXCHANGES_MATCH = Check("exchanges_match", "The document allows every documented exchange, with known exceptions.")


class CannotCheckError(Exception):
    """The checks could not run at all. The message is one line: what is wrong, and what to do."""


@frozen
class Settings:
    """What to check, and how thoroughly.

    `url` is the base URL, with /beta. `max_requests`, `max_writes`, `evaluations` and `rate` (requests per second) are
    None for the limits of the profile. `headers` are names and values that each request has in addition, and that are
    kept secret; `curl_options` are those by which curl sends them without their values. `client_cert` is the path of a
    client certificate with its key, in PEM. `schemathesis` is configuration in the terms of Schemathesis, which takes
    precedence over ours.
    """

    url: str
    profile: Profile
    seed: int
    max_requests: int | None = None
    max_writes: int | None = None
    evaluations: int | None = None
    rate: float | None = None
    reports: tuple[str, ...] = ()
    report_dir: str = REPORT_DIR
    baseline: str | None = None
    update_baseline: bool = False
    allow_live_service: bool = False
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    curl_options: tuple[str, ...] = ()
    client_cert: str | None = None
    schemathesis: Mapping[str, Any] = field(factory=dict)

    @property
    def base_url(self) -> str:
        """The base URL, without a slash at its end."""
        return self.url.rstrip("/")

    @property
    def host(self) -> str:
        """The host of the URL; empty unless it is a URL for HTTP."""
        return host_of(self.url)

    def report_path(self, report: str) -> Path:
        """The file of a report, by its format."""
        return Path(self.report_dir) / REPORTS[report]

    @property
    def generates(self) -> bool:
        """Whether the profile has generated cases, thousands of them; the others send few requests."""
        return self.profile == "full"

    @property
    def max_evaluations(self) -> int | None:
        """How many evaluations may be created. Unless a number is given: none, except on this machine."""
        if self.profile == "read":
            return 0
        billed = not self.generates or (self.url and not is_loopback(self.host))
        return 0 if billed and self.evaluations is None else self.evaluations

    @property
    def not_generated(self) -> list[str]:
        """The operations without generated cases: only the plan knows how many evaluations it creates."""
        creates = [r.operations["create"].id for r in documented_resources() if r.changes_by_itself]
        return creates if self.max_evaluations is not None and self.generates else []

    def steps(self) -> list[Step]:
        """The steps of the plan."""
        if self.profile == "read":
            return read_plan(self.seed)
        return plan(self.seed, live=not self.generates, evaluations=self.max_evaluations)

    def budget(self) -> Budget:
        """The limits of what may be sent."""
        if self.generates:
            return Budget(self.max_requests, self.max_writes, self.max_evaluations, self.rate)
        if self.profile == "read":
            most_reads = _READ_REQUESTS if self.max_requests is None else self.max_requests
            return Budget(most_reads, 0, 0, self.rate or _LIVE_REQUESTS_PER_SECOND, methods={"GET"})
        evaluations = self.max_evaluations or 0
        most = _LIVE_REQUESTS + evaluations * _LIVE_REQUESTS_PER_EVALUATION
        return Budget(
            requests=most if self.max_requests is None else self.max_requests,
            writes=_LIVE_WRITES + evaluations if self.max_writes is None else self.max_writes,
            evaluations=evaluations,
            per_second=self.rate or _LIVE_REQUESTS_PER_SECOND,
            methods={operation.method for operation in document().operations},
        )


@define
class Run:
    """A check while it goes on.

    `generates`: whether Schemathesis generates cases before the plan is run. `results` has the steps that were sent,
    `broken` the promises that they break, and `accepted` those that they break and a baseline accepts. `explain_token`
    gives clauses about what the token says of itself. `progress` is called with the run, the phase and the id of an
    operation, before and after something is sent. `curl_options` are those that each request needs. `unwritten` has the
    reports that could not be written, each with the reason. `failed` has the operations, or phases, of which cases
    could not be generated or validated, each with the reason.
    """

    runner: Runner
    steps: list[Step]
    budget: Budget
    generates: bool
    coverage: Coverage = field(factory=Coverage)
    findings: Findings = field(factory=Findings)
    results: list[StepResult] = field(factory=list)
    broken: list[tuple[StepResult, str]] = field(factory=list)
    accepted: list[tuple[StepResult, str]] = field(factory=list)
    progress: "Progress | None" = None
    explain_token: Callable[[], list[str]] = list
    curl_options: tuple[str, ...] = ()
    unwritten: list[str] = field(factory=list)
    failed: dict[str, str] = field(factory=dict)

    def left(self) -> list[Step]:
        """The steps that were not sent yet."""
        sent = {result.step.name for result in self.results}
        return [step for step in self.steps if step.name not in sent]

    def add(self, result: StepResult) -> None:
        """Record a step of the plan that was sent."""
        self.results.append(result)

    def report(self, phase: str, operation: str) -> None:
        """Report that something is sent, or was sent, in a phase."""
        if self.progress is not None:
            self.progress(self, phase, operation)


Progress = Callable[[Run, str, str], None]


@frozen
class Result:
    """The result of a check that could run.

    `disagreements` has a line for each documented exchange that violates the document, apart from the known
    contradictions. `signal` is the one that ended the check early.
    """

    settings: Settings
    run: Run
    disagreements: list[str]
    schemathesis_exit_code: int
    signal: int | None = None

    @property
    def limit(self) -> str | None:
        """The limit of the caller that kept requests from being sent."""
        return self.run.budget.refused[0] if self.run.budget.refused else None

    @property
    def not_exercised(self) -> list[tuple[str, str]]:
        """Each operation and phase in which nothing was sent."""
        operations = [operation.id for operation in document().operations]
        sent = {result.step.operation for result in self.run.results if result.is_validated}
        missing = [(operation, PLAN) for operation in operations if operation not in sent]
        return missing + (self.run.coverage.not_exercised(operations) if self.run.generates else [])

    @property
    def exercised(self) -> list[str]:
        """The operations to which the service has responded."""
        phases = [PLAN, *(PHASES if self.run.generates else ())]
        missing = set(self.not_exercised)
        return [o.id for o in document().operations if any((o.id, phase) not in missing for phase in phases)]

    @property
    def unknown(self) -> dict[str, str]:
        """The operations, and the phases, that could not be checked, each with the reason.

        A reason is that the service did not respond, or that cases could not be generated or validated.
        """
        return dict.fromkeys(self._without_response, _NO_RESPONSE) | self.run.failed

    @property
    def _without_response(self) -> list[str]:
        """Those without any response. Empty if a limit of the caller is the reason.

        Only operations count that are in the plan, or for which cases were to be generated.
        """
        if self.limit is not None:
            return []
        operations = self._expected_operations
        phases = [PLAN, *(PHASES if self.run.generates else ())]
        missing = set(self.not_exercised)
        unknown = [o for o in operations if all((o, phase) in missing for phase in phases)]
        return unknown + [phase for phase in phases if all((o, phase) in missing for o in operations)]

    @property
    def _expected_operations(self) -> list[str]:
        expected = {step.operation for step in self.run.steps}
        if self.settings.profile == "read":
            # Others may have created nothing that can be read.
            expected &= {result.step.operation for result in self.run.results}
        if self.run.generates:
            expected |= {operation.id for operation in document().operations} - set(self.settings.not_generated)
        return [operation.id for operation in document().operations if operation.id in expected]

    @property
    def groups(self) -> list[Group]:
        """What is broken, by promise; those that a baseline accepts come last."""
        ours = Findings()
        for line in self.disagreements:
            ours.add(BrokenRequest(_EXCHANGES_MATCH, "", [Problem(line, kind=line)]))
        return ours.groups + self.run.findings.groups

    @property
    def is_broken(self) -> bool:
        """Whether a promise is broken, and no baseline accepts that."""
        return any(not group.accepted for group in self.groups)

    @property
    def exit_code(self) -> int:
        """0: kept; 1: broken; 2: something was to be checked, and could not be; 128 and the signal: interrupted."""
        if self.signal is not None:
            return 128 + self.signal
        return 1 if self.is_broken else 2 if self.unknown or self.schemathesis_exit_code else 0

    def __bool__(self) -> bool:
        """Whether every promise that was checked is kept, and everything was checked that was to be."""
        return self.exit_code == 0


def profile_for(url: str) -> Profile:
    """The default profile for a URL: full for this machine, live for any other."""
    return "full" if is_loopback(host_of(url)) else "live"


def host_of(url: str) -> str:
    """The host of a URL; empty unless it is a URL for HTTP."""
    try:
        parts = httpx.URL(url)
        # httpx accepts ports and labels that no connection can be made to.
        _ = urlsplit(url).port, parts.host.encode("idna")
    except (httpx.InvalidURL, ValueError):
        return ""
    return parts.host.removesuffix(".") if parts.scheme in ("http", "https") else ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
