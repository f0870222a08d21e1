"""Run the contract checks against a service."""

import ipaddress
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from attrs import frozen
from schemathesis.cli import schemathesis

from security_copilot_contract.checks import tally
from security_copilot_contract.checks.tally import PHASES, Tally
from security_copilot_contract.document import document
from security_copilot_contract.exchanges import Exchange, documented
from security_copilot_contract.resources import DOCUMENT
from security_copilot_runtime import tokens

TOKEN_VARIABLE = "SECURITY_COPILOT_TOKEN"  # noqa: S105 - the name of the variable, not a token

_CONFIG = Path(__file__).with_name("schemathesis.toml")
_LIVE_HOST = "graph.microsoft.com"
_TIMEOUT_SECONDS = 10.0


class CannotRunError(Exception):
    """The checks could not be run at all: what is wrong and what to do, in one line."""


@frozen
class Outcome:
    """The outcome of a run that took place."""

    exchange_problems: list[str]
    schemathesis_exit_code: int
    tally: Tally

    @property
    def not_exercised(self) -> list[tuple[str, str]]:
        """The operations and phases in which no test case ran: that is a failure, too."""
        return self.tally.not_exercised([operation.id for operation in document().operations])

    def __bool__(self) -> bool:
        """Whether every promise that was checked is kept, and every operation was checked in every phase."""
        return not self.exchange_problems and self.schemathesis_exit_code == 0 and not self.not_exercised


def check(url: str, token: str, *, seed: int, allow_writes: bool = False) -> Outcome:
    """Hold the service at the base URL against the document.

    The same seed sends the same cases. A run creates sessions by the hundred, and the API deletes none;
    a host that is not loopback therefore needs `allow_writes`, and Microsoft Graph itself is refused.
    CannotRunError when the URL, the host or the token will not do, or nothing answers.
    """
    _refuse_unsafe(url, allow_writes=allow_writes)
    _refuse_unreachable(url, token)
    problems = [problem for exchange in documented() for problem in exchange_problems(exchange)]
    counted = Tally()
    exit_code = _schemathesis(url, token, seed, counted)
    if exit_code > 1:
        raise CannotRunError(
            f"Schemathesis could not finish against {url} (exit code {exit_code}); see what it says above."
        )
    return Outcome(problems, exit_code, counted)


def exchange_problems(exchange: Exchange) -> list[str]:
    """Where the document and a documented exchange contradict each other."""
    request, response = exchange.request, exchange.response
    try:
        operation, _ = document().match(request.method, request.url)
    except LookupError as error:
        return [f"{exchange.name}: {error.args[0]}"]
    problems = document().request_problems(request.method, request.url, request.headers, request.body)
    problems += document().response_problems(operation, response.status, response.headers, response.body)
    return [f"{exchange.name}: {problem}" for problem in problems]


def _refuse_unsafe(url: str, *, allow_writes: bool) -> None:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        parts = httpx.URL()
    host = parts.host.removesuffix(".")
    if parts.scheme not in ("http", "https") or not host:
        raise CannotRunError(f"{url!r} is no base URL; expected something like http://127.0.0.1:8000/beta")
    if host == _LIVE_HOST:
        raise CannotRunError(
            f"{host} is the live service: these checks create hundreds of sessions, and none can be deleted."
        )
    if not allow_writes and not _is_loopback(host):
        raise CannotRunError(
            f"{host} is not this machine: the checks create hundreds of sessions, which the API cannot delete. "
            "If they may be created there, add --allow-writes."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_unreachable(url: str, token: str) -> None:
    sessions = f"{url.rstrip('/')}/security/securityCopilot/workspaces/default/sessions"
    try:
        headers = {"Authorization": f"Bearer {tokens.current(token)}"}
        response = httpx.get(sessions, headers=headers, timeout=_TIMEOUT_SECONDS)
    except ValueError as error:
        raise CannotRunError(f"{error}; it is read from {TOKEN_VARIABLE}.") from None
    except (httpx.HTTPError, OverflowError) as error:
        raise CannotRunError(f"Nothing usable answers at {url}: {error}") from None
    if response.status_code == httpx.codes.UNAUTHORIZED:
        raise CannotRunError(f"{url} does not accept the token; set {TOKEN_VARIABLE} to one that it does.")
    if response.status_code == httpx.codes.NOT_FOUND:
        raise CannotRunError(f"{sessions} is not there (404); the URL must be the base URL, up to and with /beta.")


def _schemathesis(url: str, token: str, seed: int, counted: Tally) -> int:
    arguments = ["--config-file", str(_CONFIG), "run", str(DOCUMENT)]
    arguments += ["--url", url, "--seed", str(seed), "--checks", "all", "--phases", ",".join(PHASES)]
    counting = tally.current.set(counted)
    try:
        with _environment(TOKEN_VARIABLE, token):
            schemathesis.main(arguments, prog_name="schemathesis", standalone_mode=False)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else 1
    finally:
        tally.current.reset(counting)
    return 0


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
