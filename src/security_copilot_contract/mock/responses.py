"""The documented responses of each operation, and responses based on them."""

import json as jsonlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import httpx
import respx
from attrs import evolve, frozen
from respx.types import HeaderTypes

from security_copilot_contract.mock.client_objects import as_json, is_model
from security_copilot_contract.spec.contradictions import corrected, known
from security_copilot_contract.spec.document import Operation, Schema, document
from security_copilot_contract.spec.exchange import Exchange, exchanges

_FIRST_ERROR = 400
_CONTEXT = "@odata.context"
# The arguments of OperationRoute.respond() that are a body.
_BODIES = frozenset({"json", "changed", "content", "text", "html", "stream"})


@frozen
class DocumentedResponses:
    """The documented responses of an operation: the success in its exchange, and an OData error for each error."""

    operation: Operation
    exchange: Exchange

    @property
    def success(self) -> int:
        """The status of a success."""
        return self.exchange.response.status

    @property
    def errors(self) -> list[int]:
        """The error statuses."""
        return [int(status) for status in self.operation.definition["responses"] if int(status) >= _FIRST_ERROR]

    def body(self) -> dict[str, Any]:
        """A new copy of the body of a success; empty if it has none."""
        body: dict[str, Any] = self.exchange.response.json() if self.exchange.response.body else {}
        return body

    def error(self, status: int, code: str | None = None, message: str | None = None) -> dict[str, Any]:
        """The body of an error; by default code and message are the document's name and description of the status.

        ValueError if the status is not documented as an error of the operation.
        """
        if status not in self.errors:
            expected = ", ".join(map(str, self.errors))
            raise ValueError(
                f"{status} is not documented as an error of {self.operation.id}; expected one of {expected}"
            )
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
        """A response, by default with the documented body of the status; see OperationRoute.respond()."""
        given = {name for name, value in {"json": json, "changed": changed, **arguments}.items() if value is not None}
        if len(given & _BODIES) > 1:
            raise TypeError(f"a response has one body; pass only one of {', '.join(sorted(given & _BODIES))}")
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
            if changed:
                raise ValueError(f"no body is documented for {status} of {self.operation.id}; pass json, not changed")
            return None
        unknown = changed.keys() - (names := sorted(set(self._properties(status))))
        if unknown and strict:
            raise ValueError(
                f"the body of {self.operation.id} has no property {', '.join(sorted(unknown))}; "
                f"expected {', '.join(names)}"
            )
        return {**(self.body() if status == self.success else self.error(status)), **as_json(changed)}

    def _with_context(self, json: Any) -> Any:
        """The JSON; the documented context is added to a model of the client that has none."""
        context = self.body().get(_CONTEXT)
        return {_CONTEXT: context, **as_json(json)} if context and is_model(json) else as_json(json)

    def _headers(self, status: int) -> dict[str, str]:
        """The headers that a response with the status must have."""
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
def documented_responses() -> tuple[DocumentedResponses, ...]:
    """The responses of every operation, in the order of the document."""
    responses = {}
    for exchange in map(corrected, exchanges()):
        operation, _ = document().match(exchange.request.method, exchange.request.url)
        responses[operation.id] = DocumentedResponses(operation, _with_page(exchange))
    return tuple(responses[operation.id] for operation in document().operations)


def _with_page(exchange: Exchange) -> Exchange:
    """The exchange; if the documentation shows an item instead of a page, with a page around it."""
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
