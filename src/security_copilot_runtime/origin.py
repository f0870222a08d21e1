"""The origin of a URL: where a token may go."""

import re

import httpx

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Two parsers may disagree on the host of a URL that has anything else before its path.
_BEFORE_PATH = re.compile(
    r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(?=/|$)", re.IGNORECASE | re.ASCII
)
# Some parsers remove these, or read a backslash as a slash.
_AMBIGUOUS = re.compile(r"[\\\s\x00-\x1f\x7f-\x9f]")


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
    found = None if _AMBIGUOUS.search(url) else _BEFORE_PATH.match(url)
    if found is None:
        return None
    scheme, host, port = found[1].lower(), found[2].lower(), found[3]
    explicit = port is not None and int(port) != _DEFAULT_PORTS[scheme]
    return f"{scheme}://{host}:{int(port)}" if explicit else f"{scheme}://{host}"
