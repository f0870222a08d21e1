"""A collection that the emulator remembers."""

from collections.abc import Iterator
from datetime import datetime

from attrs import define, field

from security_copilot_contract.emulator.evaluation import Run
from security_copilot_contract.emulator.resource import Entity


@define
class Collection:
    """Entities in the order of their creation; some change by themselves while time passes.

    `positions` has them by key, `runs` by position what is going on with them.
    """

    entities: list[Entity] = field(factory=list)
    positions: dict[str, int] = field(factory=dict)
    runs: dict[int, Run] = field(factory=dict)

    def put(self, key: str, entity: Entity, run: Run | None = None) -> None:
        """Add an entity, or replace the one that has the key."""
        position = self.positions.get(key, len(self.entities))
        if run is not None:
            self.runs[position] = run
        if key in self.positions:
            self.entities[position] = entity
        else:
            self.entities.append(entity)
            # Afterwards, for who reads at the same time.
            self.positions[key] = position

    def at(self, position: int, now: datetime | None) -> Entity:
        """The entity at a position as it is by then; without a time, as it was when it was put there."""
        entity = self.entities[position]
        return entity if now is None or position not in self.runs else {**entity, **self.runs[position].at(now)}

    def copy(self) -> "Collection":
        """The same, which does not change; of `rows` alone."""
        return Collection(self.entities.copy(), {}, self.runs.copy())

    def rows(self, now: datetime) -> Iterator[tuple[Entity, Run | None]]:
        """Each entity, with the run of those that had not ended by then."""
        for position, entity in enumerate(self.entities):
            run = self.runs.get(position)
            yield (entity, run) if run is None or not run.has_ended(now) else (self.at(position, now), None)
