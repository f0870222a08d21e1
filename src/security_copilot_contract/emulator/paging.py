"""Pages: $filter, $count, $top and $skiptoken applied to a collection."""

from collections.abc import Awaitable, Callable, Iterator
from itertools import islice

from attrs import frozen

from security_copilot_contract.emulator import query
from security_copilot_contract.emulator.query import Condition, QueryOptions
from security_copilot_contract.emulator.resource import Entity
from security_copilot_contract.emulator.store import Store

SIZE = 100
# Reading so many takes less than a millisecond.
_CHUNK = 1_000

# A position, and the entity there.
Row = tuple[int, Entity]


@frozen
class Page:
    """A page. `last` is the position of its last entity if another page follows; `count` is set if $count=true."""

    entities: list[Entity]
    last: int | None
    count: int | None


async def page(
    store: Store,
    collection: str,
    options: QueryOptions,
    known: Callable[[Entity], Entity] | None,
    pause: Callable[[], Awaitable[object]],
) -> Page:
    """The page that the options ask for, with `known`, if there is one, applied to each entity.

    It reads no more of the collection than it must: all of it only to count what a filter matches. It pauses now and
    then, so that other requests are answered meanwhile.
    """
    before, where = options.before, options.where
    if before is not None and not 0 < before < store.count(collection):
        raise query.forged()
    size = min(options.top or SIZE, SIZE)
    count = store.count(collection) if options.count else None
    counts = options.count and where is not None
    rows = store.latest(collection, None if counts else before)
    if known is not None:
        rows = ((position, known(entity)) for position, entity in rows)
    if where is None:
        found = list(islice(rows, size + 1))
    else:
        found = await _matching(rows, where, None if counts else size + 1, pause)
    if counts:
        count = len(found)
        found = [row for row in found if before is None or row[0] < before]
    last = found[size - 1][0] if len(found) > size else None
    return Page([entity for _, entity in found[:size]], last, count)


async def _matching(
    rows: Iterator[Row], where: Condition, most: int | None, pause: Callable[[], Awaitable[object]]
) -> list[Row]:
    """The rows that a filter matches: all, or at least `most` if there are so many."""
    found: list[Row] = []
    while chunk := list(islice(rows, _CHUNK)):
        found += [row for row in chunk if where(row[1])]
        if most is not None and len(found) >= most:
            break
        await pause()
    return found
