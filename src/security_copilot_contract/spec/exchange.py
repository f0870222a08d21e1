"""The documented HTTP exchanges: each file has a request and its response.

They are the ground truth, copied byte for byte from Microsoft's documentation of the API.
"""

import json
import re
from collections.abc import Mapping
from http.client import responses
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import frozen

from security_copilot_contract.spec.files import EXCHANGES

_STATUS = re.compile("[1-5][0-9]{2}")


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
    """All exchanges in a folder, sorted by name.

    ValueError names a file that is not an exchange; OSError if a file cannot be read.
    """
    return [_read(path) for path in sorted(folder.glob("*.http"))]


def _read(path: Path) -> Exchange:
    try:
        return parse(path.stem, path.read_text("utf-8"))
    except UnicodeDecodeError:
        raise ValueError(f"{path.stem}: expected UTF-8") from None


def parse(name: str, text: str) -> Exchange:
    r"""Parse `POST url\nheaders\n\nbody\n\nHTTP/1.1 201 Created\nheaders\n\nbody`.

    ValueError begins with the name, and says what was expected.
    """
    request, separator, response = text.partition("\nHTTP/1.1 ")
    if not separator:
        raise ValueError(f"{name}: no line starts with 'HTTP/1.1 ', so there is no response")
    request_line, request_headers, request_body = _message(name, request)
    status_line, response_headers, response_body = _message(name, response)
    method, _, url = request_line.partition(" ")
    status = status_line.partition(" ")[0]
    if not _is_url(url) or not _STATUS.fullmatch(status):
        raise ValueError(f"{name}: expected 'METHOD URL' and 'HTTP/1.1 STATUS', got {request_line!r}, {status_line!r}")
    return Exchange(
        name,
        Request(method, url, request_headers, request_body),
        Response(int(status), response_headers, response_body),
    )


def _message(name: str, text: str) -> tuple[str, dict[str, str], bytes]:
    head, _, body = text.partition("\n\n")
    start_line, _, fields = head.strip().partition("\n")
    headers = {}
    for line in fields.splitlines():
        field, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"{name}: expected a header 'Name: value', got {line!r}")
        headers[field] = value.strip()
    return start_line, headers, body.strip().encode()


def _is_url(text: str) -> bool:
    try:
        return bool(urlsplit(text).netloc)
    except ValueError:
        return False


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
