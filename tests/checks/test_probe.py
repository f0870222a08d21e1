"""When a service cannot be checked at all: exit code 2, one line, nothing created; and when it can."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract import cli
from security_copilot_contract.checks.plan_builder import plan
from security_copilot_contract.checks.runner import Runner, StepResult
from security_copilot_contract.emulator import TOKEN, Store, emulator
from security_copilot_contract.spec.exchange import exchanges
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES
from security_copilot_runtime.clock import SkippingClock, use
from tests.mutants import servers
from tests.mutants.faults import MUTANTS

assert servers

Serve = Callable[[ASGIApp], str]
# Status, headers and body of an OData error.
ERROR = {"error": {"code": "Broken", "message": "It is broken.", "innerError": {"request-id": "a"}}}


class Instead:
    """A service that sends other responses to some requests: those whose method and path match a pattern."""

    def __init__(self, response: ASGIApp, pattern: str = "", times: int = 10**6) -> None:
        self.app: ASGIApp = emulator()
        self.response = response
        self.pattern = pattern
        self.times = times
        self.received: Counter[tuple[str, str]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        self.received[method, path.rpartition("/")[2]] += 1
        if self.times and re.search(self.pattern, f"{method} {path}"):
            self.times -= 1
            await self.response(scope, receive, send)
        else:
            await self.app(scope, receive, send)


@pytest.fixture
def skipping() -> SkippingClock:
    """A clock by which pauses take no time."""
    return SkippingClock()


@pytest.fixture
def check(
    serve: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, skipping: SkippingClock
) -> Callable[..., tuple[int, str, str]]:
    """Check an application with the profile live; exit code, stdout, and stderr with URL in place of its URL."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def run(app: ASGIApp, *options: str, profile: str = "live") -> tuple[int, str, str]:
        url = serve(app)
        with use(skipping):
            code = cli.main(["check", url, "--profile", profile, *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err.replace(url, "URL")

    return run


Check = Callable[..., tuple[int, str, str]]
_NEITHER = "URL returns neither a page nor an OData error to any read"
_LIST = "URL/security/securityCopilot/workspaces/default/sessions?$top=2&$select=id,displayName&$count=true"
_BASE_URL = "the URL must be the base URL, up to and with /beta"


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (Response(status_code=500), f"{_NEITHER} (500, no media type); {_BASE_URL}"),
        (PlainTextResponse("Hi"), f"{_NEITHER} (200, text/plain); {_BASE_URL}"),
        (JSONResponse({}), f"{_NEITHER} (200, application/json); {_BASE_URL}"),
        (JSONResponse([]), f"{_NEITHER} (200, application/json); {_BASE_URL}"),
        (JSONResponse({"error": "no"}, 400), f"{_NEITHER} (400, application/json); {_BASE_URL}"),
        (JSONResponse({"value": []}, 206), f"{_NEITHER} (206, application/json); {_BASE_URL}"),
        (Response(status_code=204), f"{_NEITHER} (204, no media type); {_BASE_URL}"),
        (HTMLResponse(" <p>Hi</p>"), f"URL returns HTML (200), not this API; {_BASE_URL}"),
        (HTMLResponse(" <p>Hi</p>", 404), f"URL returns HTML (404), not this API; {_BASE_URL}"),
        (HTMLResponse(" <p>Hi</p>", 502), "URL is not available (502), however often it is asked"),
        (JSONResponse({}, 503), "URL is not available (503), however often it is asked"),
        (
            RedirectResponse("https://user:pass@sso.example/in?token=secret#secret"),
            f"URL redirects (307) to https://sso.example/in; {_BASE_URL}",
        ),
        (Response(status_code=302), f"URL redirects (302) to nowhere; {_BASE_URL}"),
        (RedirectResponse("http://[/"), f"URL redirects (307) to an invalid URL; {_BASE_URL}"),
        (PlainTextResponse("No", 404), f"{_LIST} does not exist (404); {_BASE_URL}"),
        (JSONResponse(ERROR, 404), f"{_LIST} does not exist (404); {_BASE_URL}"),
        (JSONResponse(ERROR, 401), "URL does not accept the token: it is wrong, expired, or for something else"),
        (
            JSONResponse(ERROR, 403),
            "URL does not let the token's owner read (403): a permission, role or license is missing",
        ),
    ],
)
def test_a_service_without_a_usable_response(response: Response, message: str, check: Check) -> None:
    """Nothing is written, and nothing printed on stdout."""
    service = Instead(response)

    assert check(service) == (2, "", f"security-copilot-contract: {message}\n")
    assert {method for method, _ in service.received} == {"GET"}


@pytest.mark.parametrize(
    ("response", "pattern"),
    [
        (JSONResponse({}), "(?<!/plugins)$"),
        (PlainTextResponse("No", 500), "(?<!/workspaces)$"),
        (JSONResponse(ERROR, 500), ""),
    ],
    ids=["one operation", "another operation", "OData errors alone"],
)
def test_one_usable_response_is_enough_for_a_verdict(response: Response, pattern: str, check: Check) -> None:
    """The promises are broken then, and the report says which."""
    code, out, err = check(Instead(response, pattern))

    assert (code, err) == (1, "")
    assert "\n✗ The contract is broken: " in out


