"""Bearer tokens: a string, a function that returns one, or a credential of azure-identity."""

import re
from collections.abc import Awaitable, Callable
from inspect import Parameter, isawaitable, iscoroutinefunction, signature
from typing import Any, Protocol, runtime_checkable

import httpx

from security_copilot_runtime import clock
from security_copilot_runtime.origin import origin


class AccessToken(Protocol):
    """A token, and when it expires, in seconds since the epoch."""

    @property
    def token(self) -> str: ...  # noqa: D102 - see above
    @property
    def expires_on(self) -> int: ...  # noqa: D102 - see above


@runtime_checkable
class TokenCredential(Protocol):
    """A credential, such as those of azure.identity: DefaultAzureCredential and others."""

    def get_token(self, *scopes: str, claims: str | None = None) -> AccessToken:
        """A token for the scopes; with `claims`, one that has them."""


@runtime_checkable
class AsyncTokenCredential(Protocol):
    """A credential for asyncio, such as those of azure.identity.aio."""

    async def get_token(self, *scopes: str, claims: str | None = None) -> AccessToken:
        """A token for the scopes; with `claims`, one that has them."""


# A function may take `claims` as a keyword: it gets those that the service asked for, else is called without.
Token = str | Callable[[], str] | Callable[[], Awaitable[str]] | TokenCredential | AsyncTokenCredential

# RFC 6750, section 2.1. For anything else the HTTP library would raise an exception that shows the token.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)
# A cached token is not used in its last seconds. azure-core has the same margin.
_MARGIN = 300
_GRAPH = "https://graph.microsoft.com"
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def source(token: Token, base_url: httpx.URL) -> "Source":
    """Where the calls of a client get their tokens; ValueError for a credential without TLS."""
    if isinstance(token, str):
        return _Fixed(token)
    if isinstance(token, TokenCredential | AsyncTokenCredential):
        return _Credential(token, scope(base_url))
    return _Provider(token)


class Source(Protocol):
    """Where the calls of a client get their tokens."""

    # Whether another token can be had after one was refused.
    renewable: bool

    def current(self, refused: str | None = None, claims: str | None = None) -> str:
        """A token other than the refused one, with the claims if the service asks for some."""

    async def acurrent(self, refused: str | None = None, claims: str | None = None) -> str:
        """Like `current`, for asyncio."""


class _Fixed:
    """A token that does not change."""

    renewable = False

    def __init__(self, token: str) -> None:
        self.token = token

    def current(self, refused: str | None = None, claims: str | None = None) -> str:  # noqa: ARG002 - as Source has it
        return self.token

    async def acurrent(self, refused: str | None = None, claims: str | None = None) -> str:  # noqa: ARG002 - see above
        return self.token


class _Provider:
    """A function of the caller's, which caches as it likes."""

    renewable = True

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def current(self, refused: str | None = None, claims: str | None = None) -> str:  # noqa: ARG002 - as Source has it
        given = self._call(claims)
        if isawaitable(given):
            _never_awaited(given)
            raise TypeError("this token provider is for asyncio; a blocking call needs one that returns a string")
        return usable(given)

    async def acurrent(self, refused: str | None = None, claims: str | None = None) -> str:  # noqa: ARG002 - see above
        given = self._call(claims)
        return usable(await given if isawaitable(given) else given)

    def _call(self, claims: str | None) -> Any:
        return self.function(**_accepted(self.function, claims=claims))


class _Credential:
    """A credential of azure-identity. Its tokens are used until shortly before they expire."""

    renewable = True

    def __init__(self, credential: Any, scope: str) -> None:
        self.credential = credential
        self.scope = scope
        self._cached: AccessToken | None = None

    def current(self, refused: str | None = None, claims: str | None = None) -> str:
        if (cached := self._usable_cached(refused)) is not None:
            return cached
        given = self.credential.get_token(self.scope, **self._options(claims))
        if isawaitable(given):
            _never_awaited(given)
            raise TypeError(
                "this credential is for asyncio; a blocking call needs one of azure.identity, not of its aio"
            )
        return self._take(given)

    async def acurrent(self, refused: str | None = None, claims: str | None = None) -> str:
        if (cached := self._usable_cached(refused)) is not None:
            return cached
        get_token, options = self.credential.get_token, self._options(claims)
        if iscoroutinefunction(get_token):
            return self._take(await get_token(self.scope, **options))
        from asyncio import to_thread  # noqa: PLC0415 - 30 ms that a blocking program saves

        # It may sign in over the network, or run a program: other tasks go on meanwhile.
        given = await to_thread(get_token, self.scope, **options)
        return self._take(await given if isawaitable(given) else given)

    def _usable_cached(self, refused: str | None) -> str | None:
        """The cached token, unless it is the refused one: another call may have a new one by now."""
        cached = self._cached
        if cached is None or cached.token == refused or cached.expires_on - clock.now() < _MARGIN:
            return None
        return cached.token

    def _options(self, claims: str | None) -> dict[str, Any]:
        # With enable_cae the service may refuse a token early; the client can react to that.
        return _accepted(self.credential.get_token, claims=claims, enable_cae=True)

    def _take(self, given: Any) -> str:
        if not hasattr(given, "expires_on"):
            raise TypeError(f"the credential returned {type(given).__name__}; it must return an AccessToken")
        token = usable(given.token)
        self._cached = given
        return token


def scope(base_url: httpx.URL) -> str:
    """The scope of a credential for a service: everything that was consented to for the origin of the base URL.

    For a gateway on this machine it is that of Microsoft Graph. Entra ID has no tokens for an origin that it does not
    know, so no token of Microsoft Graph is sent to another host.
    """
    if base_url.host in _THIS_MACHINE:
        return f"{_GRAPH}/.default"
    if base_url.scheme != "https":
        raise ValueError(
            "base_url must be an https URL, or on this machine, if token is a credential of azure-identity"
        )
    return f"{origin(base_url)}/.default"


def _accepted(function: Callable[..., Any], **options: Any) -> dict[str, Any]:
    """The options that are given and that the function takes."""
    given = {name: value for name, value in options.items() if value is not None}
    if not given:
        return given
    try:
        parameters = signature(function).parameters
    except (TypeError, ValueError):
        return {}  # some functions of C have no signature
    if any(one.kind is Parameter.VAR_KEYWORD for one in parameters.values()):
        return given
    keywords = {
        one.name for one in parameters.values() if one.kind in (Parameter.KEYWORD_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    }
    return {name: value for name, value in given.items() if name in keywords}


def _never_awaited(given: Any) -> None:
    if hasattr(given, "close"):
        given.close()  # otherwise Python warns that it was never awaited


def usable(given: object) -> str:
    """The token, if it can be sent; TypeError or ValueError, which do not show it, if not."""
    if not isinstance(given, str):
        raise TypeError(f"the token provider returned {type(given).__name__}; it must return a string")
    if not _TOKEN.fullmatch(given):
        reason = "is empty" if not given else "has a character that no bearer token has, such as a space or line break"
        raise ValueError(f"the token {reason}")
    return given
