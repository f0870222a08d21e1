"""What the emulator remembers."""

import random
import sys
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from attrs import frozen

from security_copilot_contract.emulator import data_file, seeding
from security_copilot_contract.emulator.clock import BEGINNING, TICK, Clock, SteppingClock, timestamp
from security_copilot_contract.emulator.collection import Collection
from security_copilot_contract.emulator.data_file import Row
from security_copilot_contract.emulator.evaluation import Outcome, Pace, Run, outcome_of
from security_copilot_contract.emulator.resource import RESOURCES, WORKSPACE, Entity, canonical
from security_copilot_contract.spec.exchange import Exchange

# In bytes.
CAPACITY = 1_000_000_000

_EMPTY = Collection()
_SESSIONS = "workspaces/default/sessions"
# What an entity takes besides the texts in it, at the most, in bytes.
_OVERHEAD = 1_000


class FullError(Exception):
    """The store has no room for what a client writes."""


@frozen
class Session:
    """A session. The timestamps are as on the wire."""

    id: str
    display_name: str | None
    created: str
    modified: str

    @classmethod
    def of(cls, entity: Entity) -> "Session":
        """A session from its properties."""
        return cls(entity["id"], entity["displayName"], entity["createdDateTime"], entity["lastModifiedDateTime"])


class Store:
    """What there is, by path: a collection is at `workspaces/default/sessions`, an entity at that, `/` and its key.

    Nothing is ever removed, as in the API; when it takes some `capacity` bytes of memory, writes raise FullError.
    Evaluations run by `clock` and `pace`, and end with `outcome` unless their prompt asks for another one.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        new_id: Callable[[], uuid.UUID] = uuid.uuid4,
        *,
        pace: Pace = Pace(),  # noqa: B008 - immutable
        outcome: Outcome = Outcome(),  # noqa: B008 - likewise
        capacity: int = CAPACITY,
    ) -> None:
        self.outcome = outcome
        self.pace = pace
        self._clock = Clock() if clock is None else clock
        self._new_id = new_id
        self._version = 0
        self._capacity = capacity
        self._size = 0
        self._collections: dict[str, Collection] = {}
        self._last = self._seen = datetime.min.replace(tzinfo=UTC)
        self._writing = threading.RLock()
        for workspace_id in WORKSPACE.aliases.values():
            self.add(
                WORKSPACE.collection,
                {"@odata.type": WORKSPACE.odata_type, "id": workspace_id, "displayName": "SecurityCopilot_Workspace"},
            )

    @classmethod
    def documented(cls, exchanges: Iterable[Exchange], seed: int | None = None) -> "Store":
        """A store with what the documented exchanges show.

        With a seed, the same requests get the same ids and timestamps each time: whenever the time is looked at,
        it has gone on by half a second.
        """
        return cls._seeded(seed, BEGINNING).load(exchanges)

    @classmethod
    def saved(cls, path: str | Path, seed: int | None = None) -> "Store":
        """A store with what a file holds, that `write` has written or a person; OSError and ValueError as for `read`.

        With a seed it is as for `documented`; time begins when what the file tells has been.
        """
        rows = data_file.read(Path(path))
        store = cls._seeded(seed, max(BEGINNING, data_file.latest(rows)))
        store._hold(rows)  # noqa: SLF001 - its own
        return store

    @classmethod
    def _seeded(cls, seed: int | None, since: datetime) -> "Store":
        if seed is None:
            return cls()
        # Ids that have been given before `since` do not come again.
        bits = random.Random(f"{seed} {since}")  # noqa: S311 - ids, not secrets
        return cls(SteppingClock(moment=since), lambda: uuid.UUID(int=bits.getrandbits(128), version=4))

    def read(self, path: str | Path) -> "Store":
        """Add what a file holds; the store itself.

        OSError when it cannot be read, ValueError when it holds anything else, with the place in it.
        """
        self._hold(data_file.read(Path(path)))
        return self

    def write(self, path: str | Path) -> None:
        """Write everything into a file, whole or not at all; OSError when that cannot be done."""
        with self._writing:
            # Others may write on, while this is on its way to the disk.
            copies = [(at, collection.copy()) for at, collection in sorted(self._collections.items())]
        data_file.write(Path(path), [(at, copy.rows(self._seen)) for at, copy in copies])

    def load(self, exchanges: Iterable[Exchange]) -> "Store":
        """Add every entity that a documented response shows; the store itself.

        So each documented request finds what it is about. An entity that several responses show is taken as it
        was before it was changed, and what only a URL names is there, too.
        """
        exchanges = list(exchanges)
        for shown in seeding.entities(exchanges):
            self.add(shown.collection, shown.entity)
        for collection in seeding.collections(exchanges):
            self._imply(collection)
        return self

    @property
    def version(self) -> int:
        """A number that is another after each write."""
        return self._version

    def add(self, collection: str, entity: Entity, run: Run | None = None) -> Entity:
        """An entity from before the emulator started, or one that the API cannot create, such as a plugin.

        What it does not say is as if nobody had set it; an evaluation may have a run. ValueError for a property that
        its resource does not have.
        """
        resource = RESOURCES[collection.rpartition("/")[2]]
        unknown = set(entity) - set(resource.properties) - {"@odata.type"}
        if unknown:
            raise ValueError(f"{resource.collection} have no {', '.join(sorted(unknown))}")
        with self._writing:
            self._imply(collection)
            entity = {**resource.defaults, resource.key: str(self._new_id()), **entity}
            self._in(collection).put(resource.canonical(entity[resource.key]), entity, run)
            self._version += 1
            self._size += _OVERHEAD + _size(entity)
        return entity

    def find(self, path: str) -> Entity | None:
        """The entity at a path; None when there is none."""
        collection, _, key = canonical(path).rpartition("/")
        found = self._collections.get(collection, _EMPTY)
        return found.at(found.positions[key], self._now(found)) if key in found.positions else None

    def count(self, collection: str) -> int:
        """How many entities a collection has."""
        return len(self._collections.get(canonical(collection), _EMPTY).entities)

    def latest(self, collection: str, before: int | None = None) -> Iterator[tuple[int, Entity]]:
        """The entities of a collection, the latest created first, all as they are at one moment.

        Each comes with its position; `before` is the position of the last one of the page before.
        """
        found = self._collections.get(canonical(collection), _EMPTY)
        now = self._now(found)
        at = found.entities.__getitem__ if now is None else partial(found.at, now=now)
        positions = range((len(found.entities) if before is None else before) - 1, -1, -1)
        return zip(positions, map(at, positions), strict=True)

    def insert(self, collection: str, written: Entity) -> Entity:
        """A new entity with an id of its own."""
        with self._writing:
            self._make_sure_of(_OVERHEAD + _size(written))
            return self._insert(collection, written, self._moment(self._look()))

    def change(self, path: str, written: Entity) -> Entity:
        """The entity with other values; lastModifiedDateTime moves only when one is another."""
        with self._writing:
            entity = self._entity(path)
            if all(entity[name] == value for name, value in written.items()):
                return entity
            growth = _size(written) - _size({name: entity[name] for name in written})
            self._make_sure_of(growth)
            self._size += growth
            return self._change(path, written, self._moment(self._look()))

    def evaluate(self, prompt: str) -> Entity:
        """A new evaluation of the prompt at a path; it runs from now on.

        ValueError when the prompt asks for an outcome that there is not.
        """
        with self._writing:
            content = self._entity(prompt)["content"]
            outcome = outcome_of(content, self.outcome)
            self._make_sure_of(_OVERHEAD)
            now = self._look()
            created = self._moment(now)
            collection = f"{prompt}/evaluations"
            run = Run(now, created, content, outcome, self.pace)
            evaluation = self._insert(collection, {}, created, run)
            # As it is documented of the prompt, a moment later.
            self._change(prompt, {}, self._moment(now))
            return evaluation

    # The sessions of the default workspace, as who sets the emulator up or tampers with it wants them.

    def __len__(self) -> int:
        return self.count(_SESSIONS)

    def newest_first(self) -> Iterator[Session]:
        """All sessions, the latest created first."""
        return (Session.of(entity) for _, entity in self.latest(_SESSIONS))

    def get(self, session_id: str) -> Session | None:
        """A session by its GUID, in upper or lower case."""
        entity = self.find(f"{_SESSIONS}/{session_id}")
        return None if entity is None else Session.of(entity)

    def create(self, display_name: str) -> Session:
        """A new session."""
        return Session.of(self.insert(_SESSIONS, {"displayName": display_name}))

    def rename(self, session: Session, display_name: str) -> Session:
        """The session with the new name."""
        return Session.of(self.change(f"{_SESSIONS}/{session.id}", {"displayName": display_name}))

    def _in(self, collection: str) -> Collection:
        return self._collections.setdefault(canonical(collection), Collection())

    def _imply(self, collection: str) -> None:
        """Add what a path names and nobody has shown: the parents of a collection."""
        above, _, key = collection.rpartition("/")[0].rpartition("/")
        if above and self.find(f"{above}/{key}") is None:
            self.add(above, {RESOURCES[above.rpartition("/")[2]].key: key})

    def _entity(self, path: str) -> Entity:
        collection, _, key = canonical(path).rpartition("/")
        found = self._collections[collection]
        return found.entities[found.positions[key]]

    def _make_sure_of(self, size: int) -> None:
        """FullError when there is not so much room."""
        if self._size + size > self._capacity:
            raise FullError(
                f"The emulator is full: it has room for {self._capacity:,} bytes; nothing can be deleted. Start anew."
            )

    def _hold(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.add(row.collection, row.entity, row.run)

    def _insert(self, collection: str, written: Entity, now: datetime, run: Run | None = None) -> Entity:
        times = {"createdDateTime": timestamp(now), "lastModifiedDateTime": timestamp(now)}
        return self.add(collection, {**times, **written}, run)

    def _change(self, path: str, written: Entity, now: datetime) -> Entity:
        collection, _, key = canonical(path).rpartition("/")
        changed = {**self._entity(path), **written, "lastModifiedDateTime": timestamp(now)}
        self._collections[collection].put(key, changed)
        self._version += 1
        return changed

    def _now(self, collection: Collection) -> datetime | None:
        """The time, where it matters."""
        return self._look() if collection.runs else None

    def _look(self) -> datetime:
        """The time, which is known to have been seen."""
        self._seen = self._clock.now()
        return self._seen

    def _moment(self, now: datetime) -> datetime:
        # No two writes at the same moment, however coarse the clock: a change is always seen.
        self._last = max(now, self._last + TICK)
        return self._last


def _size(entity: Entity) -> int:
    """How many bytes the texts take."""
    return sum(sys.getsizeof(value) for value in entity.values() if isinstance(value, str))
