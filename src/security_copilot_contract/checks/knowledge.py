"""What a service has said so far, which it is held to afterwards."""

from typing import Any

from attrs import define, field

from security_copilot_contract.checks.call import Call

_ANNOTATION = "@"


@define
class Entity:
    """An entity as the service last showed it. `ours`: this run created it, so nobody else changes it."""

    properties: dict[str, Any]
    ours: bool = False


@define
class Knowledge:
    """Entities by the path of their collection and their id in lower case; ids of requests; counts by path.

    `refused` has the names of what was not created.
    """

    entities: dict[tuple[str, str], Entity] = field(factory=dict)
    request_ids: set[str] = field(factory=set)
    counts: dict[str, int] = field(factory=dict)
    refused: set[str] = field(factory=set)

    def of(self, call: Call) -> Entity | None:
        """The entity that the path of a request names."""
        collection, _, last = call.path.rpartition("/")
        return self.entities.get((collection, last.lower()))

    def item(self, call: Call, properties: dict[str, Any]) -> Entity | None:
        """The known entity behind an item of a page."""
        return self.entities.get((call.path, str(properties.get("id")).lower()))

    def ours_in(self, collection: str) -> list[Entity]:
        """What this run has created in a collection."""
        return [entity for (path, _), entity in self.entities.items() if path == collection and entity.ours]

    def learn(self, call: Call) -> None:
        """Take in what an answer says."""
        self.request_ids.update(request_id.lower() for request_id in call.headers.get("request-id", ()))
        for properties in call.items or ():
            self._see(call.path, properties)
        if call.entity is not None:
            collection = call.path if call.takes_collection else call.path.rpartition("/")[0]
            self._see(collection, call.entity, ours=call.method == "POST" and call.authorized)
        if call.method == "POST" and not call.succeeded and isinstance((call.sent or {}).get("displayName"), str):
            self.refused.add((call.sent or {})["displayName"])
        count = (call.received or {}).get("@odata.count")
        if call.items is not None and isinstance(count, int) and "$filter" not in call.query:
            self.counts[call.path] = count

    def _see(self, collection: str, properties: dict[str, Any], *, ours: bool = False) -> None:
        if not isinstance(properties.get("id"), str):
            return
        seen = {name: value for name, value in properties.items() if not name.startswith(_ANNOTATION)}
        entity = self.entities.setdefault((collection, seen["id"].lower()), Entity({}))
        entity.properties.update(seen)
        entity.ours = entity.ours or ours
