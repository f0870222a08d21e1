"""A real browser, told what to do by the DevTools protocol over a pipe: Chromium needs no driver for that."""

import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--remote-debugging-pipe",
    # No other host can be reached.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1280,1600",
)
_SECONDS = 20

Message = dict[str, Any]


def installed() -> str | None:
    """The path of a Chromium that can be told over a pipe; None when there is none."""
    return None if sys.platform == "win32" else next(filter(None, map(shutil.which, _NAMES)), None)


class Page:
    """A page of the browser. `events` has what the browser has told of it, in order."""

    def __init__(self, pipe: socket.socket) -> None:
        self.events: list[Message] = []
        self._pipe = pipe
        self._received = pipe.makefile("rb")
        self._session: Message = {}
        target = self.send("Target.createTarget", url="about:blank")
        self._session = {"sessionId": self.send("Target.attachToTarget", flatten=True, **target)["sessionId"]}
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> Message:
        """Send a command of the protocol; its result. TimeoutError when none comes."""
        self._pipe.sendall(json.dumps({"id": 1, "method": method, "params": params, **self._session}).encode() + b"\0")
        while "id" not in (message := self._message()):
            self.events.append(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        result: Message = message["result"]
        return result

    def wait(self, expression: str) -> Any:
        """The value of a JavaScript expression, once it is true. TimeoutError when it does not become so."""
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            done = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
            value = done["result"].get("value")
            if value:
                return value
            time.sleep(0.05)
        raise TimeoutError(f"{expression} was {done['result']} for {_SECONDS} seconds")

    def click(self, element: str) -> None:
        """Click on the element that a JavaScript expression finds, once it is there."""
        self.wait(f"{element} && ({element}.click(), true)")

    def _message(self) -> Message:
        received = bytearray()
        while (byte := self._received.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("the browser has gone")
            received += byte
        message: Message = json.loads(received)
        return message


@contextmanager
def browsing(path: str, profile: Path) -> Iterator[Page]:
    """A new page of the browser at `path`, which keeps what it keeps in the folder `profile`."""
    ours, its = socket.socketpair()
    ours.settimeout(_SECONDS)
    with ours:
        with its:
            process = os.posix_spawn(
                path,
                [path, *_OPTIONS, f"--user-data-dir={profile}"],
                os.environ,
                file_actions=[
                    # Where it reads commands, and where it writes what it has to tell.
                    (os.POSIX_SPAWN_DUP2, its.fileno(), 3),
                    (os.POSIX_SPAWN_DUP2, its.fileno(), 4),
                    *((os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)),
                ],
            )
        try:
            yield Page(ours)
        finally:
            # It ends with its pipe.
            ours.shutdown(socket.SHUT_RDWR)
            os.waitpid(process, 0)
