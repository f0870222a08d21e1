"""The emulator without a socket: what a client of httpx sends is answered in its own process."""

from collections.abc import Coroutine
from typing import Any

import anyio.lowlevel
import httpx
from starlette.types import Message

from security_copilot_contract.emulator.app import TOKEN, emulator
from security_copilot_contract.emulator.faults import Faults
from security_copilot_contract.emulator.store import Store


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport of httpx to an emulator of its own, at `/beta` of whatever host; blocking and asynchronous.

    `store`, `token` and `faults` are as for `emulator`. Blocking clients may use it within an event loop as well, and
    from threads. An exception that is a fault of the emulator comes through.
    """

    def __init__(self, store: Store | None = None, *, token: str = TOKEN, faults: Faults | None = None) -> None:
        self._app = emulator(store, token, faults)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        request.read()
        return _at_once(self._answer(request))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request, after others have had their turn, as they would have on a network."""
        await request.aread()
        await anyio.lowlevel.checkpoint()
        return await self._answer(request)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request whose body has been read."""
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
        # As a stream, so that httpx measures how long it took.
        return httpx.Response(head["status"], headers=head["headers"], stream=httpx.ByteStream(bytes(body)))


def _scope(request: httpx.Request) -> dict[str, Any]:
    """What ASGI calls the request."""
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
    }


def _at_once(answering: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
    """What a coroutine returns that has nothing to wait for."""
    try:
        answering.send(None)
    except StopIteration as done:
        response: httpx.Response = done.value
        return response
    answering.close()
    raise RuntimeError("the emulator waits for something, which a blocking client cannot; use an asynchronous one")
