"""The certificates of authorities that a client trusts."""

import os
import ssl
from pathlib import Path
from typing import Any

import httpx


def loaded(arguments: dict[str, Any]) -> bool | ssl.SSLContext:
    """The argument `verify` for the constructors of httpx, from their arguments: an SSL context that they can share.

    httpx has deprecated paths. ValueError if a path does not lead to certificates.
    """
    verify: str | os.PathLike[str] | bool | ssl.SSLContext = arguments["verify"]
    if isinstance(verify, (str, os.PathLike)):
        return _from(Path(verify))
    # A transport has its own, and httpx adds a client certificate to a context of its own.
    if verify is True and arguments.get("transport") is None and "cert" not in arguments:
        return httpx.create_ssl_context(trust_env=arguments.get("trust_env", True))
    return verify


def _from(path: Path) -> ssl.SSLContext:
    folder = path.is_dir()
    try:
        return ssl.create_default_context(cafile=None if folder else path, capath=path if folder else None)
    except OSError as error:
        raise ValueError(f"verify_ssl must be a file or folder of CA certificates (PEM), not {str(path)!r}") from error
