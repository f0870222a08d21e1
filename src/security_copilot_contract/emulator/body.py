"""Request bodies: JSON objects with nothing in them but what may be written."""

import json
from http import HTTPStatus
from typing import Any

from starlette.requests import Request

from security_copilot_contract.emulator.errors import Refusal, bad_request

_ODATA_TYPE = "#microsoft.graph.security.securityCopilot.session"
_READ_ONLY = ("id", "createdDateTime", "lastModifiedDateTime")


async def display_name(request: Request) -> str | None:
    """The displayName of a session in the body, None when it has none; else a 400 or 415."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The media type is {media_type!r}; it must be application/json."
        )
    session = _json_object(await request.body())
    for name, value in session.items():
        if name in _READ_ONLY:
            raise bad_request(f"The property {name!r} is read-only.", name)
        if name not in ("@odata.type", "displayName"):
            raise bad_request(f"A session has no property {name!r} that can be written.", name)
        if not isinstance(value, str):
            raise bad_request(f"The property {name!r} must be a string.", name)
    if session.get("@odata.type", _ODATA_TYPE) != _ODATA_TYPE:
        raise bad_request(f"@odata.type must be {_ODATA_TYPE}.", "@odata.type")
    return session.get("displayName")


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
        # A lone surrogate is legal in JSON's grammar and is no text.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise bad_request(f"The body is not JSON in UTF-8: {error}") from None
    if not isinstance(value, dict):
        raise bad_request("The body must be a JSON object.")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a property is given twice")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")
