"""The OpenAPI document, and the violations of requests and responses.

It validates and does not parse: an empty list of violations means that the message conforms. It supports as much of
OpenAPI 3.1 as the document uses.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from security_copilot_contract.spec.canonical import canonical
from security_copilot_contract.spec.files import DOCUMENT
from security_copilot_contract.spec.operation import Operation
from security_copilot_contract.spec.validation import Schema, Schemas
from security_copilot_contract.spec.violation import Description, Violation

__all__ = ["Document", "Operation", "Schema", "document"]

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Letters, digits, hyphen, period, underscore and tilde.
_UNRESERVED = re.compile(r"%(2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)", re.IGNORECASE)
# If PyYAML has its loader in C, it is ten times as fast.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Document:
    """The document, and its operations, by which messages are validated.

    `raw` is the YAML as it is, `schemas` its component schemas by name.
    """

    def __init__(self, raw: Schema) -> None:
        self.raw = raw
        self.schemas: dict[str, Schema] = raw["components"]["schemas"]
        self._schemas = Schemas(raw)
        self.operations: list[Operation] = [
            self._operation(path, method, item)
            for path, item in raw["paths"].items()
            for method in _METHODS
            if method in item
        ]
        self._servers = [urlsplit(server["url"]).path for server in raw["servers"]]
        # A parameter is one segment, so the number of segments leaves few operations to compare.
        self._by_length: dict[tuple[str, int], list[Operation]] = {}
        for operation in self.operations:
            self._by_length.setdefault((operation.method, operation.path.count("/")), []).append(operation)

    def _operation(self, path: str, method: str, item: Schema) -> Operation:
        definition = item[method]
        parameters = [self.resolve(p) for p in [*item.get("parameters", []), *definition.get("parameters", [])]]
        return Operation(definition["operationId"], method.upper(), path, definition, parameters, self._schemas)

    def resolve(self, node: Schema) -> Schema:
        """The target of a `$ref` of the document; the node itself if it is none."""
        return self._schemas.resolve(node)

    def operation(self, operation_id: str) -> Operation:
        """An operation by its id; KeyError if there is none."""
        for operation in self.operations:
            if operation.id == operation_id:
                return operation
        raise KeyError(operation_id)

    def match(self, method: str, url: str) -> tuple[Operation, dict[str, str]]:
        """The operation that a request is for, and its path parameters; LookupError if there is none."""
        path = _plain(urlsplit(canonical(url)).path)
        for base in self._servers:
            found = self.operation_at(method, path.removeprefix(base)) if path.startswith(base) else None
            if found:
                return found
        raise LookupError(f"the document has no operation for {method} {path}")

    def operation_at(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation that has a path, relative to the base URL, and the parameters in it; None if there is none."""
        path = _plain(canonical(path))
        for operation in self._by_length.get((method, path.count("/")), ()):
            parameters = operation.path_parameters(path)
            if parameters is not None:
                return operation, parameters
        return None

    def methods(self, url: str) -> set[str]:
        """The methods that the document has for a URL relative to the base URL; none if it has no such path."""
        path = urlsplit(url).path
        return {operation.method for operation in self.operations if self.operation_at(operation.method, path)}

    def request_violations(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> list[Violation]:
        """The violations of a request; its Authorization is not validated."""
        try:
            operation, path = self.match(method, url)
        except LookupError:
            return [Violation("path", "no_operation", name=method, got=Description(urlsplit(url).path))]
        return operation.request_violations(path, urlsplit(canonical(url)).query, _lower(headers), body)

    def response_violations(
        self, operation: Operation, status: int, headers: Mapping[str, str], body: bytes
    ) -> list[Violation]:
        """The violations of a response to the operation."""
        return operation.response_violations(status, _lower(headers), body)

    def schema_violations(self, schema: Schema, value: object) -> list[Violation]:
        """How a JSON value violates a schema, in which each `$ref` is relative to the document."""
        return self._schemas.validator(schema).violations(value)


@cache
def document(path: Path = DOCUMENT) -> Document:
    """The project's document. It is read once."""
    return Document(yaml.load(path.read_text("utf-8"), _Loader))  # noqa: S506 - both loaders are safe


def _plain(path: str) -> str:
    """The path with the octets decoded that stand for unreserved characters (RFC 3986, section 6.2.2.2)."""
    return _UNRESERVED.sub(lambda octet: unquote(octet[0]), path) if "%" in path else path


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
