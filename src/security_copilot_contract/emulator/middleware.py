"""Middleware for every request: the canonical URL, tracing headers and the token."""

import hmac
import re
import uuid
from http import HTTPStatus
from urllib.parse import quote, unquote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from security_copilot_contract.emulator.admission import OVERLOADED
from security_copilot_contract.emulator.refusal import CHALLENGE, Refusal, bad_request, refuse
from security_copilot_contract.spec.canonical import canonical

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


class Canonical:
    """Gives each request its canonical path and query options."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an ASGI request."""
        if scope["type"] == "http":
            raw_path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
            target = f"{raw_path}?{scope['query_string'].decode('latin-1')}"
            if (url := canonical(target)) != target:
                path, _, query = url.partition("?")
                scope = {**scope, "path": unquote(path), "raw_path": path.encode("latin-1")}
                scope["query_string"] = query.encode("latin-1")
        await self.app(scope, receive, send)


class Tracing:
    """Adds request-id, client-request-id and a header that identifies the emulator to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an ASGI request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        request_id = str(uuid.uuid4())
        client_request_id = ", ".join(request.headers.getlist("client-request-id") or [request_id])
        request.state.request_id = request_id
        request.state.client_request_id = client_request_id

        async def traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["request-id"] = request_id
                headers["x-ms-ags-diagnostic"] = '{"ServerInfo":{"RoleInstance":"security-copilot-emulator"}}'
                if GUID.fullmatch(client_request_id):
                    headers["client-request-id"] = client_request_id
            await send(message)

        if refusal := _refusal(request):
            response = await refuse(request, refusal)
            await response(scope, receive, traced)
        else:
            await self.app(scope, receive, traced)


def _refusal(request: Request) -> Refusal | None:
    """What is wrong with a request, whatever it is for."""
    if getattr(request.state, OVERLOADED, False):
        message = "Too many connections are open. Try again later."
        return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, message, headers={"Retry-After": "1", "Connection": "close"})
    if "transfer-encoding" in request.headers and "content-length" in request.headers:
        # Maybe a gateway takes other bytes for the next request (RFC 9112, section 6.1), so the connection is closed.
        message = "The request has both Content-Length and Transfer-Encoding."
        return Refusal(HTTPStatus.BAD_REQUEST, message, headers={"Connection": "close"})
    if not GUID.fullmatch(request.state.client_request_id):
        return bad_request("The header client-request-id is not a GUID.", "client-request-id")
    return None


class BearerToken:
    """Accepts only requests with the one token; others get a 401 with a challenge."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app = app
        self._expected = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an ASGI request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        given = ", ".join(request.headers.getlist("authorization"))
        # The scheme is case-insensitive (RFC 9110, section 11.1).
        scheme, _, token = given.partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), self._expected):
            await self.app(scope, receive, send)
            return
        message = "The token is not valid." if given else "The token is missing."
        response = await refuse(request, Refusal(HTTPStatus.UNAUTHORIZED, message, headers=CHALLENGE))
        await response(scope, receive, send)
