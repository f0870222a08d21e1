"""Pages: $filter, $count, $top and $skiptoken applied to a collection."""

from collections.abc import Callable
from itertools import islice

from attrs import frozen

from security_copilot_contract.emulator import query
from security_copilot_contract.emulator.query import QueryOptions
from security_copilot_contract.emulator.resource import Entity
from security_copilot_contract.emulator.store import Store

SIZE = 100


@frozen
class Page:
    """A page. `last` is the position of its last entity if another page follows; `count` is set if $count=true."""

    entities: list[Entity]
    last: int | None
    count: int | None


def page(store: Store, collection: str, options: QueryOptions, known: Callable[[Entity], Entity]) -> Page:
    """The page that the options ask for, with `known` applied to each entity.

    It reads no more of the collection than it must: all of it only to count what a filter matches.
    """
    before, where = options.before, options.where
    if before is not None and not 0 < before < store.count(collection):
        raise query.forged()
    counts = options.count and where is not None
    latest = store.latest(collection, None if counts else before)
    rows = ((position, known(entity)) for position, entity in latest)
    found = rows if where is None else (row for row in rows if where(row[1]))
    count = store.count(collection) if options.count else None
    if counts:
        everything = list(found)
        count = len(everything)
        found = (row for row in everything if before is None or row[0] < before)
    size = min(options.top or SIZE, SIZE)
    taken = list(islice(found, size + 1))
    last = taken[size - 1][0] if len(taken) > size else None
    return Page([entity for _, entity in taken[:size]], last, count)
