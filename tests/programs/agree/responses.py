"""Responses: to each operation as documented, and with one thing changed."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from security_copilot_contract.spec.document import Operation, document
from tests.programs.agree import values


@frozen
class ResponseCase:
    """A response to an operation, and what was changed in it."""

    operation: Operation
    change: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def __str__(self) -> str:
        head = [f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in self.headers.items())]
        return "\n".join(head) + f"\n\n{self.body!r}"


Change = Callable[[DrawFn, ResponseCase], ResponseCase]

_STATUSES = (418, 202, 204, 200, 201, 206, 301, 304, 400, 404, 408, 422, 451, 499, 500, 502, 599)
_MEDIA_TYPES = (
    *("text/html", "", "application/problem+json", "application/*", "application/json, application/json"),
    *("application/json; odata.metadata=minimal", "APPLICATION/JSON", "application/json;"),
)
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "request-id": ("one", "", values.GUID.upper(), values.GUID.replace("-", ""), f"{{{values.GUID}}}"),
    "client-request-id": ("one", "", values.GUID, f"{values.GUID}, {values.GUID}"),
    "x-ms-ags-diagnostic": ("", "not JSON"),
    "Retry-After": ("-1", "1.5", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "", "0", "9" * 30),
    "Date": ("yesterday",),
}


@st.composite
def documented(draw: DrawFn, operation: Operation) -> ResponseCase:
    """A response as it is documented, more often the success than an error."""
    errors = [status for status in operation.definition["responses"] if status >= "400"]
    success = next(status for status in operation.definition["responses"] if status < "400")
    status = draw(st.sampled_from(errors)) if draw(st.integers(0, 2)) == 0 else success
    definition = document().resolve(operation.definition["responses"][status])
    headers = {"Content-Type": "application/json"}
    for name, reference in definition["headers"].items():
        header = document().resolve(reference)
        if header.get("required") or draw(st.booleans()):
            plain = header["schema"] == {"type": "string"}
            headers[name] = "Bearer" if plain else str(draw(values.legal(header["schema"])))
    body = draw(values.legal(definition["content"]["application/json"]["schema"]))
    return ResponseCase(operation, "as documented", int(status), headers, json.dumps(body).encode())


def _status(draw: DrawFn, case: ResponseCase) -> ResponseCase:
    return evolve(case, status=draw(st.sampled_from(_STATUSES)))


def _media_type(draw: DrawFn, case: ResponseCase) -> ResponseCase:
    return evolve(case, headers={**case.headers, "Content-Type": draw(st.sampled_from(_MEDIA_TYPES))})


def _header(draw: DrawFn, case: ResponseCase) -> ResponseCase:
    name = draw(st.sampled_from(list(_HEADERS)))
    return evolve(case, headers={**case.headers, name: draw(st.sampled_from(_HEADERS[name]))})


def _without_header(draw: DrawFn, case: ResponseCase) -> ResponseCase:
    name = draw(st.sampled_from(sorted(case.headers)))
    return evolve(case, headers={n: value for n, value in case.headers.items() if n != name})


def _in_body(change: Callable[[DrawFn, Any], bytes]) -> Change:
    return lambda draw, case: evolve(case, body=change(draw, json.loads(case.body)))


def _unsupported(_: DrawFn, case: ResponseCase) -> ResponseCase:
    """With a property that is documented as unsupported."""
    body = {"@odata.context": "https://host/#plugins", "value": [{"supportedAuthTypes": "none"}]}
    return evolve(case, status=200, headers={"Content-Type": "application/json"}, body=json.dumps(body).encode())


def _one_entity(draw: DrawFn, case: ResponseCase) -> ResponseCase:
    """One item in the place of the page."""
    schema = {"$ref": f"#/components/schemas/{case.operation.id.removeprefix('list').removesuffix('s')}"}
    body = draw(values.legal(schema)) | {"@odata.context": "https://host/#a/$entity"}
    return evolve(case, status=200, headers={"Content-Type": "application/json"}, body=json.dumps(body).encode())


_ANY: Mapping[str, Change] = {
    "as documented": lambda _, case: case,
    **{name: _in_body(change) for name, change in values.CHANGES.items()},
    "status": _status,
    "media type": _media_type,
    "header": _header,
    "without header": _without_header,
}
_OF_ONE: Mapping[str, Mapping[str, Change]] = {"listPlugins": {"unsupported": _unsupported}}


def changes(operation: Operation) -> list[str]:
    """What can be changed in a response to the operation."""
    return list(_changes(operation))


def _changes(operation: Operation) -> Mapping[str, Change]:
    of_lists: Mapping[str, Change] = {"one entity": _one_entity} if operation.id.startswith("list") else {}
    return {**_ANY, **of_lists, **_OF_ONE.get(operation.id, {})}


@st.composite
def responses(draw: DrawFn, operation: Operation, change: str) -> ResponseCase:
    """Responses to an operation with one thing changed."""
    return evolve(_changes(operation)[change](draw, draw(documented(operation))), change=change)
