"""Requests: to each operation as documented, and with one thing changed."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import httpx
from attrs import evolve, field, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from security_copilot_contract.emulator import query
from security_copilot_contract.spec.document import Operation, document
from tests.programs.agree import values

SERVER: str = document().raw["servers"][0]["url"]

Pairs = tuple[tuple[str, str], ...]


@frozen
class RequestCase:
    """A request to an operation, and what was changed in it. `path` and `query` are as they are sent."""

    operation: Operation
    change: str
    path: str
    query: str
    headers: Pairs
    body: bytes
    method: str = field(kw_only=True)

    @property
    def request(self) -> httpx.Request:
        """The request as httpx sends it."""
        url = f"{SERVER}{self.path}{'?' if self.query else ''}{self.query}"
        return httpx.Request(self.method, url, headers=list(self.headers), content=self.body)

    def __str__(self) -> str:
        request = self.request
        head = [f"{request.method} {request.url}", *(f"{name}: {value}" for name, value in self.headers)]
        return "\n".join(head) + (f"\n\n{self.body!r}" if self.body else "")


@frozen
class Parts:
    """What a request is made of. `json` is None when there is no body."""

    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    json: Any

    def case(self, change: str) -> RequestCase:
        return RequestCase(
            self.operation,
            change,
            self.operation.path.format_map({name: quote(value, safe="") for name, value in self.path.items()}),
            urlencode(self.query, quote_via=quote, safe="$,'()"),
            tuple(self.headers.items()),
            b"" if self.json is None else json.dumps(self.json).encode(),
            method=self.operation.method,
        )


Change = Callable[[DrawFn, Parts], Parts | RequestCase]

_GUID = values.GUID
_DEFAULT_WORKSPACE = "17aafe23-ab95-3b37-9546-56dec5ac0218"
_IDS = (
    *("1", _GUID[1:], f"{_GUID}0", _GUID.replace("-", ""), f"{{{_GUID}}}", f" {_GUID}", f"{_GUID}\n", f"{_GUID}/"),
    *("DEFAULT", "default ", "défault", "%64efault", "..", "٣" + _GUID[1:], "g" + _GUID[1:]),
)
_OPTIONS = MappingProxyType(
    {
        "$count": ("True", "TRUE", "1", "", " true", "true,false", "false"),
        "$top": ("0", "-1", "01", "+1", " 1", "1.0", "ten", "", "٣", "9" * 30, "9" * 5_000),
        "$select": ("", "id,", ",id", "id, id", "ID", "*", "id,id", "name,name", "@odata.type", "prompts", "content"),
        "$filter": (
            *("", " ", "displayName", "displayName eq 'a'\n", " displayName eq 'a'", "displayName  eq 'a'"),
            *("displayName EQ 'a'", "'a' eq displayName", "displayName eq 'it's'", "displayName eq 'it''s'"),
            *("displayName eq 'a\nb'", 'displayName eq "a"', "displayName ne 'a'", "displayName eq null"),
            *("name eq 'Entra'", "contains(name,'a')", "contains(name, 'a')", "contains(name,  'a')", "name eq ''"),
            *("contains(displayName,'a')", "contains( name,'a')", "not contains(name,'a')", "description eq 'a'"),
            *("isEnabled eq true", "isEnabled eq TRUE", "isEnabled eq 'true'", "isEnabled", "isEnabled eq null"),
            *("id eq 'a'", "type eq 'prompt'", "content eq 'a'", "state eq 'running'", "isCancelled eq false"),
            *("executionCount eq 0", "createdDateTime gt 2025-01-01T00:00:00Z", "state eq 'a' or state eq 'b'"),
        ),
    }
)
_OTHER_OPTIONS = (
    "$orderby",
    "$expand",
    "$skip",
    "$search",
    "$skiptoken",
    "$Top",
    "select",
    "%24top",
    "api-version",
    "",
)
_MEDIA_TYPES = (
    *("text/plain", "", "application/jsonx", "application/*", "application/json-patch+json", "json", "*/*"),
    *("application/json, text/plain", "application/json; charset=utf-8", "APPLICATION/JSON", "application/json;"),
)
_ACCEPTED = (
    *("text/html", "application/json;q=0", "application/xml, application/*;q=0.1", "application/json", "*/*", ""),
    *("application/json;odata.metadata=minimal", "text/html, */*", "application/jsonx"),
)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")


@st.composite
def documented(draw: DrawFn, operation: Operation) -> Parts:
    """A request as it is documented, about what the documented exchanges show."""
    drawn: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    for parameter in operation.parameters:
        if parameter["in"] == "path":
            drawn["path"][parameter["name"]] = parameter["example"]
        elif draw(st.booleans()):
            drawn[parameter["in"]][parameter["name"]] = _on_wire(draw(_legal(parameter)))
    content = operation.definition.get("requestBody", {}).get("content")
    if content is None:
        return Parts(operation, drawn["path"], drawn["query"], drawn["header"], None)
    headers = {**drawn["header"], "Content-Type": "application/json"}
    body = draw(values.legal(content["application/json"]["schema"]))
    return Parts(operation, drawn["path"], drawn["query"], headers, body)


def _legal(parameter: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if parameter["in"] == "header" and parameter["schema"].get("type") == "string":
        # Whitespace around a header goes on the way, and what is not ASCII is not interoperable.
        return st.sampled_from(["include-unknown-enum-members", "return=minimal, include-unknown-enum-members", "a"])
    return values.legal(parameter["schema"])


def _on_wire(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return value if isinstance(value, str) else json.dumps(value)


def _replaced(draw: DrawFn, among: Mapping[str, str], new: Any) -> dict[str, str]:
    return {**among, draw(st.sampled_from(sorted(among))): draw(new)}


def _unknown_id(draw: DrawFn, parts: Parts) -> Parts:
    return evolve(parts, path=_replaced(draw, parts.path, st.uuids().map(str)))


def _id_otherwise(draw: DrawFn, parts: Parts) -> Parts:
    """The same ids in capitals, or the workspace by the other of its two names."""
    known = {**parts.path, "workspaceId": draw(st.sampled_from(["default", _DEFAULT_WORKSPACE]))}
    return evolve(parts, path={name: v if v == "default" else v.upper() for name, v in known.items()})


def _malformed_id(draw: DrawFn, parts: Parts) -> Parts:
    return evolve(parts, path=_replaced(draw, parts.path, st.sampled_from(_IDS)))


def _encoded(draw: DrawFn, parts: Parts) -> RequestCase:
    """The path with one of its characters as an octet; also a slash, which then is none."""
    case = parts.case("")
    at = draw(st.integers(1, len(case.path) - 1))
    octet = f"%{ord(case.path[at]):{draw(st.sampled_from(['02x', '02X']))}}"
    return evolve(case, path=case.path[:at] + octet + case.path[at + 1 :])


def _slash(_: DrawFn, parts: Parts) -> RequestCase:
    case = parts.case("")
    return evolve(case, path=f"{case.path}/")


def _longer_path(draw: DrawFn, parts: Parts) -> RequestCase:
    case = parts.case("")
    return evolve(case, path=case.path + draw(st.sampled_from(["//", "%2F", ";", "/.", "/$count"])))


def _another_path(draw: DrawFn, parts: Parts) -> RequestCase:
    case = parts.case("")
    segments = case.path.split("/")
    at = draw(st.integers(1, len(segments) - 1))
    others = [[], ["", segments[at]], [segments[at].upper()], [f"{segments[at]} "], [segments[at], segments[at]]]
    return evolve(case, path="/".join([*segments[:at], *draw(st.sampled_from(others)), *segments[at + 1 :]]))


def _method(draw: DrawFn, parts: Parts) -> RequestCase:
    return evolve(parts.case(""), method=draw(st.sampled_from(_METHODS)))


def _head(_: DrawFn, parts: Parts) -> RequestCase:
    return evolve(parts.case(""), method="HEAD")


def _option_value(draw: DrawFn, parts: Parts) -> Parts:
    names = [p["name"] for p in parts.operation.parameters if p["in"] == "query"]
    name = draw(st.sampled_from(names))
    return evolve(parts, query={**parts.query, name: draw(st.sampled_from(_OPTIONS[name]))})


def _another_option(draw: DrawFn, parts: Parts) -> Parts:
    names = _OTHER_OPTIONS if parts.operation.definition.get("parameters") else (*_OTHER_OPTIONS, *_OPTIONS)
    return evolve(parts, query={**parts.query, draw(st.sampled_from(names)): draw(st.sampled_from(["1", "", "id"]))})


def _option_twice(draw: DrawFn, parts: Parts) -> RequestCase:
    names = [p["name"] for p in parts.operation.parameters if p["in"] == "query"]
    name = draw(st.sampled_from(names))
    value = draw(st.sampled_from({"$count": ["true"], "$top": ["1"], "$select": ["id", "name"]}.get(name, ["a"])))
    case = parts.case("")
    again = urlencode([(name, parts.query.get(name, value)), (name, value)], quote_via=quote)
    others = urlencode({n: v for n, v in parts.query.items() if n != name}, quote_via=quote)
    return evolve(case, query=f"{others}&{again}")


def _query_otherwise(draw: DrawFn, parts: Parts) -> RequestCase:
    """The same query, encoded in another way."""
    spelled = [urlencode(parts.query, quote_via=quote_plus), f"&{urlencode(parts.query, quote_via=quote)}&"]
    return evolve(parts.case(""), query=draw(st.sampled_from(spelled)))


def _next_page(_: DrawFn, parts: Parts) -> Parts:
    """The page after the second of the documented sessions, as a link leads there."""
    return evolve(parts, query={**parts.query, "$skiptoken": query.skiptoken(2)})


def _media_type(draw: DrawFn, parts: Parts) -> Parts:
    return evolve(parts, headers={**parts.headers, "Content-Type": draw(st.sampled_from(_MEDIA_TYPES))})


def _accept(draw: DrawFn, parts: Parts) -> Parts:
    return evolve(parts, headers={**parts.headers, "Accept": draw(st.sampled_from(_ACCEPTED))})


def _request_id(draw: DrawFn, parts: Parts) -> Parts:
    texts = ["one", "", _GUID.upper(), _GUID.replace("-", ""), f"{{{_GUID}}}", f"{_GUID}, {_GUID}"]
    return evolve(parts, headers={**parts.headers, "client-request-id": draw(st.sampled_from(texts))})


def _header_twice(draw: DrawFn, parts: Parts) -> RequestCase:
    headers = {"client-request-id": _GUID, **parts.headers}
    name = draw(st.sampled_from([name for name in headers if name != "Prefer"]))
    return evolve(parts.case(""), headers=(*headers.items(), (name, headers[name])))


def _body(draw: DrawFn, parts: Parts) -> RequestCase:
    """A body where there is to be none, or none where there is to be one."""
    json_ = {"Content-Type": "application/json"} if draw(st.booleans()) else {}
    body = draw(st.sampled_from([b"{}", b"a"])) if parts.json is None else b""
    return evolve(evolve(parts, headers={**parts.headers, **json_}).case(""), body=body)


def _in_body(change: Callable[[DrawFn, Any], bytes]) -> Change:
    return lambda draw, parts: evolve(parts.case(""), body=change(draw, parts.json))


_ANY: Mapping[str, Change] = {
    "as documented": lambda _, parts: parts,
    "encoded path": _encoded,
    "slash": _slash,
    "longer path": _longer_path,
    "another path": _another_path,
    "another method": _method,
    "another option": _another_option,
    "Accept": _accept,
    "client-request-id": _request_id,
    "header twice": _header_twice,
    "body or none": _body,
}
_IN_PATH: Mapping[str, Change] = {
    "unknown id": _unknown_id,
    "id otherwise": _id_otherwise,
    "malformed id": _malformed_id,
}
_READ: Mapping[str, Change] = {
    "HEAD": _head,
    "value of an option": _option_value,
    "option twice": _option_twice,
    "query otherwise": _query_otherwise,
}
_WRITE: Mapping[str, Change] = {
    "media type": _media_type,
    **{name: _in_body(change) for name, change in values.CHANGES.items()},
}
_OF_ONE: Mapping[str, Mapping[str, Change]] = {"listSessions": {"next page": _next_page}}


def changes(operation: Operation) -> list[str]:
    """What can be changed in a request to the operation."""
    return list(_changes(operation))


def _changes(operation: Operation) -> Mapping[str, Change]:
    found = {**_ANY, **(_IN_PATH if "{" in operation.path else {}), **(_READ if operation.method == "GET" else _WRITE)}
    return {**found, **_OF_ONE.get(operation.id, {})}


@st.composite
def requests(draw: DrawFn, operation: Operation, change: str) -> RequestCase:
    """Requests to an operation with one thing changed."""
    changed = _changes(operation)[change](draw, draw(documented(operation)))
    return evolve(changed, change=change) if isinstance(changed, RequestCase) else changed.case(change)
