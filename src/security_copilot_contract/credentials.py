"""Tokens: from the environment, a command, or azure-identity."""

import logging
import os
import shlex
import subprocess
import threading
from typing import Any
from urllib.parse import urlsplit

import httpx

from security_copilot_runtime import tokens
from security_copilot_runtime.origin import base_url

TOKEN_VARIABLE = "SECURITY_COPILOT_TOKEN"  # noqa: S105 - the name of the variable, not a token

_COMMAND_SECONDS = 60
_AZURE_SECONDS = 30
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class NoTokenError(Exception):
    """There is no token. The message, one line, gives the reason and what to do."""


def given(command: str | None) -> str | None:
    """The token in the environment, else the one that the command prints; None if there is neither.

    NoTokenError if the command fails or prints nothing.
    """
    return os.environ.get(TOKEN_VARIABLE) or (None if command is None else printed_by(command))


def printed_by(command: str) -> str:
    """The token that a command prints; NoTokenError if it fails or prints nothing."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise NoTokenError(f"cannot read the token command: {error}") from None
    if not words:
        raise NoTokenError("the token command is empty")
    try:
        # Its stderr goes to the user. Its stdout is the token, and no message shows it or the command's arguments.
        done = subprocess.run(words, stdout=subprocess.PIPE, check=False, encoding="utf-8", timeout=_COMMAND_SECONDS)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise NoTokenError(f"cannot run the token command {words[0]!r}: {type(error).__name__}") from None
    if done.returncode or not done.stdout.strip():
        raise NoTokenError(f"the token command {words[0]!r} printed no token (exit code {done.returncode})")
    return done.stdout.strip()


def from_azure(url: str) -> "AzureCredential":
    """azure-identity's DefaultAzureCredential; NoTokenError if it has no token for the service.

    NoTokenError also if `url` is neither an https URL nor on this machine: others could read the token on its way.
    """
    instead = f"no token: set {TOKEN_VARIABLE}, or use --token-command"
    if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in _THIS_MACHINE:
        raise NoTokenError(f"{instead}; tokens of azure-identity are sent only to https URLs and to this machine")
    try:
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        install = 'pip install "security-copilot-client[azure]"'
        raise NoTokenError(f"{instead}; or install azure-identity: {install}") from None
    # It logs each credential that it tries, in many lines.
    logging.getLogger("azure").setLevel(logging.CRITICAL)
    credential = AzureCredential(DefaultAzureCredential(), instead)
    credential.fetch_first(tokens.scope(httpx.URL(base_url(url))))
    return credential


class AzureCredential:
    """A credential of azure-identity, with NoTokenError in place of the many exceptions that it raises."""

    def __init__(self, credential: Any, instead: str) -> None:
        self._credential = credential
        self._instead = instead
        self._first: tokens.AccessToken | None = None

    def get_token(self, *scopes: str, claims: str | None = None, enable_cae: bool = True) -> tokens.AccessToken:
        """A token for the scopes; with `claims`, one that has them."""
        if self._first is not None and claims is None:
            first, self._first = self._first, None
            return first
        try:
            token: tokens.AccessToken = self._credential.get_token(*scopes, claims=claims, enable_cae=enable_cae)
        except Exception as error:  # there are many credentials, which raise many exceptions
            reason = f"azure-identity found no credential ({type(error).__name__})"
            raise NoTokenError(f"{self._instead}, or sign in, for example with `az login`: {reason}") from error
        return token

    def fetch_first(self, scope: str) -> None:
        """Fetch the token that `get_token` returns first; NoTokenError if there is none, or it takes too long."""
        # azure-identity tries services and programs one after the other, and each may take long.
        failures: list[NoTokenError] = []

        def fetch() -> None:
            try:
                self._first = self.get_token(scope)
            except NoTokenError as error:
                failures.append(error)

        thread = threading.Thread(target=fetch, daemon=True)
        thread.start()
        thread.join(_AZURE_SECONDS)
        if thread.is_alive():
            raise NoTokenError(f"no token: azure-identity found none within {_AZURE_SECONDS} seconds")
        if failures:
            raise failures[0]
