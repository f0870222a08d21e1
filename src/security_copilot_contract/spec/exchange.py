"""The documented HTTP exchanges: each file has a request and its response.

They are the ground truth, copied byte for byte from Microsoft's documentation of the API.
"""

import json
from collections.abc import Mapping
from http.client import responses
from pathlib import Path
from typing import Any

from attrs import frozen

from security_copilot_contract.spec.files import EXCHANGES


@frozen
class Request:
    """A documented request. The documentation omits Authorization, and so does this class."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; json.JSONDecodeError if the documented body is not JSON."""
        return json.loads(self.body)


@frozen
class Response:
    """A documented response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; json.JSONDecodeError if the documented body is not JSON."""
        return json.loads(self.body)


Message = Request | Response


@frozen
class Exchange:
    """A documented request and its response; `name` is the file name without its extension."""

    name: str
    request: Request
    response: Response


def exchanges(folder: Path = EXCHANGES) -> list[Exchange]:
    """All exchanges in a folder, sorted by name. ValueError names a file that is not an exchange."""
    return [parse(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.http"))]


def parse(name: str, text: str) -> Exchange:
    r"""Parse `POST url\nheaders\n\nbody\n\nHTTP/1.1 201 Created\nheaders\n\nbody`."""
    request, separator, response = text.partition("\nHTTP/1.1 ")
    if not separator:
        raise ValueError(f"{name}: no line starts with 'HTTP/1.1 ', so there is no response")
    request_line, request_headers, request_body = _message(request)
    status_line, response_headers, response_body = _message(response)
    method, _, url = request_line.partition(" ")
    status = status_line.partition(" ")[0]
    if not url or not status.isdigit():
        raise ValueError(f"{name}: expected 'METHOD URL' and 'HTTP/1.1 STATUS', got {request_line!r}, {status_line!r}")
    return Exchange(
        name,
        Request(method, url, request_headers, request_body),
        Response(int(status), response_headers, response_body),
    )


def _message(text: str) -> tuple[str, dict[str, str], bytes]:
    head, _, body = text.partition("\n\n")
    start_line, *header_lines = head.strip().splitlines()
    fields = (line.partition(":") for line in header_lines)
    return start_line, {name: value.strip() for name, _, value in fields}, body.strip().encode()


def text(exchange: Exchange) -> str:
    """An exchange in the form that `parse` reads."""
    request, response = exchange.request, exchange.response
    phrase = responses.get(response.status, "Unknown")
    return (
        f"{_text(f'{request.method} {request.url}', request.headers, request.body)}\n\n"
        f"{_text(f'HTTP/1.1 {response.status} {phrase}', response.headers, response.body)}\n"
    )


def _text(start_line: str, headers: Mapping[str, str], body: bytes) -> str:
    head = "\n".join([start_line, *(f"{name}: {value}" for name, value in headers.items())])
    return f"{head}\n\n{body.decode()}" if body else head
