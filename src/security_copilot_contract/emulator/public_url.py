"""The URL under which clients reach the emulator, also behind a gateway.

Links, contexts and the document's server begin with it, so that a client can follow them.
"""

import ipaddress
import re
from collections.abc import Sequence

from attrs import frozen
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

BASE_PATH = "/beta"

_KEY = "security_copilot_contract.root_url"
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*/?")


@frozen
class PublicUrl:
    """Middleware that finds out the public URL of each request.

    It is `base_url`, if given. Otherwise X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-Prefix count, if the
    request comes from a trusted peer; a gateway is expected to remove the prefix from the path.
    """

    app: ASGIApp
    base_url: str | None = None
    trusted: Sequence[Network] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an ASGI request."""
        if self.base_url is not None:
            scope = {**scope, _KEY: self.base_url.removesuffix(BASE_PATH)}
        elif self._is_trusted(scope):
            scope = {**scope, _KEY: _forwarded(scope)}
        await self.app(scope, receive, send)

    def _is_trusted(self, scope: Scope) -> bool:
        client = scope.get("client")
        return client is not None and any(_address(client[0]) in network for network in self.trusted)


def root_url(request: Request) -> str:
    """The URL of the emulator's root, as its client knows it, without a slash at the end."""
    root: str | None = request.scope.get(_KEY)
    return str(request.base_url).removesuffix("/") if root is None else root


def networks(text: str) -> list[Network]:
    """The addresses and networks in a list such as `127.0.0.1,10.0.0.0/8`; `*` is every address. ValueError."""
    listed = ("0.0.0.0/0,::/0" if text.strip() == "*" else text).split(",")
    return [ipaddress.ip_network(one.strip()) for one in listed]


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text.partition("%")[0])
    # A socket for both versions shows IPv4 in the form of IPv6.
    return getattr(address, "ipv4_mapped", None) or address


def _forwarded(scope: Scope) -> str:
    """The root URL by the headers of a gateway. What is missing or malformed is as the emulator sees it."""
    headers = Headers(scope=scope)

    def first(name: str) -> str:
        # Of several gateways the outermost comes first.
        return headers.get(f"x-forwarded-{name}", "").partition(",")[0].strip()

    own = Request(scope).base_url
    proto = first("proto").lower() if first("proto").lower() in ("http", "https") else own.scheme
    host = first("host") if _HOST.fullmatch(first("host")) else own.netloc
    prefix = first("prefix") if _PREFIX.fullmatch(first("prefix")) else own.path
    return f"{proto}://{host}{prefix.removesuffix('/')}"
