"""Tokens, from where people keep them: the environment, a command, or what azure-identity finds."""

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
    """There is no token: why, and what to do, in one line."""


def given(command: str | None) -> str | None:
    """The token in the environment, else the one that the command prints; None when there is neither.

    NoTokenError when the command has none.
    """
    return os.environ.get(TOKEN_VARIABLE) or (None if command is None else _printed_by(command))


def _printed_by(command: str) -> str:
    try:
        # Its complaints are for the user; what it prints is the token, and is shown nowhere.
        done = subprocess.run(
            shlex.split(command), stdout=subprocess.PIPE, check=False, encoding="utf-8", timeout=_COMMAND_SECONDS
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise NoTokenError(f"the token command {command!r} did not run: {type(error).__name__}") from None
    if done.returncode or not done.stdout.strip():
        raise NoTokenError(f"the token command {command!r} gave no token (exit code {done.returncode})")
    return done.stdout.strip()


def from_azure(url: str) -> Callable[[], str]:
    """A provider of tokens by azure-identity's DefaultAzureCredential, which has given one; else NoTokenError.

    It gives none to `url` where everybody on the way could read it.
    """
    otherwise = f"no token: set {TOKEN_VARIABLE}, or give --token-command"
    if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in _THIS_MACHINE:
        raise NoTokenError(f"{otherwise}; what azure-identity finds goes to https URLs and to this machine only")
    try:
        from azure.identity import DefaultAzureCredential, get_bearer_token_provider  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        install = 'pip install "security-copilot-client[azure]"'
        raise NoTokenError(f"{otherwise}; or let azure-identity find one: {install}") from None
    # It tells each credential that it tries, over many lines.
    logging.getLogger("azure").setLevel(logging.CRITICAL)
    ask = get_bearer_token_provider(DefaultAzureCredential(), _SCOPE)

    def provide() -> str:
        try:
            return str(ask())
        except Exception as error:  # credentials are many, and fail in many ways
            why = f"azure-identity found no credential ({type(error).__name__})"
            raise NoTokenError(f"{otherwise}, or sign in, as by `az login`: {why}") from error

    _try(provide)
    return provide


def _try(provide: Callable[[], str]) -> None:
    # It asks services and programs, one after the other, each of which may keep it waiting.
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
        raise NoTokenError(f"no token: azure-identity has found none within {_AZURE_SECONDS} seconds")
    if failures:
        raise failures[0]
