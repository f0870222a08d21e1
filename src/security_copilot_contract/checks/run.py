"""Run the contract checks against a service."""

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import httpx
from attrs import field, frozen
from schemathesis.config import ConfigError

from security_copilot_contract.checks import schemathesis_bridge
from security_copilot_contract.checks.budget import Budget, spending
from security_copilot_contract.checks.coverage import PHASES
from security_copilot_contract.checks.documented_resource import resources
from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.plan_builder import plan
from security_copilot_contract.checks.runner import Sent, Walk
from security_copilot_contract.checks.schemathesis_bridge import Run
from security_copilot_contract.credentials import TOKEN_VARIABLE
from security_copilot_contract.spec.contradictions import contradictions, disagreements
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.exchange import exchanges
from security_copilot_runtime import tokens

Profile = Literal["live", "full"]

PLAN = "the plan"

_LIVE_HOST = "graph.microsoft.com"
_LIVE_REQUESTS = 30
# It is looked at until it has ended, which takes the service half a minute; and then the list and its parent.
_LIVE_REQUESTS_AN_EVALUATION = 28
_PAUSE_SECONDS: Mapping[Profile, float] = {"live": 3.0, "full": 0.2}
_LIVE_WRITES = 10
_LIVE_PER_SECOND = 5.0


class CannotRunError(Exception):
    """The checks could not be run at all: what is wrong and what to do, in one line."""


@frozen
class Settings:
    """What to check, and how far to go.

    `url` is the base URL, with /beta. Without a profile it is "full" for this machine and "live" for any other.
    `max_requests`, `max_writes`, `evaluations` and `rate` (requests per second) are None for the profile's own bounds.
    `schemathesis` is configuration in its own terms, laid over ours.
    """

    url: str
    profile: Profile
    seed: int
    max_requests: int | None = None
    max_writes: int | None = None
    evaluations: int | None = None
    rate: float | None = None
    reports: tuple[str, ...] = ()
    report_dir: str | None = None
    baseline: str | None = None
    update_baseline: bool = False
    allow_live_service: bool = False
    schemathesis: Mapping[str, Any] = field(factory=dict)

    @property
    def base_url(self) -> str:
        """The base URL, without a slash at its end."""
        return self.url.rstrip("/")

    @property
    def live(self) -> bool:
        """Whether the profile is the one that sends little."""
        return self.profile == "live"

    def steps(self) -> list[Step]:
        """The steps of the directed plan."""
        return plan(self.seed, live=self.live, evaluations=self.most_evaluations)

    @property
    def most_evaluations(self) -> int | None:
        """How many evaluations may be created; elsewhere than on this machine none, unless a number is given."""
        billed = self.live or (self.url and not _is_loopback(_host(self.url)))
        return 0 if billed and self.evaluations is None else self.evaluations

    @property
    def directed(self) -> list[str]:
        """The operations for which no cases are generated: the plan knows how many evaluations it creates."""
        creates = [r.operations["create"].id for r in resources() if r.changes_by_itself]
        return creates if self.most_evaluations is not None and not self.live else []

    def budget(self) -> Budget:
        """What may be sent."""
        if not self.live:
            return Budget(self.max_requests, self.max_writes, self.most_evaluations, self.rate)
        methods = {operation.method for operation in document().operations}
        evaluations = self.most_evaluations or 0
        most = _LIVE_REQUESTS + evaluations * _LIVE_REQUESTS_AN_EVALUATION
        requests = most if self.max_requests is None else self.max_requests
        writes = _LIVE_WRITES + evaluations if self.max_writes is None else self.max_writes
        return Budget(requests, writes, evaluations, self.rate or _LIVE_PER_SECOND, methods)


@frozen
class Outcome:
    """The outcome of a run that took place."""

    settings: Settings
    run: Run
    exchange_problems: list[str]
    schemathesis_exit_code: int

    @property
    def capped(self) -> str | None:
        """Which of the caller's bounds has kept requests from being sent."""
        return self.run.budget.refused[0] if self.run.budget.refused else None

    @property
    def not_exercised(self) -> list[tuple[str, str]]:
        """Each operation and phase in which nothing was sent."""
        operations = [operation.id for operation in document().operations]
        walked = {sent.step.operation for sent in self.run.sent if sent.call is not None}
        missing = [(operation, PLAN) for operation in operations if operation not in walked]
        return missing + (self.run.tally.not_exercised(operations) if self.run.generated else [])

    @property
    def idle(self) -> list[str]:
        """The operations, and the phases, of which nothing at all was sent: a failure, unless a bound is the reason.

        Only the operations are looked at that the plan has, or that cases were to be generated for.
        """
        due = {step.operation for step in self.run.steps}
        if self.run.generated:
            due |= {o.id for o in document().operations} - set(self.settings.directed)
        operations = [o.id for o in document().operations if o.id in due]
        phases = [PLAN, *(PHASES if self.run.generated else ())]
        missing = set(self.not_exercised)
        alone = [o for o in operations if all((o, phase) in missing for phase in phases)]
        alone += [phase for phase in phases if all((o, phase) in missing for o in operations)]
        return alone if self.capped is None else []

    def __bool__(self) -> bool:
        """Whether every promise that was checked is kept, and everything was checked that was to be."""
        return not (self.idle or self.exchange_problems or self.run.broken or self.schemathesis_exit_code)


