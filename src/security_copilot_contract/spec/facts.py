"""The known facts of the API, each with its sources and their confidence."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from attrs import field, frozen, validators

from security_copilot_contract.spec.files import FACTS, read_yaml
from security_copilot_contract.spec.violation import Violation

Confidence = Literal["documented", "schema", "Graph guidance", "seen", "inferred"]

# From highest to lowest.
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)

_COLLECTION = "collection of "


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


def fact_of(operation: str, violation: Violation) -> Fact | None:
    """The fact that a violation in the body of an operation's success contradicts; None if no fact is about it.

    `operation` is an operationId. The pointer of the violation is followed through the types of the facts.
    """
    name = _name_of(operation, violation) if violation.part == "body" else None
    return None if name is None else facts().get(name)


def _name_of(operation: str, violation: Violation) -> str:
    owner, name = _property(operation, violation.pointer)
    if owner is None:
        return f"operations.{operation}.{'context' if name == '@odata.context' else 'returns'}"
    fact = facts().get(f"types.{owner}.{name}.type")
    type_ = "" if fact is None else fact.value
    match violation.kind:
        case "required":
            return f"whole.{owner}"
        case "enum":
            return f"enumerations.{_item(type_)}"
        case "pattern" | "format" if type_ == "timestamp" or name == "id":
            return "forms.ids" if name == "id" else "forms.UTC as Z"
    is_null = violation.kind == "type" and violation.got is None
    return f"types.{owner}.{name}.{'nullable' if is_null else 'type'}"


def _property(operation: str, pointer: str) -> tuple[str | None, str]:
    """The type and the name of the property to which a pointer leads. The type is None for a page."""
    type_: str = facts()[f"operations.{operation}.returns"].value
    owner, name = None, ""
    for segment in pointer.split("/")[1:]:
        if type_.startswith(_COLLECTION) and segment.isdigit():
            type_ = _item(type_)
        elif type_.startswith(_COLLECTION):
            name = segment
        else:
            # @odata.context is about the whole body.
            owner, name = None if segment.startswith("@") else type_, segment
            fact = facts().get(f"types.{owner}.{name}.type")
            type_ = "" if fact is None else fact.value
    return owner, name


def _item(type_: str) -> str:
    return type_.removeprefix(_COLLECTION)
