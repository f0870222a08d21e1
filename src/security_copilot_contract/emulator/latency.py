"""A service that takes its time."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Receive, Scope, Send


class Latency:
    """Has every request wait for some seconds before it is handled, until there is no time left for that."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app = app
        self._seconds = seconds
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Let what waits go on at once, and what comes later not wait at all."""
        self._ended.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request, as ASGI has it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), self._seconds)
        await self.app(scope, receive, send)