def run_first_steps(url: str, clock: SkippingClock) -> tuple[list[StepResult], dict[str, str]]:
    """The results of the first four steps of the plan: two lists and two creates; and what was skipped."""
    runner = Runner(url, TOKEN)
    with use(clock):
        results = list(runner.run(plan(1, live=True)[:4]))
    runner.close()
    return results, runner.skipped


@pytest.mark.parametrize("status", INTERMEDIARIES)
@pytest.mark.parametrize(("headers", "pause"), [({}, 1.0), ({"Retry-After": "7"}, 7.0), ({"Retry-After": "soon"}, 1.0)])
def test_a_read_is_retried_while_the_service_is_not_available(
    status: int, headers: dict[str, str], pause: float, serve: Serve, skipping: SkippingClock
) -> None:
    """After the time that it asks for, or a second."""
    service = Instead(HTMLResponse("<h1>Later</h1>", status, headers), "GET", times=3)

    results, skipped = run_first_steps(serve(service), skipping)

    assert [r.interaction.status for r in results if r.interaction] == [status] * 3 + [200, 200, 201, 201]
    assert skipping.pauses == [pause] * 3
    assert skipped == {}


@pytest.mark.parametrize("status", INTERMEDIARIES)
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}, {"Retry-After": "soon"}])
def test_a_create_is_retried_only_if_it_was_refused(
    status: int, headers: dict[str, str], serve: Serve, skipping: SkippingClock
) -> None:
    """After any other response it may have reached the service, and what is created cannot be deleted."""
    service = Instead(HTMLResponse("<h1>Later</h1>", status, headers), "POST", times=1)
    retried = status == 429 or (status == 503 and headers == {"Retry-After": "0"})

    _, skipped = run_first_steps(serve(service), skipping)

    assert service.received["POST", "sessions"] == (3 if retried else 2)
    reason = f"the service was not available ({status}), and a create is not retried"
    assert skipped == ({} if retried else {"sessions: create": reason})


def test_a_service_that_is_never_available_again_cannot_be_checked(check: Check, skipping: SkippingClock) -> None:
    """The operation is named. Its first request alone is retried, so that the check ends."""
    code, out, _ = check(Instead(HTMLResponse("<h1>Later</h1>", 502), "/plugins$"), "--max-requests", "200")

    assert code == 2
    assert "\n- Could not check listPlugins: " in out
    assert "listPlugins: no response of the service, so nothing is known about it" in out
    assert skipping.pauses.count(1.0) == 4


def test_all_waits_together_are_bounded(check: Check, skipping: SkippingClock) -> None:
    """However long the service asks to wait."""
    code, out, err = check(Instead(JSONResponse(ERROR, 429, {"Retry-After": "100"})))

    assert (code, out) == (2, "")
    assert "URL is not available (429)" in err
    assert 200 <= sum(skipping.pauses) <= 310


def test_a_broken_promise_outweighs_what_could_not_be_checked(check: Check) -> None:
    """There is a verdict, and it is known."""
    service = Instead(HTMLResponse("<h1>Later</h1>", 502), "/plugins$")
    service.app = Instead(JSONResponse({"value": [{}]}), "/workspaces$")

    assert check(service)[0] == 1


@pytest.mark.parametrize(
    ("store", "exercised"),
    [(Store.documented(exchanges(), 1), 8), (Store(), 5)],
    ids=["with entities of others", "without any"],
)
def test_the_profile_read_creates_nothing(store: Store, exercised: int, check: Check) -> None:
    """It reads what others have created. If there is nothing to read, that is no failure."""
    service = Instead(JSONResponse({}), "never")
    service.app = emulator(store)
    before = store.count("sessions")

    code, out, err = check(service, profile="read")

    assert (code, err) == (0, "")
    assert {method for method, _ in service.received} == {"GET"}
    assert store.count("sessions") == before
    assert service.received.total() <= 60
    assert f"\n✓ The contract is kept by {exercised} of 12 operations: " in out
    width = f". {12 - exercised} not exercised (--profile live creates what they need)."
    assert " ".join(out.split()).endswith(width)


def test_the_profile_read_finds_what_is_broken(check: Check) -> None:
    """In the entities of others."""
    mutant = MUTANTS["get_says_203"]

    assert check(mutant.app(), profile="read")[0] == 1


@pytest.mark.parametrize(
    "options",
    [("--max-writes", "5"), ("--evaluations", "1"), ("--max-requests", "500")],
)
def test_no_option_lets_the_profile_read_write(options: tuple[str, str], check: Check) -> None:
    """Its limits hold, whatever else is asked for."""
    service = Instead(JSONResponse({}), "never")

    assert check(service, *options, profile="read")[0] == 0
    assert {method for method, _ in service.received} == {"GET"}
