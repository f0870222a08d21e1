"""The connections of a client: its httpx clients, made on first use.

Blocking calls share one httpx.Client. Connections of asyncio belong to the event loop that made them, so each running
loop has an httpx.AsyncClient of its own. After a fork, the child makes new ones: two processes cannot share one.
"""

import os
import ssl
import threading
from collections.abc import AsyncGenerator
from typing import Any

import httpx

from security_copilot_runtime import certificates, forks
from security_copilot_runtime.lazy import asyncio


class _Made:
    """What one process has made: an httpx client, and one for each event loop with the generator that closes it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.client: httpx.Client | None = None
        self.of_loops: dict[asyncio.AbstractEventLoop, tuple[httpx.AsyncClient, AsyncGenerator[None]]] = {}


def observing_deadline(client: httpx.Client) -> httpx.Client:
    """The client, whose network observes the deadline from now on."""
    from security_copilot_runtime import network  # noqa: PLC0415 - needs httpcore, which httpx imports late as well

    network.observe(client)
    return client


class Connections:
    """The httpx clients of a client: made with these settings, or the caller's own.

    A caller's own client is used by every thread, event loop and process.
    """

    def __init__(
        self,
        *,
        timeout: httpx.Timeout,
        verify: str | os.PathLike[str] | bool | ssl.SSLContext,
        httpx_args: dict[str, Any],
    ) -> None:
        self._arguments = {"timeout": timeout, "verify": verify, **httpx_args}
        self.own: httpx.Client | None = None
        self.own_async: httpx.AsyncClient | None = None
        # By the number of forks. A child keeps what its parent has made, untouched: closing it, even as garbage, could
        # end a connection that the parent uses.
        self._made: dict[int, _Made] = {}

    def blocking(self) -> httpx.Client:
        """The httpx client of all threads."""
        if self.own is not None:
            return self.own
        made = self._of_process()
        if made.client is None:
            with made.lock:
                if made.client is None:
                    made.client = observing_deadline(httpx.Client(**self._usable_arguments("handle_request")))
        return made.client

    def of_loop(self) -> httpx.AsyncClient:
        """The httpx client of the running event loop; RuntimeError if none is running."""
        if self.own_async is not None:
            return self.own_async
        loop = asyncio.get_running_loop()
        of_loops = self._of_process().of_loops
        found = of_loops.get(loop)
        if found is None or found[0].is_closed:
            for other in list(of_loops):
                if other.is_closed():
                    of_loops.pop(other, None)
            client = httpx.AsyncClient(**self._usable_arguments("handle_async_request"))
            found = of_loops[loop] = client, _started(_closing(client))
        return found[0]

    def close(self) -> None:
        """Close the connections of blocking calls. A later call makes new ones, except with the caller's own client."""
        if self.own is not None:
            self.own.close()
        made = self._of_process()
        with made.lock:
            client, made.client = made.client, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the connections of the running event loop, likewise."""
        if self.own_async is not None:
            await self.own_async.aclose()
        _, closing = self._of_process().of_loops.pop(asyncio.get_running_loop(), (None, None))
        if closing is not None:
            await closing.aclose()

    def _usable_arguments(self, method: str) -> dict[str, Any]:
        """Those for the constructor of httpx, with an SSL context that all of them share."""
        transport = self._arguments.get("transport")
        if transport is not None and not hasattr(transport, method):
            kind = "an httpx.AsyncBaseTransport for asyncio" if "async" in method else "an httpx.BaseTransport"
            raise TypeError(f"httpx_args['transport'] must be {kind}, not {type(transport).__name__}")
        self._arguments["verify"] = certificates.usable(self._arguments)
        return self._arguments

    def _of_process(self) -> _Made:
        number = forks.count
        return self._made.get(number) or self._made.setdefault(number, _Made())


async def _closing(client: httpx.AsyncClient) -> AsyncGenerator[None]:
    """Closes the client when the generator is closed.

    asyncio.run closes all generators that have been started in its loop, before it closes the loop. Afterwards the
    connections could no longer be closed.
    """
    try:
        yield
    finally:
        await client.aclose()


def _started(generator: AsyncGenerator[None]) -> AsyncGenerator[None]:
    """Run a generator up to its first yield, without awaiting."""
    try:
        generator.asend(None).send(None)
    except StopIteration:
        return generator
    raise AssertionError("the generator awaits before it yields")
