"""The client and a network that fails, over real sockets, blocking and with asyncio.

Each fault is a server that speaks raw bytes; the row says what the call ends in.
"""

import asyncio
import gc
import gzip
import json
import socket
import struct
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import attrs
import httpx
import pytest
from security_copilot_client import (
    AuthenticatedClient,
    InvalidResponseError,
    NoResponseError,
    Retry,
    SecurityCopilotError,
    ServiceError,
)
from security_copilot_client.api.sessions import create_session, get_session
from security_copilot_client.models import Session, SessionCreate

from security_copilot_contract import ContractTransport
from tests.documented import documented_session

ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
MOMENT = "2025-10-22T20:10:54.4940649Z"
SESSION = documented_session() | {
    "id": ID,
    "createdDateTime": MOMENT,
    "lastModifiedDateTime": MOMENT,
    "displayName": "a",
}
JSON = json.dumps(SESSION).encode()
HTML = b"<html>" + b"x" * 10_000_000

Serve = Callable[[socket.socket], None]


def answer(body: bytes, *headers: str, status: int = 200, length: int | None = None) -> bytes:
    """An HTTP/1.1 response."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def sends(*parts: bytes) -> Serve:
    """Answers with these bytes, and closes."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        for part in parts:
            connection.sendall(part)

    return serve


def drips(response: bytes, fast: int, pause: float = 0.1) -> Serve:
    """Sends the response a byte at a time, after the first `fast` ones."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(response[:fast])
        for byte in response[fast:]:
            time.sleep(pause)
            connection.sendall(bytes([byte]))

    return serve


def stalls(connection: socket.socket) -> None:
    """Reads the request, and does not respond."""
    connection.recv(65536)
    time.sleep(3)


def closes(connection: socket.socket) -> None:
    """Reads the request, and closes the connection."""
    connection.recv(65536)


def resets(connection: socket.socket) -> None:
    """Reads the request, and resets the connection."""
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def server(serve: Serve, scheme: str = "http") -> Iterator[tuple[str, list[float]]]:
    """The base URL of a server, and the times of its connections."""
    connected: list[float] = []
    closing = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = listening.getsockname()

        def accept() -> None:
            while True:
                connection, _ = listening.accept()
                if closing.is_set():
                    connection.close()
                    return
                connected.append(time.monotonic())
                threading.Thread(target=handle, args=(connection,), daemon=True).start()

        def handle(connection: socket.socket) -> None:
            with connection:
                try:
                    serve(connection)
                except OSError:
                    return  # the client has given up

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"{scheme}://127.0.0.1:{address[1]}/beta", connected
        finally:
            closing.set()
            socket.create_connection(address).close()  # wakes accept() up, on every system
            thread.join()


@pytest.fixture(params=["sync", "asyncio"])
def call(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Calls an operation, blocking or with asyncio, and closes the client."""

    def sync(module: ModuleType, client: AuthenticatedClient, *arguments: Any, **keywords: Any) -> Any:
        with client:
            return module.sync(*arguments, client=client, **keywords)

    async def run(module: ModuleType, client: AuthenticatedClient, *arguments: Any, **keywords: Any) -> Any:
        async with client:
            return await module.asyncio(*arguments, client=client, **keywords)

    return sync if request.param == "sync" else lambda *a, **k: asyncio.run(run(*a, **k))


