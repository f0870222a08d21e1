"""The network of blocking calls observes the deadline: a network backend checks it before each operation that waits.

A call of asyncio is cancelled at its deadline. The traceback shows what it was waiting for.

This module imports httpcore, which takes longer than the rest of the client. So it is imported when an httpx client is
made, as httpx imports httpcore itself.
"""

import warnings
from collections.abc import Iterable, Iterator
from ssl import SSLContext
from traceback import walk_tb
from typing import Any

import httpcore
import httpx

from security_copilot_runtime import deadline

# The functions of httpcore that lead to a connection, for a request that is not sent yet.
_TO_CONNECT = frozenset({"connect_tcp", "connect_unix_socket", "start_tls", "wait_for_connection"})


def observe(client: httpx.Client) -> None:
    """Make the network of an httpx client observe the deadline, also below a transport that wraps another one.

    Connections that are open already do not.
    """
    # httpx has no argument for the network backend of httpcore. If these names ever change,
    # tests/runtime/test_network.py fails.
    for transport in _transports(client):
        for pool in _pools(transport, set()):
            if not isinstance(pool._network_backend, _Backend):  # noqa: SLF001 - see above
                pool._network_backend = _Backend(pool._network_backend)  # noqa: SLF001 - see above


def warn_of_excess(client: httpx.Client) -> None:
    """Warn if the httpx client, whose call exceeded its deadline, has a transport that does not observe it."""
    for transport in _transports(client):
        if not any(_pools(transport, set())):
            # The same text each time: Python shows it once.
            name = type(transport).__name__
            warnings.warn(
                f"a blocking call exceeded its deadline, since the transport {name} does not observe it: only the"
                " network of httpx does, also below transports that wrap it; or use asyncio",
                RuntimeWarning,
                stacklevel=2,
            )


def waited_for_connection(failure: BaseException) -> bool:
    """Whether a call was cancelled before it had a connection, so that it has sent nothing."""
    cancelled = failure.__cause__
    calls = [] if cancelled is None else [frame for frame, _ in walk_tb(cancelled.__traceback__)]
    return any(
        call.f_code.co_name in _TO_CONNECT and call.f_globals["__name__"].startswith("httpcore.") for call in calls
    )


def _transports(client: httpx.Client) -> list[httpx.BaseTransport]:
    every = client._transport, *client._mounts.values()  # noqa: SLF001 - see observe
    return [transport for transport in every if transport is not None]


def _pools(transport: object, seen: set[int]) -> Iterator[httpcore.ConnectionPool]:
    """The connection pools of a transport, and of those that it wraps."""
    seen.add(id(transport))
    for part in getattr(transport, "__dict__", {}).values():
        if isinstance(part, httpcore.ConnectionPool):
            yield part
        elif isinstance(part, httpx.BaseTransport) and id(part) not in seen:
            yield from _pools(part, seen)


def _remaining(timeout: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    seconds = deadline.sooner(timeout)
    if deadline.left() <= 0:
        raise error("the deadline has passed")
    return seconds


class _Backend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _remaining(timeout, httpcore.ConnectTimeout)
        return _Stream(self._backend.connect_tcp(host, port, left, local_address, socket_options))

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        left = _remaining(timeout, httpcore.ConnectTimeout)
        return _Stream(self._backend.connect_unix_socket(path, left, socket_options))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _remaining(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _remaining(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
