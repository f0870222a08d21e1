"""What an exception keeps of a request and its response, and how messages and logs quote what a service sent.

An exception ends up in logs, error trackers and pickles. So it keeps no credential:

- of the request's headers those in `KEPT` alone, whatever headers the caller adds;
- no user name or password in the URL;
- no cookie that the service sets;
- no token that the service echoes: `[token]` is in its place. The value of each header that is not kept counts as a
  token if it has more than eight characters; shorter ones would mask ordinary words.
"""

from collections.abc import Iterable
from copy import copy

import httpx

# The headers of a request that help to understand an error. None of them authenticates anybody.
KEPT = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "client-request-id",
        "connection",
        "content-length",
        "content-type",
        "host",
        "prefer",
        "traceparent",
        "user-agent",
    }
)
MASK = "[token]"
_SHORTEST_SECRET = 9
# They describe the body as it was before a token in it was masked.
_OF_THE_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class Redaction:
    """What is secret in one request."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: one may be a part of another.
        self._secrets = sorted(secrets, key=len, reverse=True)

    @classmethod
    def of(cls, request: httpx.Request) -> "Redaction":
        """The secrets in the headers of a request."""
        found = set()
        for name, value in _fields(request.headers):
            if name.lower() not in KEPT:
                # Of "Bearer abc" the service may echo the whole, or the last word.
                found |= {value.strip(), value.rpartition(" ")[2].strip()}
        found |= {secret.replace("/", "\\/") for secret in found}  # as some services write it in JSON
        return cls(secret for secret in found if len(secret) >= _SHORTEST_SECRET)

    def text(self, text: str) -> str:
        """The text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text

    def request(self, request: httpx.Request) -> httpx.Request:
        """A copy without credentials."""
        bare = copy(request)
        bare.headers = httpx.Headers([(n, v) for n, v in request.headers.raw if n.decode("latin-1").lower() in KEPT])
        if bare.url.userinfo:
            bare.url = bare.url.copy_with(username=None, password=None)
        if self.text(str(bare.url)) != str(bare.url):
            bare.url = httpx.URL(self.text(str(bare.url)))
        return bare

    def response(self, response: httpx.Response, request: httpx.Request) -> httpx.Response:
        """A copy without credentials, without its connection, and with this request."""
        headers = httpx.Headers(
            [
                (name, self._bytes(value))
                for name, value in response.headers.raw
                if name.lower() not in (b"set-cookie", b"set-cookie2")
            ]
        )
        bare = copy(response)
        try:
            content = self._bytes(response.content)
        except httpx.ResponseNotRead:
            content = None
        if content is not None and content != response.content:
            described = [(name, value) for name, value in headers.raw if name.decode().lower() not in _OF_THE_BODY]
            bare = httpx.Response(response.status_code, headers=described, content=content)
        else:
            bare.headers = headers
        bare.request = request
        bare.next_request = None  # httpx prepares it for a redirect, with the token
        # httpx keeps the network stream here as well.
        bare.extensions = {name: value for name, value in response.extensions.items() if isinstance(value, bytes)}
        return bare

    def cause(self, error: BaseException, request: httpx.Request) -> None:
        """Remove the credentials from an exception of httpx and its causes, and give it this request."""
        link: BaseException | None = error
        while link is not None:
            link.args = tuple(self.text(part) if isinstance(part, str) else part for part in link.args)
            if isinstance(link, httpx.RequestError):
                link.request = request
            link = link.__cause__

    def _bytes(self, content: bytes) -> bytes:
        for secret in self._secrets:
            content = content.replace(secret.encode("latin-1"), MASK.encode())
        return content


def _fields(headers: httpx.Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw]


def quoted(text: str, longest: int = 200) -> str:
    """Text of a service for a message or a log: in one line, without control characters, cut to this length."""
    # Longer than what is shown, since white space may be dropped; not the whole, which may be megabytes.
    line = " ".join(text[: 4 * longest].split())
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in line)
    return shown if len(shown) <= longest and len(text) <= 4 * longest else f"{shown[: longest - 1]}…"
