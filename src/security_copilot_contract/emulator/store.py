"""The data of the emulator."""

import random
import sys
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from security_copilot_contract.emulator import data_file, seeding
from security_copilot_contract.emulator.clock import BEGINNING, TICK, Clock, SteppingClock, timestamp
from security_copilot_contract.emulator.collection import Collection
from security_copilot_contract.emulator.data_file import Row
from security_copilot_contract.emulator.evaluation import Execution, Outcome, Timing, outcome_of
from security_copilot_contract.emulator.resource import RESOURCES, WORKSPACE, Entity, canonical
from security_copilot_contract.spec.exchange import Exchange

# In bytes.
CAPACITY = 1_000_000_000

_EMPTY = Collection()
# The most bytes that an entity takes besides its texts.
_OVERHEAD = 1_000
_TIMES = ("createdDateTime", "lastModifiedDateTime")


class FullError(Exception):
    """The store is full."""


class Store:
    """Entities by path: a collection is at `workspaces/default/sessions`, an entity at that path, `/` and its key.

    Nothing is ever removed, as in the API. Once the store takes about `capacity` bytes of memory, writes raise
    FullError. Evaluations progress by `clock` and `timing`, and end with `outcome` unless their prompt asks for
    another.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        new_id: Callable[[], uuid.UUID] = uuid.uuid4,
        *,
        timing: Timing = Timing(),  # noqa: B008 - immutable
        outcome: Outcome = Outcome(),  # noqa: B008 - likewise
        capacity: int = CAPACITY,
    ) -> None:
        self.outcome = outcome
        self.timing = timing
        self._clock = Clock() if clock is None else clock
        self._new_id = new_id
        self._version = 0
        self._capacity = capacity
        self._size = 0
        self._collections: dict[str, Collection] = {}
        self._last = self._seen = datetime.min.replace(tzinfo=UTC)
        # How much later it is here than by the clock.
        self._ahead = timedelta()
        self._writing = threading.RLock()
        for workspace_id in WORKSPACE.aliases.values():
            self.add(
                WORKSPACE.collection,
                {"@odata.type": WORKSPACE.odata_type, "id": workspace_id, "displayName": "SecurityCopilot_Workspace"},
            )

    @classmethod
    def documented(cls, exchanges: Iterable[Exchange], seed: int | None = None) -> "Store":
        """A store with the entities of the documented exchanges.

        With a seed, the same requests get the same ids and timestamps: the clock advances 0.5 s per reading.
        """
        return cls._seeded(seed, BEGINNING).load(exchanges)

    @classmethod
    def saved(cls, path: str | Path, seed: int | None = None) -> "Store":
        """A store with the entities of a data file, written by `write` or by hand. Raises as `read` does.

        A seed works as for `documented`; the clock starts after the latest time in the file.
        """
        rows = data_file.read(Path(path))
        store = cls._seeded(seed, max(BEGINNING, data_file.latest(rows)))
        store._hold(rows)  # noqa: SLF001 - its own
        return store

    @classmethod
    def _seeded(cls, seed: int | None, since: datetime) -> "Store":
        if seed is None:
            return cls()
        # Ids from before `since` are not used again.
        bits = random.Random(f"{seed} {since}")  # noqa: S311 - ids, not secrets
        return cls(SteppingClock(moment=since), lambda: uuid.UUID(int=bits.getrandbits(128), version=4))

    def read(self, path: str | Path) -> "Store":
        """Add the entities of a data file, and return the store.

        OSError if it cannot be read; ValueError, with the location, if its content is not valid.
        """
        self._hold(data_file.read(Path(path)))
        return self

    def write(self, path: str | Path, generation: str | None = None) -> None:
        """Write everything to a data file atomically. OSError if that fails.

        A `generation` is a text that nobody else writes into the file, so that it tells who wrote it last.
        """
        with self._writing:
            # Others may go on writing while the copy is written to the disk.
            copies = [(at, collection.copy()) for at, collection in sorted(self._collections.items())]
        data_file.write(Path(path), [(at, copy.rows(self._seen)) for at, copy in copies], generation)

    def load(self, exchanges: Iterable[Exchange]) -> "Store":
        """Add every entity that a documented response shows, and return the store.

        Each documented request then finds its target. If several responses show an entity, the state before any change
        is used. Parents that only appear in a URL are added as well.
        """
        exchanges = list(exchanges)
        for shown in seeding.entities(exchanges):
            self.add(shown.collection, shown.entity)
        for collection in seeding.collections(exchanges):
            self._imply(collection)
        return self

    @property
    def version(self) -> int:
        """A number that changes with each write."""
        return self._version

    def add(self, collection: str, entity: Entity, execution: Execution | None = None) -> Entity:
        """Add an existing entity, or one that the API cannot create, such as a plugin, and return it.

        Missing properties get their default; an evaluation may have an execution. ValueError for an unknown property.
        """
        resource = RESOURCES[collection.rpartition("/")[2]]
        unknown = set(entity) - set(resource.properties) - {"@odata.type"}
        if unknown:
            raise ValueError(f"{resource.collection} have no {', '.join(sorted(unknown))}")
        with self._writing:
            self._imply(collection)
            entity = {**resource.defaults, resource.key: str(self._new_id()), **entity}
            self._in(collection).put(resource.canonical(entity[resource.key]), entity, execution)
            self._version += 1
            self._size += _OVERHEAD + _size(entity)
        return entity

    def find(self, path: str) -> Entity | None:
        """The entity at a path, or None."""
        collection, _, key = canonical(path).rpartition("/")
        found = self._collections.get(collection, _EMPTY)
        return found.at(found.positions[key], self._now(found)) if key in found.positions else None

    def count(self, collection: str) -> int:
        """The number of entities in a collection."""
        return len(self._collections.get(canonical(collection), _EMPTY).entities)

    def latest(self, collection: str, before: int | None = None) -> Iterator[tuple[int, Entity]]:
        """The entities of a collection with their positions, newest first, all as of one moment.

        `before` is the position of the last entity of the previous page.
        """
        found = self._collections.get(canonical(collection), _EMPTY)
        now = self._now(found)
        at = found.entities.__getitem__ if now is None else partial(found.at, now=now)
        positions = range((len(found.entities) if before is None else before) - 1, -1, -1)
        return zip(positions, map(at, positions), strict=True)

    def insert(self, collection: str, written: Entity) -> Entity:
        """Create an entity, with an id of its own, and return it."""
        with self._writing:
            self._make_sure_of(_OVERHEAD + _size(written))
            return self._insert(collection, written, self._moment(self._look()))

    def change(self, path: str, written: Entity) -> Entity:
        """Update an entity and return it; lastModifiedDateTime moves only if a value changes."""
        with self._writing:
            entity = self._entity(path)
            if all(entity[name] == value for name, value in written.items()):
                return entity
            growth = _size(written) - _size({name: entity[name] for name in written})
            self._make_sure_of(growth)
            self._size += growth
            return self._change(path, written, self._moment(self._look()))

    def evaluate(self, prompt: str) -> Entity:
        """Start an evaluation of the prompt at a path, and return it.

        ValueError if the prompt has no content, or asks for an unknown outcome.
        """
        with self._writing:
            content = self._entity(prompt)["content"]
            if content is None:
                raise ValueError("The prompt has no content, which an evaluation needs.")
            outcome = outcome_of(content, self.outcome)
            self._make_sure_of(_OVERHEAD)
            now = self._look()
            created = self._moment(now)
            collection = f"{prompt}/evaluations"
            execution = Execution(now, created, content, outcome, self.timing)
            evaluation = self._insert(collection, {}, created, execution)
            # The documentation shows the prompt modified a moment later.
            self._change(prompt, {}, self._moment(now))
            return evaluation

    def _in(self, collection: str) -> Collection:
        return self._collections.setdefault(canonical(collection), Collection())

    def _imply(self, collection: str) -> None:
        """Add the parents of a collection that do not exist yet."""
        above, _, key = collection.rpartition("/")[0].rpartition("/")
        if above and self.find(f"{above}/{key}") is None:
            self.add(above, {RESOURCES[above.rpartition("/")[2]].key: key})

    def _entity(self, path: str) -> Entity:
        collection, _, key = canonical(path).rpartition("/")
        found = self._collections[collection]
        return found.entities[found.positions[key]]

    def _make_sure_of(self, size: int) -> None:
        """FullError if there is not enough room."""
        if self._size + size > self._capacity:
            raise FullError(f"The emulator is full ({self._capacity:,} bytes), and nothing can be deleted. Restart it.")

    def _hold(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.add(row.collection, row.entity, row.execution)
            if row.execution is not None:
                self._seen = max(self._seen, row.execution.created)

    def _insert(self, collection: str, written: Entity, now: datetime, execution: Execution | None = None) -> Entity:
        times = {"createdDateTime": timestamp(now), "lastModifiedDateTime": timestamp(now)}
        return self.add(collection, {**times, **written}, execution)

    def _change(self, path: str, written: Entity, now: datetime) -> Entity:
        collection, _, key = canonical(path).rpartition("/")
        entity = self._entity(path)
        # The clock may have been set back since an earlier run, which created the entity.
        modified = max(now, *(datetime.fromisoformat(entity[name]) + TICK for name in _TIMES))
        changed = {**entity, **written, "lastModifiedDateTime": timestamp(modified)}
        self._collections[collection].put(key, changed)
        self._version += 1
        return changed

    def _now(self, collection: Collection) -> datetime | None:
        """The time, if an entity of the collection depends on it."""
        return self._look() if collection.executions else None

    def _look(self) -> datetime:
        """The time, which is recorded as seen by a client.

        While the clock is set back, time goes on from the last moment that was seen.
        """
        now = self._clock.now()
        self._ahead = timedelta() if now >= self._seen else max(self._ahead, self._seen - now)
        self._seen = now + self._ahead
        return self._seen

    def _moment(self, now: datetime) -> datetime:
        # Each write has its own time, however coarse the clock, so that every change is visible.
        self._last = max(now, self._last + TICK)
        return self._last


def _size(entity: Entity) -> int:
    """The bytes that the texts take."""
    return sum(sys.getsizeof(value) for value in entity.values() if isinstance(value, str))
