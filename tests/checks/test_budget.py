"""The limits of a budget, counted at the server."""

import gzip
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Self

import pytest
import requests
import urllib3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.checks.budget import Budget, OverBudgetError, spending

Serve = Callable[[ASGIApp], str]

READS = {"GET", "HEAD", "OPTIONS", "TRACE"}
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PATCH", "PUT", "DELETE"]
# 429 makes urllib3 retry, 307 makes requests follow, and both repeat the method.
STATUSES = [200, 204, 307, 401, 429, 500]
LOCAL = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=60,
    database=None,
    derandomize=True,
)


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
    started = time.monotonic()

    with spending(Budget(per_second=50)):
        send_each(serve(server), ["GET"] * 6, threads=6)

    # Not since the first has arrived: that may take longer than with the last.
    assert max(when for _, when in server.received) - started > 0.1


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


class Slow:
    """A server that sends bytes of its response now and then, for as long as anyone reads; `head` comes first."""

    def __init__(self, head: bytes) -> None:
        self.head = head
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.close()

    def _serve(self) -> None:
        connection, _ = self.listener.accept()
        with connection, suppress(OSError):
            connection.recv(4096)
            connection.sendall(self.head)
            while True:
                time.sleep(0.02)
                connection.sendall(b" ")


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX:",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n",
    ],
    ids=["head", "body", "body to be closed after", "body without length", "chunk"],
)
def test_a_response_that_drips_is_ended(head: bytes) -> None:
    """No timeout of a socket would: each byte comes in time. It is no response, even where it would look complete."""
    started = time.monotonic()

    late = pytest.raises(requests.RequestException, match=r"not complete after 0\.3 s")
    with Slow(head) as server, spending(Budget(seconds=0.3)), requests.Session() as session, late:
        session.get(server.url, timeout=10)

    assert 0.3 <= time.monotonic() - started < 5


def test_a_response_in_time_is_complete_afterwards(serve: Serve) -> None:
    """Its connection is used again, and nothing ends it when the first deadline comes."""
    server = Recorder([200])

    with spending(Budget(seconds=1)), requests.Session() as session:
        for _ in range(6):
            assert session.get(serve(server), timeout=10).status_code == 200
            time.sleep(0.2)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize(("length", "fits"), [(100_000, True), (100_001, False), (50_000_000, False)])
def test_a_body_is_bounded_once_it_is_decoded(encoding: str, length: int, fits: bool, serve: Serve) -> None:
    """However small it is on the wire."""
    body = b" " * length if encoding == "identity" else gzip.compress(b" " * length, 1)
    app = Response(body, headers={"Content-Encoding": encoding}, media_type="application/json")

    with spending(Budget(most_bytes=100_000)), requests.Session() as session:
        if fits:
            assert len(session.get(serve(app), timeout=10).content) == length
        else:
            with pytest.raises(requests.RequestException, match="the body is longer than 100,000 bytes"):
                session.get(serve(app), timeout=10)
