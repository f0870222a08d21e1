"""The schemas of an OpenAPI document, each compiled once, when it is first needed."""

import json
from typing import Any

import jsonschema_rs
from attrs import frozen

Schema = dict[str, Any]

_ROOT = "urn:security-copilot"


@frozen
class Rule:
    """A compiled schema."""

    _validator: jsonschema_rs.Draft202012Validator

    def problems(self, value: object, where: str) -> list[str]:
        """Why a JSON value does not conform, a sentence each; `where` is what the value is called in them."""
        try:
            errors = list(self._validator.iter_errors(value))
        except (ValueError, RecursionError) as error:
            # Half of a surrogate pair, or 255 levels: legal JSON, and more than the validator takes.
            return [f"{where}: {error}"]
        return [_sentence(error, where) for error in errors]


def _sentence(error: jsonschema_rs.ValidationError, where: str) -> str:
    sentence = f"{'/'.join([where, *map(str, error.instance_path)])}: {error.message}"
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AnyOf):
        # That none fits says little; what is wrong is what keeps the value from the nearest, which is of its type.
        nearest = min(error.kind.context, key=lambda reasons: (_wrong_type(error, reasons), len(reasons)))
        return f"{sentence}: {'; '.join(_sentence(reason, where) for reason in nearest)}"
    return sentence


def _wrong_type(error: jsonschema_rs.ValidationError, reasons: list[jsonschema_rs.ValidationError]) -> bool:
    return any(
        reason.instance_path == error.instance_path and isinstance(reason.kind, jsonschema_rs.ValidationErrorKind.Type)
        for reason in reasons
    )


class Schemas:
    """Where the references of a document lead, and its schemas as rules."""

    def __init__(self, raw: Schema) -> None:
        self._raw = raw
        self._registry = jsonschema_rs.Registry([(_ROOT, raw)])
        self._rules: dict[str, Rule] = {}

    def resolve(self, node: Schema) -> Schema:
        """What a `$ref` of the document leads to; a node without one is its own answer."""
        while "$ref" in node:
            target: Any = self._raw
            for key in node["$ref"].removeprefix("#/").split("/"):
                target = target[key]
            node = target
        return node

    def rule(self, schema: Schema) -> Rule:
        """A schema, whose `$ref`s are the document's, compiled."""
        text = json.dumps(schema, sort_keys=True)
        if text not in self._rules:
            # References are relative to the document, so they get its URI.
            absolute = json.loads(text.replace('"#/', f'"{_ROOT}#/'))
            self._rules[text] = Rule(
                jsonschema_rs.Draft202012Validator(absolute, registry=self._registry, validate_formats=True)
            )
        return self._rules[text]
