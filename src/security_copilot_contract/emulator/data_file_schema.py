"""The JSON Schema of a data file, built from the resources."""

import re
from functools import cache
from typing import Any

import jsonschema_rs

from security_copilot_contract.emulator.clock import NEVER
from security_copilot_contract.emulator.evaluation import MOST_SECONDS
from security_copilot_contract.emulator.resource import EVALUATION, RESOURCES, Property, Resource

EXECUTION = "@emulator.execution"
GENERATION = "@emulator.generation"

_GUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_TYPES = {str: "string", bool: "boolean", int: "integer", dict: "object", list: "array"}
# Within the range of datetime.
_MOMENT = {"type": "string", "format": "date-time", "pattern": "^(000[1-9]|[12][0-9]{3})-.{5}T.{6}[0-5].*(Z|[+]00:00)$"}


def _object(properties: dict[str, Any], *, whole: bool = False) -> dict[str, Any]:
    required = list(properties) if whole else []
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_TEXT = {"type": "string"}
_SECONDS = {"type": "number", "minimum": 0, "maximum": MOST_SECONDS}
_EXECUTION_SCHEMA = _object(
    {
        "began": _MOMENT,
        "created": _MOMENT,
        "content": _TEXT,
        "outcome": _object(
            {"state": _TEXT, "type": _TEXT, "content": {"type": ["string", "null"]}, "runs": {"type": "boolean"}}
        ),
        "timing": _object({"created": _SECONDS, "running": _SECONDS}),
    },
    whole=True,
)


@cache
def validator() -> jsonschema_rs.Draft202012Validator:
    """The validator for data files."""
    collections = {
        f"^{_pattern(resource)}$": {"type": "array", "items": _schema(resource)} for resource in RESOURCES.values()
    }
    schema = {**_object({GENERATION: _TEXT}), "patternProperties": collections}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def is_collection(path: str) -> bool:
    """Whether it is the path of a collection."""
    return any(re.fullmatch(_pattern(resource), path) for resource in RESOURCES.values())


def _pattern(resource: Resource) -> str:
    """What the paths of its collections look like."""
    if resource.parent is None:
        return resource.collection
    keys = "|".join([*resource.parent.aliases, _GUID])
    return f"{_pattern(resource.parent)}/({keys})/{resource.collection}"


def _schema(resource: Resource) -> dict[str, Any]:
    properties = {name: _property_schema(definition) for name, definition in resource.properties.items()}
    key = {"type": "string", "pattern": f"^{_GUID}$" if resource.key == "id" else "^[^/]+$"}
    execution = {EXECUTION: _EXECUTION_SCHEMA} if resource is EVALUATION else {}
    schema = _object({**properties, resource.key: key, "@odata.type": {"const": resource.odata_type}, **execution})
    # An id can be made up, and a name cannot.
    return schema if resource.key == "id" else {**schema, "required": [resource.key]}


def _property_schema(definition: Property) -> dict[str, Any]:
    if definition.default == NEVER:
        return _MOMENT
    type_ = _TYPES[definition.kind]
    inner = {"properties": {name: _property_schema(p) for name, p in definition.inner.items()}}
    if definition.kind is list:
        return {"type": type_, "items": {"type": ["object", "null"] if definition.nullable else "object", **inner}}
    nullable = definition.nullable or definition.default is None
    return {"type": [type_, "null"] if nullable else type_, **inner}