def profile_for(url: str) -> Profile:
    """The profile for a URL when none is asked for: all for this machine, little for any other."""
    return "full" if _is_loopback(_host(url)) else "live"


def check(settings: Settings, token: str, *, on_step: Callable[[Sent], None] | None = None) -> Outcome:
    """Hold the service at the base URL against the promises and the document.

    The same seed sends the same cases. `on_step` is told of each step of the plan as it is done.
    CannotRunError when the URL, the host, the token or a setting will not do, or nothing usable answers.
    """
    _refuse_unsafe(settings)
    run = Run(
        walk=Walk(settings.base_url, _usable(token), pause=_PAUSE_SECONDS[settings.profile]),
        steps=settings.steps(),
        budget=settings.budget(),
        generated=not settings.live,
        on_step=on_step,
    )
    problems = disagreements(exchanges(), contradictions())
    with spending(run.budget):
        try:
            _first_step(run, settings)
            exit_code = schemathesis_bridge.execute(run, _arguments(settings), settings.schemathesis)
        except ConfigError as error:
            raise CannotRunError(f"the configuration of Schemathesis: {' '.join(str(error).split())}") from None
        finally:
            run.walk.close()
    if exit_code > 1:
        raise CannotRunError(f"Schemathesis could not finish against {settings.url} (exit code {exit_code}), see above")
    return Outcome(settings, run, problems, exit_code)


def _host(url: str) -> str:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return ""
    return parts.host.removesuffix(".") if parts.scheme in ("http", "https") else ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_unsafe(settings: Settings) -> None:
    host = _host(settings.url)
    if not host:
        raise CannotRunError(f"{settings.url!r} is no base URL; expected something like http://127.0.0.1:8000/beta")
    if settings.live or settings.allow_live_service:
        return
    if host == _LIVE_HOST or host.endswith(f".{_LIVE_HOST}"):
        raise CannotRunError(
            f"{host} is the live service: the full profile creates hundreds of sessions there, and none can be "
            "deleted. Take --profile live, or add --allow-live-service if that is what you want."
        )


def _usable(token: str) -> str:
    try:
        return tokens.current(token)
    except ValueError as error:
        raise CannotRunError(f"{error}; it is read from {TOKEN_VARIABLE} or --token-command") from None


def _first_step(run: Run, settings: Settings) -> None:
    """Send the first step, and refuse to go on where the answer shows that the rest makes no sense."""
    url = settings.url
    try:
        for sent in run.walk.run(run.steps[:1]):
            run.done(sent)
    except (ValueError, OverflowError) as error:
        raise CannotRunError(f"{url!r} is no base URL: {error}") from None
    if not run.sent:
        raise CannotRunError(f"nothing was sent, by {next(iter(run.walk.skipped.values()))}")
    last = run.sent[-1]
    if last.call is None or last.response is None:
        problem = next(iter(last.verdicts.values()))[0].partition("came ")[2]
        raise CannotRunError(f"nothing usable answers at {url}: {problem}")
    status, content = last.call.status, last.call.content.lstrip()[:1]
    if status == httpx.codes.UNAUTHORIZED:
        raise CannotRunError(f"{url} does not accept the token: it is wrong, expired, or for something else")
    if status == httpx.codes.FORBIDDEN:
        raise CannotRunError(
            f"{url} does not let the token's owner read (403): a permission, role or license is missing"
        )
    if content == b"<":
        raise CannotRunError(f"{url} speaks HTML ({status}), not this API; the URL must be the base URL, with /beta")
    if status == httpx.codes.NOT_FOUND:
        raise CannotRunError(
            f"{last.request.url} is not there (404); the URL must be the base URL, up to and with /beta"
        )


def _arguments(settings: Settings) -> list[str]:
    arguments = ["--url", settings.base_url, "--seed", str(settings.seed)]
    arguments += ["--phases", ",".join(PHASES)]
    options: Iterable[tuple[str, str | None]] = (
        ("--report", ",".join(settings.reports)),
        ("--report-dir", settings.report_dir),
        ("--baseline", settings.baseline),
    )
    arguments += [part for name, value in options if value for part in (name, value)]
    arguments += [part for operation in settings.directed for part in ("--exclude-operation-id", operation)]
    return [*arguments, "--baseline-update"] if settings.update_baseline else arguments
