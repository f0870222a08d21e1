"""Servers that behave differently from the emulator but correctly. A failure on one of them is a false alarm."""

import gzip
import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote, unquote

from security_copilot_contract.emulator.middleware import GUID
from tests import stored_sessions
from tests.mutants import freedoms
from tests.mutants.faults import SESSIONS, VARIANTS, Answer, Asked, Mutant, keeps, keeps_though_misled

assert freedoms  # registers more of them

_GRAPH = "https://graph.microsoft.com/beta/$metadata#"


@keeps()
def nothing_differs(a: Answer) -> None:
    """The emulator as it is."""


@keeps_though_misled()
def top_is_ignored(asked: Asked) -> None:
    asked.query = re.sub(r"&?\$top=[1-9]\d*", "", asked.query).lstrip("&")


@keeps()
def top_is_refused(a: Answer) -> None:
    if "$top" in a.query:
        a.error(400)


@keeps()
def top_is_not_implemented(a: Answer) -> None:
    if "$top" in a.query:
        a.error(501)


@keeps_though_misled()
def pages_hold_two_at_most(asked: Asked) -> None:
    if (
        asked.path.endswith("/sessions")
        and asked.method == "GET"
        and not re.search(r"\$top=(1|2|-1|two)\b", asked.query)
    ):
        asked.query = f"{asked.query}&$top=2".lstrip("&")


@keeps()
def context_is_that_of_graph(a: Answer) -> None:
    if a.ok:
        a.body["@odata.context"] = _GRAPH + a.body["@odata.context"].partition("$metadata#")[2]


@keeps()
def context_has_no_select_list(a: Answer) -> None:
    if a.ok:
        a.body["@odata.context"] = re.sub(r"\([\w,]+\)", "", a.body["@odata.context"])


@keeps()
def context_is_percent_encoded(a: Answer) -> None:
    if a.ok:
        a.body["@odata.context"] = a.body["@odata.context"].replace("'", quote("'"))


@keeps()
def there_are_more_properties(a: Answer) -> None:
    for session in a.entities:
        session["@odata.etag"] = 'W/"1"'
        if "$select" not in a.query:
            session["owner"] = {"user": None}


@keeps()
def objects_say_their_type(a: Answer) -> None:
    for entity in a.entities:
        entity["@odata.type"] = f"#microsoft.graph.security.securityCopilot.{a.kind[:-1]}"


@keeps()
def there_are_no_tips(a: Answer) -> None:
    if a.ok:
        a.body.pop("@microsoft.graph.tips", None)


@keeps()
def media_type_has_parameters(a: Answer) -> None:
    a.headers["content-type"] = "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8"


@keeps()
def only_content_type_is_sent(a: Answer) -> None:
    kept = {"content-type", "allow", "www-authenticate"}
    for name in set(a.headers) - kept:
        del a.headers[name]


@keeps()
def errors_have_their_id_in_the_header_alone(a: Answer) -> None:
    if not a.ok:
        del a.body["error"]["innerError"]


@keeps()
def errors_have_their_id_in_the_body_alone(a: Answer) -> None:
    if not a.ok:
        del a.headers["request-id"]


@keeps()
def inner_errors_are_in_lower_case(a: Answer) -> None:
    if not a.ok:
        a.body["error"]["innererror"] = a.body["error"].pop("innerError")


@keeps()
def errors_are_detailed(a: Answer) -> None:
    if not a.ok:
        detail = {"code": "Detail", "message": "More.", "target": "displayName"}
        a.body["error"] |= {"target": "displayName", "details": [detail]}
        a.body["error"]["innerError"] |= {"code": "Inner", "innerError": {"code": "Innermost"}}


@keeps()
def errors_have_codes_of_their_own(a: Answer) -> None:
    if not a.ok:
        a.body["error"]["code"] = "UnknownError"


@keeps()
def malformed_ids_are_404(a: Answer) -> None:
    if a.status == 400 and a.body["error"].get("target", "").endswith("Id"):
        a.error(404)


@keeps()
def foreign_workspaces_are_403(a: Answer) -> None:
    if "workspaces/0000" in a.path and a.status == 404:
        a.error(403)


@keeps()
def invalid_bodies_are_422(a: Answer) -> None:
    if a.status == 400 and a.sent is not None and not a.body["error"].get("target", "").endswith("Id"):
        a.error(422)


@keeps()
def select_returns_the_id_too(a: Answer) -> None:
    if a.got:
        a.body["id"] = a.path.rpartition("/")[2]


@keeps()
def throttles_and_says_how_long(a: Answer) -> None:
    if a.turn % 4 == 0:
        a.error(429)
        a.headers["retry-after"] = "0"


@keeps()
def throttles_and_does_not_say_how_long(a: Answer) -> None:
    if a.turn % 9 == 0:
        a.error(429)


@keeps()
def throttles_for_less_than_a_second(a: Answer) -> None:
    if a.turn % 4 == 0:
        a.error(429)
        a.headers["retry-after"] = "0.001"


@keeps()
def throttles_until_a_date(a: Answer) -> None:
    if a.turn % 4 == 0:
        a.error(429)
        a.headers["retry-after"] = format_datetime(datetime.now(UTC), usegmt=True)


@keeps()
def error_has_no_words(a: Answer) -> None:
    if not a.ok:
        a.body["error"]["message"] = ""


@keeps(on=SESSIONS)
def filter_is_refused(a: Answer) -> None:
    if "$filter" in a.query:
        a.error(400)


@keeps()
def utc_is_an_offset(a: Answer) -> None:
    for entity in a.entities:
        for name in {n for n in entity if n.endswith("DateTime")}:
            entity[name] = f"{entity[name].removesuffix('Z')}+00:00"


