"""Simulated failures of requests."""

from collections import Counter

import httpx
import pytest

from security_copilot_contract.emulator import TOKEN, EmulatorTransport, Faults, Store
from security_copilot_contract.emulator.faults import STATUSES
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.exchange import Exchange, exchanges
from tests import stored_sessions

SESSIONS = "http://emulator/beta/security/securityCopilot/workspaces/default/sessions"


def client(faults: Faults, store: Store | None = None, token: str = TOKEN) -> httpx.Client:
    transport = EmulatorTransport(store, faults=faults)
    return httpx.Client(transport=transport, headers={"Authorization": f"Bearer {token}"})


def drawn(faults: Faults, count: int = 1000) -> list[int | None]:
    return [faults.draw() for _ in range(count)]


def test_some_of_the_requests_fail() -> None:
    """Each status with its probability."""
    counts = Counter(drawn(Faults({429: 0.1, 503: 0.3}, seed=1), 10_000))

    assert set(counts) == {None, 429, 503}
    assert 900 < counts[429] < 1100
    assert 2850 < counts[503] < 3150


def test_probabilities_may_add_up_to_1() -> None:
    """In spite of rounding errors."""
    assert None not in drawn(Faults({429: 0.2, 500: 0.4, 503: 0.3, 504: 0.1}))


@pytest.mark.parametrize("probability", [0, 1])
def test_none_fail_or_all(probability: float) -> None:
    assert set(drawn(Faults({429: probability}))) == {429 if probability else None}


def test_a_seed_lets_the_same_ones_fail() -> None:
    """Without one it is others each time."""
    assert drawn(Faults({429: 0.5}, seed=1)) == drawn(Faults({429: 0.5}, seed=1))
    assert drawn(Faults({429: 0.5}, seed=1)) != drawn(Faults({429: 0.5}, seed=2))
    assert drawn(Faults({429: 0.5})) != drawn(Faults({429: 0.5}))


@pytest.mark.parametrize("status", STATUSES)
def test_an_answer_is_as_documented(status: int, exchange: Exchange) -> None:
    """For every operation, headers included."""
    path = exchange.request.url.partition("/beta")[2]
    with client(Faults({status: 1})) as failing:
        answer = failing.request(exchange.request.method, f"http://emulator/beta{path}")

    operation, _ = document().match(exchange.request.method, exchange.request.url.removesuffix("/"))
    assert answer.status_code == status
    assert document().response_violations(operation, status, answer.headers, answer.content) == []
    assert ("Retry-After" in answer.headers) == (status in {429, 503})


def test_there_are_all_statuses_that_the_document_has_for_every_operation() -> None:
    """Except 405, which no documented request can get."""
    documented = [set(operation.definition["responses"]) for operation in document().operations]
    everywhere = {int(status) for status in set.intersection(*documented) if status.isdecimal() and status >= "400"}

    assert set(STATUSES) == everywhere - {405}


def test_a_failed_request_has_no_side_effects() -> None:
    """It is decided before."""
    store = Store.documented(exchanges())
    with client(Faults({503: 1}), store) as failing:
        assert failing.post(SESSIONS, json={"displayName": "a"}).status_code == 503

    assert stored_sessions.count(store) == 4


def test_a_wrong_token_is_refused_all_the_same() -> None:
    """Only requests with the right token can fail on purpose."""
    with client(Faults({503: 1}), token="wrong") as failing:
        assert failing.get(SESSIONS).status_code == 401


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [
        ({42: 0.1}, "42 is not a documented error of every operation; choose from 400, 401"),
        ({405: 0.1}, "405 is not a documented error"),
        ({200: 0.1}, "200 is not a documented error"),
        ({429: 2}, "the probability of 429 is 2; it must be from 0 to 1"),
        ({429: -0.1}, "the probability of 429 is -0.1"),
        ({429: float("nan")}, "the probability of 429 is nan"),
        ({429: 0.6, 503: 0.5}, "the probabilities add up to 1.1"),
    ],
)
def test_probabilities_are_checked(probabilities: dict[int, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Faults(probabilities)
