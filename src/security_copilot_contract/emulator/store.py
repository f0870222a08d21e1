"""What the emulator remembers."""

import random
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import frozen

from security_copilot_contract.exchanges import Exchange

WORKSPACE = "default"

# After everything that is documented.
_SEEDED_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@frozen
class Session:
    """A session. The timestamps are as on the wire."""

    id: str
    display_name: str | None
    created: str
    modified: str


def _now() -> datetime:
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """A moment as the API writes it: RFC 3339, UTC, no trailing zeros in the fraction."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text.rstrip("0").rstrip(".") + "Z"


class Store:
    """The sessions of the one workspace, oldest first. Nothing is ever removed, as in the API."""

    def __init__(
        self,
        sessions: Iterable[Session] = (),
        clock: Callable[[], datetime] = _now,
        new_id: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> None:
        self._sessions = {session.id: session for session in sessions}
        self._clock = clock
        self._new_id = new_id
        self._last = datetime.min.replace(tzinfo=UTC)

    @classmethod
    def documented(cls, exchanges: Iterable[Exchange], seed: int | None = None) -> "Store":
        """A store with every session that a documented response shows.

        So each documented request finds what it is about. A session that several responses show is taken as
        it was before it was changed. With a seed, the same requests get the same ids and timestamps each time.
        """
        found: dict[str, Session] = {}
        for entity in (e for exchange in exchanges for e in _entities(exchange.response.json())):
            session = Session(
                entity["id"], entity["displayName"], entity["createdDateTime"], entity["lastModifiedDateTime"]
            )
            if session.id not in found or session.modified < found[session.id].modified:
                found[session.id] = session
        sessions = sorted(found.values(), key=lambda session: session.created)
        if seed is None:
            return cls(sessions)
        bits = random.Random(seed)  # noqa: S311 - ids, not secrets
        return cls(sessions, lambda: _SEEDED_MOMENT, lambda: uuid.UUID(int=bits.getrandbits(128), version=4))

    def __len__(self) -> int:
        return len(self._sessions)

    def newest_first(self) -> Iterator[Session]:
        """All sessions, the latest created first."""
        return reversed(self._sessions.values())

    def get(self, session_id: str) -> Session | None:
        """A session by its GUID, in upper or lower case."""
        return self._sessions.get(session_id.lower())

    def create(self, display_name: str) -> Session:
        """A new session with an id of its own."""
        now = self._moment()
        session = Session(str(self._new_id()), display_name, now, now)
        self._sessions[session.id] = session
        return session

    def rename(self, session: Session, display_name: str) -> Session:
        """The session with the new name; `modified` moves only when the name does."""
        if display_name == session.display_name:
            return session
        renamed = Session(session.id, display_name, session.created, self._moment())
        self._sessions[session.id] = renamed
        return renamed

    def _moment(self) -> str:
        # No two writes at the same moment, however coarse the clock: a change is always seen.
        self._last = max(self._clock(), self._last + _TICK)
        return timestamp(self._last)


def _entities(body: dict[str, Any]) -> list[dict[str, Any]]:
    """What a response shows: the entities of a collection, or its one entity."""
    entities: list[dict[str, Any]] = body.get("value", [body])
    return entities
