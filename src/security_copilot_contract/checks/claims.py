"""What a token says of itself: for whom it is, until when, and what it permits. It is decoded here, and never shown.

Nothing is verified. A token that is no JWT says nothing.
"""

import base64
import json
from collections.abc import Collection, Iterator
from typing import Any

from attrs import frozen

from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.violation import shown

# Microsoft Entra ID writes the audience of Microsoft Graph as a URL, or as the id of its application.
_GRAPH = ("https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000")
_GRAPH_HOST = "graph.microsoft.com"
# In seconds since the epoch: beyond any date.
_LATEST = 1e12
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@frozen
class Claims:
    """Audience, expiry in seconds since the epoch, and permissions; None, or empty, if the token does not say."""

    audience: str | None
    expires: float | None
    permissions: frozenset[str]

    @classmethod
    def of(cls, token: str) -> "Claims | None":
        """The claims of a token; None if it is no JWT."""
        parts = token.split(".")
        if len(parts) != 3:  # noqa: PLR2004 - head, payload, signature
            return None
        try:
            payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        except (ValueError, RecursionError):
            return None
        return cls._from(payload) if isinstance(payload, dict) else None

    @classmethod
    def _from(cls, payload: dict[str, Any]) -> "Claims":
        audience, expires, delegated, roles = (payload.get(name) for name in ("aud", "exp", "scp", "roles"))
        permissions = delegated.split() if isinstance(delegated, str) else []
        permissions += [role for role in roles if isinstance(role, str)] if isinstance(roles, list) else []
        return cls(
            audience if isinstance(audience, str) else None,
            float(expires) if isinstance(expires, int | float) and abs(expires) < _LATEST else None,
            frozenset(permissions),
        )

    def explained(self, host: str, needed: Collection[str], now: float) -> Iterator[str]:
        """Clauses that say what the token is, for a message about a service at a host."""
        if self.audience is not None:
            wrong = host == _GRAPH_HOST and self.audience.rstrip("/") not in _GRAPH
            yield f"it is for {shown(self.audience)}{f', not for {_GRAPH[0]}' if wrong else ''}"
        if self.expires is not None:
            left = self.expires - now
            yield f"it expires in {_duration(left)}" if left > 0 else f"it expired {_duration(-left)} ago"
        has = sorted(self.permissions & permissions())
        missing = sorted(set(needed) - self.permissions)
        yield f"it permits {', '.join(has)}" if has else "it permits nothing in Security Copilot"
        if missing:
            yield f"missing: {', '.join(missing)}"


def permissions(operation_ids: Collection[str] | None = None) -> frozenset[str]:
    """The permissions that the document names for operations, or for all of them."""
    return frozenset(
        scope
        for operation in document().operations
        if operation_ids is None or operation.id in operation_ids
        for scheme in operation.definition["security"]
        for scope in scheme.get("oauth2", ())
    )


def _duration(seconds: float) -> str:
    for size, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{int(seconds)} seconds"
