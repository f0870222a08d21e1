"""What a service has said so far, which it is held to afterwards."""

from typing import Any

from attrs import define, field

from security_copilot_contract.checks.interaction import Call

_ANNOTATION = "@"
# In /security/securityCopilot/workspaces/default/...
_FIRST_KEY = 4
_DEFAULT = "/workspaces/default"


@define
class Entity:
    """An entity as the service last showed it.

    `ours`: this run created it, so nobody else changes it. `moves`: the service may change it of its own accord, as
    it does with an evaluation, and with what something was created in; `lasting` has the properties that stay even so.
    """

    properties: dict[str, Any]
    lasting: frozenset[str]
    ours: bool = False
    moves: bool = False

    @property
    def kept(self) -> set[str]:
        """The properties that have to be shown again as they are."""
        return set(self.properties) & self.lasting if self.moves else set(self.properties)


@define
class Knowledge:
    """What is known, by the paths of requests; keys are in lower case.

    `keys` are those of the entities that a collection was seen to have. The entities themselves are kept by where they
    are within the workspace, since a workspace may go by two names. `refused` has the texts of what was not created.
    """

    keys: dict[str, dict[str, Entity]] = field(factory=dict)
    entities: dict[tuple[str, str], Entity] = field(factory=dict)
    request_ids: set[str] = field(factory=set)
    counts: dict[str, int] = field(factory=dict)
    refused: set[tuple[str, str]] = field(factory=set)

    def at(self, path: str) -> Entity | None:
        """The known entity at a path."""
        collection, _, last = path.rpartition("/")
        return self.keys.get(collection, {}).get(last.lower())

    def of(self, call: Call) -> Entity | None:
        """The entity that the path of a request names."""
        return None if call.takes_collection else self.at(call.path)

    def item(self, call: Call, properties: dict[str, Any]) -> Entity | None:
        """The known entity behind an item of a page."""
        return self.at(f"{call.path}/{properties.get(call.key)}")

    def ours_in(self, collection: str) -> list[Entity]:
        """What this run has created in a collection."""
        return [entity for entity in self.all_in(collection) if entity.ours]

    def all_in(self, collection: str) -> list[Entity]:
        """All that was seen in a collection."""
        return list(self.keys.get(collection, {}).values())

    def has_parents(self, call: Call) -> bool:
        """Whether all that the path of a request is in is known to exist; of workspaces, the default one is."""
        segments = call.collection.split("/")
        paths = ["/".join(segments[: n + 1]) for n in range(_FIRST_KEY, len(segments), 2)]
        return all(path.endswith(_DEFAULT) or self.at(path) is not None for path in paths)

    def is_elsewhere(self, collection: str, key: object) -> bool:
        """Whether something of this kind and key is known, and in another collection alone."""
        here, key = _place(collection), str(key).lower()
        kind = here.rpartition("/")[2]
        places = {place for place, known in self.entities if known == key and place.rpartition("/")[2] == kind}
        return bool(places) and here not in places

    def learn(self, call: Call) -> None:
        """Take in what an answer says."""
        self.request_ids.update(request_id.lower() for request_id in call.headers.get("request-id", ()))
        created = call.method == "POST" and call.entity is not None and call.authorized
        for properties in call.shown if call.operation is not None else ():
            self._see(call, properties, ours=created)
        if created:
            self._touch(call.path.rpartition("/")[0])
        if call.method == "POST" and not call.succeeded and call.resource is not None:
            text = (call.sent or {}).get(call.resource.text or "")
            self.refused |= {(call.path, text)} if isinstance(text, str) else set()
        count = (call.received or {}).get("@odata.count")
        if call.items is not None and isinstance(count, int) and "$filter" not in call.query:
            self.counts[call.path] = count

    def _see(self, call: Call, properties: dict[str, Any], *, ours: bool) -> None:
        key = properties.get(call.key)
        if not isinstance(key, str) or call.resource is None:
            return
        seen = {name: value for name, value in properties.items() if not name.startswith(_ANNOTATION)}
        lasting = frozenset({call.key, "createdDateTime", *call.resource.writable})
        entity = self.entities.setdefault((_place(call.collection), key.lower()), Entity({}, lasting))
        self.keys.setdefault(call.collection, {})[key.lower()] = entity
        entity.properties.update(seen)
        entity.ours = entity.ours or ours
        entity.moves = entity.moves or call.resource.changes_by_itself

    def _touch(self, path: str) -> None:
        entity = self.at(path)
        if entity is not None:
            entity.moves = True


def _place(collection: str) -> str:
    """The path of a collection from its workspace on."""
    return "/".join(collection.split("/")[_FIRST_KEY + 1 :])
