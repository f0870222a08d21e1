"""The emulator on a socket."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

_START_SECONDS = 10


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free. OSError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without the protocol asyncio does not set TCP_NODELAY, and every answer takes 40 ms.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(128)
    except OSError:
        sock.close()
        raise
    return sock


def base_url(sock: socket.socket) -> str:
    """The base URL of an emulator on this socket."""
    host, port = sock.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/beta"


def server(app: ASGIApp) -> uvicorn.Server:
    """A server for the application, silent but for its own faults."""
    return uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error", access_log=False))


@contextmanager
def running(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serves the application from a thread; gives its base URL and stops it at the end."""
    with listen(host, port) as sock:
        running_server = server(app)
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
