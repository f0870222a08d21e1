"""Refusals: the OData errors with which the emulator responds."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CHALLENGE: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="", error="invalid_token"'}
# Documented by Microsoft Graph, but not registered with IANA.
_OWN_PHRASES = {509: "Bandwidth Limit Exceeded"}


class Refusal(HTTPException):
    """A request that the emulator does not accept. `target` names the invalid part of the request."""

    def __init__(
        self, status: int, message: str, *, target: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, message, headers)
        self.target = target


def bad_request(message: str, target: str | None = None) -> Refusal:
    """A 400."""
    return Refusal(HTTPStatus.BAD_REQUEST, message, target=target)


async def refuse(request: Request, exception: Exception) -> Response:
    """The OData error for an exception; anything but an HTTPException is a bug in the emulator, a 500."""
    if not isinstance(exception, HTTPException):
        exception = HTTPException(HTTPStatus.INTERNAL_SERVER_ERROR, "The emulator failed; see its log.")
    error = {
        # The documentation lists no codes; these are the names of the statuses.
        "code": _phrase(exception.status_code).title().replace(" ", ""),
        "message": exception.detail,
        "innerError": {
            "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "request-id": request.state.request_id,
            "client-request-id": request.state.client_request_id,
        },
    }
    target = getattr(exception, "target", None)
    if target is not None:
        error["target"] = target
    return JSONResponse({"error": error}, exception.status_code, exception.headers)


def _phrase(status: int) -> str:
    return _OWN_PHRASES[status] if status in _OWN_PHRASES else HTTPStatus(status).phrase
