"""The emulator on a socket."""

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from security_copilot_contract.emulator.admission import Admission, Connection, limits

_START_SECONDS = 10
# How long clients have, once the server stops, to finish their requests and to receive the responses.
_STOP_SECONDS = 3
# Those that wait for the server to accept them.
_BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 picks a free one. OSError or OverflowError if that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without the protocol asyncio does not set TCP_NODELAY, and every response takes 40 ms.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            # On Windows it would let two servers listen on one port.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(_BACKLOG)
    except (OSError, OverflowError):
        sock.close()
        raise
    return sock


def base_url(sock: socket.socket, scheme: str = "http") -> str:
    """The base URL of an emulator on this socket."""
    host, port = sock.getsockname()[:2]
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}/beta"


class Server(uvicorn.Server):
    """A server for the application, which logs nothing but its own errors.

    When it is stopped, by a signal or otherwise, it calls `on_stop`, finishes pending requests, and returns from `run`
    within a few seconds, whatever its clients do. `tls` are the files of the certificate and of its key, for https.
    """

    def __init__(
        self, app: ASGIApp, on_stop: Callable[[], None] = lambda: None, tls: tuple[Path, Path] | None = None
    ) -> None:
        self._on_stop = on_stop
        certificate, key = (None, None) if tls is None else tls
        super().__init__(
            # Explicit, since the default depends on what is installed.
            uvicorn.Config(
                app,
                http=Connection,
                ws="none",
                lifespan="off",
                log_level="error",
                access_log=False,
                # See public_url.py.
                proxy_headers=False,
                ssl_certfile=certificate,
                ssl_keyfile=key,
            )
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop gracefully; further signals do not interrupt that."""
        del sig, frame
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections."""
        # uvicorn accepts so many at once that the process runs out of files, which asyncio logs without end.
        admission = Admission(self.config, self.server_state, limits())
        self._accepting = [asyncio.create_task(admission.accept(sock)) for sock in sockets or ()]
        self.servers: list[asyncio.Server] = []
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish pending requests, and stop."""
        self._on_stop()
        for task in self._accepting:
            task.cancel()
        await asyncio.wait(self._accepting)
        asyncio.get_running_loop().call_later(_STOP_SECONDS, self._hang_up)
        await super().shutdown(sockets)

    def _hang_up(self) -> None:
        for connection in self.server_state.connections:
            connection.transport.abort()


@contextmanager
def running(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve the application from a thread for a block; yields its base URL."""
    with listen(host, port) as sock:
        running_server = Server(app)
        thread = threading.Thread(target=running_server.run, args=([sock],), daemon=True)
        thread.start()
        try:
            _wait_until_started(running_server, thread)
            yield base_url(sock)
        finally:
            running_server.should_exit = True
            thread.join()


def _wait_until_started(starting: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not starting.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start within {_START_SECONDS} seconds")
        time.sleep(0.005)
