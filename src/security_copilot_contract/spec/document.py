"""The OpenAPI document, and what it says of a request or a response.

This is a judge, not a parser: it answers with problems, each a sentence, and an empty list means that
the message conforms. It knows as much of OpenAPI 3.1 as the document uses.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from security_copilot_contract.spec.files import DOCUMENT
from security_copilot_contract.spec.operation import Operation
from security_copilot_contract.spec.validation import Schema, Schemas

__all__ = ["Document", "Operation", "Schema", "document"]

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Letters, digits, hyphen, period, underscore and tilde.
_UNRESERVED = re.compile(r"%(2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)", re.IGNORECASE)
# The same in C, where PyYAML has it: a tenth of the time.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Document:
    """The document, ready to judge messages by it.

    `raw` is the YAML as it is, `schemas` its component schemas by name.
    """

    def __init__(self, raw: Schema) -> None:
        self.raw = raw
        self.schemas: dict[str, Schema] = raw["components"]["schemas"]
        self._schemas = Schemas(raw)
        self.operations = [
            self._operation(path, method, item)
            for path, item in raw["paths"].items()
            for method in _METHODS
            if method in item
        ]
        self._servers = [urlsplit(server["url"]).path for server in raw["servers"]]
        # A parameter is one segment, so that few operations can be meant by a path.
        self._by_length: dict[tuple[str, int], list[Operation]] = {}
        for operation in self.operations:
            self._by_length.setdefault((operation.method, operation.path.count("/")), []).append(operation)

    def _operation(self, path: str, method: str, item: Schema) -> Operation:
        definition = item[method]
        parameters = [self.resolve(p) for p in [*item.get("parameters", []), *definition.get("parameters", [])]]
        return Operation(definition["operationId"], method.upper(), path, definition, parameters, self._schemas)

    def resolve(self, node: Schema) -> Schema:
        """What a `$ref` of the document leads to; a node without one is its own answer."""
        return self._schemas.resolve(node)

    def operation(self, operation_id: str) -> Operation:
        """An operation by its id; KeyError when there is none."""
        for operation in self.operations:
            if operation.id == operation_id:
                return operation
        raise KeyError(operation_id)

    def match(self, method: str, url: str) -> tuple[Operation, dict[str, str]]:
        """The operation that a request is for, and its path parameters; LookupError when there is none."""
        path = _plain(urlsplit(url).path)
        for base in self._servers:
            found = self.operation_at(method, path.removeprefix(base)) if path.startswith(base) else None
            if found:
                return found
        raise LookupError(f"the document has no operation for {method} {path}")

    def operation_at(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation that has a path, relative to the base URL, and the parameters in it; None without one."""
        path = _plain(path)
        for operation in self._by_length.get((method, path.count("/")), ()):
            parameters = operation.path_parameters(path)
            if parameters is not None:
                return operation, parameters
        return None

    def methods(self, url: str) -> set[str]:
        """The methods that the document has for a URL relative to the base URL; none when it has no such path."""
        path = urlsplit(url).path
        return {operation.method for operation in self.operations if self.operation_at(operation.method, path)}

    def request_problems(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> list[str]:
        """Why the document would not have this request; Authorization is not looked at.

        LookupError when the document has no such operation at all.
        """
        operation, path = self.match(method, url)
        return operation.request_problems(path, urlsplit(url).query, _lower(headers), body)

    def response_problems(
        self, operation: Operation, status: int, headers: Mapping[str, str], body: bytes
    ) -> list[str]:
        """Why the document would not have this response to the operation."""
        return operation.response_problems(status, _lower(headers), body)

    def schema_problems(self, schema: Schema, value: object, where: str = "value") -> list[str]:
        """Why a JSON value does not conform to a schema; `$ref`s in it are the document's."""
        return self._schemas.rule(schema).problems(value, where)


@cache
def document(path: Path = DOCUMENT) -> Document:
    """The project's document. It is read once."""
    return Document(yaml.load(path.read_text("utf-8"), _Loader))  # noqa: S506 - safe, either of them


def _plain(path: str) -> str:
    """The path without octets that stand for nothing but a character (RFC 3986, section 6.2.2.2)."""
    return _UNRESERVED.sub(lambda octet: unquote(octet[0]), path) if "%" in path else path


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
