"""The OData query options that the API documents: $count, $filter, $select, $top; and the emulator's $skiptoken."""

import base64
import re
from collections.abc import Collection

from attrs import frozen
from starlette.datastructures import QueryParams

from security_copilot_contract.emulator.errors import bad_request

SESSION_PROPERTIES = ("id", "displayName", "createdDateTime", "lastModifiedDateTime")

_FILTER = re.compile(r"displayName eq '((?:[^']|'')*)'")
_TOP = re.compile(r"[1-9][0-9]*", re.ASCII)


@frozen
class QueryOptions:
    """The query options of a request. What was not given is None, or False for $count."""

    count: bool = False
    display_name: str | None = None
    select: tuple[str, ...] | None = None
    top: int | None = None
    after: str | None = None


def parse(query: QueryParams, allowed: Collection[str]) -> QueryOptions:
    """The options of a query string; a 400 for what is unknown, given twice or malformed."""
    names = [name for name, _ in query.multi_items()]
    for name in names:
        if name not in allowed:
            raise bad_request(f"The query option {name!r} is not supported here; {_listed(allowed)}.", name)
        if names.count(name) > 1:
            raise bad_request(f"The query option {name!r} is given {names.count(name)} times; give it once.", name)
    return QueryOptions(
        count=_count(query.get("$count", "false")),
        display_name=_display_name(query.get("$filter")),
        select=_select(query.get("$select")),
        top=_top(query.get("$top")),
        after=_after(query.get("$skiptoken")),
    )


def skiptoken(session_id: str) -> str:
    """The token of the page that comes after a session."""
    return base64.urlsafe_b64encode(session_id.encode()).decode().rstrip("=")


def _listed(allowed: Collection[str]) -> str:
    return f"supported: {', '.join(allowed)}" if allowed else "none is"


def _count(value: str) -> bool:
    if value not in ("true", "false"):
        raise bad_request(f"$count is {value!r}; it takes true or false.", "$count")
    return value == "true"


def _display_name(value: str | None) -> str | None:
    if value is None:
        return None
    match = _FILTER.fullmatch(value)
    if match is None:
        raise bad_request(f"$filter is {value!r}; the emulator takes displayName eq 'a name'.", "$filter")
    return match[1].replace("''", "'")


def _select(value: str | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    names = tuple(value.split(","))
    for name in names:
        if name not in SESSION_PROPERTIES:
            raise bad_request(f"$select names {name!r}; a session has {', '.join(SESSION_PROPERTIES)}.", "$select")
    return names


def _top(value: str | None) -> int | None:
    if value is None:
        return None
    if not _TOP.fullmatch(value):
        raise bad_request(f"$top is {value!r}; it takes an integer from 1.", "$top")
    # A number of so many digits is more than any page holds, and too long for int().
    return int(value[:18])


def _after(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("ascii")
    except ValueError:
        raise bad_request("$skiptoken is not one that the service has issued.", "$skiptoken") from None
