"""The entities that a service has returned in a run: later responses must agree with them."""

from typing import Any

from attrs import define, field

from security_copilot_contract.checks.interaction import Interaction

_ANNOTATION = "@"
# In /security/securityCopilot/workspaces/default/...
_FIRST_KEY = 4
_DEFAULT = "/workspaces/default"


@define
class ObservedEntity:
    """An entity as the service last returned it.

    `ours`: this run created it, so no other client changes it. `changes`: the service itself may change it, as it does
    with evaluations and with the parents of a new entity. `stable` has the properties that never change by themselves.
    """

    properties: dict[str, Any]
    stable: frozenset[str]
    ours: bool = False
    changes: bool = False

    @property
    def unchanging(self) -> set[str]:
        """The properties that the service must return unchanged."""
        return set(self.properties) & self.stable if self.changes else set(self.properties)


@define
class Observations:
    """The observed entities, by the paths of requests; keys are in lower case.

    `keys` has the entities that were returned for each collection. `entities` has them by their place in the workspace,
    because a workspace may have two names. `refused` has the path and the text of each refused create. `deleted` has
    the places of deleted entities.
    """

    keys: dict[str, dict[str, ObservedEntity]] = field(factory=dict)
    entities: dict[tuple[str, str], ObservedEntity] = field(factory=dict)
    request_ids: set[str] = field(factory=set)
    counts: dict[str, int] = field(factory=dict)
    refused: set[tuple[str, str]] = field(factory=set)
    deleted: set[tuple[str, str]] = field(factory=set)

    def at(self, path: str) -> ObservedEntity | None:
        """The observed entity at a path."""
        collection, _, last = path.rpartition("/")
        return self.keys.get(collection, {}).get(last.lower())

    def of(self, interaction: Interaction) -> ObservedEntity | None:
        """The observed entity that the path of a request names."""
        return None if interaction.is_of_collection else self.at(interaction.path)

    def item(self, interaction: Interaction, properties: dict[str, Any]) -> ObservedEntity | None:
        """The observed entity with the key of an item of a page."""
        return self.at(f"{interaction.path}/{properties.get(interaction.key)}")

    def ours_in(self, collection: str) -> list[ObservedEntity]:
        """The entities that this run created in a collection."""
        return [entity for entity in self.all_in(collection) if entity.ours]

    def all_in(self, collection: str) -> list[ObservedEntity]:
        """All entities observed in a collection."""
        return list(self.keys.get(collection, {}).values())

    def has_parents(self, interaction: Interaction) -> bool:
        """Whether every parent in the path of a request was observed; the default workspace always exists."""
        segments = interaction.collection.split("/")
        paths = ["/".join(segments[: n + 1]) for n in range(_FIRST_KEY, len(segments), 2)]
        return all(path.endswith(_DEFAULT) or self.at(path) is not None for path in paths)

    def is_elsewhere(self, collection: str, key: object) -> bool:
        """Whether an entity of this kind and key was observed, but only in other collections."""
        here, key = _place(collection), str(key).lower()
        kind = here.rpartition("/")[2]
        places = {place for place, other in self.entities if other == key and place.rpartition("/")[2] == kind}
        return bool(places) and here not in places

    def has_others_like(self, collection: str) -> bool:
        """Whether an entity of this kind was observed in another collection."""
        here = _place(collection)
        kind = here.rpartition("/")[2]
        return any(place != here and place.rpartition("/")[2] == kind for place, _ in self.entities)

    def is_deleted(self, path: str) -> bool:
        """Whether the entity at a path, or one that contains it, was deleted in this run."""
        segments = path.split("/")
        ends = range(_FIRST_KEY, len(segments), 2)
        return any((_place("/".join(segments[:end])), segments[end].lower()) in self.deleted for end in ends)

    def record(self, interaction: Interaction, *, unique: bool = True) -> None:
        """Record the entities, ids and counts of a response.

        `unique`: the texts of the creates are those of the plan, which no other entity has. A generated create may have
        the text of an entity that existed before, so it says nothing when it is refused.
        """
        self.request_ids.update(request_id.lower() for request_id in interaction.headers.get("request-id", ()))
        created = interaction.method == "POST" and interaction.entity is not None and interaction.authorized
        for properties in interaction.entities if interaction.operation is not None else ():
            self._record_entity(interaction, properties, ours=created)
        if interaction.method == "DELETE" and interaction.succeeded and interaction.operation is not None:
            self._forget(interaction.path)
        if created:
            self._allow_changes(interaction.path.rpartition("/")[0])
        if unique and interaction.method == "POST" and not interaction.succeeded and interaction.resource is not None:
            text = (interaction.request_object or {}).get(interaction.resource.text or "")
            self.refused |= {(interaction.path, text)} if isinstance(text, str) else set()
        count = (interaction.response_object or {}).get("@odata.count")
        if interaction.items is not None and isinstance(count, int) and "$filter" not in interaction.query:
            self.counts[interaction.path] = count

    def _forget(self, path: str) -> None:
        """Drop a deleted entity under every name of its workspace."""
        collection, _, key = path.rpartition("/")
        place = (_place(collection), key.lower())
        self.deleted.add(place)
        self.entities.pop(place, None)
        for other, entities in self.keys.items():
            if _place(other) == place[0]:
                entities.pop(place[1], None)
        self.counts.pop(collection, None)

    def _record_entity(self, interaction: Interaction, properties: dict[str, Any], *, ours: bool) -> None:
        key = properties.get(interaction.key)
        if not isinstance(key, str) or interaction.resource is None:
            return
        stable = frozenset({interaction.key, "createdDateTime", *interaction.resource.writable})
        place = (_place(interaction.collection), key.lower())
        entity = self.entities.setdefault(place, ObservedEntity({}, stable))
        self.keys.setdefault(interaction.collection, {})[key.lower()] = entity
        entity.properties.update({n: value for n, value in properties.items() if not n.startswith(_ANNOTATION)})
        entity.ours = entity.ours or ours
        entity.changes = entity.changes or interaction.resource.changes_by_itself

    def _allow_changes(self, path: str) -> None:
        entity = self.at(path)
        if entity is not None:
            entity.changes = True


def _place(collection: str) -> str:
    """The path of a collection within its workspace."""
    return "/".join(collection.split("/")[_FIRST_KEY + 1 :])
