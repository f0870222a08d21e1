"""The initial data of a store: the entities that the documented exchanges show."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from attrs import frozen

from security_copilot_contract.emulator.resource import RESOURCES, Entity
from security_copilot_contract.spec.exchange import Exchange

ROOT = "/security/securityCopilot/"


@frozen
class SeededEntity:
    """An entity in a documented response: its collection, and whether a GET returned it."""

    collection: str
    entity: Entity
    read: bool

    @property
    def rank(self) -> tuple[bool, str]:
        """The lowest rank is used: a read comes before the result of a write, an earlier state before a later one."""
        return not self.read, _moment(self.entity, "lastModifiedDateTime")

    @property
    def age(self) -> str:
        """A sort key: older entities come first."""
        return _moment(self.entity, "createdDateTime")


def collections(exchanges: Iterable[Exchange]) -> list[str]:
    """The collections that the requests address."""
    return [_collection(exchange) for exchange in exchanges]


def entities(exchanges: Iterable[Exchange]) -> list[SeededEntity]:
    """Each entity in a response once, oldest first, as it was before the requests changed it."""
    found: dict[tuple[str, str], SeededEntity] = {}
    for shown in sorted((s for exchange in exchanges for s in _shown(exchange)), key=lambda s: s.rank):
        resource = RESOURCES[shown.collection.rpartition("/")[2]]
        found.setdefault((shown.collection, shown.entity[resource.key]), shown)
    return sorted(found.values(), key=lambda shown: shown.age)


def _collection(exchange: Exchange) -> str:
    path = urlsplit(exchange.request.url).path.partition(ROOT)[2].strip("/")
    # Names of collections and keys alternate.
    return path if path.count("/") % 2 == 0 else path.rpartition("/")[0]


def _shown(exchange: Exchange) -> Iterator[SeededEntity]:
    """The entities in a response: those of a collection, or the single one."""
    if exchange.response.status >= 300 or not exchange.response.body:  # noqa: PLR2004 - they show nothing
        return
    body = exchange.response.json()
    for entity in body.get("value", [body]):
        # The type is the only annotation that belongs to the entity.
        own = {name: value for name, value in entity.items() if name[0] != "@" or name == "@odata.type"}
        yield SeededEntity(_collection(exchange), own, exchange.request.method == "GET")


def _moment(entity: Entity, name: str) -> str:
    # Without the zone, fractions of different lengths sort correctly.
    return str(entity.get(name, "")).removesuffix("Z").removesuffix("+00:00")
