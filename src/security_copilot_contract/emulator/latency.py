"""A delay before each response."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Receive, Scope, Send


class Latency:
    """Middleware that delays every request by some seconds, until the server stops."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app = app
        self._seconds = seconds
        self._ended = asyncio.Event()

    def end(self) -> None:
        """End all delays, and add no more."""
        self._ended.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an ASGI request."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), self._seconds)
        await self.app(scope, receive, send)
