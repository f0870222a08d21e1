"""Checks a service: refuses what is unsafe, sends the plan and the generated cases, and returns the result."""

import os
import shlex
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from security_copilot_contract import gateways
from security_copilot_contract.checks.bearer import Bearer
from security_copilot_contract.checks.budget import Budget, spending
from security_copilot_contract.checks.claims import Claims, permissions
from security_copilot_contract.checks.coverage import PHASES
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.interruption import Interruption
from security_copilot_contract.checks.probe import probe
from security_copilot_contract.checks.redaction import RedactedFile, Secrets
from security_copilot_contract.checks.reporting.files import remove_reports, write_reports
from security_copilot_contract.checks.run import PLAN, CannotCheckError, Profile, Progress, Result, Run, Settings
from security_copilot_contract.checks.runner import Runner
from security_copilot_contract.credentials import TOKEN_VARIABLE, NoTokenError
from security_copilot_contract.spec.contradictions import contradictions, disagreements
from security_copilot_contract.spec.exchange import exchanges
from security_copilot_runtime import clock, tokens

_LIVE_HOST = "graph.microsoft.com"
_POLL_WAITS: Mapping[Profile, float] = {"read": 1.0, "live": 1.0, "full": 0.15}


def check(
    settings: Settings,
    token: str | Callable[[], str],
    *,
    progress: Progress | None = None,
    on_exchange: Callable[[str, Interaction], None] | None = None,
) -> Result:
    """Check whether a service keeps the promises and follows the document.

    If `token` is a function, it is called again when the token expires. Ctrl-C and SIGTERM end the check early, and the
    result has what was found and created until then: see Interruption. The same seed sends the same cases.
    `progress` is called as in Run; `on_exchange` for each request of the plan that has a response, with the name of the
    step.
    CannotCheckError if the URL, the token or a setting is unusable, or if no usable response comes.
    """
    refuse_unusable(settings)
    remove_reports(settings)
    budget = settings.budget()
    interruption = Interruption(budget)
    bearer = Bearer(_usable(token), Secrets(), token if callable(token) else None)
    runner = Runner(
        settings.base_url,
        bearer.first,
        poll_wait=_POLL_WAITS[settings.profile],
        client_cert=settings.client_cert,
        waiting=interruption.waiting,
        renew=lambda: bearer.renew(bearer.current),
        lacks=lambda operation: _lacking(bearer.current, operation),
    )
    if on_exchange is not None:
        runner.on_exchange = on_exchange
    run = Run(
        runner,
        settings.steps(),
        budget,
        generates=settings.generates,
        progress=progress,
        explain_token=lambda: explained(settings, bearer.current),
        curl_options=_curl_options(settings),
    )
    runner.before = lambda step: run.report(PLAN, step.operation)
    for _, value in settings.headers:
        bearer.secrets.add(value)
    with interruption.handled():
        with spending(budget, bearer.secrets, bearer.on_wire, settings.headers):
            exit_code = _send(run, settings, interruption, bearer.secrets)
        if exit_code > 1:
            raise CannotCheckError(f"Schemathesis could not finish against {settings.url} (exit code {exit_code})")
        result = Result(settings, run, disagreements(exchanges(), contradictions()), exit_code, interruption.signal)
        # A signal meanwhile comes too late to interrupt the check, and must not keep its result from being printed.
        write_reports(result, bearer.secrets)
    return result


def _send(run: Run, settings: Settings, interruption: Interruption, secrets: Secrets) -> int:
    """Send everything; the exit code of Schemathesis, or 0 if the check was interrupted."""
    exit_code = 0
    try:
        from security_copilot_contract.checks import schemathesis_bridge  # noqa: PLC0415 - most of a second

        probe(run, settings)
        with _recordings(schemathesis_bridge.RECORDINGS, run, settings, secrets) as files:
            exit_code = schemathesis_bridge.execute(run, _arguments(settings), _configuration(settings), files)
    except (CannotCheckError, KeyboardInterrupt):
        # In a check that was interrupted, what has come until then counts.
        if interruption.signal is None:
            raise
    finally:
        run.runner.close()
    return exit_code if interruption.signal is None else 0


@contextmanager
def _recordings(
    formats: Sequence[str], run: Run, settings: Settings, secrets: Secrets
) -> Iterator[Mapping[str, RedactedFile]]:
    """The files of the reports that Schemathesis writes while the check goes on, by format."""
    files = {name: RedactedFile(settings.report_path(name), secrets) for name in formats if name in settings.reports}
    try:
        with ExitStack() as stack:
            yield {name: stack.enter_context(file) for name, file in files.items()}
    finally:
        run.unwritten += [problem for file in files.values() for problem in file.problems]


def explained(settings: Settings, token: str) -> list[str]:
    """What a token says of itself, and what it lacks for a check with these settings; empty if it says nothing."""
    claims = Claims.of(token)
    needed = permissions({step.operation for step in settings.steps()})
    return [] if claims is None else list(claims.explained(settings.host, needed, clock.now()))


