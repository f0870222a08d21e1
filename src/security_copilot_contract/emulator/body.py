"""Request bodies: JSON objects with writable properties only, compressed or not."""

import zlib
from http import HTTPStatus
from typing import Any

from starlette.requests import ClientDisconnect, Request

from security_copilot_contract.emulator.refusal import Refusal, bad_request
from security_copilot_contract.emulator.resource import Entity, Resource
from security_copilot_contract.spec import strict_json

# 1,024 clients may send one at the same time.
MOST_BYTES = 1 << 20

_TYPE = "@odata.type"
_LONGEST_NAME = 100
# The content codings, with the windowBits of zlib. The documentation names none. Microsoft's SDK for Go sends gzip by
# default, and falls back only after a 415.
_CODINGS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


async def written(request: Request, resource: Resource, *, whole: bool) -> Entity:
    """The properties in the body; a 400, 413 or 415 if it is not valid. A `whole` body has all required properties."""
    media_type = ", ".join(request.headers.getlist("content-type")).partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The media type is {media_type!r}; it must be application/json."
        )
    given = _json_object(await _decoded(request))
    for name, value in given.items():
        _check(name, value, resource)
    for name, definition in resource.writable.items() if whole else ():
        if definition.required and name not in given:
            raise bad_request(f"The property {name!r} is required.", name)
    return {name: value for name, value in given.items() if name in resource.writable}


async def absent(request: Request) -> None:
    """Respond 400 if there is a body; none is documented."""
    if await _content(request):
        raise bad_request(f"{request.method} takes no body.")


def _check(name: str, value: Any, resource: Resource) -> None:
    if name == _TYPE:
        accepts: tuple[str, ...] = (resource.odata_type,)
    elif "@" in name:
        # An annotation (OData JSON Format 4.01, section 20). Those that the service does not know, it ignores.
        return
    elif name in resource.writable:
        accepts = resource.writable[name].accepts
    elif name in resource.properties:
        raise bad_request(f"The property {name!r} is read-only.", name)
    else:
        # A name may be as long as a body.
        unknown = name[:_LONGEST_NAME]
        raise bad_request(f"{resource.collection.title()} have no property {unknown!r} that can be written.", unknown)
    if not isinstance(value, str):
        raise bad_request(f"The property {name!r} must be a string.", name)
    if accepts and value not in accepts:
        raise bad_request(f"{name} must be {' or '.join(accepts)}.", name)


async def _decoded(request: Request) -> bytes:
    """The body without its content coding (RFC 9110, section 8.4); a 415 for an unknown one."""
    named = ",".join(request.headers.getlist("content-encoding")).lower().split(",")
    codings = [coding for name in named if (coding := name.strip()) not in ("", "identity")]
    if len(codings) > 1 or not _CODINGS.keys() >= set(codings):
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"The Content-Encoding is {', '.join(codings)[:_LONGEST_NAME]!r}; it must be gzip, deflate or identity.",
            headers={"Accept-Encoding": "gzip, deflate, identity"},
        )
    content = await _content(request)
    return _inflated(content, codings[0]) if codings else content


def _inflated(content: bytes, coding: str) -> bytes:
    inflating = zlib.decompressobj(_CODINGS[coding])
    try:
        inflated = inflating.decompress(content, MOST_BYTES + 1)
    except zlib.error as error:
        raise bad_request(f"The body is not {coding}: {error}") from None
    if len(inflated) > MOST_BYTES:
        raise _too_long()
    if not inflating.eof or inflating.unused_data:
        raise bad_request(
            f"The body is not {coding}: {'something follows' if inflating.eof else 'its end is missing'}."
        )
    return inflated


def _too_long() -> Refusal:
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is longer than {MOST_BYTES:,} bytes; send less.")


async def _content(request: Request) -> bytes:
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > MOST_BYTES:
                raise _too_long()
    except ClientDisconnect:
        raise bad_request("The body is incomplete.") from None
    return bytes(content)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = strict_json.loads(body)
    except ValueError as error:
        raise bad_request(f"The body is not JSON in UTF-8: {error}") from None
    if not isinstance(value, dict):
        raise bad_request("The body must be a JSON object.")
    return value
