"""A server of tests/mutants behind the runner of the checks, in one process and without a socket."""

import io
from collections.abc import Collection
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from starlette.types import ASGIApp, Message

from security_copilot_contract.checks.promises import PROMISES
from security_copilot_contract.checks.runner import Runner, Session
from security_copilot_contract.emulator import TOKEN
from security_copilot_contract.emulator.app import IN_PROCESS

URL = "http://service.test/beta"


class AppAdapter(HTTPAdapter):
    """Sends the requests of a session to an ASGI application that never suspends.

    The response has the Date that a server on a socket adds.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """The response of the application."""
        content = request.body or b""
        unread = [content if isinstance(content, bytes) else str(content).encode()]
        head: Message = {}
        body = bytearray()

        async def receive() -> Message:
            return {"type": "http.request", "body": unread.pop()} if unread else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
            else:
                body.extend(message.get("body", b""))

        try:
            self._app(_scope(request), receive, send).send(None)  # type: ignore[attr-defined]  # it is a coroutine
        except StopIteration:
            return self._response(request, head, bytes(body))
        raise RuntimeError("the application awaits something")

    def _response(self, request: requests.PreparedRequest, head: Message, body: bytes) -> requests.Response:
        headers = urllib3.HTTPHeaderDict([("date", formatdate(usegmt=True))])
        for name, value in head["headers"]:
            headers.add(name.decode(), value.decode("latin-1"))
        response = urllib3.HTTPResponse(
            io.BytesIO(body), headers, head["status"], preload_content=False, request_method=request.method
        )
        return self.build_response(request, response)


def _scope(request: requests.PreparedRequest) -> dict[str, object]:
    parts = urlsplit(str(request.url))
    headers = {"host": parts.netloc, **request.headers}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": parts.scheme,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(name.lower().encode(), str(value).encode("latin-1")) for name, value in headers.items()],
        "state": {IN_PROCESS: True},
    }


def runner_of(app: ASGIApp, promises: Collection[str] = PROMISES) -> Runner:
    """A runner whose requests go to an application, and whose responses are validated against promises, by name."""
    session = Session()
    # Reading proxies from the environment takes longer than the response.
    session.trust_env = False
    session.mount("http://", AppAdapter(app))
    return Runner(URL, TOKEN, session=session, promises=[PROMISES[name] for name in promises])
