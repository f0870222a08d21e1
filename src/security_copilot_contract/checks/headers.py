"""Headers that a user adds to each request, such as the subscription key of a gateway."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from security_copilot_contract.checks.run import CannotCheckError

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]*")
# The check sends these itself.
_OWN = frozenset(
    {"accept", "authorization", "client-request-id", "connection", "content-length", "content-type", "host"}
)


def headers(given: Iterable[str]) -> list[tuple[str, str]]:
    """The names and values of texts of the form `Name: value`.

    The value may be `$NAME`, a variable of the environment, or `@FILE`, the text in a file, so that it is on no command
    line. CannotCheckError, which shows no value, if a text is none of this.
    """
    return [_header(text) for text in given]


def _header(text: str) -> tuple[str, str]:
    name, colon, value = (part.strip() for part in text.partition(":"))
    if not colon or not _NAME.fullmatch(name):
        raise CannotCheckError("--header: expected the form 'Name: value', such as 'Ocp-Apim-Subscription-Key: $KEY'")
    if name.lower() in _OWN:
        raise CannotCheckError(f"--header: {name} is set by the check itself")
    found = _found(name, value)
    if not found or not _VALUE.fullmatch(found):
        raise CannotCheckError(f"--header: the value of {name} is empty, or has characters that no header has")
    return name, found


def _found(name: str, value: str) -> str:
    if value.startswith("$"):
        variable = value[1:]
        if variable not in os.environ:
            raise CannotCheckError(f"--header: the value of {name} is {value}, but this variable is not set")
        return os.environ[variable].strip()
    if value.startswith("@"):
        try:
            return Path(value[1:]).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise CannotCheckError(f"--header: cannot read {value[1:]}: {type(error).__name__}") from None
    return value
