"""`security-copilot-contract doctor`: one read, and what the token says of itself."""

from collections.abc import Callable

import pytest
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract import cli
from security_copilot_contract.emulator import emulator
from security_copilot_runtime.clock import use
from tests.checks.test_bearer import NOW, READ, WRITE, Standing, jwt

Serve = Callable[[ASGIApp], str]
BOTH = f"{READ} {WRITE}"


class Counting:
    """An application that records the methods of its requests."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.methods: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.methods.append(scope["method"])
        await self.app(scope, receive, send)


@pytest.mark.parametrize(
    ("token", "accepts", "code", "lines"),
    [
        (
            jwt(exp=NOW + 7200, scp=BOTH),
            True,
            0,
            [
                "URL responds as this API does.",
                "The token: it expires in 2 hours.",
                f"The token: it permits {READ}, {WRITE}.",
            ],
        ),
        (
            jwt(scp=READ),
            True,
            2,
            ["URL responds as this API does.", f"The token: it permits {READ}.", f"The token: missing: {WRITE}."],
        ),
        (
            jwt(exp=NOW - 86400, scp=BOTH),
            False,
            2,
            [
                "URL does not accept the token: it is wrong, expired, or for something else.",
                "The token: it expired 1 day ago.",
                f"The token: it permits {READ}, {WRITE}.",
            ],
        ),
        (
            "opaque",
            True,
            0,
            ["URL responds as this API does.", "The token: it is no JWT, so nothing can be read from it."],
        ),
    ],
    ids=["good", "lacks a permission", "refused", "opaque"],
)
def test_it_explains_the_service_and_the_token(
    token: str,
    accepts: bool,
    code: int,
    lines: list[str],
    serve: Serve,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With one read, and without the token."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", token)
    service = Counting(emulator(token=token if accepts else "another"))
    url = serve(service)

    with use(Standing()):
        assert cli.main(["doctor", url]) == code

    printed = capsys.readouterr()
    assert printed.out.replace(url, "URL").splitlines() == lines
    assert (printed.err, service.methods) == ("", ["GET"])


def test_it_explains_what_is_no_such_service(
    serve: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a check does."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", "opaque")

    assert cli.main(["doctor", serve(HTMLResponse("<p>Hi"))]) == 2
    assert " returns HTML (200), not this API; " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("url", "message"),
    [("", "the URL is empty"), ("localhost", "is no base URL"), ("http://127.0.0.1:1/beta", "no token: set ")],
)
def test_usage(url: str, message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, exit code 2."""
    monkeypatch.delenv("SECURITY_COPILOT_TOKEN", raising=False)
    if url == "localhost":
        monkeypatch.setenv("SECURITY_COPILOT_TOKEN", "opaque")

    assert cli.main(["doctor", url]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
