"""Bearer tokens."""

import re
from collections.abc import Awaitable, Callable
from inspect import isawaitable

# A token, or a function that returns a fresh one for each call; for asyncio it may return an awaitable.
Token = str | Callable[[], str] | Callable[[], Awaitable[str]]

# RFC 6750, section 2.1. For anything else the HTTP library would raise an exception that shows the token.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)


def current(token: Token) -> str:
    """The token to send; TypeError or ValueError, which do not show it, if it is not usable."""
    given = token if isinstance(token, str) else token()
    if isawaitable(given):
        if hasattr(given, "close"):
            given.close()  # otherwise Python warns that it was never awaited
        raise TypeError("this token provider is for asyncio; a blocking call needs one that returns a string")
    return _usable(given)


async def acurrent(token: Token) -> str:
    """Like `current`, for asyncio, where the provider may return an awaitable."""
    given = token if isinstance(token, str) else token()
    return _usable(await given if isawaitable(given) else given)


def _usable(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError(f"the token provider returned {type(given).__name__}; it must return a string")
    if not _TOKEN.fullmatch(given):
        reason = "is empty" if not given else "has a character that no bearer token has, such as a space or line break"
        raise ValueError(f"the token {reason}")
    return given
