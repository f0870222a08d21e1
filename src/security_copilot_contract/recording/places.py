"""The schemas that the document has for a place in a body."""

from collections.abc import Iterable, Sequence
from typing import Any

from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.operation import Operation
from security_copilot_contract.spec.validation import Schema

_JSON = "application/json"
_FIRST_ERROR = 400
Place = Sequence[Schema]
NOWHERE: Place = ()


def of_request(operation: Operation | None) -> Place:
    """The body of a request."""
    return NOWHERE if operation is None else _of_content(operation.definition.get("requestBody", {}))


def of_response(operation: Operation | None, status: int) -> Place:
    """The body of a response; of any error that is not documented, an OData error."""
    responses = {} if operation is None else operation.definition["responses"]
    if str(status) in responses:
        return _of_content(document().resolve(responses[str(status)]))
    return _expanded([document().schemas["ODataError"]]) if status >= _FIRST_ERROR else NOWHERE


def of_property(place: Place, name: str) -> Place:
    """A property of the object at a place."""
    return _expanded(schema["properties"][name] for schema in place if name in schema.get("properties", ()))


def of_items(place: Place) -> Place:
    """The items of the list at a place."""
    return _expanded(schema["items"] for schema in place if "items" in schema)


def members(place: Place) -> frozenset[Any]:
    """The values that an enumeration or a constant at a place lists; empty if there is none."""
    return frozenset(m for schema in place for m in [*schema.get("enum", ()), *_constant(schema)])


def is_integer(place: Place) -> bool:
    """Whether the document has an integer at a place."""
    return any(schema.get("type") == "integer" for schema in place)


def _constant(schema: Schema) -> list[Any]:
    return [schema["const"]] if "const" in schema else []


def _of_content(definition: Schema) -> Place:
    media = definition.get("content", {}).get(_JSON, {})
    return _expanded([media["schema"]] if "schema" in media else [])


def _expanded(schemas: Iterable[Schema]) -> Place:
    """The schemas, with the targets of references and with all that are combined in them."""
    found: list[Schema] = []
    left = list(schemas)
    while left:
        schema = left.pop()
        found.append(schema)
        if "$ref" in schema:
            left.append(document().resolve({"$ref": schema["$ref"]}))
        for keyword in ("allOf", "anyOf", "oneOf"):
            left += schema.get(keyword, ())
    return found