@keeps()
def what_may_be_null_is(a: Answer) -> None:
    for entity in a.entities:
        entity.update({name: None for name in ("description", "inputs") if name in entity})


@keeps(on="workspaces")
def a_workspace_has_no_name(a: Answer) -> None:
    for entity in a.entities:
        entity.update({name: None for name in ("displayName",) if name in entity})


@keeps()
def is_down_and_says_how_long(a: Answer) -> None:
    if a.turn % 4 == 0 and a.method == "GET":
        a.error(503)
        a.headers["retry-after"] = "0"


@keeps()
def json_is_indented(a: Answer) -> None:
    a.raw = json.dumps(a.body, indent=4).encode()


@keeps()
def json_is_not_escaped(a: Answer) -> None:
    a.raw = json.dumps(a.body, ensure_ascii=False).encode()


@keeps()
def properties_are_in_another_order(a: Answer) -> None:
    a.raw = json.dumps(a.body, sort_keys=True).encode()


@keeps()
def is_compressed(a: Answer) -> None:
    a.raw = gzip.compress(json.dumps(a.body).encode())
    a.headers["content-encoding"] = "gzip"


@keeps()
def connections_are_closed(a: Answer) -> None:
    a.headers["connection"] = "close"


@keeps()
def times_have_seven_digits(a: Answer) -> None:
    for session in a.entities:
        for name in {"createdDateTime", "lastModifiedDateTime"} & set(session):
            whole, _, digits = session[name].removesuffix("Z").partition(".")
            session[name] = f"{whole}.{digits:0<7}Z"


@keeps()
def ids_are_in_capitals(a: Answer) -> None:
    for session in a.entities:
        if "id" in session:
            session["id"] = session["id"].upper()


@keeps()
def tracing_ids_are_in_capitals(a: Answer) -> None:
    a.headers["client-request-id"] = a.headers.get("client-request-id", a.headers["request-id"]).upper()


@keeps()
def several_challenges(a: Answer) -> None:
    if a.status == 401:
        a.headers["www-authenticate"] = 'Negotiate, Bearer realm="", authorization_uri="https://login.example/"'


@keeps()
def a_bare_challenge(a: Answer) -> None:
    if a.status == 401:
        a.headers["www-authenticate"] = "Bearer"


@keeps()
def allow_has_head_and_options(a: Answer) -> None:
    if a.status == 405:
        a.headers["allow"] += " ,HEAD,OPTIONS"


@keeps()
def count_is_on_the_first_page_alone(a: Answer) -> None:
    if a.listed and "$skiptoken" in a.query:
        a.body.pop("@odata.count", None)


@keeps()
def count_is_always_sent(a: Answer) -> None:
    if a.listed and "$filter" not in a.query:
        a.body["@odata.count"] = a.store.count(a.collection)


@keeps()
def the_last_page_is_empty(a: Answer) -> None:
    # Pages are found by where they start, so the service cannot know that one is the last before it looks.
    if a.listed and a.body["value"] and "@odata.nextLink" not in a.body:
        host = re.findall(r"//([^/]+)/", a.body["@odata.context"])[0]
        options = "&".join(f"{name}={quote(value)}" for name, value in a.query.items() if name != "$skiptoken")
        a.memory["context"] = a.body["@odata.context"]
        after = a.memory.setdefault("after", {})
        token = f"end{len(after)}"
        after[token] = True
        a.body["@odata.nextLink"] = f"http://{host}{a.path}?{options}&$skiptoken={token}"
    if a.query.get("$skiptoken", "").startswith("end"):
        a.status, a.raw = 200, None
        a.body = {"@odata.context": a.memory["context"], "value": []}


@keeps_though_misled(on=SESSIONS)
def what_a_body_has_too_much_is_left_out(asked: Asked) -> None:
    try:
        sent = json.loads(asked.content)
    except ValueError:
        return
    if isinstance(sent, dict):
        asked.content = json.dumps(
            {n: value for n, value in sent.items() if n in {"@odata.type", "displayName"}}
        ).encode()


@keeps_though_misled()
def any_client_request_id_will_do(asked: Asked) -> None:
    if not GUID.fullmatch(asked.headers.get("client-request-id", "")):
        asked.headers.pop("client-request-id", None)


def _link_elsewhere(a: Answer) -> None:
    if a.listed and "@odata.nextLink" in a.body:
        a.body["@odata.nextLink"] = re.sub(r"/beta/(.*)\?", r"/pages/\1?", a.body["@odata.nextLink"])


def _come_from_elsewhere(asked: Asked) -> None:
    asked.path = re.sub(r"^/pages/", "/beta/", asked.path)


VARIANTS["next_links_are_opaque"] = Mutant(
    "next_links_are_opaque", frozenset(), fault=_link_elsewhere, detour=_come_from_elsewhere
)


@keeps()
def somebody_else_is_at_work(a: Answer) -> None:
    if a.turn % 2 == 0:
        stored_sessions.create(a.store, "somebody else's")


@keeps(on=SESSIONS)
def filters_know_no_case(a: Answer) -> None:
    if a.listed and set(a.query) == {"$filter"}:
        name = unquote(re.findall(r"'(.*)'", a.query["$filter"])[0]).replace("''", "'")
        context = {key: value for key, value in a.body.items() if key == "@odata.context"}
        found = [
            s
            for s in stored_sessions.newest_first(a.store)
            if s.display_name is not None and s.display_name.casefold() == name.casefold()
        ]
        shown = [
            {
                "id": s.id,
                "createdDateTime": s.created,
                "lastModifiedDateTime": s.modified,
                "displayName": s.display_name,
            }
            for s in found
        ]
        a.body = {**context, "value": shown}
