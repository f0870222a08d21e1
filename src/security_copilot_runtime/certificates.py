"""The certificates of authorities that a client trusts."""

import os
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import httpx


def usable(arguments: dict[str, Any]) -> bool | ssl.SSLContext:
    """The argument `verify` for the constructors of httpx, from their arguments: an SSL context that they can share.

    httpx has deprecated paths. ValueError if a path does not lead to certificates.
    """
    verify: str | os.PathLike[str] | bool | ssl.SSLContext = arguments["verify"]
    if isinstance(verify, (str, os.PathLike)):
        return _from(Path(verify))
    # A transport has its own, and httpx adds a client certificate to a context of its own.
    if verify is True and arguments.get("transport") is None and "cert" not in arguments:
        return _Default(trust_env=arguments.get("trust_env", True))
    return verify


class _Default(ssl.SSLContext):
    """Makes the default context of httpx when the first TLS connection needs it.

    Loading the certificates takes longer than anything else that a client does at its start, and calls over http or to
    a mock never need them. For asyncio, anyio calls a subclass of SSLContext in a thread, so the event loop goes on.
    """

    _trust_env: bool
    _made: ssl.SSLContext | None = None
    _protocols: tuple[str, ...] = ()

    def __new__(cls, *, trust_env: bool) -> Self:
        context = super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)
        context._trust_env = trust_env
        return context

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        self._protocols = tuple(alpn_protocols)

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        return self._make().wrap_socket(*args, **kwargs)

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        return self._make().wrap_bio(*args, **kwargs)

    def _make(self) -> ssl.SSLContext:
        if self._made is None:
            try:
                self._made = httpx.create_ssl_context(trust_env=self._trust_env)
            except OSError as error:  # httpx would take it for a failed connection
                named = os.environ.get("SSL_CERT_FILE") if self._trust_env else None
                problem = f"SSL_CERT_FILE must be a file of CA certificates (PEM), not {named!r}"
                raise ValueError(problem if named else "certifi has no CA certificates; set verify_ssl") from error
            self._made.set_alpn_protocols(self._protocols)
        return self._made


def _from(path: Path) -> ssl.SSLContext:
    folder = path.is_dir()
    try:
        return ssl.create_default_context(cafile=None if folder else path, capath=path if folder else None)
    except OSError as error:
        raise ValueError(f"verify_ssl must be a file or folder of CA certificates (PEM), not {str(path)!r}") from error
