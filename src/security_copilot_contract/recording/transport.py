"""Records what passes through a transport or a client of httpx."""

from collections.abc import Callable

import httpx

from security_copilot_contract.recording.recorder import Recorder
from security_copilot_contract.recording.redaction import Fields, Traffic
from security_copilot_contract.wire import decoding
from security_copilot_contract.wire.message import fields
from security_copilot_runtime.origin import same_origin


def hook(recorder: Recorder) -> Callable[[httpx.Response], None]:
    """A hook for the responses of an httpx.Client, which records each of them with its request."""

    def recorded(response: httpx.Response) -> None:
        response.read()
        _recorded(recorder, response.request, response, None)

    return recorded


def record(recorder: Recorder, request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Record a request, whose body must have been read, and its response; returns a response to be read in its place.

    The body is read as a whole.
    """
    if response.is_closed or not isinstance(response.stream, httpx.SyncByteStream):
        return _recorded(recorder, request, response, None)
    body = b"".join(response.stream)
    response.close()
    return _recorded(recorder, request, response, body)


async def record_async(recorder: Recorder, request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Like `record`."""
    if response.is_closed or not isinstance(response.stream, httpx.AsyncByteStream):
        return _recorded(recorder, request, response, None)
    body = b"".join([chunk async for chunk in response.stream])
    await response.aclose()
    return _recorded(recorder, request, response, body)


def _recorded(
    recorder: Recorder, request: httpx.Request, response: httpx.Response, body: bytes | None
) -> httpx.Response:
    if same_origin(request.url, recorder.base_url):
        content = response.content if body is None else _decoded(body, response.headers)
        traffic = Traffic(
            request.method,
            str(request.url),
            _fields(request.headers),
            _decoded(request.content, request.headers),
            response.status_code,
            _fields(response.headers),
            content,
        )
        recorder.add(traffic)
    if body is None:
        return response
    stream = httpx.ByteStream(body)
    return httpx.Response(response.status_code, headers=response.headers, stream=stream, extensions=response.extensions)


def _decoded(body: bytes, headers: httpx.Headers) -> bytes:
    try:
        return decoding.decoded(body, fields(headers))
    except ValueError:
        return body


def _fields(headers: httpx.Headers) -> Fields:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw]
