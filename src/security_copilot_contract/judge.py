"""The OpenAPI document, and what it says of a request or a response.

This is a judge, not a parser: it answers with problems, each a sentence, and an empty list means that
the message conforms. It knows as much of OpenAPI 3.1 as the document uses.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from http.client import responses
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import jsonschema_rs
import yaml
from attrs import field, frozen

from security_copilot_contract.resources import DOCUMENT

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Enough to tell a large integer from a small one, and few enough for int().
_MAX_DIGITS = 4000
_ROOT = "urn:security-copilot"
# The same in C, where PyYAML has it: a tenth of the time.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Schema = dict[str, Any]


@frozen
class Operation:
    """An operation of the document, with the parameters of its path among its own."""

    id: str
    method: str
    path: str
    definition: Schema = field(repr=False)
    parameters: list[Schema] = field(repr=False)
    pattern: re.Pattern[str] = field(repr=False)

    @property
    def scopes(self) -> list[str]:
        """The permissions that the operation needs at the least."""
        return [s for requirement in self.definition["security"] for s in requirement.get("oauth2", [])]


class Document:
    """The document, ready to judge messages by it.

    `raw` is the YAML as it is, `schemas` its component schemas by name.
    """

    def __init__(self, raw: Schema) -> None:
        self.raw = raw
        self.schemas: dict[str, Schema] = raw["components"]["schemas"]
        self._registry = jsonschema_rs.Registry([(_ROOT, raw)])
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self.operations = [
            self._operation(path, method, item)
            for path, item in raw["paths"].items()
            for method in _METHODS
            if method in item
        ]

    def _operation(self, path: str, method: str, item: Schema) -> Operation:
        definition = item[method]
        parameters = [self.resolve(p) for p in [*item.get("parameters", []), *definition.get("parameters", [])]]
        # One path segment a parameter; the path is matched as it was sent, before it is unquoted.
        pattern = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))
        return Operation(definition["operationId"], method.upper(), path, definition, parameters, pattern)

    def resolve(self, node: Schema) -> Schema:
        """What a `$ref` of the document leads to; a node without one is its own answer."""
        while "$ref" in node:
            target: Any = self.raw
            for key in node["$ref"].removeprefix("#/").split("/"):
                target = target[key]
            node = target
        return node

    def operation(self, operation_id: str) -> Operation:
        """An operation by its id; KeyError when there is none."""
        for operation in self.operations:
            if operation.id == operation_id:
                return operation
        raise KeyError(operation_id)

    def match(self, method: str, url: str) -> tuple[Operation, dict[str, str]]:
        """The operation that a request is for, and its path parameters; LookupError when there is none."""
        for server in self.raw["servers"]:
            base = urlsplit(server["url"]).path
            path = urlsplit(url).path
            for operation in self.operations if path.startswith(base) else ():
                found = operation.pattern.fullmatch(path.removeprefix(base))
                if found and operation.method == method:
                    return operation, {name: unquote(value) for name, value in found.groupdict().items()}
        raise LookupError(f"the document has no operation for {method} {urlsplit(url).path}")

    def methods(self, url: str) -> set[str]:
        """The methods that the document has for a URL relative to the base URL; none when it has no such path."""
        path = urlsplit(url).path
        return {operation.method for operation in self.operations if operation.pattern.fullmatch(path)}

    def request_problems(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> list[str]:
        """Why the document would not have this request; Authorization is not looked at.

        LookupError when the document has no such operation at all.
        """
        operation, path = self.match(method, url)
        query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
        known = {p["name"] for p in operation.parameters if p["in"] == "query"}
        problems = [f"query option {name!r} is not documented" for name, _ in query if name not in known]
        values = {"path": path, "query": dict(query), "header": _lower(headers)}
        for parameter in operation.parameters:
            name = parameter["name"] if parameter["in"] != "header" else parameter["name"].lower()
            value = values[parameter["in"]].get(name)
            problems += self._value_problems(f"{parameter['in']} parameter {name}", parameter, value)
        problems += self._body_problems("request", operation.definition.get("requestBody"), headers, body)
        return problems

    def response_problems(
        self, operation: Operation, status: int, headers: Mapping[str, str], body: bytes
    ) -> list[str]:
        """Why the document would not have this response to the operation."""
        definition = operation.definition["responses"].get(str(status))
        if definition is None:
            reason = responses.get(status, "not an IANA status")
            return [f"status {status} ({reason}) is not documented for {operation.id}"]
        definition = self.resolve(definition)
        received = _lower(headers)
        problems = []
        for name, header in definition.get("headers", {}).items():
            problems += self._value_problems(f"header {name}", self.resolve(header), received.get(name.lower()))
        return problems + self._body_problems("response", definition, headers, body)

    def schema_problems(self, schema: Schema, value: object, where: str = "value") -> list[str]:
        """Why a JSON value does not conform to a schema; `$ref`s in it are the document's."""
        validator = self._validator(json.dumps(schema, sort_keys=True))
        return [
            f"{'/'.join([where, *map(str, error.instance_path)])}: {error.message}"
            for error in validator.iter_errors(value)
        ]

    def _validator(self, schema: str) -> jsonschema_rs.Draft202012Validator:
        if schema not in self._validators:
            # References are relative to the document, so they get its URI.
            absolute = json.loads(schema.replace('"#/', f'"{_ROOT}#/'))
            self._validators[schema] = jsonschema_rs.Draft202012Validator(
                absolute, registry=self._registry, validate_formats=True
            )
        return self._validators[schema]

    def _value_problems(self, what: str, definition: Schema, value: str | None) -> list[str]:
        if value is None:
            return [f"{what} is required and missing"] if definition.get("required") else []
        schema = definition["schema"]
        return self.schema_problems(schema, _from_wire(value, self.resolve(schema)), what)

    def _body_problems(
        self, what: str, definition: Schema | None, headers: Mapping[str, str], body: bytes
    ) -> list[str]:
        if definition is None:
            return [f"{what} body is not documented"] if body else []
        media_type = _lower(headers).get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in definition["content"]:
            return [f"{what} media type {media_type!r} is not documented, only {', '.join(definition['content'])}"]
        try:
            value = json.loads(body)
        except ValueError as error:
            return [f"{what} body is not JSON: {error}"]
        return self.schema_problems(definition["content"][media_type]["schema"], value, f"{what} body")


@cache
def document(path: Path = DOCUMENT) -> Document:
    """The project's document. It is read once."""
    return Document(yaml.load(path.read_text("utf-8"), _Loader))  # noqa: S506 - safe, either of them


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _from_wire(value: str, schema: Schema) -> object:
    """What a parameter or header says, in JSON; text that does not fit its type stays text."""
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?(0|[1-9][0-9]*)", value):
        return int(value[:_MAX_DIGITS])
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind == "array":
        return value.split(",")
    return value
