"""wait() over real sockets that break in every way, at every poll, and then give the evaluation."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest
from security_copilot_client import AuthenticatedClient, Ids, NoResponseError, SecurityCopilotError, wait, wait_async

from security_copilot_runtime.clock import SkippingClock, use

GUID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
IDS = Ids("default", GUID, GUID, GUID)
BODY = f'{{"id": "{GUID}", "state": "completed", "result": null}}'.encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
WHOLE = HEAD + b"Content-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(BODY), BODY)
RESET = struct.pack("ii", 1, 0)
Serving = Callable[[socket.socket], None]


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def stall(connection: socket.socket) -> None:
    """Until the client gives up."""
    with suppress(OSError):
        connection.recv(1)


def stall_within_the_body(connection: socket.socket) -> None:
    connection.sendall(WHOLE[:-20])
    stall(connection)


BROKEN: dict[str, Serving] = {
    "closed": lambda _: None,
    "reset": reset,
    "stalled": stall,
    "half a head": lambda c: c.sendall(HEAD),
    "half a body": lambda c: c.sendall(WHOLE[:-20]),
    "half a chunk": lambda c: c.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n40\r\n{"),
    "a body that stalls": stall_within_the_body,
    "no HTTP": lambda c: c.sendall(b"SSH-2.0-OpenSSH_9.7\r\n"),
    "another length": lambda c: c.sendall(WHOLE.replace(b"Content-Length: ", b"Content-Length: -")),
}


@contextmanager
def serving(*connections: Serving) -> Iterator[str]:
    """A server that treats one connection after the other so, each after its request; yields its base URL."""

    def run() -> None:
        for serve in connections:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                # A GET has no body, and its head fits into one packet.
                connection.recv(65536)
                serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/beta"
        thread.join(10)
    assert not thread.is_alive()


def client(url: str) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=url, token="t", retry=None, timeout=httpx.Timeout(0.2, connect=10))


def wait_blocking(url: str, **keywords: Any) -> Any:
    with client(url) as used:
        return wait(*IDS, client=used, **keywords)


def wait_in_a_loop(url: str, **keywords: Any) -> Any:
    async def run() -> Any:
        async with client(url) as used:
            return await wait_async(*IDS, client=used, **keywords)

    return asyncio.run(run())


@pytest.fixture(params=[wait_blocking, wait_in_a_loop], ids=["sync", "asyncio"])
def waiting(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Call `wait`, blocking or with asyncio; pauses take no time."""
    with use(SkippingClock()):
        yield request.param


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_connection(waiting: Callable[..., Any], name: str) -> None:
    """The next poll uses a new one."""
    with serving(BROKEN[name], BROKEN[name], lambda c: c.sendall(WHOLE)) as url:
        assert waiting(url).state == "completed"


def test_nothing_but_broken_connections(waiting: Callable[..., Any]) -> None:
    """Without a deadline the last failure is raised, as what it is, with the ids."""
    kinds = [BROKEN[name] for name in BROKEN if "stall" not in name]
    with (
        serving(*(kinds * 3)[:19], BROKEN["closed"]) as url,
        pytest.raises(NoResponseError, match="no response: ") as caught,
    ):
        waiting(url, deadline=None)

    assert isinstance(caught.value, SecurityCopilotError)
    assert caught.value.ids == IDS