def a_client(url: str, *, deadline: float | None = 10.0, retry: Retry | None = None) -> AuthenticatedClient:
    return AuthenticatedClient(
        token="t0ps3cret", base_url=url, timeout=httpx.Timeout(1.0), deadline=deadline, retry=retry
    )


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
FAULTS: dict[str, tuple[Serve, type[SecurityCopilotError], str]] = {
    "hangs up": (closes, NoResponseError, "Server disconnected"),
    "resets": (resets, NoResponseError, "no response"),
    "stalls": (stalls, NoResponseError, "no response: "),
    "is no HTTP": (sends(b"SSH-2.0-OpenSSH_9.2\r\n"), NoResponseError, "no response"),
    "ends within the headers": (sends(b"HTTP/1.1 200 OK\r\nContent-"), NoResponseError, "no response"),
    "truncates the body": (sends(answer(JSON[:20], length=len(JSON))), InvalidResponseError, "broke off"),
    "stalls within the body": (
        drips(answer(JSON), fast=len(answer(JSON)) - 60, pause=3),
        InvalidResponseError,
        "broke off",
    ),
    "chunks wrongly": (sends(CHUNKED + b"zz\r\n{}\r\n"), InvalidResponseError, "broke off"),
    "ends within a chunk": (sends(CHUNKED + b"50\r\n{"), InvalidResponseError, "broke off"),
    "corrupts gzip": (
        sends(answer(gzip.compress(JSON)[:10] + b"x" * 20, "Content-Encoding: gzip")),
        InvalidResponseError,
        "broke off",
    ),
    "claims gzip": (sends(answer(JSON, "Content-Encoding: gzip")), InvalidResponseError, "broke off"),
    "says nothing": (sends(answer(b"")), InvalidResponseError, "200 without the documented body"),
    "sends 10 MB of HTML": (
        sends(answer(HTML, "Content-Type: text/html")),
        InvalidResponseError,
        "/html, 10000006",
    ),
    "sends HTML with 502": (sends(answer(HTML, status=502)), ServiceError, "502 Bad Gateway"),
    "sends nothing with 504": (sends(answer(b"", status=504)), ServiceError, "504 Gateway Timeout"),
    "sends half of the JSON": (sends(answer(JSON[:20])), InvalidResponseError, "malformed body"),
    "sends invalid UTF-8": (sends(answer(JSON.replace(b'"a"', b'"\xff"'))), InvalidResponseError, "malformed body"),
    "nests without end": (sends(answer(b"[" * 200_000)), InvalidResponseError, "malformed body"),
    "sends null": (sends(answer(b"null")), InvalidResponseError, "malformed body"),
    "sends a list": (sends(answer(b"[]")), InvalidResponseError, "malformed body"),
    "sends a string": (sends(answer(b'"a"')), InvalidResponseError, "malformed body"),
    "sends a number as name": (
        sends(answer(JSON.replace(ID.encode(), b"").replace(b'""', b"1"))),
        InvalidResponseError,
        "id",
    ),
    "sends no time zone": (sends(answer(JSON.replace(b"9Z", b"9"))), InvalidResponseError, "no time zone"),
    "redirects": (sends(answer(b"", "Location: http://127.0.0.1:1/", status=302)), InvalidResponseError, "302 is not"),
    "says 204": (sends(b"HTTP/1.1 204 No Content\r\n\r\n"), InvalidResponseError, "204 without the documented body"),
    "says 418": (sends(answer(b"{}", status=418)), ServiceError, "418 I'm a [Tt]eapot"),
    "says 499": (sends(answer(b"", status=499)), ServiceError, "499 not an IANA status"),
    "says 509": (sends(answer(b"", status=509)), ServiceError, "509 not an IANA status"),
    "says 520": (sends(answer(b"", status=520)), ServiceError, "520 not an IANA status"),
    "says 999": (sends(answer(b"", status=999)), ServiceError, "999 not an IANA status"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_raises_an_exception_of_the_client(call: Callable[..., Any], fault: str) -> None:
    """Soon, with the response if there is one, and without the token."""
    serve, expected, message = FAULTS[fault]
    with server(serve) as (url, _):
        start = time.monotonic()
        with pytest.raises(SecurityCopilotError, match=message) as caught:
            call(get_session, a_client(url), "default", ID)

    error = caught.value
    assert type(error) is expected
    assert (error.response is None) is (expected is NoResponseError)
    assert (error.status_code is None) is (expected is NoResponseError)
    assert f"GET /beta/security/securityCopilot/workspaces/default/sessions/{ID}" in str(error)
    assert len(str(error)) < 600
    assert "t0ps3cret" not in str(error) + repr(error) + repr(error.__cause__)
    assert time.monotonic() - start < 2.5


@pytest.mark.parametrize(
    ("fault", "body"),
    [
        ("a BOM", b"\xef\xbb\xbf" + JSON),
        ("UTF-16", JSON.decode().encode("utf-16")),
        ("white space", b" \r\n" + JSON + b"\n"),
    ],
)
def test_unusual_json_is_accepted(call: Callable[..., Any], fault: str, body: bytes) -> None:
    """Every JSON parser accepts it."""
    del fault
    with server(sends(answer(body))) as (url, _):
        session = call(get_session, a_client(url), "default", ID)

    assert isinstance(session, Session)
    assert session.id == ID


@pytest.mark.parametrize(
    ("part", "fast", "expected"),
    [("headers", 5, NoResponseError), ("body", len(answer(JSON)) - 60, InvalidResponseError)],
)
def test_the_deadline_ends_a_slow_response(
    call: Callable[..., Any], part: str, fast: int, expected: type[SecurityCopilotError]
) -> None:
    """No single read takes long, but the whole call does."""
    del part
    with server(drips(answer(JSON), fast)) as (url, _):
        start = time.monotonic()
        with pytest.raises(expected, match=r"not done within the deadline of 0\.6 seconds"):
            call(get_session, a_client(url, deadline=0.6), "default", ID)

    assert 0.5 < time.monotonic() - start < 1.2


class Wrapper(httpx.BaseTransport):
    """A transport of the caller's around another one."""

    def __init__(self, wrapped: httpx.BaseTransport) -> None:
        self.wrapped = wrapped
        self.itself = self

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.wrapped.handle_request(request)

    def close(self) -> None:
        self.wrapped.close()


class Hidden(httpx.BaseTransport):
    """A transport whose network cannot be found."""

    __slots__ = ("network",)

    def __init__(self) -> None:
        self.network = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.network.handle_request(request)

    def close(self) -> None:
        self.network.close()


OWN: dict[str, Callable[[AuthenticatedClient], AuthenticatedClient]] = {
    "a transport": lambda c: attrs.evolve(c, httpx_args={"transport": httpx.HTTPTransport()}),
    "a wrapper": lambda c: attrs.evolve(c, httpx_args={"transport": Wrapper(Wrapper(httpx.HTTPTransport()))}),
    "a contract transport": lambda c: attrs.evolve(
        c, httpx_args={"transport": ContractTransport(httpx.HTTPTransport(), base_url=c.base_url)}
    ),
    "a mounted transport": lambda c: attrs.evolve(
        c, httpx_args={"mounts": {"http://": httpx.HTTPTransport(), "https://": None}}
    ),
    "an httpx client": lambda c: c.set_httpx_client(httpx.Client()),
}


@pytest.mark.parametrize("own", OWN)
def test_the_deadline_ends_a_slow_response_through_the_callers_network(own: str) -> None:
    """Blocking. With asyncio, the event loop ends the call, whatever the network."""
    with (
        server(drips(answer(JSON), 5)) as (url, _),
        OWN[own](a_client(url, deadline=0.3)) as client,
        pytest.raises(NoResponseError, match=r"not done within the deadline of 0\.3 seconds"),
    ):
        get_session.sync("default", ID, client=client)


def test_a_deadline_that_a_transport_does_not_observe() -> None:
    """Blocking; there is a warning, which Python shows once."""
    client = AuthenticatedClient(token="t", deadline=0.3, httpx_args={"transport": Hidden()})
    # Without the header, the second request could go to a connection that the server is about to close.
    response = answer(JSON, "Connection: close")
    with server(drips(response, len(response) - 4)) as (url, _), attrs.evolve(client, base_url=url) as slow:
        for action in ("error", "default"):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter(action)
                if action == "error":
                    with pytest.raises(RuntimeWarning, match="since the transport Hidden does not observe it"):
                        get_session.sync("default", ID, client=slow)
                else:
                    assert [get_session.sync("default", ID, client=slow).id for _ in range(2)] == [ID, ID]
        assert len(caught) == 1


def test_a_deadline_that_a_transport_observes_in_its_timeouts() -> None:
    """No single wait is longer, though the network cannot be found."""
    client = AuthenticatedClient(token="t", deadline=0.2, httpx_args={"transport": Hidden()})
    with server(stalls) as (url, _), attrs.evolve(client, base_url=url) as slow:
        start = time.monotonic()
        with (
            pytest.warns(RuntimeWarning, match="Hidden"),
            pytest.raises(NoResponseError, match=r"not done within the deadline of 0\.2 seconds"),
        ):
            get_session.sync("default", ID, client=slow)
    assert time.monotonic() - start < 1


def test_a_fast_transport_without_a_network(call: Callable[..., Any]) -> None:
    """Such as a mock: no warning."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=JSON))
    client = AuthenticatedClient(token="t", deadline=5, httpx_args={"transport": transport})

    assert call(get_session, client, "default", ID).id == ID


def test_the_deadline_ends_a_call_without_a_response(call: Callable[..., Any]) -> None:
    """The deadline ends a single read as well."""
    with server(stalls) as (url, _):
        start = time.monotonic()
        with pytest.raises(NoResponseError, match=r"not done within the deadline of 0\.3 seconds"):
            call(get_session, a_client(url, deadline=0.3), "default", ID)

    assert 0.25 < time.monotonic() - start < 0.8


@pytest.mark.parametrize(("scheme", "arrived"), [("https", False), ("http", True)])
def test_a_create_has_not_arrived_if_the_deadline_ends_a_handshake(
    call: Callable[..., Any], scheme: str, *, arrived: bool
) -> None:
    """The server accepts the connection, and sends nothing."""
    with server(stalls, scheme) as (url, _), warnings.catch_warnings():
        # httpcore leaves the socket of a cancelled handshake to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        with pytest.raises(NoResponseError, match="not done within") as raised:
            call(create_session, a_client(url, deadline=0.3), "default", body=SessionCreate(display_name="a"))
        assert raised.value.may_have_arrived is arrived
        del raised
        gc.collect()


async def test_a_create_has_not_arrived_if_the_deadline_ends_the_wait_for_a_free_connection() -> None:
    with server(stalls) as (url, connected):
        limits = {"limits": httpx.Limits(max_connections=1)}
        async with AuthenticatedClient(token="t", base_url=url, httpx_args=limits, retry=None, deadline=0.6) as client:
            waiting = client.with_options(deadline=0.3)
            outcomes = await asyncio.gather(
                client.aio.sessions.create("a"), waiting.aio.sessions.create("b"), return_exceptions=True
            )

    assert len(connected) == 1
    assert [isinstance(error, NoResponseError) and error.may_have_arrived for error in outcomes] == [True, False]


def test_the_deadline_ends_the_wait_for_a_free_connection() -> None:
    """Other calls keep the pool busy."""
    with server(stalls) as (url, _):
        limits = {"limits": httpx.Limits(max_connections=1)}
        busy = AuthenticatedClient(token="token", base_url=url, httpx_args=limits, retry=None, deadline=2)
        other = AuthenticatedClient(token="token", base_url=url, retry=None, deadline=0.3)
        other.set_httpx_client(busy.get_httpx_client())

        def occupy() -> None:
            with pytest.raises(NoResponseError):
                get_session.sync("default", ID, client=busy)

        thread = threading.Thread(target=occupy)
        thread.start()
        time.sleep(0.2)
        start = time.monotonic()
        with pytest.raises(NoResponseError, match=r"not done within the deadline of 0\.3 seconds"):
            get_session.sync("default", ID, client=other)
        assert time.monotonic() - start < 0.8
        thread.join()


class TestConnections:
    """Which requests are retried when the connection fails."""

    RETRY = Retry(attempts=3, backoff=0.01)

    @pytest.mark.parametrize("serve", [closes, resets], ids=["hangs up", "resets"])
    def test_a_read_is_retried(self, call: Callable[..., Any], serve: Serve) -> None:
        """It has no side effects."""
        with server(serve) as (url, connected), pytest.raises(NoResponseError):
            call(get_session, a_client(url, retry=self.RETRY), "default", ID)

        assert len(connected) == 3

    @pytest.mark.parametrize("serve", [closes, resets], ids=["hangs up", "resets"])
    def test_a_create_is_not_retried(self, call: Callable[..., Any], serve: Serve) -> None:
        """The session may have been created, and none can be deleted."""
        with server(serve) as (url, connected), pytest.raises(NoResponseError):
            call(create_session, a_client(url, retry=self.RETRY), "default", body=SessionCreate(display_name="a"))

        assert len(connected) == 1

    def test_a_request_that_was_never_sent_is_retried(self, call: Callable[..., Any]) -> None:
        """The server does not listen at first, so nothing can have been created."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = taken.getsockname()
        late = threading.Timer(0.3, lambda: servers.append(socket.create_server(address)))
        servers: list[socket.socket] = []
        late.start()

        def accept() -> None:
            late.join()
            connection, _ = servers[0].accept()
            with connection, servers[0]:
                sends(answer(JSON, status=201))(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        client = a_client(
            f"http://127.0.0.1:{address[1]}/beta", retry=Retry(attempts=20, backoff=0.05, max_backoff=0.1)
        )

        session = call(create_session, client, "default", body=SessionCreate(display_name="a"))

        assert session.id == ID
        thread.join()

    def test_a_response_that_breaks_off_is_not_retried(self, call: Callable[..., Any]) -> None:
        """The service has handled the request."""
        with (
            server(sends(answer(JSON[:20], length=len(JSON)))) as (url, connected),
            pytest.raises(InvalidResponseError),
        ):
            call(get_session, a_client(url, retry=self.RETRY), "default", ID)

        assert len(connected) == 1

    def test_503_is_retried_on_a_new_connection(self, call: Callable[..., Any]) -> None:
        """As Microsoft Graph documents."""
        answers = iter([answer(b"{}" * 1000, "Retry-After: 0", status=503), answer(JSON)])

        def serve(connection: socket.socket) -> None:
            connection.recv(65536)
            connection.sendall(next(answers))
            time.sleep(1)  # the connection stays open: the client must not use it again

        with server(serve) as (url, connected):
            assert call(get_session, a_client(url, retry=Retry(attempts=2)), "default", ID).id == ID

        assert len(connected) == 2


class TestMayHaveArrived:
    """After a failed create the caller must know whether it may exist."""

    @pytest.mark.parametrize(
        ("serve", "scheme", "expected"),
        [
            (closes, "http", True),
            (resets, "http", True),
            (stalls, "http", True),
            (sends(answer(b"{", length=9, status=201)), "http", True),
            (sends(answer(b"<html>", status=502)), "http", True),
            (sends(answer(b"", "Retry-After: 9", status=503)), "http", False),
            (sends(b"HTTP/1.1 200 OK\r\n\r\n"), "https", False),
        ],
        ids=["closes", "resets", "stalls", "truncates", "502", "503", "no TLS"],
    )
    def test_of_a_server(self, call: Callable[..., Any], serve: Serve, scheme: str, expected: bool) -> None:
        with server(serve, scheme) as (url, _), pytest.raises(SecurityCopilotError) as raised:
            call(create_session, a_client(url), "default", body=SessionCreate(display_name="a"))

        assert raised.value.may_have_arrived is expected

    def test_of_a_refused_connection(self, call: Callable[..., Any]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]

        with pytest.raises(NoResponseError) as raised:
            call(create_session, a_client(f"http://127.0.0.1:{port}"), "default", body=SessionCreate(display_name="a"))

        assert not raised.value.may_have_arrived

    def test_of_a_proxy_that_refuses(self, call: Callable[..., Any]) -> None:
        """There is no tunnel to the service."""
        with server(sends(answer(b"", status=403))) as (url, _):
            client = AuthenticatedClient(token="t0ps3cret", retry=None, httpx_args={"proxy": url})
            with pytest.raises(NoResponseError, match="403") as raised:
                call(create_session, client, "default", body=SessionCreate(display_name="a"))

        assert not raised.value.may_have_arrived


def test_a_call_can_be_cancelled_while_it_waits() -> None:
    """With asyncio; it ends at once."""

    async def cancel(url: str) -> float:
        client = a_client(url, deadline=None, retry=Retry())
        async with client:
            task = asyncio.create_task(get_session.asyncio("default", ID, client=client))
            await asyncio.sleep(0.2)
            start = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return time.monotonic() - start

    with server(sends(answer(b"", "Retry-After: 60", status=429))) as (url, _):
        assert asyncio.run(cancel(url)) < 0.1
