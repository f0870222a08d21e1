"""Valid servers, one for each freedom that the schema, Graph's guidance and OData's minimal metadata leave to them.

They are variants as well: a failure on one of them is a false alarm.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.mutants.faults import Answer, keeps

_UNKNOWN = "include-unknown-enum-members"
_SETTING = {
    "name": "Key",
    "label": "The key",
    "description": "A key.",
    "hintText": "Paste it here.",
    "settingValue": "secretString",
    "isRequired": True,
    "defaultValue": "none",
    "value": "a",
    "acceptableValues": ["a", "b"],
    "displayType": "textbox",
}
_NULLABLE_IN_A_SETTING = ("name", "label", "description", "hintText", "defaultValue", "value")
_DESCRIPTOR = {
    "name": "query",
    "description": None,
    "type": {"name": None},
    "isRequired": True,
    "defaultValue": None,
    "placeholderValue": None,
}
_HTML = b"<html><body><h1>Out of order</h1></body></html>"
_JSON = b'{"statusCode": 429, "message": "Rate limit is exceeded. Try again in 1 seconds."}'
_EXTRA: dict[str, Any] = {"flag": True, "rank": 1.5, "tags": [], "owner": {"user": {"id": None}}, "hint": None}


# ---- what may be null


@keeps(on="plugins")
def plugins_say_as_little_as_possible(a: Answer) -> None:
    for entity in a.entities:
        entity.update({name: None for name in ("displayName", "description", "authorization") if name in entity})


@keeps(on="plugins")
def settings_say_as_little_as_possible(a: Answer) -> None:
    empty = _SETTING | dict.fromkeys(_NULLABLE_IN_A_SETTING)
    for entity in a.entities:
        if "settings" in entity:
            entity["settings"] = [_SETTING, empty, _SETTING | {"acceptableValues": []}]


@keeps(on="prompts")
def descriptors_are_null_or_empty(a: Answer) -> None:
    for entity in a.entities:
        if "skillInputDescriptors" in entity:
            entity["skillInputDescriptors"] = [None, _DESCRIPTOR, {}]


@keeps(on="prompts")
def earlier_prompts_have_no_content(a: Answer) -> None:
    ours = a.memory.setdefault("ours", set())
    if a.created:
        ours.add(a.body["id"])
    for entity in a.entities:
        if "content" in entity and entity.get("id", a.path.rpartition("/")[2]) not in ours:
            entity["content"] = None


@keeps(on="prompts")
def inputs_hold_anything(a: Answer) -> None:
    for entity in a.entities:
        if "inputs" in entity:
            entity["inputs"] = {"keyValuePairs": [{"name": "a", "value": None}], "b": [[1.5]], "@odata.type": "#a.b"}


# ---- times and enumerations


def _times(name: str, digits: int, zone: str = "Z") -> None:
    """Register a server whose times have this many digits of a second, and are rounded down."""

    def fault(a: Answer) -> None:
        for entity in a.entities:
            for key in {n for n in entity if n.endswith("DateTime")}:
                whole, _, fraction = entity[key].removesuffix("Z").partition(".")
                rounded = f"{fraction:0<7}"[:digits]
                entity[key] = f"{whole}{'.' if digits else ''}{rounded}{zone}"

    fault.__name__ = name
    keeps()(fault)


_times("times_have_whole_seconds", 0)
_times("times_have_milliseconds", 3)
_times("times_have_three_digits_and_an_offset", 3, "+00:00")
_times("all_times_have_seven_digits", 7)


@keeps(on="plugins")
def enumerations_have_new_members(a: Answer) -> None:
    new = "agentic" if _UNKNOWN in a.prefer else "unknownFutureValue"
    for entity in a.entities:
        entity.update({name: new for name in ("category", "catalogScope", "previewState") if name in entity})


@keeps(on="evaluations")
def evaluations_run_in_a_new_state(a: Answer) -> None:
    for entity in a.entities:
        if entity.get("state") == "running":
            entity["state"] = "thinking" if _UNKNOWN in a.prefer else "unknownFutureValue"


# ---- annotations and other properties


@keeps()
def there_are_annotations_of_any_type(a: Answer) -> None:
    if a.ok:
        a.body |= {"@odata.metadataEtag": 'W/"1"', "@microsoft.graph.count": 5, "@vendor.note": {"a": [None]}}
    for entity in a.entities:
        entity |= {
            "@odata.id": "sessions('1')",
            "@odata.editLink": None,
            "@odata.etag": 7,
            "@vendor.flags": [True, {"b": 1.5}],
            "createdDateTime@odata.type": "#DateTimeOffset",
            "prompts@odata.navigationLink": ["a"],
            "prompts@odata.context": False,
        }


@keeps()
def there_are_properties_of_any_type(a: Answer) -> None:
    for entity in a.entities:
        if "$select" not in a.query:
            entity.update(_EXTRA)
        for name in {"result", "authorization"} & set(entity):
            if entity[name] is not None:
                entity[name] |= _EXTRA


@keeps()
def pages_have_other_properties(a: Answer) -> None:
    if a.listed:
        a.body |= _EXTRA


# ---- pages


def _links(name: str, change: Callable[[str], str]) -> None:
    """Register a server that writes its links to the next page in another form."""

    def fault(a: Answer) -> None:
        if a.listed and "@odata.nextLink" in a.body:
            a.body["@odata.nextLink"] = change(a.body["@odata.nextLink"])

    fault.__name__ = name
    keeps()(fault)


def _in_parentheses(link: str) -> str:
    path, _, query = link.partition("?")
    path = re.sub(r"/(workspaces|sessions|prompts)/([^/]+)", r"/\1('\2')", path)
    return f"{path}?{query}"


_links("next_links_have_no_dollar", lambda link: link.replace("$", "").replace("%24", ""))
_links("next_links_escape_the_dollar", lambda link: link.replace("$", "%24"))
_links("next_links_have_keys_in_parentheses", _in_parentheses)
_links("next_links_name_the_port", lambda link: re.sub(r"^http://([^/:]+)/", r"http://\1:80/", link))


@keeps()
def a_page_in_the_middle_is_empty(a: Answer) -> None:
    held = a.memory.setdefault("held", {})
    token = a.query.get("$skiptoken", "")
    if token.startswith("held"):
        context, link = held[token]
        a.status, a.raw = 200, None
        a.body = {"@odata.context": context, "value": [], "@odata.nextLink": link}
    elif a.listed and "@odata.nextLink" in a.body:
        token = f"held{len(held)}"
        held[token] = a.body["@odata.context"], a.body["@odata.nextLink"]
        a.body["@odata.nextLink"] = re.sub(r"skiptoken=[^&]*", f"skiptoken={token}", a.body["@odata.nextLink"])


@keeps()
def items_are_in_another_order(a: Answer) -> None:
    if a.listed:
        a.body["value"].reverse()


# ---- headers, encodings and errors


@keeps()
def header_names_are_in_capitals(a: Answer) -> None:
    for name in set(a.headers) - {"content-length"}:
        a.headers[name.title()] = a.headers.pop(name)


@keeps()
def headers_of_graph_are_sent(a: Answer) -> None:
    a.headers |= {
        "odata-version": "4.0",
        "cache-control": "no-store, no-cache",
        "strict-transport-security": "max-age=31536000",
        "x-ms-ags-diagnostic": '{"ServerInfo":{"DataCenter":"West Europe"}}',
        "vary": "Accept-Encoding",
        "set-cookie": "a=b; path=/",
    }
    if a.created:
        a.headers["location"] = f"{a.path}/{a.body['id']}"
    if _UNKNOWN in a.prefer:
        a.headers["preference-applied"] = _UNKNOWN


@keeps()
def media_type_is_in_capitals(a: Answer) -> None:
    a.headers["content-type"] = 'Application/JSON; Charset="UTF-8"'


@keeps()
def bodies_come_in_chunks(a: Answer) -> None:
    a.chunked = True
    a.headers.pop("content-length", None)


@keeps()
def there_is_white_space_around_the_json(a: Answer) -> None:
    a.raw = b"\r\n\t " + json.dumps(a.body).encode() + b"\n\n"


@keeps()
def errors_are_as_seen_in_public(a: Answer) -> None:
    if not a.ok:
        a.body["error"] |= {"code": "UnknownError", "message": ""}
        a.body["error"]["innerError"]["date"] = "2026-07-01T08:15:30"


@keeps()
def errors_have_other_properties(a: Answer) -> None:
    if not a.ok:
        a.body |= _EXTRA
        a.body["error"] |= _EXTRA
        a.body["error"]["innerError"] |= _EXTRA


@keeps()
def foreign_workspaces_are_400(a: Answer) -> None:
    if a.status == 404 and "workspaces/0000" in a.path:
        a.error(400)


# ---- intermediaries

_BODIES = {"html": ("text/html", _HTML), "nothing": ("", b""), "json": ("application/json", _JSON)}


def _gateway(status: int, kind: str, wait: str | None = None, *, applies: Callable[[Answer], bool]) -> None:
    """Register a server before which a gateway responds itself at times; `wait` is its Retry-After."""

    def fault(a: Answer) -> None:
        if applies(a):
            media_type, a.raw = _BODIES[kind]
            a.status = status
            headers = {"content-type": media_type, "retry-after": wait}
            a.headers = {name: value for name, value in headers.items() if value}

    fault.__name__ = f"a_gateway_responds_{status}_with_{kind}{'' if wait is None else '_now_and_then'}"
    keeps()(fault)


def _now_and_then(a: Answer) -> bool:
    return a.turn % 7 == 0 and (a.method == "GET" or a.status >= 400)


def _at_the_second_poll(a: Answer) -> bool:
    polls = a.memory.setdefault("polls", {})
    polls[a.path] = polls.get(a.path, 0) + a.got
    return bool(a.got and a.kind == "evaluations" and "$select" not in a.query and polls[a.path] == 2)


# Polling goes on after any of these; the client and the check wait a second or more without a Retry-After.
for _status in (408, 429, 502, 503, 504):
    for _kind in _BODIES:
        _gateway(_status, _kind, applies=_at_the_second_poll)
for _status in (429, 503, 504):
    _gateway(_status, "html", wait="0", applies=_now_and_then)
