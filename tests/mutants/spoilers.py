"""The spoilers: each changes a response so that it breaks one promise, for any operation that it is used on.

A regular broken server is a spoiler, an operation and a place in its responses: a property, an option, a status. The
places are those that the document has and the emulator fills, see reference.py.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from attrs import frozen

from security_copilot_contract.checks.documented_resource import DocumentedResource, members
from security_copilot_contract.checks.facts import NOBODY
from security_copilot_contract.spec.document import Operation, Schema, document
from tests.mutants.faults import Answer

_GUID = "1ca4f7a7-5d8a-4a2c-9a4e-2b8f6c1d7e90"
_NEVER, _PAST, _LATER = "0001-01-01T00:00:00Z", "2000-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
_MALFORMED = re.compile(r"no.guid")


@frozen
class Place:
    """An operation with what the emulator shows in its responses, of which each spoiler takes what it can spoil.

    `shown` has the names of the properties of its entities that have a value, those in an object as `outer/inner`.
    """

    operation: Operation
    resource: DocumentedResource
    role: str
    shown: frozenset[str]
    errors: frozenset[int]

    def schema(self, name: str) -> Schema:
        """The schema of a property."""
        outer, _, inner = name.partition("/")
        schema = self.resource.properties[outer]
        return properties_in(schema)[inner] if inner else schema

    @property
    def properties(self) -> list[str]:
        """The properties of entities, without those in objects."""
        return sorted(name for name in self.shown if "/" not in name)


Spoil = Callable[[Answer, str], None]
Places = Callable[[Place], Iterable[str]]


@frozen
class Spoiler:
    """A change to responses that breaks a promise, and where it can be made.

    `adds`: it breaks the promise also where the emulator's responses have nothing that the promise is about.
    """

    name: str
    promise: str
    places: Places
    spoil: Spoil
    adds: bool


SPOILERS: list[Spoiler] = []


def _once(_: Place) -> list[str]:
    return [""]


def spoils(promise: str, places: Places = _once, *, adds: bool = False) -> Callable[[Spoil], Spoil]:
    """Register a spoiler."""

    def register(spoil: Spoil) -> Spoil:
        SPOILERS.append(Spoiler(spoil.__name__, promise, places, spoil, adds))
        return spoil

    return register


def properties_in(schema: Schema) -> dict[str, Schema]:
    """The properties of an object, or of one in a list."""
    schema = document().resolve(schema)
    found = dict(schema.get("properties", {}))
    for part in [*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        found |= properties_in(part)
    return found | (properties_in(schema["items"]) if "items" in schema else {})


# ---- places


def _properties(place: Place) -> list[str]:
    return place.properties


def _required(place: Place) -> list[str]:
    created = "create" in place.resource.operations
    return place.properties if created else sorted(place.resource.required)


def _not_null(place: Place) -> list[str]:
    return [n for n in sorted(place.shown) if document().schema_violations(place.schema(n), None)]


def _formatted(place: Place) -> list[str]:
    violations = {n: document().schema_violations(place.schema(n), "text") for n in sorted(place.shown)}
    return [n for n, found in violations.items() if found and all(v.kind in ("pattern", "format") for v in found)]


def _enumerated(place: Place) -> list[str]:
    return [n for n in sorted(place.shown) if members(place.schema(n))]


def _writable(place: Place) -> list[str]:
    return [n for n, schema in place.resource.writable.items() if "const" not in schema and n in place.shown]


def _constant(place: Place) -> list[str]:
    stable = {place.resource.key, "createdDateTime", *place.resource.writable}
    return [n for n in place.properties if n in stable or not place.resource.changes_by_itself]


def _constant_in_lists(place: Place) -> list[str]:
    return [n for n in _constant(place) if n != place.resource.key]


def _unwritten(place: Place) -> list[str]:
    return [n for n in place.properties if n != "lastModifiedDateTime"]


def _options(place: Place) -> list[str]:
    return [p["name"] for p in place.operation.parameters if p["in"] == "query"]


def _statuses(place: Place) -> list[str]:
    return [str(status) for status in sorted(place.errors)]


def _with_context(place: Place) -> list[str]:
    status = 201 if place.role == "create" else 200
    found = document().response_violations(place.operation, status, {"content-type": "application/json"}, b"{}")
    return [""] if any(v.name == "@odata.context" for v in found) else []


# ---- values


def another(value: Any, turn: int) -> Any:
    """A value of the same form that differs from the given one, and from that of the turn before."""
    match value:
        case bool():
            return not value
        case int():
            return value + turn
        case dict():
            return {**value, "other": turn}
        case list():
            return [*value, turn]
    return _another_text(value or "", turn)


def _another_text(text: str, turn: int) -> str:
    if re.fullmatch(r"[0-9a-fA-F-]{36}", text):
        return f"{text[:32]}{turn % 0xFFFF:04x}"
    if re.match(r"\d{4}-\d\d-\d\dT", text):
        return f"{text[:19]}.{turn % 1000:03}1Z"
    return f"{text} {turn}"


def _change(a: Answer, name: str, change: Callable[[Any], Any]) -> None:
    """Change a property of every entity; in an object for a name of the form `outer/inner`."""
    outer, _, inner = name.partition("/")
    for entity in a.entities:
        if outer not in entity:
            continue
        found = [entity] if not inner else entity[outer] if isinstance(entity[outer], list) else [entity[outer]]
        last = inner or outer
        for each in found:
            if isinstance(each, dict) and last in each:
                each[last] = change(each[last])


def _entities(a: Answer, *names: str) -> list[dict[str, Any]]:
    """The entities that have the properties."""
    return [entity for entity in a.entities if set(names) <= set(entity)]


def _let_in(a: Answer) -> None:
    """Respond as to the last request to this operation that succeeded."""
    last = a.memory.get("succeeded", {}).get((a.method, a.kind, "listed" if a.method == "GET" else ""))
    a.status, a.body = (201 if a.method == "POST" else 200), last or {"id": _GUID}


def watch(a: Answer) -> None:
    """Remember what spoilers need of earlier responses."""
    if a.method == "POST" and not a.ok and isinstance(a.sent, dict):
        a.memory.setdefault("refused", []).append((a.collection, a.sent))
    for entity in a.entities:
        if "lastModifiedDateTime" in entity and not a.updated:
            a.memory.setdefault("modified", {})[entity.get("id")] = entity["lastModifiedDateTime"]
    if a.created:
        a.memory.setdefault("created", []).append(dict(a.body))


# ---- any response


@spoils("response_arrives")
def cut_off(a: Answer, _: str) -> None:
    a.cut = 9 if a.ok else 0


@spoils("documented_status")
def undocumented_success(a: Answer, _: str) -> None:
    a.status = 206 if a.ok else a.status


@spoils("documented_status", _statuses)
def undocumented_error(a: Answer, status: str) -> None:
    if a.status == int(status):
        a.error(418)


@spoils("documented_headers")
def malformed_request_id(a: Answer, _: str) -> None:
    a.headers["request-id"] = f"id-{a.turn}"


@spoils("documented_headers")
def malformed_client_request_id(a: Answer, _: str) -> None:
    a.headers["client-request-id"] = "none"


@spoils("documented_body", lambda place: sorted(place.shown))
def retyped(a: Answer, name: str) -> None:
    _change(a, name, lambda value: 5 if value is None or isinstance(value, str) else "text")


@spoils("documented_body", _not_null)
def null(a: Answer, name: str) -> None:
    _change(a, name, lambda _: None)


@spoils("documented_body", _formatted)
def malformed(a: Answer, name: str) -> None:
    _change(a, name, lambda _: "text")


@spoils("documented_body", _with_context)
def without_context(a: Answer, _: str) -> None:
    if a.ok:
        a.body.pop("@odata.context", None)


@spoils("documented_body")
def in_an_envelope(a: Answer, _: str) -> None:
    if a.ok:
        a.body = {"data": a.body}


@spoils("documented_body", _statuses)
def error_code_is_a_number(a: Answer, status: str) -> None:
    if a.status == int(status):
        a.body["error"]["code"] = a.status


@spoils("documented_body")
def another_media_type(a: Answer, _: str) -> None:
    if a.ok:
        a.headers["content-type"] = "text/html"


@spoils("strict_json")
def byte_order_mark(a: Answer, _: str) -> None:
    a.raw = b"\xef\xbb\xbf" + json.dumps(a.body).encode() if a.ok else None


@spoils("strict_json")
def not_a_number(a: Answer, _: str) -> None:
    if a.ok:
        a.body["@odata.score"] = float("nan")


@spoils("strict_json")
def truncated(a: Answer, _: str) -> None:
    a.raw = json.dumps(a.body).encode()[:-7] if a.ok else None


@spoils("valid_is_accepted")
def refused(a: Answer, _: str) -> None:
    if a.ok:
        a.error(400)


@spoils("valid_is_accepted")
def fails(a: Answer, _: str) -> None:
    if a.ok:
        a.error(500)


@spoils("valid_is_accepted", _options)
def option_fails(a: Answer, option: str) -> None:
    if a.ok and option in a.query:
        a.error(500)


# ---- tracing


@spoils("request_id_is_new")
def constant_request_id(a: Answer, _: str) -> None:
    a.headers["request-id"] = _GUID


@spoils("client_request_id_is_returned")
def another_client_request_id(a: Answer, _: str) -> None:
    a.headers["client-request-id"] = _GUID


@spoils("client_request_id_is_returned")
def another_client_request_id_in_errors(a: Answer, _: str) -> None:
    if not a.ok:
        a.body["error"]["innerError"]["client-request-id"] = _GUID


@spoils("request_id_is_consistent")
def another_request_id_in_errors(a: Answer, _: str) -> None:
    if not a.ok:
        a.body["error"]["innerError"]["request-id"] = _GUID


@spoils("date_is_valid")
def date_in_iso(a: Answer, _: str) -> None:
    a.headers["date"] = "2026-01-01T00:00:00Z"


# ---- errors


@spoils("error_is_odata", _statuses)
def no_code(a: Answer, status: str) -> None:
    if a.status == int(status):
        del a.body["error"]["code"]


@spoils("error_is_odata", _statuses)
def error_in_html(a: Answer, status: str) -> None:
    if a.status == int(status):
        a.raw, a.headers["content-type"] = b"<h1>Sorry</h1>", "text/html"


@spoils("error_has_a_request_id")
def no_request_id_in_errors(a: Answer, _: str) -> None:
    if not a.ok:
        del a.headers["request-id"], a.body["error"]["innerError"]["request-id"]


def _refuses(promise: str, concerns: Callable[[Answer], bool], *statuses: int) -> None:
    """Register spoilers that give an invalid request another status, or accept it."""

    def another_status(a: Answer, status: str) -> None:
        if concerns(a):
            a.error(int(status))

    def accepted(a: Answer, _: str) -> None:
        if concerns(a):
            _let_in(a)

    another_status.__name__, accepted.__name__ = f"{promise}, but with", f"{promise}, but accepted"
    spoils(promise, lambda _: map(str, statuses))(another_status)
    spoils(promise)(accepted)


def _is_body(a: Answer) -> bool:
    return a.status == 400 and a.method in ("POST", "PATCH") and not _MALFORMED.search(a.path)


def _is_elsewhere(a: Answer) -> bool:
    return f"/workspaces/{NOBODY}" in a.path


_refuses("unauthorized_is_401", lambda a: a.status == 401, 403, 404)
_refuses("unknown_is_404", lambda a: a.status == 404 and not _is_elsewhere(a), 400, 500)
_refuses("unknown_workspace_is_refused", lambda a: not a.ok and _is_elsewhere(a), 500)
_refuses("malformed_id_is_refused", lambda a: a.status == 400 and _MALFORMED.search(a.path) is not None, 500)
_refuses("broken_json_is_400", lambda a: _is_body(a) and a.sent is None, 500)
_refuses("invalid_body_is_refused", lambda a: _is_body(a) and a.sent is not None, 500)
_refuses("wrong_media_type_is_415", lambda a: a.status == 415, 400, 500)
_refuses("invalid_query_option_is_400", lambda a: a.status == 400 and a.method == "GET" and bool(a.query), 404, 500)
_refuses("other_methods_are_405", lambda a: a.status == 405, 404, 500)


@spoils("challenge_names_bearer")
def no_challenge(a: Answer, _: str) -> None:
    a.headers.pop("www-authenticate", None)


@spoils("challenge_names_bearer")
def challenge_for_basic(a: Answer, _: str) -> None:
    if a.status == 401:
        a.headers["www-authenticate"] = 'Basic realm="bearer"'


@spoils("other_methods_are_405")
def no_allow(a: Answer, _: str) -> None:
    a.headers.pop("allow", None)


@spoils("retry_after_is_valid", adds=True)
def malformed_retry_after(a: Answer, _: str) -> None:
    count = a.memory["throttled"] = a.memory.get("throttled", 0) + 1
    if count % 2 == 0:
        a.error(429)
        a.headers["retry-after"] = "soon"


# ---- entities


@spoils("written_is_returned", _writable)
def written_in_capitals(a: Answer, name: str) -> None:
    if a.ok:
        _change(a, name, lambda value: value.upper() if isinstance(value, str) else another(value, 1))


@spoils("written_is_returned", _writable)
def written_and_trimmed(a: Answer, name: str) -> None:
    if a.ok:
        _change(a, name, lambda value: value[:-1] if isinstance(value, str) else another(value, 1))


@spoils("read_only_is_not_written")
def read_only_is_written(a: Answer, _: str) -> None:
    if _is_body(a) and isinstance(a.sent, dict) and {"id", "createdDateTime"} & set(a.sent):
        a.status = 201 if a.method == "POST" else 200
        a.body = {**a.memory["created"][-1], **a.sent}


@spoils("unwritten_is_unchanged", _unwritten)
def changed_by_an_update(a: Answer, name: str) -> None:
    if isinstance(a.sent, dict) and name not in a.sent:
        _change(a, name, lambda value: another(value, a.turn))


@spoils("new_id_is_unique")
def id_of_an_earlier_one(a: Answer, _: str) -> None:
    if a.created:
        a.body["id"] = a.memory.setdefault("first id", a.body["id"])


@spoils("read_returns_what_was_written", _constant)
def changed_in_reads(a: Answer, name: str) -> None:
    _change(a, name, lambda value: another(value, a.turn))


@spoils("list_returns_what_was_written", _constant_in_lists)
def changed_in_lists(a: Answer, name: str) -> None:
    _change(a, name, lambda value: another(value, a.turn))


@spoils("unselected_is_complete", _required)
def dropped(a: Answer, name: str) -> None:
    for entity in a.entities if "$select" not in a.query else ():
        entity.pop(name, None)


@spoils("unselected_is_complete", _required)
def renamed(a: Answer, name: str) -> None:
    for entity in _entities(a, name) if "$select" not in a.query else ():
        entity[f"{name}_"] = entity.pop(name)


@spoils("refused_is_not_created")
def lists_what_was_refused(a: Answer, _: str) -> None:
    for collection, sent in a.memory.get("refused", []) if a.listed and a.body["value"] else ():
        if collection == a.collection and "$filter" not in a.query:
            a.body["value"].append({**a.body["value"][0], **sent, "id": another(_GUID, a.turn)})


@spoils("items_belong_to_the_collection")
def lists_what_is_elsewhere(a: Answer, _: str) -> None:
    seen = a.memory.setdefault("listed", {})
    elsewhere = [item for collection, items in seen.items() if collection != a.collection for item in items.values()]
    if a.listed:
        seen.setdefault(a.collection, {}).update({item["id"]: item for item in a.body["value"] if "id" in item})
        a.body["value"] += elsewhere


@spoils("response_is_about_the_request")
def another_id(a: Answer, _: str) -> None:
    _change(a, "id", lambda _: _GUID)


@spoils("nothing_disappears")
def not_found(a: Answer, _: str) -> None:
    if a.ok:
        a.error(404)


@spoils("nothing_disappears")
def gone(a: Answer, _: str) -> None:
    if a.ok and a.memory.setdefault("last found", a.turn) != a.turn:
        a.error(410)


@spoils("enum_members_are_documented", _enumerated)
def unknown_member(a: Answer, name: str) -> None:
    _change(a, name, lambda _: "somethingNew")


# ---- times


@spoils("creation_time_never_changes")
def creation_moves(a: Answer, _: str) -> None:
    _change(a, "createdDateTime", lambda value: another(value, a.turn))


@spoils("change_updates_the_time")
def change_leaves_the_time(a: Answer, _: str) -> None:
    _change(a, "lastModifiedDateTime", lambda now: a.memory["modified"].get(a.body.get("id"), now))


@spoils("change_time_never_goes_back")
def change_time_goes_back(a: Answer, _: str) -> None:
    _change(a, "lastModifiedDateTime", lambda _: _PAST)


@spoils("change_follows_creation")
def changed_before_creation(a: Answer, _: str) -> None:
    for entity in _entities(a, "createdDateTime", "lastModifiedDateTime"):
        entity["lastModifiedDateTime"] = _PAST


@spoils("creation_time_has_passed")
def created_in_the_future(a: Answer, _: str) -> None:
    _change(a, "createdDateTime", lambda _: _LATER)


@spoils("creation_time_has_passed")
def not_created_yet(a: Answer, _: str) -> None:
    _change(a, "createdDateTime", lambda _: _NEVER)


@spoils("times_are_utc")
def local_time(a: Answer, _: str) -> None:
    for name in ("createdDateTime", "lastModifiedDateTime"):
        _change(a, name, lambda v: f"{v[:11]}{(int(v[11:13]) + (2 if int(v[11:13]) < 22 else -2)):02}{v[13:]}")


# ---- evaluations


@spoils("completion_is_reported")
def completion_is_wrong(a: Answer, _: str) -> None:
    for e in _entities(a, "state", "completedDateTime"):
        e["completedDateTime"] = _NEVER if e["state"] == "completed" else _LATER


@spoils("start_is_reported")
def start_is_wrong(a: Answer, _: str) -> None:
    for e in _entities(a, "state", "runStartDateTime"):
        e["runStartDateTime"] = e["createdDateTime"] if e["state"] == "created" else _NEVER


@spoils("times_are_in_order")
def times_in_disorder(a: Answer, _: str) -> None:
    for e in _entities(a, "state", "createdDateTime"):
        e["lastModifiedDateTime"] = _PAST


@spoils("result_matches_the_state")
def result_of_another_state(a: Answer, _: str) -> None:
    for e in _entities(a, "state", "result"):
        ended = e["state"] == "completed"
        e["result"] = {"content": None if ended else "You", "type": "success", "previewState": "ga"}


@spoils("cancellation_is_reported")
def cancelled_is_wrong(a: Answer, _: str) -> None:
    _change(a, "isCancelled", lambda value: not value)


@spoils("final_state_is_final", lambda place: [n for n in place.properties if n != "id"])
def final_state_changes(a: Answer, name: str) -> None:
    for e in _entities(a, "state", name):
        if e["state"] == "completed":
            e[name] = another(e[name], a.turn)


@spoils("states_never_go_back")
def start_moves(a: Answer, _: str) -> None:
    for e in _entities(a, "state", "runStartDateTime"):
        if e["state"] != "created":
            e["runStartDateTime"] = another(e["runStartDateTime"], a.turn)


# ---- context and query options


@spoils("context_names_the_resource")
def context_of_another_resource(a: Answer, _: str) -> None:
    if a.ok:
        a.body["@odata.context"] = a.body["@odata.context"].replace(f"/{a.kind}", "/others")


@spoils("context_names_the_resource")
def context_of_another_form(a: Answer, _: str) -> None:
    if a.ok:
        context = a.body["@odata.context"]
        a.body["@odata.context"] = context + "/$entity" if a.listed else context.removesuffix("/$entity")


@spoils("type_names_the_resource", adds=True)
def another_type(a: Answer, _: str) -> None:
    for entity in a.entities:
        entity["@odata.type"] = "#microsoft.graph.user"


@spoils("select_is_respected")
def select_takes_one_too_few(a: Answer, _: str) -> None:
    for entity in a.entities if "$select" in a.query else ():
        entity.pop(a.query["$select"].split(",")[-1], None)


@spoils("select_is_respected")
def select_takes_one_too_many(a: Answer, _: str) -> None:
    for entity in a.entities if "$select" in a.query else ():
        entity["unselected"] = None


def _spoils_count(name: str, promise: str, spoil: Callable[[Answer], object]) -> None:
    def fault(a: Answer, _: str) -> None:
        if a.listed and "@odata.count" in a.body:
            a.body["@odata.count"] = spoil(a)

    fault.__name__ = name
    spoils(promise)(fault)


_spoils_count("count_too_high", "count_is_correct", lambda a: a.body["@odata.count"] + 1)
_spoils_count("count_too_low", "count_is_correct", lambda a: a.body["@odata.count"] - 1)
_spoils_count("count_falls", "count_never_falls", lambda a: a.body["@odata.count"] + max(0, 900 - a.turn))


@spoils("count_is_correct")
def no_count(a: Answer, _: str) -> None:
    if a.listed:
        a.body.pop("@odata.count", None)


@spoils("filter_returns_only_matches")
def filter_lets_others_through(a: Answer, _: str) -> None:
    if a.listed and "$filter" in a.query and a.body["value"]:
        item = a.body["value"][0]
        # A longer text with the same beginning would be a match for contains().
        others = {
            n: not v if isinstance(v, bool) else f"other {a.turn}" for n, v in item.items() if n in a.query["$filter"]
        }
        own_id = {"id": another(_GUID, a.turn)} if "id" in item else {}
        a.body["value"].append(item | others | own_id)


# ---- paging


@spoils("page_size_is_respected")
def pages_too_long(a: Answer, _: str) -> None:
    if a.listed and "$top" in a.query and "@odata.nextLink" in a.body:
        a.body["value"] += [{**a.body["value"][0], "id": another(_GUID, a.turn + n)} for n in (1, 2)]


@spoils("next_link_is_usable")
def next_link_to_another_host(a: Answer, _: str) -> None:
    if a.listed and "@odata.nextLink" in a.body:
        a.body["@odata.nextLink"] = re.sub("//[^/]+/", "//graph.example/", a.body["@odata.nextLink"])


@spoils("next_link_is_usable")
def next_link_is_relative(a: Answer, _: str) -> None:
    if a.listed and "@odata.nextLink" in a.body:
        a.body["@odata.nextLink"] = a.body["@odata.nextLink"].partition("/security/")[2]


@spoils("paging_ends")
def paging_never_ends(a: Answer, _: str) -> None:
    if a.query.get("$skiptoken", "").startswith("more"):
        a.status, a.body = 200, {**a.memory["last page"], "value": []}
    if a.listed and "@odata.nextLink" not in a.body:
        a.memory["last page"] = dict(a.body)
        origin = re.findall("[a-z]+://[^/]+", a.body["@odata.context"])[0]
        a.body["@odata.nextLink"] = f"{origin}{a.path}?$skiptoken=more{a.turn}"


@spoils("paging_repeats_nothing")
def item_comes_twice(a: Answer, _: str) -> None:
    if a.listed:
        a.body["value"] += a.body["value"][:1]


@spoils("list_is_complete")
def item_is_missing(a: Answer, _: str) -> None:
    if a.listed and a.memory.setdefault("lists", a.turn) != a.turn:
        a.body["value"] = a.body["value"][1:]
