"""Tokens: from the environment, a command, or azure-identity."""

import logging
import os
import shlex
import subprocess
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

TOKEN_VARIABLE = "SECURITY_COPILOT_TOKEN"  # noqa: S105 - the name of the variable, not a token

_SCOPE = "https://graph.microsoft.com/.default"
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


def from_azure(url: str) -> Callable[[], str]:
    """A token provider with azure-identity's DefaultAzureCredential; NoTokenError if it has no token.

    NoTokenError also if `url` is neither an https URL nor on this machine: others could read the token on its way.
    """
    instead = f"no token: set {TOKEN_VARIABLE}, or use --token-command"
    if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in _THIS_MACHINE:
        raise NoTokenError(f"{instead}; tokens of azure-identity are sent only to https URLs and to this machine")
    try:
        from azure.identity import DefaultAzureCredential, get_bearer_token_provider  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        install = 'pip install "security-copilot-client[azure]"'
        raise NoTokenError(f"{instead}; or install azure-identity: {install}") from None
    # It logs each credential that it tries, in many lines.
    logging.getLogger("azure").setLevel(logging.CRITICAL)
    ask = get_bearer_token_provider(DefaultAzureCredential(), _SCOPE)

    def provide() -> str:
        try:
            return str(ask())
        except Exception as error:  # there are many credentials, which raise many exceptions
            reason = f"azure-identity found no credential ({type(error).__name__})"
            raise NoTokenError(f"{instead}, or sign in, for example with `az login`: {reason}") from error

    _try(provide)
    return provide


def _try(provide: Callable[[], str]) -> None:
    # azure-identity tries services and programs one after the other, and each may take long.
    failures: list[NoTokenError] = []

    def find() -> None:
        try:
            provide()
        except NoTokenError as error:
            failures.append(error)

    thread = threading.Thread(target=find, daemon=True)
    thread.start()
    thread.join(_AZURE_SECONDS)
    if thread.is_alive():
        raise NoTokenError(f"no token: azure-identity found none within {_AZURE_SECONDS} seconds")
    if failures:
        raise failures[0]
