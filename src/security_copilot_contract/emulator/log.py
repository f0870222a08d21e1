"""The access log."""

import sys
import time
from contextlib import suppress
from urllib.parse import parse_qsl, quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from security_copilot_contract.emulator.clock import Clock, timestamp

_MOST_CHARACTERS = 300


class AccessLog:
    """Tells every request on stderr, in a line: when, what, and how it ended.

    Of the query it tells the names of OData's options alone, of headers the response's request-id, of bodies nothing.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._clock = Clock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request, as ASGI has it."""
        came = timestamp(self._clock.now())
        started = time.perf_counter()
        status, request_id = "-", "-"

        async def noted(message: Message) -> None:
            nonlocal status, request_id
            if message["type"] == "http.response.start":
                status = str(message["status"])
                request_id = MutableHeaders(scope=message).get("request-id", "-")
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            took = 1000 * (time.perf_counter() - started)
            _write(f"{came} {scope['method']} {_target(scope)} {status} {took:.1f} ms {request_id}")


def _target(scope: Scope) -> str:
    """The path, and the options; quoted, so that it stays within its line and its place in it."""
    names = [name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)]
    options = "&".join(name for name in names if name.startswith("$"))
    return quote(scope["path"] + (f"?{options}" if options else ""), safe="/$?&':()")[:_MOST_CHARACTERS]


def _write(line: str) -> None:
    # Who does not read it does not stop the service.
    with suppress(OSError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
