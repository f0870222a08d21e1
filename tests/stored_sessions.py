"""The sessions of the default workspace in an emulator's store, for tests and for broken servers."""

from collections.abc import Iterator

from attrs import frozen

from security_copilot_contract.emulator import Store
from security_copilot_contract.emulator.resource import Entity

_PATH = "workspaces/default/sessions"


@frozen
class Session:
    """A session. The timestamps are as on the wire."""

    id: str
    display_name: str | None
    created: str
    modified: str


def count(store: Store) -> int:
    return store.count(_PATH)


def newest_first(store: Store) -> Iterator[Session]:
    return (_session(entity) for _, entity in store.latest(_PATH))


def get(store: Store, session_id: str) -> Session | None:
    """A session by its GUID, in upper or lower case."""
    entity = store.find(f"{_PATH}/{session_id}")
    return None if entity is None else _session(entity)


def create(store: Store, display_name: str) -> Session:
    return _session(store.insert(_PATH, {"displayName": display_name}))


def rename(store: Store, session: Session, display_name: str) -> Session:
    return _session(store.change(f"{_PATH}/{session.id}", {"displayName": display_name}))


def _session(entity: Entity) -> Session:
    return Session(entity["id"], entity["displayName"], entity["createdDateTime"], entity["lastModifiedDateTime"])
