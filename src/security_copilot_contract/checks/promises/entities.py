"""What holds for entities: they are kept as they were written, and they stay."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from security_copilot_contract.checks.interaction import Call, moment
from security_copilot_contract.checks.observed import Knowledge
from security_copilot_contract.checks.promises.registry import Verdict, phrase, promise, wrong

_SESSION = "the resource type session"
_CREATE, _UPDATE, _GET = "Create session", "Update session", "Get session"
_CREATED, _MODIFIED = "createdDateTime", "lastModifiedDateTime"
_QUARTER = timedelta(minutes=15)
_SLACK = timedelta(minutes=2)


@promise("entities", _CREATE)
def written_comes_back(call: Call, known: Knowledge) -> Verdict:
    """What is written comes back unchanged, in case, spaces and Unicode."""
    del known
    # What a body has too much, a service may leave out.
    if call.method not in {"POST", "PATCH"} or call.entity is None or call.sent is None or call.request_violations:
        return None
    sent = {name: value for name, value in call.sent.items() if not name.startswith("@")}
    return _differences(sent, call.entity, set(sent))


@promise("entities", "Create session; Update session: what can be specified", needs_history=True)
def read_only_is_not_taken(call: Call, known: Knowledge) -> Verdict:
    """What the service sets itself, such as an id, is not taken from a request."""
    sent = call.sent or {}
    asked = call.resource.read_only & set(sent) if call.resource is not None else set()
    if not asked or not call.authorized:
        return None
    before, came = known.of(call), call.entity or {}
    taken = [name for name in sorted(asked & set(came)) if came[name] == sent[name]]
    new = [name for name in taken if before is None or before.properties.get(name) != came[name]]
    return [wrong(name, due=phrase("the service's own"), came=came[name]) for name in new]


@promise("entities", _UPDATE, needs_history=True)
def unwritten_stays(call: Call, known: Knowledge) -> Verdict:
    """An update leaves alone what it does not mention."""
    before = known.of(call)
    if call.method != "PATCH" or call.entity is None or before is None or not before.ours:
        return None
    untouched = before.kept - set(call.sent or {}) - {_MODIFIED}
    return _differences(before.properties, call.entity, untouched)


@promise("entities", _CREATE, needs_history=True)
def new_id_is_unique(call: Call, known: Knowledge) -> Verdict:
    """What is created has an id that nothing else has."""
    if call.method != "POST" or call.entity is None:
        return None
    key = call.entity.get(call.key)
    taken = known.item(call, call.entity) is not None or known.is_elsewhere(call.path, key)
    return [wrong(call.key, due=phrase("a new one"), came=key)] if taken else []


@promise("entities", _GET, needs_history=True)
def read_shows_what_was_written(call: Call, known: Knowledge) -> Verdict:
    """A read returns what the last write returned; reads and refused requests change nothing."""
    before = known.of(call)
    if call.method != "GET" or call.entity is None or before is None or not before.ours:
        return None
    return _differences(before.properties, call.entity, before.kept & set(call.entity))


@promise("entities", "the resources; $select", needs_history=True)
def unselected_is_whole(call: Call, known: Knowledge) -> Verdict:
    """Without $select every property of an entity is there."""
    if call.selected is not None or not call.shown or call.resource is None:
        return None
    whole = call.resource.required.union(*(entity.properties for entity in known.ours_in(call.collection)))
    missing = sorted({name for entity in call.shown for name in whole - set(entity)})
    return [wrong("the properties", due=sorted(whole), came=phrase(f"not {', '.join(missing)}"))] if missing else []


@promise("entities", "Create session; Graph: error responses", needs_history=True)
def refused_is_not_created(call: Call, known: Knowledge) -> Verdict:
    """A create that is refused creates nothing."""
    if not call.items or not known.refused:
        return None
    name = "" if call.resource is None else call.resource.text or ""
    ours = [entity.properties.get(name) for entity in known.ours_in(call.path)]
    refused = [text for path, text in known.refused if path == call.path and text not in ours]
    return [
        wrong("the items", due=phrase("none of a refused create"), came=item)
        for item in call.items
        if item.get(name) in refused
    ]


@promise("entities", "the operations' paths", needs_history=True)
def items_are_of_their_collection(call: Call, known: Knowledge) -> Verdict:
    """A collection has what was created in it, and nothing that was created elsewhere."""
    if not call.items:
        return None
    strangers = [item for item in call.items if known.is_elsewhere(call.path, item.get(call.key))]
    return [wrong("the items", due=phrase("those of this collection"), came=item) for item in strangers]


@promise("entities", "List sessions", needs_history=True)
def list_shows_what_was_written(call: Call, known: Knowledge) -> Verdict:
    """An item of a list is the entity as it was last written."""
    pairs = [(known.item(call, item), item) for item in call.items or ()]
    ours = [(entity, item) for entity, item in pairs if entity is not None and entity.ours]
    if not ours:
        return None
    return [
        problem for entity, item in ours for problem in _differences(entity.properties, item, entity.kept & set(item))
    ]


@promise("entities", _GET)
def answer_is_about_what_was_asked(call: Call, known: Knowledge) -> Verdict:
    """The entity that comes back has the id that the path names."""
    del known
    if call.takes_collection or call.entity is None or call.key not in call.entity:
        return None
    asked = call.path.rpartition("/")[2]
    got = call.entity[call.key]
    return [] if str(got).lower() == asked.lower() else [wrong(call.key, due=asked, came=got)]


@promise("entities", "the operations' list: none deletes", needs_history=True)
def nothing_disappears(call: Call, known: Knowledge) -> Verdict:
    """What was created stays: nothing can be deleted."""
    if not call.lawful or known.of(call) is None:
        return None
    gone = call.status in {404, 410}
    return [wrong("the status", due=phrase("2xx for what was there"), came=call.status)] if gone else []


@promise("times", _SESSION, needs_history=True)
def creation_time_never_changes(call: Call, known: Knowledge) -> Verdict:
    """createdDateTime never changes."""
    pairs = _before_and_now(call, known, _CREATED)
    if not pairs:
        return None
    return [wrong(_CREATED, due=before, came=now) for before, now in pairs if now != before]


@promise("times", _SESSION, needs_history=True)
def change_moves_the_time(call: Call, known: Knowledge) -> Verdict:
    """lastModifiedDateTime moves when displayName changes."""
    entity = known.of(call)
    if call.method != "PATCH" or call.entity is None or entity is None:
        return None
    before, now = moment(entity.properties.get(_MODIFIED)), moment(call.entity.get(_MODIFIED))
    writable = call.resource.writable if call.resource is not None else {}
    written = {name: value for name, value in (call.sent or {}).items() if name in writable}
    changed = any(entity.properties.get(name) != value for name, value in written.items())
    if not changed or before is None or now is None:
        return None
    moved = now > before
    return [] if moved else [wrong(_MODIFIED, due=phrase(f"later than {before}"), came=call.entity[_MODIFIED])]


@promise("times", _SESSION, needs_history=True)
def change_time_never_goes_back(call: Call, known: Knowledge) -> Verdict:
    """lastModifiedDateTime never goes back."""
    pairs = [(moment(before), moment(now), now) for before, now in _before_and_now(call, known, _MODIFIED)]
    known_pairs = [(before, now, text) for before, now, text in pairs if before is not None and now is not None]
    if not known_pairs:
        return None
    due = "not before {}"
    return [
        wrong(_MODIFIED, due=phrase(due.format(before)), came=text) for before, now, text in known_pairs if now < before
    ]


@promise("times", _SESSION)
def change_follows_creation(call: Call, known: Knowledge) -> Verdict:
    """lastModifiedDateTime is never before createdDateTime."""
    del known
    pairs = [(moment(entity.get(_CREATED)), moment(entity.get(_MODIFIED))) for entity in call.shown]
    both = [(created, modified) for created, modified in pairs if created is not None and modified is not None]
    if not both:
        return None
    due = "not before {}"
    return [
        wrong(_MODIFIED, due=phrase(due.format(created)), came=phrase(str(modified)))
        for created, modified in both
        if modified < created
    ]


@promise("times", "the resources: 0001-01-01T00:00:00Z has not happened yet")
def what_exists_was_created(call: Call, known: Knowledge) -> Verdict:
    """createdDateTime is a moment that has come."""
    del known
    times = [time for entity in call.shown if (time := moment(entity.get(_CREATED))) is not None]
    if not times:
        return None
    now = _date(call) or datetime.now(UTC)
    # A day, because clocks are off.
    due = phrase("a moment that has come")
    return [wrong(_CREATED, due=due, came=phrase(str(t))) for t in times if t.year == 1 or t > now + timedelta(days=1)]


@promise("times", "the resources: timestamps are in UTC")
def times_are_utc(call: Call, known: Knowledge) -> Verdict:
    """Timestamps are in UTC: something new is not created hours from the service's own Date."""
    del known
    created = moment((call.entity or {}).get(_CREATED)) if call.method == "POST" else None
    date = _date(call)
    if created is None or date is None:
        return None
    offset = created - date
    # A clock that is off is off by anything. One that keeps local time is off by what a time zone can be.
    zones = round(offset / _QUARTER)
    local = zones != 0 and abs(zones) <= 14 * 4 and abs(offset - zones * _QUARTER) < _SLACK
    return [wrong(_CREATED, due=phrase(f"about {date}"), came=phrase(str(created)))] if local else []


def _date(call: Call) -> datetime | None:
    """When the service says that it has answered."""
    try:
        return parsedate_to_datetime(call.single_headers.get("date", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _differences(due: dict[str, Any], came: dict[str, Any], names: set[str]) -> list[str]:
    return [wrong(name, due=due[name], came=came.get(name)) for name in sorted(names) if due[name] != came.get(name)]


def _before_and_now(call: Call, known: Knowledge, name: str) -> list[tuple[Any, Any]]:
    """A property of each known entity in an answer: as it was, and as it is."""
    pairs = [(known.item(call, item), item) for item in call.items or ()]
    if call.entity is not None and not call.takes_collection:
        pairs.append((known.of(call), call.entity))
    return [
        (entity.properties[name], now[name])
        for entity, now in pairs
        if entity is not None and name in entity.properties and name in now
    ]
