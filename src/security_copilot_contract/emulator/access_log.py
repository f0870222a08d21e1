"""The access log."""

import sys
import time
from urllib.parse import parse_qsl, quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from security_copilot_contract.emulator.clock import Clock

_MOST_CHARACTERS = 300


class AccessLog:
    """Middleware that logs each request to stderr in one line: time, status, duration, request-id, method and path.

    The columns are of fixed width, and the path comes last. Of the query it logs only the names of OData's options, of
    the headers only the response's request-id, of bodies nothing.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._clock = Clock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an ASGI request."""
        came = f"{self._clock.now():%Y-%m-%dT%H:%M:%S.%f}"[:-3]
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
            line = f"{came}Z {status:>3} {took:8.1f} ms {request_id:<36} {scope['method']:<7} {_target(scope)}"
            sys.stderr.write(f"{line}\n")


def _target(scope: Scope) -> str:
    """The path and the options, quoted so that they cannot break the line."""
    names = [name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)]
    options = "&".join(name for name in names if name.startswith("$"))
    return quote(scope["path"] + (f"?{options}" if options else ""), safe="/$?&':()")[:_MOST_CHARACTERS]
