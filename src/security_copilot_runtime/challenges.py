"""The challenges of a 401: what the service wants of the next token (RFC 9110, section 11.6.1).

With continuous access evaluation, Microsoft Graph refuses a token that has not expired, for example after a change of
the password or the network. It states in `claims` which token it would accept:
https://learn.microsoft.com/entra/identity-platform/claims-challenge
"""

import base64
import json
import re

import httpx
from attrs import field, frozen

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - a syntax, not a token
_PARAMETER = re.compile(rf'({_TOKEN})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN}))[ \t]*(?=,|$)')
_SCHEME = re.compile(rf"({_TOKEN})(?:[ \t]+|(?=,)|$)")
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*[ \t]*(?=,|$)")
_BETWEEN = re.compile(r"[ \t,]*")
_MALFORMED = re.compile(r"[^,]*")


@frozen
class Challenge:
    """One challenge: the scheme and the names of its parameters in lower case, the values unquoted."""

    scheme: str
    parameters: dict[str, str] = field(factory=dict)


def challenges(response: httpx.Response) -> list[Challenge]:
    """The challenges of all WWW-Authenticate headers, in order. What is malformed is left out."""
    header = ", ".join(response.headers.get_list("WWW-Authenticate"))
    found: list[Challenge] = []
    at = _end(_BETWEEN.match(header))
    while at < len(header):
        if (parameter := _PARAMETER.match(header, at)) and found:
            name, quoted, plain = parameter.groups()
            value = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            found[-1].parameters.setdefault(name.lower(), value)
            at = parameter.end()
        elif scheme := _SCHEME.match(header, at):
            found.append(Challenge(scheme[1].lower()))
            at = _end(_TOKEN68.match(header, scheme.end()), scheme.end())
        else:
            at = _end(_MALFORMED.match(header, at))
        at = _end(_BETWEEN.match(header, at))
    return found


def _end(found: re.Match[str] | None, otherwise: int = 0) -> int:
    return found.end() if found else otherwise


def claims(response: httpx.Response) -> str | None:
    """The claims that the next token must have, as JSON text; None if the service does not ask for any."""
    for challenge in challenges(response):
        asked = challenge.parameters.get("claims")
        if challenge.scheme == "bearer" and challenge.parameters.get("error") == "insufficient_claims" and asked:
            return _decoded(asked)
    return None


def _decoded(encoded: str) -> str | None:
    try:
        # Some services leave out the padding, and some use the alphabet that is not for URLs.
        padded = encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4)
        text = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True).decode()
        return text if isinstance(json.loads(text), dict) else None
    except (ValueError, RecursionError):
        return None
