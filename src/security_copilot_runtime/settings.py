"""The settings of a client: mistakes in them are reported when they are made, before anything is sent.

Each function returns the value to use. It raises TypeError or ValueError, with the name of the argument and a remedy.
No message contains a value that may be a secret.
"""

import os
import ssl
from collections.abc import Mapping
from math import inf
from string import ascii_letters, digits
from typing import Any, TypeVar

import httpx

from security_copilot_runtime.retry import Retry
from security_copilot_runtime.tokens import Token, usable

ClientT = TypeVar("ClientT", httpx.Client, httpx.AsyncClient)

# RFC 9110, sections 5.1 and 5.5, less the bytes beyond ASCII, whose encoding is unspecified.
_IN_HEADER_NAME = frozenset("!#$%&'*+-.^_`|~" + digits + ascii_letters)
# What the client decides itself, and the argument to use instead.
_NOT_FOR_HTTPX = {
    "auth": "use the argument token",
    "base_url": "use the argument base_url",
    "follow_redirects": "redirects are never followed, because the token is for one origin only",
    "timeout": "use the argument timeout",
    "verify": "use the argument verify_ssl",
}


def token(value: Token) -> Token:
    """A bearer token, a provider of tokens, or a credential."""
    if isinstance(value, str):
        return usable(value)
    if not callable(value) and not hasattr(value, "get_token"):
        got = "None; is the variable that holds it set?" if value is None else type(value).__name__
        kinds = "a bearer token, a function that returns one, or a credential of azure-identity"
        raise TypeError(f"token must be {kinds}, not {got}")
    return value


def header(name: str, value: object) -> str:
    """The value of a header as text; some are of other types, such as UUIDs."""
    text = str(value)
    if not name or not _IN_HEADER_NAME.issuperset(name):
        raise ValueError(f"headers contains {name!r}, which cannot be the name of a header")
    if text != text.strip(" \t") or not text.isascii() or not text.replace("\t", " ").isprintable():
        raise ValueError(f"headers[{name!r}] has a space at an end, or a character that is no visible ASCII")
    return text


def headers(value: Mapping[str, str]) -> dict[str, str]:
    """Headers by name."""
    if not isinstance(value, Mapping):
        raise TypeError(f"headers must be a dict of names and values, not {type(value).__name__}")
    for name, text in value.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise TypeError(f"headers[{name!r}] must be a string, not {type(text).__name__}")
        header(name, text)
    return dict(value)


def joined(before: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Both headers; `more` replaces those of the same name, whose case does not matter."""
    more = headers(more)
    replaced = {name.lower() for name in more}
    return {name: text for name, text in before.items() if name.lower() not in replaced} | more


def timeout(value: httpx.Timeout | float | None) -> httpx.Timeout:
    """Timeouts of single operations in seconds; None is no limit."""
    if isinstance(value, httpx.Timeout):
        for name, seconds in value.as_dict().items():
            _check_seconds(f"timeout.{name}", seconds)
        return value
    return httpx.Timeout(_check_seconds("timeout", value))


def deadline(value: float | None) -> float | None:
    """The seconds that a call may take; None is no limit."""
    return _check_seconds("deadline", value)


def _check_seconds(name: str, value: object) -> float | None:
    if value is None:
        return None
    problem = f"{name} must be a number of seconds above 0, or None for no limit, not {value!r}"
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(problem)
    if not 0 < value < inf:
        raise ValueError(problem)
    return value


def own_client(value: ClientT, kind: type[ClientT]) -> ClientT:
    """An httpx client of the caller's."""
    if not isinstance(value, kind):
        raise TypeError(f"client must be an httpx.{kind.__name__}, not {type(value).__name__}")
    return value


def retry(value: Retry | None) -> Retry | None:
    """A retry policy; None is no retries."""
    if value is not None and not isinstance(value, Retry):
        raise TypeError(f"retry must be a Retry, such as Retry(attempts=3), or None for no retries, not {value!r}")
    return value


def verify_ssl(value: str | os.PathLike[str] | bool | ssl.SSLContext) -> str | os.PathLike[str] | bool | ssl.SSLContext:  # noqa: FBT001 - as httpx
    """Whether to verify certificates, the CA certificates (a file or folder), or an SSL context."""
    if isinstance(value, (str, os.PathLike)) and not os.path.exists(value):  # noqa: PTH110 - both kinds of path
        raise ValueError(
            f"verify_ssl must be a file or folder of CA certificates that exists, not {os.fspath(value)!r}"
        )
    if not isinstance(value, (str, os.PathLike, bool, ssl.SSLContext)):
        raise TypeError(f"verify_ssl must be a bool, a path or an SSL context, not {type(value).__name__}")
    return value


def httpx_args(value: Mapping[str, Any]) -> dict[str, Any]:
    """Further arguments for the constructors of httpx."""
    if not isinstance(value, Mapping):
        raise TypeError(f"httpx_args must be a dict of arguments, not {type(value).__name__}")
    for name, instead in _NOT_FOR_HTTPX.items():
        if name in value:
            raise TypeError(f"httpx_args must not contain {name!r}: {instead}")
    return dict(value)
