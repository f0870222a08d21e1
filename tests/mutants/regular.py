"""The regular broken servers: each spoiler on each operation, at each place that the emulator makes reachable."""

from collections.abc import Iterator
from functools import cache, lru_cache
from urllib.parse import quote

from security_copilot_contract.spec.document import Operation, document
from tests.mutants.faults import Answer, Mutant
from tests.mutants.reference import place_of, reachable
from tests.mutants.spoilers import SPOILERS, Spoiler, watch


@cache
def regular() -> dict[str, Mutant]:
    """The regular broken servers by name: `operation: spoiler place`."""
    found = [mutant for operation in document().operations for mutant in _mutants(operation)]
    named = {mutant.name: mutant for mutant in found}
    assert len(named) == len(found), "two have the same name"
    return named


def _mutants(operation: Operation) -> Iterator[Mutant]:
    for spoiler in SPOILERS:
        if spoiler.adds or (spoiler.promise, operation.id) in reachable():
            for where in spoiler.places(place_of(operation.id)):
                yield _mutant(operation, spoiler, where)


def _mutant(operation: Operation, spoiler: Spoiler, where: str) -> Mutant:
    def fault(a: Answer) -> None:
        watch(a)
        if _operation_of(a.method, a.path) == operation.id:
            spoiler.spoil(a, where)

    return Mutant(
        name=f"{operation.id}: {spoiler.name} {where}".strip(),
        promises=frozenset({spoiler.promise}),
        fault=fault,
        detour=None,
        on=place_of(operation.id).resource.name,
        pair=(spoiler.promise, operation.id),
    )


@lru_cache(maxsize=1000)
def _operation_of(method: str, path: str) -> str | None:
    """The operation of a request; for a method that its path does not have, the one that reads."""
    where = quote(path.removeprefix("/beta"))
    found = document().operation_at(method, where) or document().operation_at("GET", where)
    return None if found is None else found[0].id
