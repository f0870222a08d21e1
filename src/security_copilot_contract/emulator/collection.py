"""A collection in the emulator's store."""

from collections.abc import Iterator
from datetime import datetime

from attrs import define, field

from security_copilot_contract.emulator.evaluation import Execution
from security_copilot_contract.emulator.resource import Entity


@define
class Collection:
    """Entities in the order of their creation; some change as time passes.

    `positions` maps keys to positions, and `executions` positions to running evaluations.
    """

    entities: list[Entity] = field(factory=list)
    positions: dict[str, int] = field(factory=dict)
    executions: dict[int, Execution] = field(factory=dict)

    def put(self, key: str, entity: Entity, execution: Execution | None = None) -> None:
        """Add an entity, or replace the one that has the key."""
        position = self.positions.get(key, len(self.entities))
        if execution is not None:
            self.executions[position] = execution
        if key in self.positions:
            self.entities[position] = entity
        else:
            self.entities.append(entity)
            # Last, for the sake of concurrent readers.
            self.positions[key] = position

    def at(self, position: int, now: datetime | None) -> Entity:
        """The entity at a position as of `now`; None returns it as it was stored."""
        entity = self.entities[position]
        if now is None or position not in self.executions:
            return entity
        return {**entity, **self.executions[position].at(now)}

    def copy(self) -> "Collection":
        """A snapshot, for `rows` only."""
        return Collection(self.entities.copy(), {}, self.executions.copy())

    def rows(self, now: datetime) -> Iterator[tuple[Entity, Execution | None]]:
        """Each entity as of `now`, with its execution if that has not ended."""
        for position, entity in enumerate(self.entities):
            execution = self.executions.get(position)
            if execution is None or not execution.has_ended(now):
                yield entity, execution
            else:
                yield self.at(position, now), None
