"""Promises about entities: they keep their written values, and they never disappear."""

from typing import Any

from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.observed import Observations, ObservedEntity
from security_copilot_contract.checks.promises.registry import Verdict, in_body, in_status, promise
from security_copilot_contract.spec.violation import Description, Violation, pointer

_CREATE, _UPDATE, _GET = "Create session", "Update session", "Get session"
_MODIFIED = "lastModifiedDateTime"


@promise("entities", "pages", _CREATE)
def written_is_returned(interaction: Interaction) -> Verdict:
    """A write returns the written values unchanged, including case, spaces and Unicode."""
    body, entity = interaction.request_object, interaction.entity
    # A service may ignore unknown properties.
    if interaction.method not in {"POST", "PATCH"} or entity is None or body is None or interaction.request_violations:
        return None
    written = {name: value for name, value in body.items() if not name.startswith("@")}
    return _differences("", written, entity, set(written)) if written else None


@promise("entities", "pages", "Create session; Update session: request body")
def read_only_is_not_written(interaction: Interaction, observed: Observations) -> Verdict:
    """A request cannot set read-only properties, such as an id."""
    body = interaction.request_object or {}
    read_only = interaction.resource.read_only & set(body) if interaction.resource is not None else set()
    if not read_only or not interaction.authorized:
        return None
    before, entity = observed.of(interaction), interaction.entity or {}
    taken = [name for name in sorted(read_only & set(entity)) if entity[name] == body[name]]
    changed = [name for name in taken if before is None or before.properties.get(name) != entity[name]]
    return [in_body(pointer(n), expected=Description("a value of the service"), got=entity[n]) for n in changed]


@promise("entities", "pages", _UPDATE)
def unwritten_is_unchanged(interaction: Interaction, observed: Observations) -> Verdict:
    """An update changes only the properties that it contains."""
    before = observed.of(interaction)
    if interaction.method != "PATCH" or interaction.entity is None or before is None or not before.ours:
        return None
    unwritten = before.unchanging - set(interaction.request_object or {}) - {_MODIFIED}
    return _differences("", before.properties, interaction.entity, unwritten)


@promise("entities", "OData", _CREATE)
def new_id_is_unique(interaction: Interaction, observed: Observations) -> Verdict:
    """A created entity has a unique id."""
    if interaction.method != "POST" or interaction.entity is None:
        return None
    key = interaction.entity.get(interaction.key)
    taken = observed.item(interaction, interaction.entity) is not None or observed.is_elsewhere(interaction.path, key)
    return [in_body(pointer(interaction.key), expected=Description("a new one"), got=key)] if taken else []


@promise("entities", "pages", _GET)
def read_returns_what_was_written(interaction: Interaction, observed: Observations) -> Verdict:
    """A read returns what the last write returned; reads and refused requests change nothing."""
    before = observed.of(interaction)
    if interaction.method != "GET" or interaction.entity is None or before is None or not before.ours:
        return None
    return _differences("", before.properties, interaction.entity, before.unchanging & set(interaction.entity))


@promise("entities", "pages", "the resources; $select", follows_facts=True)
def unselected_is_complete(interaction: Interaction, observed: Observations) -> Verdict:
    """Without $select, every property of an entity is returned."""
    if interaction.selected is not None or not interaction.entities or interaction.resource is None:
        return None
    ours = observed.ours_in(interaction.collection)
    expected = interaction.resource.required.union(*(entity.properties for entity in ours))
    return [
        Violation("body", "required", at + pointer(name), name)
        for at, entity in interaction.located_entities.items()
        for name in sorted(expected - set(entity))
    ]


@promise("entities", "guidance", "Create session; Graph: error responses")
def refused_is_not_created(interaction: Interaction, observed: Observations) -> Verdict:
    """A refused create creates nothing."""
    if not interaction.items:
        return None
    name = "" if interaction.resource is None else interaction.resource.text or ""
    ours = [entity.properties.get(name) for entity in observed.ours_in(interaction.path)]
    refused = [text for path, text in observed.refused if path == interaction.path and text not in ours]
    if not refused:
        return None
    return [
        in_body(at, expected=Description("no entity of a refused create"), got=item)
        for at, item in interaction.located_entities.items()
        if item.get(name) in refused
    ]


@promise("entities", "pages", "the operations' paths")
def items_belong_to_the_collection(interaction: Interaction, observed: Observations) -> Verdict:
    """A collection contains no entity that was created in another collection."""
    if not interaction.items or not observed.has_others_like(interaction.path):
        return None
    return [
        in_body(at, expected=Description("an entity of this collection"), got=item)
        for at, item in interaction.located_entities.items()
        if observed.is_elsewhere(interaction.path, item.get(interaction.key))
    ]


@promise("entities", "pages", "List sessions")
def list_returns_what_was_written(interaction: Interaction, observed: Observations) -> Verdict:
    """A list returns each entity as it was last written."""
    if not interaction.items:
        return None
    ours = [each for each in _with_earlier(interaction, observed) if each[1].ours]
    if not ours:
        return None
    return [
        difference
        for at, before, item in ours
        for difference in _differences(at, before.properties, item, before.unchanging & set(item))
    ]


@promise("entities", "pages", _GET)
def response_is_about_the_request(interaction: Interaction) -> Verdict:
    """The returned entity has the id in the path."""
    entity, key = interaction.entity, interaction.key
    if interaction.is_of_collection or entity is None or key not in entity:
        return None
    expected = interaction.path.rpartition("/")[2]
    same = str(entity[key]).lower() == expected.lower()
    return [] if same else [in_body(pointer(key), expected=expected, got=entity[key])]


@promise("entities", "no deletion", "the list of operations: none deletes")
def nothing_disappears(interaction: Interaction, observed: Observations) -> Verdict:
    """A created entity never disappears: nothing can be deleted."""
    if not interaction.is_valid or observed.of(interaction) is None:
        return None
    gone = interaction.status in {404, 410}
    expected = Description("2xx for an existing entity")
    return [in_status(expected=expected, got=interaction.status)] if gone else []


def _differences(at: str, before: dict[str, Any], now: dict[str, Any], names: set[str]) -> list[Violation]:
    return [
        in_body(at + pointer(name), expected=before[name], got=now.get(name))
        for name in sorted(names)
        if before[name] != now.get(name)
    ]


def _with_earlier(interaction: Interaction, observed: Observations) -> list[tuple[str, ObservedEntity, dict[str, Any]]]:
    """Each item of a page that was observed before: its JSON pointer, its earlier and its current value."""
    found = ((at, observed.item(interaction, item), item) for at, item in interaction.located_entities.items())
    return [(at, before, item) for at, before, item in found if before is not None]
