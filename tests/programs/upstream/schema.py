"""The schema (CSDL) as a table: the types with their properties, the relationships and the enumerations."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from tests.programs.upstream.sources import SourceError

NAMESPACE = "microsoft.graph.security.securityCopilot"

OR_NULL = " or null"
CONTAINED = ", contained"

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_ENTITY = "graph.entity"
_TYPES = {
    "Edm.String": "string",
    "Edm.Boolean": "boolean",
    "Edm.Int64": "int64",
    "Edm.DateTimeOffset": "timestamp",
    "graph.Dictionary": "dictionary",
}
_KNOWN = {
    "EnumType": {"Name"},
    "Member": {"Name", "Value"},
    "ComplexType": {"Name", "BaseType"},
    "EntityType": {"Name", "BaseType"},
    "Property": {"Name", "Type", "Nullable"},
    "NavigationProperty": {"Name", "Type", "ContainsTarget"},
}


def schema_table(chunks: Iterable[bytes]) -> dict[str, Any]:
    """What the namespace declares: `types.session.id`, `relationships.session.prompts`, `enumerations.promptType`, ...

    A type has the properties of its base type as well. SourceError if the text is no XML, or has no such namespace.
    """
    schema = _schema(chunks)
    types = {_name(each): each for each in schema}
    table = {place: value for element in schema for place, value in _declared(element, types)}
    if not table:
        raise SourceError(f"the schema of {NAMESPACE} declares nothing")
    return table


def _schema(chunks: Iterable[bytes]) -> Element:
    parser: XMLPullParser[Element] = XMLPullParser(["end"])
    schema = None
    try:
        for chunk in chunks:
            parser.feed(chunk)
            for _, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
                if element.tag == f"{_EDM}Schema" and element.get("Namespace") == NAMESPACE:
                    schema = element
                elif element.tag == f"{_EDM}Schema":
                    element.clear()  # other namespaces are a hundred times as large
        parser.close()
    except ParseError as error:
        raise SourceError(f"the schema is no complete XML: {error}") from None
    if schema is None:
        raise SourceError(f"the schema has no namespace {NAMESPACE}")
    return schema


def _declared(element: Element, types: Mapping[str, Element]) -> Iterator[tuple[str, Any]]:
    kind, name = _tag(element), _name(element)
    yield from _unknown_attributes(element, f"{kind} {name}")
    match kind:
        case "EnumType":
            yield f"enumerations.{name}", [_member(member, index) for index, member in enumerate(element)]
        case "ComplexType" | "EntityType":
            yield from _keys(element, name)
            for child in _children(element, types):
                yield from _property(child, name)
        case _:
            yield f"{kind} {name}", "declared"


def _keys(element: Element, name: str) -> Iterator[tuple[str, Any]]:
    keys = [str(ref.get("Name")) for ref in element.iterfind(f"{_EDM}Key/{_EDM}PropertyRef")]
    base = element.get("BaseType")
    if base == _ENTITY:
        keys = ["id", *keys]
    elif base is not None and not _is_ours(base):
        yield f"base.{name}", base
    if keys:
        yield f"keys.{name}", keys


def _children(element: Element, types: Mapping[str, Element]) -> Iterator[Element]:
    base = element.get("BaseType")
    if base is not None and _is_ours(base) and (parent := types.get(_short(base))) is not None:
        yield from _children(parent, types)
    yield from (child for child in element if _tag(child) != "Key")


def _property(child: Element, owner: str) -> Iterator[tuple[str, Any]]:
    kind, name = _tag(child), _name(child)
    yield from _unknown_attributes(child, f"{kind} {owner}.{name}")
    match kind:
        case "Property":
            nullable = child.get("Nullable") != "false"
            yield f"types.{owner}.{name}", f"{_type(child.get('Type', ''))}{OR_NULL if nullable else ''}"
        case "NavigationProperty":
            contained = child.get("ContainsTarget") == "true"
            yield f"relationships.{owner}.{name}", f"{_type(child.get('Type', ''))}{CONTAINED if contained else ''}"
        case _:
            yield f"{kind} {owner}.{name}", "declared"


def _member(member: Element, index: int) -> str:
    """The name, and the value unless it is the place in the list."""
    value = member.get("Value")
    return _name(member) if value == str(index) else f"{_name(member)} = {value}"


def _unknown_attributes(element: Element, place: str) -> Iterator[tuple[str, Any]]:
    known = _KNOWN.get(_tag(element), set(element.keys()))
    yield from ((f"{place} {name}", value) for name, value in element.items() if name not in known)


def _type(text: str) -> str:
    if text.startswith("Collection("):
        return f"collection of {_type(text[len('Collection(') : -1])}"
    return _TYPES.get(text, _short(text) if _is_ours(text) else text)


def _is_ours(type_: str) -> bool:
    return type_.rpartition(".")[0] in ("securityCopilot", NAMESPACE)


def _short(type_: str) -> str:
    return type_.rpartition(".")[2]


def _tag(element: Element) -> str:
    return element.tag.removeprefix(_EDM)


def _name(element: Element) -> str:
    return element.get("Name") or element.get("Term") or element.get("Target") or "?"
