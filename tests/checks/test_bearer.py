"""Tokens that expire during a check, and what a refused one says of itself."""

import base64
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract import cli
from security_copilot_contract.checks.bearer import Bearer
from security_copilot_contract.checks.check_service import check
from security_copilot_contract.checks.claims import Claims, permissions
from security_copilot_contract.checks.redaction import Secrets
from security_copilot_contract.checks.run import CannotCheckError, Settings
from security_copilot_contract.credentials import NoTokenError
from security_copilot_contract.emulator import emulator
from security_copilot_runtime.clock import Clock, SkippingClock, use

Serve = Callable[[ASGIApp], str]
NOW = 1_800_000_000
GRAPH = "https://graph.microsoft.com"
READ, WRITE = "SecurityCopilotWorkspaces.Read.All", "SecurityCopilotWorkspaces.ReadWrite.All"

NOTHING = "nothing in Security Copilot"


def jwt(**claims: object) -> str:
    """A token with these claims."""
    parts = ({"alg": "none"}, claims, "signature")
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


class Fixed(SkippingClock):
    """A clock that stands at NOW, until someone waits."""

    def now(self) -> float:
        return NOW + sum(self.pauses)


class Expiring:
    """An emulator that accepts each of some tokens for a number of requests, and then the next one."""

    def __init__(self, accepted: list[str], each: int = 5) -> None:
        self.app = emulator(token="inner")
        self.accepted, self.each = accepted, each
        self.authorized = 0
        self.received: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        token = headers.get(b"authorization", b"").decode().removeprefix("Bearer ")
        self.received.append(token)
        if token == self.accepted[min(self.authorized // self.each, len(self.accepted) - 1)]:
            self.authorized += 1
            headers[b"authorization"] = b"Bearer inner"
        await self.app({**scope, "headers": list(headers.items())}, receive, send)


@pytest.mark.parametrize("opaque", [True, False], ids=["opaque", "JWT"])
def test_a_token_that_expires_is_replaced(serve: Serve, opaque: bool) -> None:
    """After a 401 the request is sent again, also a create: nothing has been done. The contract is kept."""
    accepted = [f"token-{n}" if opaque else jwt(n=n) for n in range(9)]
    given = iter(accepted)
    service = Expiring(accepted)

    with use(SkippingClock()):
        result = check(Settings(serve(service), "live", 1, max_requests=60), lambda: next(given))

    assert result.exit_code == 0
    assert len(set(service.received) & set(accepted)) == 7
    assert len(result.run.runner.created) == 3


def test_a_token_that_expires_among_generated_cases_is_replaced(serve: Serve) -> None:
    """Each case gets the response that it would have got with the new token."""
    accepted = [f"token-{n}" for n in range(9)]
    given = iter(accepted)
    service = Expiring(accepted, each=4)

    result = check(Settings(serve(service), "full", 1, max_requests=30), lambda: next(given))

    assert result.exit_code == 0
    # The first request with an expired token is sent again with the next one.
    *expired, _ = [service.received.count(token) for token in accepted if token in service.received]
    assert len(expired) > 1
    assert set(expired) == {5}


def test_a_token_is_replaced_before_it_expires(serve: Serve) -> None:
    """If it says when that is: generated cases would get a 401 otherwise, and no request does."""
    expiring, next_ = jwt(exp=NOW + 30), jwt(exp=NOW + 100_000)
    given = iter([expiring, next_])
    service = Expiring([next_])

    with use(Fixed()):
        result = check(Settings(serve(service), "live", 1), lambda: next(given))

    assert result.exit_code == 0
    assert expiring not in service.received
    assert service.received.count(next_) > 20


@pytest.mark.parametrize("same", [True, False], ids=["prints the same", "fails"])
def test_a_token_that_cannot_be_replaced_is_refused_once(same: bool, serve: Serve) -> None:
    """A command that prints the same token is not run for each request."""
    calls = []

    def provide() -> str:
        calls.append(1)
        if len(calls) > 1 and not same:
            raise NoTokenError("no more")
        return "a-token"

    with use(SkippingClock()), pytest.raises(CannotCheckError, match="does not accept the token: it is wrong, expired"):
        check(Settings(serve(emulator()), "live", 1), provide)

    assert len(calls) == 2


def test_the_command_runs_again(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--token-command`, as a user gives it."""
    monkeypatch.delenv("SECURITY_COPILOT_TOKEN", raising=False)
    script = tmp_path / "token.py"
    script.write_text(
        "import pathlib, sys\n"
        "runs = pathlib.Path(sys.argv[1])\n"
        "number = len(runs.read_text()) if runs.exists() else 0\n"
        "runs.write_text('x' * (number + 1))\n"
        "print(f'token-{number}')\n"
    )
    command = shlex.join([Path(sys.executable).as_posix(), script.as_posix(), (tmp_path / "runs").as_posix()])
    service = Expiring(["token-0", "token-1"], each=20)

    with use(SkippingClock()):
        code = cli.main(["check", serve(service), "--profile", "live", "--token-command", command])

    assert code == 0
    assert (tmp_path / "runs").read_text() == "xx"


def test_only_the_token_of_the_check_is_replaced() -> None:
    """Not a wrong one, which must be refused."""
    bearer = Bearer("first", Secrets(), lambda: "second")

    assert bearer.renew("first")
    assert bearer.on_wire("Bearer first") == "Bearer second"
    assert bearer.on_wire("Bearer not-the-token") == "Bearer not-the-token"
    assert bearer.on_wire("Basic first") == "Basic first"


class Standing(Clock):
    """A clock that stands at NOW."""

    def now(self) -> float:
        return NOW


@pytest.mark.parametrize(
    ("claims", "clauses"),
    [
        (
            {"aud": GRAPH, "exp": NOW + 3000, "scp": f"{READ} User.Read"},
            [f'it is for "{GRAPH}"', "it expires in 50 minutes", f"it permits {READ}", f"missing: {WRITE}"],
        ),
        (
            {"aud": "https://management.azure.com/", "exp": NOW - 60, "roles": [READ, WRITE]},
            [
                f'it is for "https://management.azure.com/", not for {GRAPH}',
                "it expired 1 minute ago",
                f"it permits {READ}, {WRITE}",
            ],
        ),
        (
            {"aud": "00000003-0000-0000-c000-000000000000", "exp": NOW - 7200},
            [
                'it is for "00000003-0000-0000-c000-000000000000"',
                "it expired 2 hours ago",
                "it permits nothing in Security Copilot",
                f"missing: {READ}, {WRITE}",
            ],
        ),
        (
            {"aud": ["a"], "exp": "soon", "scp": 1, "roles": {"a": 1}},
            ["it permits nothing in Security Copilot", f"missing: {READ}, {WRITE}"],
        ),
    ],
)
def test_a_token_is_explained_by_what_it_says(claims: dict[str, object], clauses: list[str]) -> None:
    """Whom it is for, until when, what it permits of Security Copilot, and what of it is missing."""
    found = Claims.of(jwt(**claims))

    assert found is not None
    assert list(found.explained("graph.microsoft.com", permissions(), NOW)) == clauses


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "a.e30", "..", "x.W10.y", f"a.{'W' * 100_000}.b"])
def test_a_token_that_says_nothing(token: str) -> None:
    """It is no JWT."""
    assert Claims.of(token) is None


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        (
            {"aud": "https://a.example", "exp": NOW - 300, "secret": "shown-nowhere"},
            f'it is for "https://a.example"; it expired 5 minutes ago; it permits {NOTHING}; missing: {READ}',
        ),
        ({"aud": "a\nb", "scp": READ}, f'it is for "a\\nb"; it permits {READ}'),
    ],
)
def test_a_refused_token_is_explained(
    claims: dict[str, object],
    said: str,
    serve: Serve,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In one line, without the token. The profile read needs no permission to write."""
    token = jwt(**claims)
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", token)
    url = serve(emulator())

    with use(Standing()):
        code = cli.main(["check", url, "--profile", "read"])

    printed = capsys.readouterr()
    assert (code, printed.out) == (2, "")
    assert printed.err == f"security-copilot-contract: {url} does not accept the token: {said}\n"


class ReadOnly:
    """A service that refuses writes, since the token does not permit them."""

    def __init__(self, token: str) -> None:
        self.app = emulator(token=token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = {"error": {"code": "Forbidden", "message": "No.", "innerError": {"request-id": "a"}}}
        app = self.app if scope["method"] == "GET" else JSONResponse(error, 403)
        await app(scope, receive, send)


@pytest.mark.parametrize(("granted", "code"), [(READ, 2), (f"{READ} {WRITE}", 1)], ids=["lacks it", "has it"])
def test_a_write_that_the_token_does_not_permit_breaks_no_promise(
    granted: str, code: int, serve: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could not be checked. With the permission, a 403 is the service's fault."""
    token = jwt(scp=granted)
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", token)

    with use(SkippingClock()):
        assert cli.main(["check", serve(ReadOnly(token)), "--profile", "live"]) == code

    out = " ".join(capsys.readouterr().out.split())
    assert ("Could not check createSession" in out) is (code == 2)
    assert (f"the token lacks {WRITE} (403)" in out) is (code == 2)
