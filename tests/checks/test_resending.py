"""Generated cases that a busy service does not answer, or whose token has expired."""

from collections.abc import Callable, Iterator, Mapping
from itertools import cycle

import pytest
import requests
from schemathesis.core.transport import Response
from schemathesis.transport.requests import REQUESTS_TRANSPORT, RequestsTransport
from starlette.responses import Response as Answer
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.checks.budget import Budget, OverBudgetError
from security_copilot_contract.checks.check_service import check
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.reporting.overview import verdict
from security_copilot_contract.checks.resending import Resending
from security_copilot_contract.checks.run import Settings
from security_copilot_contract.emulator import TOKEN, emulator
from security_copilot_runtime.clock import SkippingClock, use

BASE_URL = "http://127.0.0.1/beta"
Serve = Callable[[ASGIApp], str]


@pytest.fixture
def clock() -> Iterator[SkippingClock]:
    with use(SkippingClock()) as skipping:
        yield skipping


def interaction(response: Response) -> Interaction:
    received = (response.status_code, response.headers, response.content)
    return Interaction.of(BASE_URL, "a", response.request, received)


def sent(
    resending: Resending, statuses: list[int], headers: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> list[int]:
    """The statuses that a case gets from a service that answers with these in turn, until it is not sent again."""
    url = f"{BASE_URL}/security/securityCopilot/workspaces"
    request = requests.Request("GET", url, headers={"Authorization": "Bearer a"}).prepare()
    answers, got = cycle(statuses), []

    def send() -> Response:
        got.append(next(answers))
        fields = {name: [value] for name, value in headers.items()}
        return Response(got[-1], fields, b"", request, 0.0, verify=True)

    monkeypatch.setattr(RequestsTransport, "send", lambda _: send())
    with resending.applied():
        assert REQUESTS_TRANSPORT.send().status_code == got[-1]  # type: ignore[call-arg]
    return got


@pytest.mark.parametrize(
    ("statuses", "retry_after", "expected", "seconds"),
    [
        ([429, 200], None, [429, 200], 1),
        ([429, 200], "7", [429, 200], 7),
        ([503, 200], "0", [503, 200], 0),
        ([503, 200], None, [503], 0),
        ([502, 200], "1", [502], 0),
        ([429, 200], "soon", [429], 0),
        ([429, 200], "61", [429], 0),
        ([429], "2", [429] * 5, 8),
        ([401, 200], None, [401, 200], 0),
        ([401, 429, 200], None, [401, 429, 200], 1),
        ([401], None, [401, 401], 0),
        ([403], None, [403], 0),
    ],
)
def test_a_case_is_sent_again_if_nothing_was_done(
    statuses: list[int],
    retry_after: str | None,
    expected: list[int],
    seconds: float,
    clock: SkippingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the wait that the service asks for; after a 401 at once, with another token."""
    headers = {} if retry_after is None else {"retry-after": retry_after}

    assert sent(Resending(Budget(), interaction, lambda: True), statuses, headers, monkeypatch) == expected
    assert sum(clock.pauses) == pytest.approx(seconds, abs=0.5)


def test_all_waits_together_are_bounded(clock: SkippingClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then each case is sent once."""
    resending = Resending(Budget(), interaction, None)

    got = [sent(resending, [429, 200], {"retry-after": "1"}, monkeypatch) for _ in range(70)]

    assert got == [[429, 200]] * 60 + [[429]] * 10
    assert sum(clock.pauses) == pytest.approx(60, abs=2)


def test_a_token_is_renewed_until_that_is_of_no_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that refuses every token is not asked twice for each case."""
    resending = Resending(Budget(), interaction, lambda: True)

    got = [sent(resending, [401], {}, monkeypatch) for _ in range(3)]

    assert got == [[401, 401], [401], [401]]


@pytest.mark.usefixtures("clock")
def test_an_interruption_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """The case is not sent again."""
    budget = Budget()
    budget.stop("interrupted")

    with pytest.raises(OverBudgetError, match="interrupted"):
        sent(Resending(budget, interaction, None), [429, 200], {}, monkeypatch)


class Throttling:
    """An emulator that answers each request with the next of these statuses, 200 standing for its own answer."""

    def __init__(self, statuses: list[int]) -> None:
        self.app = emulator(token=TOKEN)
        self.statuses = cycle(statuses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = next(self.statuses)
        app = self.app if status == 200 else Answer(status_code=status, headers={"retry-after": "1"})
        await app(scope, receive, send)


@pytest.mark.parametrize(
    ("statuses", "unavailable"), [([200] * 6 + [429], {}), ([200, 504], {504: 1})], ids=["throttles", "is unavailable"]
)
def test_cases_that_got_no_response_of_the_service_are_counted(
    statuses: list[int], unavailable: dict[int, int], clock: SkippingClock, serve: Serve
) -> None:
    """A service that throttles each seventh request passes, and no case is lost."""
    result = check(Settings(serve(Throttling(statuses)), "full", 1, max_requests=30), TOKEN)

    counted = result.run.coverage.unavailable
    assert result.exit_code == 0
    assert set(counted) == set(unavailable)
    assert (f" {counted.total()} more cases were not validated: " in verdict(result)) is bool(unavailable)
    assert sum(clock.pauses) < 60
