"""The emulator as an httpx transport: it responds in the process of the client, without a socket."""

from collections.abc import Coroutine
from typing import Any

import anyio.lowlevel
import httpx
from starlette.types import Message

from security_copilot_contract.emulator.app import IN_PROCESS, TOKEN, emulator
from security_copilot_contract.emulator.faults import Faults
from security_copilot_contract.emulator.store import Store


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """An httpx transport to its own emulator, at `/beta` of any host; blocking and asynchronous.

    `store`, `token` and `faults` are as for `emulator`. Blocking clients may also use it inside an event loop, and from
    threads. An exception due to a bug in the emulator propagates.
    """

    def __init__(self, store: Store | None = None, *, token: str = TOKEN, faults: Faults | None = None) -> None:
        self._app = emulator(store, token, faults)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request."""
        request.read()
        return _at_once(self._answer(request))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request, after a checkpoint, as on a network."""
        await request.aread()
        await anyio.lowlevel.checkpoint()
        return await self._answer(request)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        """The response to a request whose body has been read."""
        unread = [request.content]
        head: Message = {}
        body = bytearray()

        async def receive() -> Message:
            return {"type": "http.request", "body": unread.pop()} if unread else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
            elif request.method != "HEAD":
                body.extend(message.get("body", b""))

        await self._app(_scope(request), receive, send)
        # As a stream, so that httpx sets `elapsed`.
        return httpx.Response(head["status"], headers=head["headers"], stream=httpx.ByteStream(bytes(body)))


def _scope(request: httpx.Request) -> dict[str, Any]:
    """The ASGI scope of a request."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "query_string": request.url.query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "state": {IN_PROCESS: True},
    }


def _at_once(answering: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
    """The result of a coroutine that never suspends."""
    try:
        answering.send(None)
    except StopIteration as done:
        response: httpx.Response = done.value
        return response
    answering.close()
    raise RuntimeError("the emulator awaits something, which a blocking client cannot; use an asynchronous client")
