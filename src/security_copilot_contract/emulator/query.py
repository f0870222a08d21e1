"""The OData query options that the API documents: $count, $filter, $select, $top; and the emulator's $skiptoken."""

import base64
import re
from collections.abc import Callable, Collection
from functools import cache

from attrs import frozen
from starlette.datastructures import QueryParams

from security_copilot_contract.emulator.refusal import bad_request
from security_copilot_contract.emulator.resource import Entity, Resource

Condition = Callable[[Entity], bool]

_TOP = re.compile(r"[1-9][0-9]*", re.ASCII)
_POSITION = re.compile(r"[0-9]{1,18}", re.ASCII)
_TEXT = r"'(?P<text>(?:[^']|'')*)'"


@frozen
class QueryOptions:
    """The query options of a request. An absent option is None, or False for $count."""

    count: bool = False
    where: Condition | None = None
    select: tuple[str, ...] | None = None
    top: int | None = None
    before: int | None = None


@frozen
class _Form:
    """A supported form of $filter: an example, its pattern, and the condition that it expresses."""

    example: str
    pattern: re.Pattern[str]
    condition: Callable[[re.Match[str]], Condition]


def parse(query: QueryParams, resource: Resource, allowed: Collection[str]) -> QueryOptions:
    """The options of a query string; a 400 if one is unknown, repeated or malformed."""
    names = [name for name, _ in query.multi_items()]
    for name in names:
        if name not in allowed:
            raise bad_request(f"The query option {name!r} is not supported here; {_listed(allowed)}.", name)
        if names.count(name) > 1:
            raise bad_request(f"The query option {name!r} is given {names.count(name)} times; give it once.", name)
    return QueryOptions(
        count=_count(query.get("$count", "false")),
        where=_where(query.get("$filter"), resource),
        select=_select(query.get("$select"), resource),
        top=_top(query.get("$top")),
        before=_before(query.get("$skiptoken")),
    )


def skiptoken(position: int) -> str:
    """The $skiptoken of the page after the entity at a position."""
    return base64.urlsafe_b64encode(str(position).encode()).decode().rstrip("=")


def _listed(allowed: Collection[str]) -> str:
    return f"supported: {', '.join(allowed)}" if allowed else "none is"


def _count(value: str) -> bool:
    if value not in ("true", "false"):
        raise bad_request(f"$count is {value!r}; it must be true or false.", "$count")
    return value == "true"


def _where(value: str | None, resource: Resource) -> Condition | None:
    if value is None:
        return None
    for form in _forms(resource):
        match = form.pattern.fullmatch(value)
        if match is not None:
            return form.condition(match)
    examples = ", ".join(form.example for form in _forms(resource))
    raise bad_request(f"$filter is {value!r}; the emulator supports {examples}.", "$filter")


@cache
def _forms(resource: Resource) -> list[_Form]:
    return [_OPERATORS[operator, p.kind](name) for name, p in resource.properties.items() for operator in p.operators]


def _text_eq(name: str) -> _Form:
    def condition(match: re.Match[str]) -> Condition:
        text = _unquoted(match)
        return lambda entity: entity[name] == text

    return _Form(f"{name} eq 'a text'", re.compile(f"{name} +eq +{_TEXT}"), condition)


def _text_contains(name: str) -> _Form:
    def condition(match: re.Match[str]) -> Condition:
        text = _unquoted(match)
        return lambda entity: text in (entity[name] or "")

    return _Form(f"contains({name},'a text')", re.compile(rf"contains\({name}, *{_TEXT}\)"), condition)


def _truth_eq(name: str) -> _Form:
    def condition(match: re.Match[str]) -> Condition:
        truth = match["truth"] == "true"
        return lambda entity: entity[name] is truth

    return _Form(f"{name} eq true", re.compile(f"{name} +eq +(?P<truth>true|false)"), condition)


_OPERATORS: dict[tuple[str, type], Callable[[str], _Form]] = {
    ("eq", str): _text_eq,
    ("eq", bool): _truth_eq,
    ("contains", str): _text_contains,
}


def _unquoted(match: re.Match[str]) -> str:
    return match["text"].replace("''", "'")


def _select(value: str | None, resource: Resource) -> tuple[str, ...] | None:
    if value is None:
        return None
    names = tuple(value.split(","))
    for name in names:
        if name not in resource.properties:
            properties = ", ".join(resource.properties)
            raise bad_request(f"$select names {name!r}; {resource.collection} have {properties}.", "$select")
    return names


def _top(value: str | None) -> int | None:
    if value is None:
        return None
    if not _TOP.fullmatch(value):
        raise bad_request(f"$top is {value!r}; it must be a positive integer.", "$top")
    # More digits are more than any page holds, and may be too many for int().
    return int(value[:18])


def _before(value: str | None) -> int | None:
    if value is None:
        return None
    try:
        position = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("ascii")
    except ValueError:
        position = ""
    if not _POSITION.fullmatch(position):
        raise forged()
    return int(position)


def forged() -> Exception:
    """The refusal of an invalid $skiptoken."""
    return bad_request("$skiptoken is not one that the service has issued.", "$skiptoken")
