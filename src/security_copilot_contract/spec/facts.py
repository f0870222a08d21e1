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
_FIRST_ERROR = 400


@frozen
class Source:
    """The source of a fact. `text` describes it."""

    name: str
    confidence: Confidence = field(validator=validators.in_(CONFIDENCES))
    text: str

    @property
    def hint(self) -> str:
        """What to add to a finding that rests on this source; empty if the source is documentation or a schema."""
        match self.confidence:
            case "documented" | "schema":
                return ""
            case "Graph guidance":
                return "(from Graph's general guidance)"
        return f"({self.confidence}, no documentation says so: {self.text})"


@frozen
class Fact:
    """One known fact. `name` is its place in openapi/facts.yaml, such as `types.session.id.type`."""

    name: str
    value: Any
    sources: tuple[Source, ...]

    @property
    def source(self) -> Source:
        """The source with the highest confidence; of several the first."""
        return min(self.sources, key=lambda source: CONFIDENCES.index(source.confidence))

    @property
    def confidence(self) -> Confidence:
        """The confidence of the best source."""
        return self.source.confidence


def parse(table: Mapping[str, Any]) -> dict[str, Fact]:
    """The facts of a table by name. ValueError, with the name, if a fact has no listed source."""
    sources = _sources(table)
    found = {}
    for name, row in _rows({section: rows for section, rows in table.items() if section != "sources"}):
        if not isinstance(row, list) or len(row) < 2:  # noqa: PLR2004 - a value and a source
            raise ValueError(f"{name}: a fact is a list of a value and at least one source, got {row!r}")
        value, *by = row
        if unknown := [source for source in by if source not in sources]:
            raise ValueError(f"{name}: the source {unknown[0]!r} is not listed")
        found[name] = Fact(name, value, tuple(sources[source] for source in by))
    return found


def _sources(table: Mapping[str, Any]) -> dict[str, Source]:
    return {name: Source(name, row["confidence"], row["is"]) for name, row in table["sources"].items()}


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


@cache
def sources() -> Mapping[str, Source]:
    """All sources by name. The file is read once."""
    return _sources(read_yaml(FACTS))


def fact_of(operation: str, violation: Violation, status: int = 200) -> Fact | None:
    """The fact that a violation in a response of an operation contradicts; None if no fact is about it.

    `operation` is an operationId. A pointer into the body of a success is followed through the types of the facts.
    """
    is_error = status >= _FIRST_ERROR
    match violation.part:
        case "status":
            name = "errors.statuses" if is_error else f"operations.{operation}.success"
        case "header" if violation.kind == "required":
            name = f"headers.{violation.name}"
        case "header":
            name = f"{violation.name}.seconds"
        case "media type":
            name = "media types.response"
        case "body":
            name = _of_error(violation) if is_error else _of_success(operation, violation)
        case _:
            return None
    return facts().get(name)


def _of_error(violation: Violation) -> str:
    names = [segment for segment in violation.pointer.split("/") if f"errors.{segment}" in facts()]
    inner = {"innerError", "innererror"} & set(violation.pointer.split("/"))
    return "errors.inner errors" if inner else f"errors.{names[0] if names else 'code'}"


def _of_success(operation: str, violation: Violation) -> str:
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
