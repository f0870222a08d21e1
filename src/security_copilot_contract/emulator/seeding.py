"""What the documented exchanges show of a service."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from attrs import frozen

from security_copilot_contract.emulator.resource import RESOURCES, Entity
from security_copilot_contract.spec.exchange import Exchange

ROOT = "/security/securityCopilot/"


@frozen
class Shown:
    """An entity as a response shows it: where it is, and whether it was only read."""

    collection: str
    entity: Entity
    read: bool

    @property
    def rank(self) -> tuple[bool, str]:
        """What comes first is taken: what was read before what a write made of it, the earlier before the later."""
        return not self.read, _moment(self.entity, "lastModifiedDateTime")

    @property
    def age(self) -> str:
        """Older ones are less."""
        return _moment(self.entity, "createdDateTime")


def collections(exchanges: Iterable[Exchange]) -> list[str]:
    """The collections that the requests are about."""
    return [_collection(exchange) for exchange in exchanges]


def entities(exchanges: Iterable[Exchange]) -> list[Shown]:
    """Every entity that a response shows, once and the oldest first: as it was before the requests changed it."""
    found: dict[tuple[str, str], Shown] = {}
    for shown in sorted((s for exchange in exchanges for s in _shown(exchange)), key=lambda s: s.rank):
        resource = RESOURCES[shown.collection.rpartition("/")[2]]
        found.setdefault((shown.collection, shown.entity[resource.key]), shown)
    return sorted(found.values(), key=lambda shown: shown.age)


def _collection(exchange: Exchange) -> str:
    path = urlsplit(exchange.request.url).path.partition(ROOT)[2].strip("/")
    # Names of collections and keys alternate.
    return path if path.count("/") % 2 == 0 else path.rpartition("/")[0]


def _shown(exchange: Exchange) -> Iterator[Shown]:
    """What a response shows: the entities of a collection, or its one entity."""
    if exchange.response.status >= 300 or not exchange.response.body:  # noqa: PLR2004 - they show nothing
        return
    body = exchange.response.json()
    for entity in body.get("value", [body]):
        # Of the annotations only the type is the entity's own.
        own = {name: value for name, value in entity.items() if name[0] != "@" or name == "@odata.type"}
        yield Shown(_collection(exchange), own, exchange.request.method == "GET")


def _moment(entity: Entity, name: str) -> str:
    # Without the Z, fractions of different lengths are in order, too.
    return str(entity.get(name, "")).removesuffix("Z")