def _lacking(token: str, operation: str) -> list[str]:
    """The permissions for an operation that a token does not have; empty if it names none at all."""
    claims = Claims.of(token)
    if claims is None or not claims.permissions:
        return []
    return sorted(permissions({operation}) - claims.permissions)


@frozen
class Examination:
    """What one read found: a problem, or None; clauses about the token; and the permissions that it lacks."""

    problem: str | None
    token: list[str]
    missing: list[str]


def examine(settings: Settings, token: str | Callable[[], str]) -> Examination:
    """Send the first read of the plan. CannotCheckError if the URL or the token is unusable."""
    refuse_unusable(settings)
    usable = _usable(token)
    secrets = Secrets()
    for secret in (usable, *(value for _, value in settings.headers)):
        secrets.add(secret)
    runner = Runner(settings.base_url, usable, client_cert=settings.client_cert)
    # Of several attempts at an unavailable service, one is enough.
    run = Run(runner, settings.steps()[:1], Budget(requests=1), generates=False)
    problem = None
    try:
        with spending(run.budget, secrets, headers=settings.headers):
            probe(run, settings)
    except CannotCheckError as error:
        problem = str(error)
    finally:
        runner.close()
    claims = Claims.of(usable)
    missing = [] if claims is None else sorted(permissions() - claims.permissions)
    clauses = [] if claims is None else list(claims.explained(settings.host, permissions(), clock.now()))
    return Examination(problem, clauses, missing)


def refuse_unusable(settings: Settings) -> None:
    """CannotCheckError if a setting is unusable or unsafe. An empty URL is that of an emulator yet to be started."""
    if settings.url:
        _refuse_url(settings)
    if settings.update_baseline and settings.baseline is None:
        raise CannotCheckError("--update-baseline needs --baseline FILE: there is no file to update")
    if settings.baseline is not None or settings.schemathesis:
        _refuse_for_schemathesis(settings)
    if settings.reports:
        _refuse_folder(Path(settings.report_dir))
    if settings.client_cert is not None:
        _refuse_certificate(settings.client_cert)


def _refuse_for_schemathesis(settings: Settings) -> None:
    from security_copilot_contract.checks import schemathesis_bridge  # noqa: PLC0415 - most of a second

    if settings.baseline is not None:
        schemathesis_bridge.refuse_baseline(Path(settings.baseline))
    schemathesis_bridge.refuse_configuration(settings.schemathesis)


def _refuse_url(settings: Settings) -> None:
    host, parts = settings.host, settings.url.partition("://")[2]
    if "@" in parts.partition("/")[0]:
        raise CannotCheckError("the URL contains a user name or password; remove them, the token is sent instead")
    if not host or "?" in parts or "#" in parts:
        raise CannotCheckError(f"{settings.url!r} is no base URL; expected something like http://127.0.0.1:8000/beta")
    if settings.profile == "full" and not settings.allow_live_service and _is_live(host):
        raise CannotCheckError(
            f"{host} is the live service: the full profile creates hundreds of sessions there, and none can be "
            "deleted. Use --profile live, or add --allow-live-service if that is what you want."
        )


def _is_live(host: str) -> bool:
    return host == _LIVE_HOST or host.endswith(f".{_LIVE_HOST}")


def _refuse_certificate(path: str) -> None:
    try:
        gateways.with_certificate(ssl.create_default_context(), path)
    except ValueError as error:
        raise CannotCheckError(str(error)) from None


def _refuse_folder(folder: Path) -> None:
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        raise CannotCheckError(f"--report-dir: cannot write to {folder}; choose a writable folder")


def _usable(token: str | Callable[[], str]) -> str:
    try:
        return tokens.usable(token() if callable(token) else token)
    except NoTokenError as error:
        raise CannotCheckError(str(error)) from None
    except ValueError as error:
        raise CannotCheckError(f"{error}; it is read from {TOKEN_VARIABLE} or --token-command") from None


def _configuration(settings: Settings) -> Mapping[str, Any]:
    """The configuration of Schemathesis."""
    certificate = {} if settings.client_cert is None else {"request-cert": settings.client_cert}
    return {**certificate, **settings.schemathesis}


def _curl_options(settings: Settings) -> tuple[str, ...]:
    """What each request needs besides the token, for curl."""
    certificate = () if settings.client_cert is None else (f"--cert {shlex.quote(settings.client_cert)}",)
    return certificate + settings.curl_options


def _arguments(settings: Settings) -> list[str]:
    """The arguments of `schemathesis run`."""
    arguments = ["--url", settings.base_url, "--seed", str(settings.seed), "--phases", ",".join(PHASES)]
    if settings.baseline is not None:
        arguments += ["--baseline", settings.baseline]
    arguments += [part for operation in settings.not_generated for part in ("--exclude-operation-id", operation)]
    return [*arguments, "--baseline-update"] if settings.update_baseline else arguments
