"""What an operation answers by the documentation."""

import json as jsonlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import httpx
import respx
from attrs import evolve, frozen
from respx.types import HeaderTypes

from security_copilot_contract.mock.client_objects import is_object, plain
from security_copilot_contract.spec.contradictions import corrected, known
from security_copilot_contract.spec.document import Operation, Schema, document
from security_copilot_contract.spec.exchange import Exchange, exchanges

_FIRST_ERROR = 400
_CONTEXT = "@odata.context"
# The arguments of OperationRoute.respond() that are a body.
_BODIES = frozenset({"json", "changed", "content", "text", "html", "stream"})


@frozen
class Documented:
    """The documented responses of an operation: that of its exchange, and an OData error for each status of one."""

    operation: Operation
    exchange: Exchange

    @property
    def success(self) -> int:
        """The status of a success."""
        return self.exchange.response.status

    @property
    def errors(self) -> list[int]:
        """The statuses of errors."""
        return [int(status) for status in self.operation.definition["responses"] if int(status) >= _FIRST_ERROR]

    def body(self) -> dict[str, Any]:
        """The body of a success, a new copy; empty when there is none."""
        shown: dict[str, Any] = self.exchange.response.json() if self.exchange.response.body else {}
        return shown

    def error(self, status: int, code: str | None = None, message: str | None = None) -> dict[str, Any]:
        """The body of an error, by default with the document's own name and description of the status.

        ValueError if the operation has no such error.
        """
        if status not in self.errors:
            has = ", ".join(map(str, self.errors))
            raise ValueError(f"{self.operation.id} has no error of the status {status}; it has {has}")
        name = self.operation.definition["responses"][str(status)]["$ref"].rpartition("/")[2]
        return {"error": {"code": code or name, "message": message or self._definition(status)["description"]}}

    def response(
        self,
        status: int,
        *,
        json: Any = None,
        changed: Mapping[str, Any] | None = None,
        headers: HeaderTypes | None = None,
        strict: bool = True,
        **arguments: Any,
    ) -> httpx.Response:
        """A response of a status, with the documented body unless another is given; see OperationRoute.respond()."""
        given = {name for name, value in {"json": json, "changed": changed, **arguments}.items() if value is not None}
        if len(given & _BODIES) > 1:
            raise TypeError(f"a response has one body; give one of {', '.join(sorted(given & _BODIES))}")
        if json is not None:
            json = self._with_context(json)
        elif given.isdisjoint(_BODIES - {"changed"}):
            json = self._body(status, changed or {}, strict=strict)
        merged = httpx.Headers(self._headers(status))
        merged.update(headers)
        extensions = {**arguments.pop("extensions", {}), "strict": strict}
        return respx.MockResponse(status, json=json, headers=merged, extensions=extensions, **arguments)

    def _body(self, status: int, changed: Mapping[str, Any], *, strict: bool) -> dict[str, Any] | None:
        if not self._definition(status).get("content"):
            return None
        unknown = changed.keys() - (names := sorted(set(self._properties(status))))
        if unknown and strict:
            raise ValueError(
                f"the body of {self.operation.id} has no {', '.join(sorted(unknown))}; it has {', '.join(names)}"
            )
        return {**(self.body() if status == self.success else self.error(status)), **plain(changed)}

    def _with_context(self, json: Any) -> Any:
        """The JSON; an object of the client gets the documented context, unless it has one."""
        context = self.body().get(_CONTEXT)
        return {_CONTEXT: context, **plain(json)} if context and is_object(json) else plain(json)

    def _headers(self, status: int) -> dict[str, str]:
        """What a response of the status must have."""
        values = {
            "Allow": ", ".join(o.method for o in document().operations if o.path == self.operation.path),
            "Retry-After": "1",
            "WWW-Authenticate": "Bearer",
        }
        headers = self._definition(status).get("headers", {})
        return {name: values[name] for name, header in headers.items() if document().resolve(header).get("required")}

    def _properties(self, status: int) -> Iterator[str]:
        return _properties(self._definition(status)["content"]["application/json"]["schema"])

    def _definition(self, status: int) -> Schema:
        return document().resolve(self.operation.definition["responses"].get(str(status), {}))


@cache
def documented() -> tuple[Documented, ...]:
    """Those of each operation, in the order of the document."""
    shown = {}
    for exchange in map(corrected, exchanges()):
        operation, _ = document().match(exchange.request.method, exchange.request.url)
        shown[operation.id] = Documented(operation, _with_a_page(exchange))
    return tuple(shown[operation.id] for operation in document().operations)


def _with_a_page(exchange: Exchange) -> Exchange:
    """The exchange, with a page around an item that the documentation shows in the place of a page."""
    if not any(contradiction.fits for contradiction in known(exchange)):
        return exchange
    item = exchange.response.json()
    page = {_CONTEXT: item.pop(_CONTEXT).removesuffix("/$entity"), "value": [item]}
    return evolve(exchange, response=evolve(exchange.response, body=jsonlib.dumps(page).encode()))


def _properties(schema: Schema) -> Iterator[str]:
    schema = document().resolve(schema)
    yield from schema.get("properties", ())
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from _properties(part)
