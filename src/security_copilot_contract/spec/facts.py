"""The known facts of the API, each with its sources and their confidence."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from attrs import field, frozen, validators

from security_copilot_contract.spec.files import FACTS, read_yaml

Confidence = Literal["documented", "schema", "Graph guidance", "seen", "inferred"]

# From highest to lowest.
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)


@frozen
class Source:
    """The source of a fact. `text` describes it."""

    name: str
    confidence: Confidence = field(validator=validators.in_(CONFIDENCES))
    text: str


@frozen
class Fact:
    """One known fact. `name` is its place in openapi/facts.yaml, such as `types.session.id.type`."""

    name: str
    value: Any
    sources: tuple[Source, ...]

    @property
    def confidence(self) -> Confidence:
        """The confidence of the best source."""
        return min((source.confidence for source in self.sources), key=CONFIDENCES.index)


def parse(table: Mapping[str, Any]) -> dict[str, Fact]:
    """The facts of a table by name. ValueError, with the name, if a fact has no listed source."""
    sources = {name: Source(name, row["confidence"], row["is"]) for name, row in table["sources"].items()}
    found = {}
    for name, row in _rows({section: rows for section, rows in table.items() if section != "sources"}):
        if not isinstance(row, list) or len(row) < 2:  # noqa: PLR2004 - a value and a source
            raise ValueError(f"{name}: a fact is a list of a value and at least one source, got {row!r}")
        value, *by = row
        if unknown := [source for source in by if source not in sources]:
            raise ValueError(f"{name}: the source {unknown[0]!r} is not listed")
        found[name] = Fact(name, value, tuple(sources[source] for source in by))
    return found


def _rows(node: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping):
        for key, inner in node.items():
            yield from _rows(inner, f"{name}.{key}" if name else str(key))
    else:
        yield name, node


@cache
def facts(path: Path = FACTS) -> Mapping[str, Fact]:
    """All facts by name. The file is read once."""
    return parse(read_yaml(path))
