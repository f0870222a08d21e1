"""Which connections the server accepts: as many as it can have open, and no more."""

import asyncio
import socket
import sys
from contextlib import suppress

from attrs import define, field, frozen
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

if sys.platform != "win32":
    import resource

# Each may send 64 KiB of headers.
_MOST_SERVED = 1024
_MOST_REFUSED = 256
# A connection that has been silent for this long makes room for another.
_IDLE_SECONDS = 1.0
_PAUSE_SECONDS = 0.01

# A key in the state of a request: it comes by a connection that is one too many.
OVERLOADED = "overloaded"


@frozen
class Limits:
    """How many connections are served, and how many may be open, those that are refused included."""

    served: int
    opened: int


def limits() -> Limits:
    """The limits of this process: 80 % of the files that it may have open are connections that it serves."""
    files = 1 << 20
    if sys.platform != "win32":
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        files = files if soft == resource.RLIM_INFINITY else soft
    served = min(_MOST_SERVED, files * 8 // 10)
    return Limits(served, min(served + _MOST_REFUSED, files * 9 // 10))


class Connection(H11Protocol):
    """A connection that knows since when it has been silent."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in the base class
        """Begin."""
        super().connection_made(transport)
        self._silent_since = self.loop.time()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._silent_since = self.loop.time()
        super().on_response_complete()

    @property
    def silent_seconds(self) -> float:
        """How long it has waited for a request; 0 while it serves one."""
        serves = self.transport.is_closing() or (self.cycle is not None and not self.cycle.response_complete)
        return 0.0 if serves else self.loop.time() - self._silent_since


@define(eq=False)
class Admission:
    """Accepts connections within the limits. More wait in the queue of the operating system."""

    config: Config
    state: ServerState
    limits: Limits
    _opening: set[asyncio.Task[None]] = field(factory=set, init=False)

    async def accept(self, listener: socket.socket) -> None:
        """Accept connections until it is cancelled."""
        loop = asyncio.get_running_loop()
        listener.settimeout(0)
        try:
            while True:
                # At least once, so that the others go on.
                await asyncio.sleep(0)
                while self._count() >= self.limits.opened:
                    self._make_room()
                    await asyncio.sleep(_PAUSE_SECONDS)
                try:
                    sock, _ = await loop.sock_accept(listener)
                except OSError:
                    # The peer has gone, or there are too many open files. Neither is over sooner if it is logged.
                    await asyncio.sleep(_PAUSE_SECONDS)
                    continue
                task = loop.create_task(self._open(sock))
                self._opening.add(task)
                task.add_done_callback(self._opening.discard)
        finally:
            for task in self._opening:
                task.cancel()

    async def _open(self, sock: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        overloaded = self._count() > self.limits.served and not self._make_room()
        state = {OVERLOADED: overloaded}
        # Fails if the peer goes, or does not speak TLS.
        with suppress(OSError):
            await loop.connect_accepted_socket(
                lambda: Connection(self.config, self.state, state, _loop=loop), sock, ssl=self.config.ssl
            )

    def _count(self) -> int:
        return len(self.state.connections) + len(self._opening)

    def _make_room(self) -> bool:
        """Close the connection that has been silent for longest; False if none has been for long."""
        connections = [one for one in self.state.connections if isinstance(one, Connection)]
        silent = max(connections, key=lambda connection: connection.silent_seconds, default=None)
        if silent is None or silent.silent_seconds < _IDLE_SECONDS:
            return False
        silent.shutdown()
        return True
