"""Promises about the times of an entity: when it was created, and when it was last changed."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from security_copilot_contract.checks.interaction import Interaction, timestamp
from security_copilot_contract.checks.observed import Observations
from security_copilot_contract.checks.promises.registry import Verdict, in_body, promise
from security_copilot_contract.spec.violation import Description

_SESSION = "the resource type session"
_CREATED, _MODIFIED = "createdDateTime", "lastModifiedDateTime"
_QUARTER = timedelta(minutes=15)
_SLACK = timedelta(minutes=2)
_MILLISECONDS = 3


@promise("times", "meaning", _SESSION)
def creation_time_never_changes(interaction: Interaction, observed: Observations) -> Verdict:
    """createdDateTime never changes."""
    compared = _compared(interaction, observed, _CREATED)
    if not compared:
        return None
    return [in_body(at, expected=before, got=now) for at, before, now in compared if now != before]


@promise("times", "pages", _SESSION)
def change_updates_the_time(interaction: Interaction, observed: Observations) -> Verdict:
    """lastModifiedDateTime increases when displayName changes."""
    before, entity = observed.of(interaction), interaction.entity
    if interaction.method != "PATCH" or entity is None or before is None:
        return None
    earlier, later = timestamp(before.properties.get(_MODIFIED)), timestamp(entity.get(_MODIFIED))
    writable = interaction.resource.writable if interaction.resource is not None else {}
    written = {name: value for name, value in (interaction.request_object or {}).items() if name in writable}
    changed = any(before.properties.get(name) != value for name, value in written.items())
    if not changed or earlier is None or later is None:
        return None
    # A service may round times: within the same second, or millisecond, two changes have the same time.
    rounded = later == earlier and _digits(entity[_MODIFIED]) <= _MILLISECONDS
    expected = Description(f"later than {earlier}")
    return [] if later > earlier or rounded else [in_body(f"/{_MODIFIED}", expected=expected, got=entity[_MODIFIED])]


def _digits(time: str) -> int:
    """The number of digits in the fraction of a second."""
    fraction = re.search(r"\.(\d+)", time)
    return len(fraction[1]) if fraction else 0


@promise("times", "meaning", _SESSION)
def change_time_never_goes_back(interaction: Interaction, observed: Observations) -> Verdict:
    """lastModifiedDateTime never goes back."""
    compared = [
        (at, earlier, later, now)
        for at, before, now in _compared(interaction, observed, _MODIFIED)
        if (earlier := timestamp(before)) is not None and (later := timestamp(now)) is not None
    ]
    if not compared:
        return None
    return [
        in_body(at, expected=Description(f"not before {earlier}"), got=now)
        for at, earlier, later, now in compared
        if later < earlier
    ]


@promise("times", "meaning", _SESSION)
def change_follows_creation(interaction: Interaction) -> Verdict:
    """lastModifiedDateTime is never before createdDateTime."""
    both = [
        (at, created, modified)
        for at, entity in interaction.located_entities.items()
        if (created := timestamp(entity.get(_CREATED))) is not None
        and (modified := timestamp(entity.get(_MODIFIED))) is not None
    ]
    if not both:
        return None
    return [
        in_body(f"{at}/{_MODIFIED}", expected=Description(f"not before {created}"), got=Description(str(modified)))
        for at, created, modified in both
        if modified < created
    ]


@promise("times", "meaning", "the resources: 0001-01-01T00:00:00Z means not yet")
def creation_time_has_passed(interaction: Interaction) -> Verdict:
    """createdDateTime is a time in the past."""
    times = {
        at: time
        for at, entity in interaction.located_entities.items()
        if (time := timestamp(entity.get(_CREATED))) is not None
    }
    if not times:
        return None
    # With a tolerance of a day, because clocks differ.
    latest = (_date(interaction) or datetime.now(UTC)) + timedelta(days=1)
    return [
        in_body(f"{at}/{_CREATED}", expected=Description("a time in the past"), got=Description(str(time)))
        for at, time in times.items()
        if time.year == 1 or time > latest
    ]


@promise("times", "pages", "the resources: timestamps are in UTC")
def times_are_utc(interaction: Interaction) -> Verdict:
    """Timestamps are in UTC: a new entity's createdDateTime is not hours away from the Date of the response."""
    created = timestamp((interaction.entity or {}).get(_CREATED)) if interaction.method == "POST" else None
    date = _date(interaction)
    if created is None or date is None:
        return None
    offset = created - date
    # A wrong clock is off by any amount. A clock with local time is off by the offset of a time zone.
    zones = round(offset / _QUARTER)
    local = zones != 0 and abs(zones) <= 14 * 4 and abs(offset - zones * _QUARTER) < _SLACK
    expected = Description(f"about {date}")
    return [in_body(f"/{_CREATED}", expected=expected, got=Description(str(created)))] if local else []


def _date(interaction: Interaction) -> datetime | None:
    """The time of the response according to its Date header."""
    try:
        return parsedate_to_datetime(interaction.joined_headers.get("date", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _compared(interaction: Interaction, observed: Observations, name: str) -> list[tuple[str, Any, Any]]:
    """A property of each entity that was observed before: its JSON pointer, its earlier and its current value.

    The response to a create is not compared, because its entity is new.
    """
    entities = interaction.located_entities
    if interaction.items is None:
        found = [
            (at, None if interaction.is_of_collection else observed.of(interaction), e) for at, e in entities.items()
        ]
    else:
        found = [(at, observed.item(interaction, item), item) for at, item in entities.items()]
    return [
        (f"{at}/{name}", before.properties[name], now[name])
        for at, before, now in found
        if before is not None and name in before.properties and name in now
    ]
