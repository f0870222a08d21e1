"""The schemas of an OpenAPI document. Each is compiled once, when it is first needed."""

import json
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any

import jsonschema_rs
from attrs import frozen

from security_copilot_contract.spec.violation import Description, Kind, Part, Violation, pointer

Schema = dict[str, Any]

_ROOT = "urn:security-copilot"
# A page of 100 entities has fewer.
_MOST_VALUES = 2000
_Error = jsonschema_rs.ValidationError
_ErrorKind = jsonschema_rs.ValidationErrorKind

# The keywords of which `expected` is the value in the schema.
_KINDS: dict[str, Kind] = {
    "enum": "enum",
    "const": "const",
    "pattern": "pattern",
    "format": "format",
    "minimum": "minimum",
    "exclusiveMinimum": "exclusive_minimum",
    "maximum": "maximum",
    "exclusiveMaximum": "exclusive_maximum",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "uniqueItems": "unique_items",
    "minProperties": "min_properties",
    "maxProperties": "max_properties",
}


@frozen
class SchemaValidator:
    """A compiled schema, for the values of one part of a message: of the parameter or header `name`, or of bodies."""

    _validator: jsonschema_rs.Draft202012Validator
    part: Part = "body"
    name: str = ""

    def violations(self, value: object) -> list[Violation]:
        """How a JSON value violates the schema.

        Of a value with more than 2,000 values in it, only the first are searched for all violations. If they have
        none, the first of the others is returned.
        """
        try:
            errors = self._errors(value)
        except UnicodeError:
            return [Violation(self.part, "not_json", name=self.name, got=Description("half of a surrogate pair"))]
        except (ValueError, RecursionError):
            return [Violation(self.part, "too_deep", name=self.name, got=Description("255 or more"))]
        return [violation for error in errors for violation in self._translated(error, value)]

    def _errors(self, value: object) -> list[_Error]:
        if self._validator.is_valid(value):
            return []
        # An error takes 100 us, and a short value may have thousands.
        return list(self._validator.iter_errors(_beginning(value))) or [self._first_error(value)]

    def _first_error(self, value: object) -> _Error:
        try:
            self._validator.validate(value)
        except _Error as error:
            return error
        raise AssertionError("a value is invalid, but has no error")

    def _translated(self, error: _Error, value: object) -> Iterator[Violation]:
        match error.kind:
            case _ErrorKind.AnyOf(context) | _ErrorKind.OneOfNotValid(context):
                yield from self._nearest(error, context, value)
            case _ErrorKind.Type(types):
                yield self._violation("type", error.instance_path, _null_last(types), error.instance)
            case _ErrorKind.Required(name):
                yield self._violation("required", [*error.instance_path, name])
            case _ErrorKind.AdditionalProperties(names) | _ErrorKind.UnevaluatedProperties(names):
                yield from self._additional(error, names, value)
            case _ErrorKind.FalseSchema() if error.schema_path[-1] in ("additionalProperties", "unevaluatedProperties"):
                # The schema allows no property at all, and the error is that of the first one, without its name.
                yield from self._additional(error, None, value)
            case kind if kind.name in _KINDS:
                yield self._violation(_KINDS[kind.name], error.instance_path, kind.value, error.instance)
            case kind:
                yield self._violation("schema", error.instance_path, kind.name, error.instance)

    def _additional(self, error: _Error, names: Iterable[str] | None, value: object) -> Iterator[Violation]:
        properties: Any = value
        for key in error.instance_path:
            properties = properties[key]
        for name in properties if names is None else names:
            yield self._violation("additional", [*error.instance_path, name], got=properties[name])

    def _nearest(self, error: _Error, alternatives: list[list[_Error]], value: object) -> Iterator[Violation]:
        """What keeps a value from the nearest of several schemas, which is one of its type."""
        wrong_types = [list(_wrong_types(error, reasons)) for reasons in alternatives]
        if all(wrong_types):
            types = _null_last(name for names in wrong_types for name in names)
            yield self._violation("type", error.instance_path, types, error.instance)
            return
        of_its_type = [reasons for reasons, wrong in zip(alternatives, wrong_types, strict=True) if not wrong]
        for reason in min(of_its_type, key=len):
            yield from self._translated(reason, value)

    def _violation(self, kind: Kind, path: list[str | int], expected: object = None, got: object = None) -> Violation:
        name = self.name or (path[-1] if path and isinstance(path[-1], str) else "")
        return Violation(self.part, kind, pointer(*path), name, expected, got)


def _beginning(value: object) -> object:
    """The value, but each list ends where the first 2,000 values end; objects have all their properties."""
    left = _MOST_VALUES

    def taken(value: object) -> object:
        nonlocal left
        left -= 1
        if isinstance(value, dict):
            return {name: taken(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [taken(item) for item in takewhile(lambda _: left > 0, value)]
        return value

    return taken(value)


def _wrong_types(error: _Error, reasons: Iterable[_Error]) -> Iterator[str]:
    for reason in reasons:
        if isinstance(reason.kind, _ErrorKind.Type) and reason.instance_path == error.instance_path:
            yield from reason.kind.types


def _null_last(types: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(types), key=lambda name: name == "null"))


class Schemas:
    """The schemas of a document, compiled, and the targets of its references."""

    def __init__(self, raw: Schema) -> None:
        self._raw = raw
        self._registry = jsonschema_rs.Registry([(_ROOT, raw)])
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def resolve(self, node: Schema) -> Schema:
        """The target of a `$ref` of the document; the node itself if it is none."""
        while "$ref" in node:
            target: Any = self._raw
            for key in node["$ref"].removeprefix("#/").split("/"):
                target = target[key]
            node = target
        return node

    def validator(self, schema: Schema, part: Part = "body", name: str = "") -> SchemaValidator:
        """A validator for a schema, in which each `$ref` is relative to the document."""
        text = json.dumps(schema, sort_keys=True)
        if text not in self._validators:
            # References are relative to the document, so they get its URI.
            absolute = json.loads(text.replace('"#/', f'"{_ROOT}#/'))
            self._validators[text] = jsonschema_rs.Draft202012Validator(
                absolute, registry=self._registry, validate_formats=True
            )
        return SchemaValidator(self._validators[text], part, name)
