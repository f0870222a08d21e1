"""The origin of a URL: where a token may go. And the URLs that a client accepts."""

import re

import httpx

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65535
# Two parsers may disagree on the host of a URL that has anything else before its path. Compiled on first use.
_BEFORE_PATH = r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(?=/|$)"
# httpx would send a user name and password in place of the token.
_USERINFO = re.compile(r"[^/?#]*//[^/?#]*@")
# Some parsers remove these, or read a backslash as a slash.
_AMBIGUOUS = re.compile(r"[\\\s\x00-\x1f\x7f-\x9f]")


def base_url(value: str) -> str:
    """A base URL, without a slash at its end. TypeError or ValueError, which show no password."""
    if not isinstance(value, str):
        raise TypeError(f"base_url must be a string, not {type(value).__name__}")
    shown = "" if "@" in value else f", not {value!r}"
    if _USERINFO.match(value):
        raise ValueError("base_url contains a user name or password: leave them out, and pass a token")
    if "?" in value or "#" in value:
        raise ValueError("base_url contains a query or a fragment: leave it out")
    if _parsed(value) is None or _AMBIGUOUS.search(value):
        raise ValueError(f"base_url must be an absolute URL, such as https://graph.microsoft.com/beta{shown}")
    return value.rstrip("/")


def absolute(value: str) -> httpx.URL:
    """An absolute URL for a request; ValueError, which does not show it, if it is none, or contains a password."""
    url = _parsed(value)
    if url is None:
        raise ValueError("url must be an absolute URL, or a path that begins with a slash")
    if url.userinfo:
        raise ValueError("url contains a user name or password: leave them out; the client sends its token")
    return url


def _parsed(value: str) -> httpx.URL | None:
    try:
        url = httpx.URL(value)
    except httpx.InvalidURL:
        return None
    return url if url.scheme in _DEFAULT_PORTS and url.host and 0 < (url.port or 1) <= _HIGHEST_PORT else None


def same_origin(one: str | httpx.URL, other: str | httpx.URL) -> bool:
    """Whether two absolute URLs have the same scheme, host and port (RFC 6454), and no parser can disagree on that.

    Text with a user name or password, a backslash, white space or a control character has no origin, and neither does
    a relative URL. An `httpx.URL` has been parsed: its origin is where httpx connects to.
    """
    return (origin(one) or object()) == origin(other)


def origin(url: str | httpx.URL) -> str | None:
    """Scheme, host and port in one way of writing: in lower case, without the default port; None if there is none."""
    if isinstance(url, httpx.URL):
        host = url.netloc.decode("ascii").lower()
        return f"{url.scheme}://{host}" if url.scheme in _DEFAULT_PORTS and host else None
    found = None if _AMBIGUOUS.search(url) else re.match(_BEFORE_PATH, url, re.IGNORECASE | re.ASCII)
    if found is None:
        return None
    scheme, host, port = found[1].lower(), found[2].lower(), found[3]
    explicit = port is not None and int(port) != _DEFAULT_PORTS[scheme]
    return f"{scheme}://{host}:{int(port)}" if explicit else f"{scheme}://{host}"
