"""Cross-origin requests: pages of other origins may call the emulator (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from collections.abc import Collection

from attrs import frozen
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ANY = "*"

_METHODS = "GET, HEAD, PATCH, POST"
# Those that a page may read besides the few that it always may.
_EXPOSED = "Allow, client-request-id, Preference-Applied, request-id, Retry-After, WWW-Authenticate"
_SECONDS = "600"


@frozen
class Cors:
    """Middleware that allows some origins, or any (`*`), to call the application from a browser.

    It answers the preflight requests of these origins. All other requests reach the application; without the headers a
    browser does not let the page of another origin read the response.
    """

    app: ASGIApp
    origins: Collection[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an ASGI request."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        allowed = origin is not None and (ANY in self.origins or origin in self.origins)
        if allowed and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(headers)(scope, receive, _with_origin(send, origin))
        else:
            await self.app(scope, receive, _with_origin(send, origin if allowed else None))


def _preflight(headers: Headers) -> Response:
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": headers.get("access-control-request-headers", ""),
            "Access-Control-Max-Age": _SECONDS,
        },
    )


def _with_origin(send: Send, origin: str | None) -> Send:
    """Add to a response which origin may read it; None for no other."""

    async def shared(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.add_vary_header("Origin")
            if origin is not None:
                headers["Access-Control-Allow-Origin"] = origin
                headers["Access-Control-Expose-Headers"] = _EXPOSED
        await send(message)

    return shared
