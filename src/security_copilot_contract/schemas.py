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
        return [f"{'/'.join([where, *map(str, error.instance_path)])}: {error.message}" for error in errors]


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
