"""Compares the tables of the sources with the facts, the documented exchanges and what was recorded earlier."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from security_copilot_contract.spec.facts import Fact
from tests.programs.upstream.digest import digest
from tests.programs.upstream.pages import Example
from tests.programs.upstream.permissions import SCHEMES
from tests.programs.upstream.schema import CONTAINED, OR_NULL

ABSENT = "absent"


@frozen
class Difference:
    """A place at which a source differs. Both values are ABSENT, values, or hashes of texts."""

    part: str
    place: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        match self.expected, self.got:
            case _, "absent":
                return f"{self.part}: {self.place}: gone, expected {_shown(self.expected)}"
            case "absent", _:
                return f"{self.part}: {self.place}: new, got {_shown(self.got)}"
        return f"{self.part}: {self.place}: expected {_shown(self.expected)}, got {_shown(self.got)}"


@frozen
class Accepted:
    """A difference that is known and has a reason."""

    part: str
    place: str
    got: Any
    reason: str

    def covers(self, difference: Difference) -> bool:
        """Whether a difference is this one."""
        return (self.part, self.place, self.got) == (difference.part, difference.place, difference.got)


def schema_facts(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """What the schema is expected to declare."""
    stated = {name: fact.value for name, fact in facts.items() if _states(fact, "metadata")}
    table: dict[str, Any] = {}
    for name, value in stated.items():
        section, _, rest = name.partition(".")
        if section == "types" and name.endswith(".type"):
            nullable = stated.get(f"{name.removesuffix('type')}nullable")
            table[f"types.{rest.removesuffix('.type')}"] = f"{value}{OR_NULL if nullable else ''}"
        elif section == "relationships":
            table[name] = f"{value}{CONTAINED}"
        elif section == "enumerations":
            table[name] = value
    ids = [name.split(".")[1] for name in facts if name.startswith("types.") and name.endswith(".id.type")]
    return {**table, **{f"keys.{owner}": ["id"] for owner in ids}}


def permission_facts(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """What the permission data are expected to say."""
    names = {role: facts[f"permissions.{role}.name"].value for role in ("read", "write")}
    table: dict[str, Any] = {}
    for role, name in names.items():
        table[f"{name} methods"] = sorted(facts[f"permissions.{role}.methods"].value)
        for scheme in SCHEMES.values():
            about = f"permissions.{scheme}"
            table[f"{name} {scheme} requiresAdminConsent"] = facts[f"{about}.needs an administrator"].value
            table[f"{name} {scheme} isHidden"] = facts[f"{about}.hidden in consent pages"].value
    for place, fact in facts.items():
        if place.startswith("operations.") and place.endswith(".needs") and _states(fact, "permission data"):
            table[place.removesuffix(".needs")] = [names[fact.value]]
    return table


def _states(fact: Fact, source: str) -> bool:
    return any(each.name == source for each in fact.sources)


def example_facts(exchanges: Mapping[str, Example]) -> dict[str, Any]:
    """What the examples on the pages are expected to be."""
    return {name: digest(example.text) for name, example in exchanges.items()}


def differences(
    part: str, expected: Mapping[str, Any], recorded: Mapping[str, Any], got: Mapping[str, Any]
) -> Iterator[Difference]:
    """Each difference of a part, a type or page that is new or gone as a whole once."""
    wanted, found = {**recorded, **expected}, got
    places = sorted(place for place in {*wanted, *found} if wanted.get(place, ABSENT) != found.get(place, ABSENT))
    seen = set()
    for place in places:
        whole = _whole(place)
        if whole is not None and not (_has(wanted, whole) and _has(found, whole)):
            if whole not in seen:
                yield Difference(part, whole, _summary(wanted, whole), _summary(found, whole))
            seen.add(whole)
        else:
            yield Difference(part, place, wanted.get(place, ABSENT), found.get(place, ABSENT))


def to_record(expected: Mapping[str, Any], got: Mapping[str, Any], accepted: list[Accepted]) -> dict[str, Any]:
    """What the facts do not state: it is recorded, so that the next comparison shows what has changed since."""
    known = {*expected, *(each.place for each in accepted)}
    return {place: value for place, value in sorted(got.items()) if place not in known and _whole(place) not in known}


def _whole(place: str) -> str | None:
    """The type or page to which a place belongs."""
    if place.startswith("types."):
        return place.rpartition(".")[0]
    page, colon, _ = place.partition(": ")
    return page if colon else None


def _has(table: Mapping[str, Any], whole: str) -> bool:
    return any(_whole(place) == whole for place in table)


def _summary(table: Mapping[str, Any], whole: str) -> Any:
    found = {place[len(whole) :].lstrip(".: "): value for place, value in table.items() if _whole(place) == whole}
    return found or ABSENT


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, dict) else json.dumps(value)
