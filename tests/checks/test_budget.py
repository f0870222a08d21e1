"""The limits of a budget, counted at the server."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import requests
import urllib3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.checks.budget import Budget, OverBudgetError, spending

Serve = Callable[[ASGIApp], str]

READS = {"GET", "HEAD", "OPTIONS", "TRACE"}
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PATCH", "PUT", "DELETE"]
# 429 makes urllib3 retry, 307 makes requests follow, and both repeat the method.
STATUSES = [200, 204, 307, 401, 429, 500]
LOCAL = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


class Recorder:
    """A server that records method and time of each request, and returns the next status."""

    def __init__(self, statuses: list[int]) -> None:
        self.statuses = statuses
        self.received: list[tuple[str, float]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        status = self.statuses[len(self.received) % len(self.statuses)]
        self.received.append((scope["method"], time.monotonic()))
        headers = [(b"location", b"/again"), (b"retry-after", b"0")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    @property
    def writes(self) -> int:
        return sum(method not in READS for method, _ in self.received)


def retrying() -> requests.Session:
    """A client that follows redirects and retries, whatever the method."""
    session = requests.Session()
    retry = urllib3.Retry(total=4, status_forcelist=[429, 500], allowed_methods=None, backoff_factor=0)
    session.mount("http://", HTTPAdapter(max_retries=retry))
    session.max_redirects = 4
    session.trust_env = False
    return session


def send_each(url: str, methods: list[str], threads: int) -> None:
    """Send a request with each method, in parallel threads, and ignore refusals."""

    def send(method: str) -> None:
        with retrying() as session, suppress(OverBudgetError, requests.RequestException):
            session.request(method, url, data=b"{}", timeout=10)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(send, methods))


bounds = st.none() | st.integers(0, 6)


@LOCAL
@given(
    most=bounds,
    most_writes=bounds,
    allowed=st.none() | st.sets(st.sampled_from(METHODS)),
    methods=st.lists(st.sampled_from(METHODS), min_size=1, max_size=12),
    statuses=st.lists(st.sampled_from(STATUSES), min_size=1, max_size=6),
    threads=st.integers(1, 6),
)
def test_no_more_arrives_than_is_allowed(
    serve: Serve,
    most: int | None,
    most_writes: int | None,
    allowed: set[str] | None,
    methods: list[str],
    statuses: list[int],
    threads: int,
) -> None:
    """With threads, retries and redirects; no refused request arrives."""
    server = Recorder(statuses)
    budget = Budget(most, most_writes, methods=allowed)

    with spending(budget):
        send_each(serve(server), methods, threads)

    assert most is None or len(server.received) <= most
    assert most_writes is None or server.writes <= most_writes
    assert allowed is None or {method for method, _ in server.received} <= allowed
    assert (budget.sent, budget.written) == (len(server.received), server.writes)
    assert bool(budget.refused) or len(server.received) >= len(methods)


@LOCAL
@given(most=st.integers(1, 12), more=st.integers(1, 8), threads=st.integers(1, 6), method=st.sampled_from(METHODS))
def test_all_that_is_allowed_arrives(serve: Serve, most: int, more: int, threads: int, method: str) -> None:
    """The limit itself can be reached."""
    server = Recorder([200])
    budget = Budget(most)

    with spending(budget):
        send_each(serve(server), [method] * (most + more), threads)

    assert len(server.received) == most
    assert len(budget.refused) == more


def test_the_rate_is_respected(serve: Serve) -> None:
    """With any number of threads: six requests at fifty per second take a tenth of a second."""
    server = Recorder([200])

    with spending(Budget(per_second=50)):
        send_each(serve(server), ["GET"] * 6, threads=6)

    times = sorted(when for _, when in server.received)
    assert times[-1] - times[0] > 0.08


def test_a_refusal_names_the_limit() -> None:
    budget = Budget(2, 1, methods=("GET", "POST"))
    budget.take("post", "/")

    for method, reason in (("PUT", "the profile sends no PUT"), ("POST", "--max-writes 1")):
        with pytest.raises(OverBudgetError, match=reason):
            budget.take(method, "/")
    budget.take("GET", "/")
    with pytest.raises(OverBudgetError, match="--max-requests 2"):
        budget.take("GET", "/")
    assert budget.sent == 2


@pytest.mark.parametrize(
    "path", ["/a/evaluations", "/a/evaluations/", "/a/Evaluations?b=c", "/a%2Fevaluations", "/evaluations//"]
)
def test_no_more_evaluations_arrive_than_are_allowed(path: str, serve: Serve) -> None:
    """Evaluations are billed. The path may be written in any way."""
    server = Recorder([200])
    budget = Budget(evaluations=2)

    with spending(budget), retrying() as session:
        for _ in range(4):
            with suppress(OverBudgetError):
                session.post(serve(server) + path, timeout=10)
        session.get(serve(server) + path, timeout=10)
        session.post(f"{serve(server)}/a/prompts", timeout=10)

    assert [method for method, _ in server.received] == ["POST", "POST", "GET", "POST"]
    assert budget.refused == ["--evaluations 2"] * 2


def test_nothing_is_refused_afterwards(serve: Serve) -> None:
    """Also after an exception."""
    server = Recorder([200])
    url = serve(server)
    with suppress(RuntimeError), spending(Budget(0)):
        raise RuntimeError

    send_each(url, ["GET"], threads=1)

    assert len(server.received) == 1


class Yielding(str):
    """A method that lets another thread run whenever it is used."""

    __slots__ = ()

    def upper(self) -> str:
        time.sleep(0.0001)
        return super().upper()


def test_threads_do_not_overtake_the_count() -> None:
    """No thread may run between another's test of the count and its change."""
    budget = Budget(writes=40)

    def take(_: int) -> int:
        with suppress(OverBudgetError):
            budget.take(Yielding("POST"), "/")
            return 1
        return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(80))) == 40
    assert (budget.sent, budget.written, len(budget.refused)) == (40, 40, 40)
