"""A deadline for a whole call.

The timeouts of httpx apply to a single read: a server that sends a byte a second never exceeds them. In asyncio a call
is cancelled at its deadline. A blocking call cannot be cancelled, so a network backend checks the deadline before each
operation that waits.
"""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from security_copilot_runtime import clock, settings

# The time by which the calls of this thread or task must be done, as from the clock's `monotonic`.
end: ContextVar[float] = ContextVar("end", default=float("inf"))


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Limit all calls in a block to so many seconds; None is no limit. TypeError or ValueError for anything else."""
    seconds = settings.deadline(seconds)
    before = end.set(end.get() if seconds is None else min(end.get(), clock.monotonic() + seconds))
    try:
        yield
    finally:
        end.reset(before)


@contextmanager
def lifted() -> Iterator[None]:
    """No deadline in a block: tasks that it starts, which may outlive the deadline, do not inherit it."""
    before = end.set(float("inf"))
    try:
        yield
    finally:
        end.reset(before)


def left() -> float:
    """The seconds until the deadline; infinity without one."""
    return end.get() - clock.monotonic()


def sooner(seconds: float | None) -> float | None:
    """The lesser of `seconds` and the seconds until the deadline; None if neither is a limit."""
    fewer = min(left(), float("inf") if seconds is None else seconds)
    return None if fewer == float("inf") else max(fewer, 0.0)


def shorten(timeouts: dict[str, float | None]) -> None:
    """Make no timeout end after the deadline: a transport may observe only its timeouts."""
    most = max(left(), 0.001)
    for name, seconds in timeouts.items():
        if most < (float("inf") if seconds is None else seconds):
            timeouts[name] = most


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


def warn_if_exceeded(client: httpx.Client, end: float) -> None:
    """Warn if it is later than `end`, and the httpx client has a transport without a network that observes this."""
    if clock.monotonic() < end:
        return
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


def _transports(client: httpx.Client) -> list[httpx.BaseTransport]:
    mounted = client._mounts.values()  # noqa: SLF001 - see observe
    return [transport for transport in (client._transport, *mounted) if transport is not None]  # noqa: SLF001


def _pools(transport: object, seen: set[int]) -> Iterator[httpcore.ConnectionPool]:
    """The connection pools of a transport, and of those that it wraps."""
    seen.add(id(transport))
    for part in getattr(transport, "__dict__", {}).values():
        if isinstance(part, httpcore.ConnectionPool):
            yield part
        elif isinstance(part, httpx.BaseTransport) and id(part) not in seen:
            yield from _pools(part, seen)


def _remaining(timeout: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    seconds = sooner(timeout)
    if left() <= 0:
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
