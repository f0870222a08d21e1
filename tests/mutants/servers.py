"""The broken servers, one promise broken each.

A name says what is wrong. The decorator says which promise must notice.
"""

import html
import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from tests import stored_sessions
from tests.mutants.faults import Answer, Asked, breaks, misled
from tests.stored_sessions import Session

# ---- the answer: status, headers, body


@breaks("documented_status")
def create_says_200(a: Answer) -> None:
    a.status = 200 if a.created else a.status


@breaks("documented_status")
def list_says_206(a: Answer) -> None:
    a.status = 206 if a.listed else a.status


@breaks("documented_status")
def get_says_203(a: Answer) -> None:
    a.status = 203 if a.got else a.status


@breaks("documented_status")
def update_says_204(a: Answer) -> None:
    if a.updated:
        a.status, a.raw = 204, b""


@breaks("documented_status")
def create_says_202_before_it_is_done(a: Answer) -> None:
    if a.created:
        a.status, a.body = 202, {}


@breaks("documented_status")
def redirects_to_itself(a: Answer) -> None:
    if a.got:
        a.status, a.headers["location"] = 307, a.path


@breaks("documented_status", "error_is_odata")
def says_418_at_times(a: Answer) -> None:
    if a.turn % 5 == 0:
        a.error(418)


def _drop(name: str, when: Callable[[Answer], bool]) -> Callable[[Answer], None]:
    def fault(a: Answer) -> None:
        if when(a):
            for session in a.entities:
                session.pop(name, None)

    return fault


def _named(name: str, fault: Callable[[Answer], None]) -> Callable[[Answer], None]:
    fault.__name__ = name
    return fault


for _name, _property in (("id", "id"), ("times", "createdDateTime"), ("name", "displayName")):
    breaks("documented_body", "unselected_is_complete")(
        _named(f"create_without_{_name}", _drop(_property, lambda a: a.created))
    )
    breaks("documented_body", "unselected_is_complete")(
        _named(f"update_without_{_name}", _drop(_property, lambda a: a.updated))
    )
    breaks("unselected_is_complete")(
        _named(f"get_without_{_name}", _drop(_property, lambda a: a.got and "$select" not in a.query))
    )
    breaks("unselected_is_complete")(
        _named(f"list_without_{_name}", _drop(_property, lambda a: a.listed and "$select" not in a.query))
    )


def _property_becomes(name: str, change: Callable[[Any], Any]) -> Callable[[Answer], None]:
    def fault(a: Answer) -> None:
        for session in a.entities:
            if name in session:
                session[name] = change(session[name])

    return fault


for _name, _property, _change in (
    ("id_is_a_number", "id", lambda value: int(value[:8], 16)),
    ("id_is_no_guid", "id", lambda value: f"session-{value}"),
    ("id_is_in_braces", "id", lambda value: f"{{{value}}}"),
    ("name_is_a_list", "displayName", lambda value: [value]),
    ("time_without_zone", "createdDateTime", lambda value: value.removesuffix("Z")),
    ("time_with_offset", "createdDateTime", lambda value: value.removesuffix("Z") + "+02:00"),
    ("time_is_a_number", "lastModifiedDateTime", lambda _: 1758070994),
    ("time_with_a_space", "lastModifiedDateTime", lambda value: value.replace("T", " ")),
    ("time_is_a_date", "createdDateTime", lambda value: value[:10]),
    ("time_is_null", "lastModifiedDateTime", lambda _: None),
    ("time_is_american", "createdDateTime", lambda value: f"{value[5:7]}/{value[8:10]}/{value[:4]}"),
    ("time_has_nine_digits", "createdDateTime", lambda value: re.sub(r"(\.\d+)?Z", ".123456789Z", value)),
):
    breaks("documented_body")(_named(_name, _property_becomes(_property, _change)))


@breaks("documented_body")
def value_is_an_object(a: Answer) -> None:
    if a.listed:
        a.body["value"] = {session.get("id", n): session for n, session in enumerate(a.body["value"])}


@breaks("documented_body")
def list_is_an_array(a: Answer) -> None:
    a.body = a.body["value"] if a.listed else a.body


@breaks("documented_body")
def items_instead_of_value(a: Answer) -> None:
    if a.listed:
        a.body["items"] = a.body.pop("value")


@breaks("documented_body")
def entity_in_an_envelope(a: Answer) -> None:
    a.body = {"data": a.body} if a.got else a.body


@breaks("documented_body", "unselected_is_complete")
def names_in_snake_case(a: Answer) -> None:
    for session in a.entities:
        if "displayName" in session:
            session["display_name"] = session.pop("displayName")


@breaks("documented_body")
def context_is_missing(a: Answer) -> None:
    if a.ok:
        a.body.pop("@odata.context", None)


@breaks("documented_body")
def context_is_missing_from_lists(a: Answer) -> None:
    if a.listed:
        del a.body["@odata.context"]


@breaks("documented_body")
def says_html(a: Answer) -> None:
    if a.got:
        a.headers["content-type"] = "text/html"


@breaks("documented_body")
def says_text(a: Answer) -> None:
    a.headers["content-type"] = "text/plain; charset=utf-8"


@breaks("documented_body")
def says_problem_json(a: Answer) -> None:
    if not a.ok:
        a.headers["content-type"] = "application/problem+json"


@breaks("documented_body")
def is_empty(a: Answer) -> None:
    a.raw = b"" if a.created else None


@breaks("documented_body", "strict_json")
def is_a_page_of_html(a: Answer) -> None:
    if a.updated:
        a.raw, a.headers["content-type"] = b"<html><body>Signed out.</body></html>", "text/html"


@breaks("strict_json", "documented_body")
def ends_within_the_json(a: Answer) -> None:
    a.raw = json.dumps(a.body).encode()[:-7] if a.got else None


@breaks("response_arrives")
def is_cut_off(a: Answer) -> None:
    a.cut = 9 if a.listed else 0


@breaks("strict_json")
def names_a_property_twice(a: Answer) -> None:
    if a.got and "id" in a.body:
        a.raw = json.dumps(a.body).encode()[:-1] + b', "id": "' + a.body["id"].encode() + b'"}'


@breaks("strict_json")
def has_nan(a: Answer) -> None:
    if a.got:
        a.body["score"] = float("nan")


@breaks("strict_json")
def has_infinity(a: Answer) -> None:
    if a.listed:
        a.body["@odata.score"] = float("inf")


@breaks("strict_json")
def starts_with_a_byte_order_mark(a: Answer) -> None:
    a.raw = b"\xef\xbb\xbf" + json.dumps(a.body).encode() if a.ok else None


@breaks("strict_json", "documented_body")
def is_in_latin_1(a: Answer) -> None:
    a.raw = json.dumps(a.body, ensure_ascii=False).encode("latin-1", "replace")


@breaks("strict_json", "documented_body")
def is_in_utf_16(a: Answer) -> None:
    a.raw = json.dumps(a.body).encode("utf-16") if a.got else None


@breaks("strict_json", "documented_body")
def is_python(a: Answer) -> None:
    a.raw = repr(a.body).encode() if a.listed else None


@breaks("strict_json", "documented_body")
def has_a_trailing_comma(a: Answer) -> None:
    a.raw = json.dumps(a.body).encode()[:-1] + b",}" if a.updated else None


@breaks("strict_json", "documented_body")
def is_guarded_against_inclusion(a: Answer) -> None:
    a.raw = b")]}',\n" + json.dumps(a.body).encode() if a.listed else None


@breaks("valid_is_accepted")
def fails_at_times(a: Answer) -> None:
    if a.turn % 6 == 0:
        a.error(500)


@breaks("valid_is_accepted")
def list_fails(a: Answer) -> None:
    if a.listed and a.turn > 1:
        a.error(500)


@breaks("valid_is_accepted")
def create_is_refused(a: Answer) -> None:
    if a.created:
        a.error(400)


@breaks("valid_is_accepted")
def second_create_conflicts(a: Answer) -> None:
    if a.created and a.memory.setdefault(a.body["displayName"], a.turn) != a.turn:
        a.error(409)


@breaks("valid_is_accepted")
def unicode_is_refused(a: Answer) -> None:
    if a.method in {"POST", "PATCH"} and isinstance(a.sent, dict) and not str(a.sent.get("displayName")).isascii():
        a.error(400)


@breaks("valid_is_accepted")
def empty_update_is_refused(a: Answer) -> None:
    if a.updated and a.sent == {}:
        a.error(400)


@breaks("valid_is_accepted")
def filter_with_a_quote_fails(a: Answer) -> None:
    if "''" in a.query.get("$filter", ""):
        a.error(500)


@breaks("valid_is_accepted")
def count_is_refused(a: Answer) -> None:
    if "$count" in a.query and a.turn > 1:
        a.error(400)


@breaks("valid_is_accepted")
def select_is_refused(a: Answer) -> None:
    if "$select" in a.query:
        a.error(501)


@breaks("valid_is_accepted")
def next_link_fails(a: Answer) -> None:
    if "$skiptoken" in a.query:
        a.error(404)


# ---- tracing


@breaks("request_id_is_new")
def request_id_never_changes(a: Answer) -> None:
    a.headers["request-id"] = "1ca4f7a7-5d8a-4a2c-9a4e-2b8f6c1d7e90"


@breaks("documented_headers")
def request_id_is_a_counter(a: Answer) -> None:
    a.headers["request-id"] = str(a.turn)


@breaks("client_request_id_is_returned")
def client_request_id_is_its_own(a: Answer) -> None:
    a.headers["client-request-id"] = a.headers["request-id"]


@breaks("request_id_is_consistent")
def error_has_another_request_id(a: Answer) -> None:
    if not a.ok:
        a.body["error"]["innerError"]["request-id"] = "1ca4f7a7-5d8a-4a2c-9a4e-2b8f6c1d7e90"


@breaks("client_request_id_is_returned")
def error_has_another_client_request_id(a: Answer) -> None:
    if not a.ok:
        a.body["error"]["innerError"]["client-request-id"] = a.headers["request-id"]


@breaks("date_is_valid")
def date_is_iso(a: Answer) -> None:
    a.headers["date"] = "2026-01-01T00:00:00Z"


# ---- errors


@breaks("error_is_odata", "documented_body")
def error_without_code(a: Answer) -> None:
    if not a.ok:
        del a.body["error"]["code"]


@breaks("error_is_odata")
def error_with_empty_code(a: Answer) -> None:
    if not a.ok:
        a.body["error"]["code"] = ""


@breaks("error_is_odata", "documented_body")
def error_with_a_number_for_a_code(a: Answer) -> None:
    if not a.ok:
        a.body["error"]["code"] = a.status


@breaks("error_is_odata", "documented_body")
def error_without_message(a: Answer) -> None:
    if not a.ok:
        del a.body["error"]["message"]


@breaks("error_is_odata", "documented_body")
def error_is_a_string(a: Answer) -> None:
    if not a.ok:
        a.body = {"error": a.body["error"]["message"]}


@breaks("error_is_odata", "documented_body")
def error_without_envelope(a: Answer) -> None:
    if not a.ok:
        a.body = a.body["error"]


@breaks("error_is_odata", "documented_body")
def error_is_html(a: Answer) -> None:
    if not a.ok:
        a.raw, a.headers["content-type"] = b"<h1>Not Found</h1>", "text/html"


@breaks("error_is_odata", "documented_body")
def error_is_empty(a: Answer) -> None:
    if not a.ok:
        a.raw = b""


@breaks("error_has_a_request_id")
def error_without_request_id(a: Answer) -> None:
    if not a.ok:
        del a.headers["request-id"], a.body["error"]["innerError"]["request-id"]


@breaks("unknown_is_404", "documented_body", "response_is_about_the_request")
def error_says_200(a: Answer) -> None:
    a.status = 200 if a.status == 404 else a.status


@breaks("unknown_is_404")
def unknown_is_400(a: Answer) -> None:
    if a.status == 404:
        a.error(400)


@breaks("unknown_is_404")
def unknown_is_403(a: Answer) -> None:
    if a.status == 404:
        a.error(403)


@breaks("unknown_is_404")
def unknown_is_500(a: Answer) -> None:
    if a.status == 404:
        a.error(500)


@breaks("unknown_is_404", "response_is_about_the_request")
def unknown_is_any_session(a: Answer) -> None:
    if a.status == 404 and "/sessions/" in a.path:
        session = next(stored_sessions.newest_first(a.store))
        a.status, a.body = 200, _shown(session)


@breaks("unknown_is_404")
def update_creates(a: Answer) -> None:
    if a.status == 404 and a.method == "PATCH":
        session = stored_sessions.create(a.store, a.sent["displayName"])
        a.status, a.body = 200, {**_shown(session), "id": a.path.rpartition("/")[2]}


def _shown(session: Session) -> dict[str, Any]:
    return {
        "@odata.context": "http://h/beta/$metadata#security/securityCopilot/workspaces('default')/sessions/$entity",
        "id": session.id,
        "createdDateTime": session.created,
        "lastModifiedDateTime": session.modified,
        "displayName": session.display_name,
    }


@misled("unknown_workspace_is_refused", "context_names_the_resource")
def any_workspace_is_the_default_one(asked: Asked) -> None:
    asked.path = re.sub(r"/workspaces/[^/]+", "/workspaces/default", asked.path)


@misled("unknown_workspace_is_refused")
def a_session_is_in_every_workspace(asked: Asked) -> None:
    if "/sessions/" in asked.path:
        any_workspace_is_the_default_one(asked)


@misled("unauthorized_is_401")
def no_token_will_do(asked: Asked) -> None:
    asked.headers.setdefault("authorization", "Bearer emulator")


@misled("unauthorized_is_401")
def any_token_will_do(asked: Asked) -> None:
    if "authorization" in asked.headers:
        asked.headers["authorization"] = "Bearer emulator"


@misled("unauthorized_is_401")
def any_token_may_write(asked: Asked) -> None:
    if asked.method != "GET":
        asked.headers["authorization"] = "Bearer emulator"


@breaks("unauthorized_is_401")
def no_token_is_403(a: Answer) -> None:
    if a.status == 401:
        a.error(403)


@breaks("unauthorized_is_401")
def no_token_is_404(a: Answer) -> None:
    if a.status == 401:
        a.error(404)


@breaks("unauthorized_is_401", "documented_status")
def no_token_leads_to_a_sign_in(a: Answer) -> None:
    if a.status == 401:
        a.status, a.headers["location"] = 302, "/sign-in"


@breaks("challenge_names_bearer", "documented_headers")
def no_challenge(a: Answer) -> None:
    a.headers.pop("www-authenticate", None)


@breaks("challenge_names_bearer")
def challenge_for_basic(a: Answer) -> None:
    if a.status == 401:
        a.headers["www-authenticate"] = 'Basic realm="bearer"'


@breaks("read_returns_what_was_written")
def unauthorized_update_is_done(a: Answer) -> None:
    _do_it_anyway(a, 401)


@breaks("read_returns_what_was_written")
def refused_update_is_done(a: Answer) -> None:
    if a.method == "PATCH" and a.status == 415:
        session = stored_sessions.get(a.store, a.path.rpartition("/")[2])
        assert session is not None
        stored_sessions.rename(a.store, session, "changed all the same")


def _do_it_anyway(a: Answer, status: int) -> None:
    session = stored_sessions.get(a.store, a.path.rpartition("/")[2])
    if a.method == "PATCH" and a.status == status and session is not None and isinstance(a.sent, dict):
        stored_sessions.rename(a.store, session, str(a.sent.get("displayName")))


@breaks("refused_is_not_created")
def refused_create_is_done(a: Answer) -> None:
    if a.method == "POST" and a.status in {400, 415} and isinstance(a.sent, dict):
        stored_sessions.create(a.store, str(a.sent.get("displayName")))


@breaks("broken_json_is_400")
def broken_json_fails(a: Answer) -> None:
    if a.sent is None and a.status == 400 and a.method != "GET":
        a.error(500)


@misled("broken_json_is_400")
def broken_json_is_taken_for_none(asked: Asked) -> None:
    try:
        json.loads(asked.content or b"{}")
    except ValueError:
        asked.content = b"{}"


@misled("invalid_body_is_refused")
def numbers_are_names(asked: Asked) -> None:
    asked.content = re.sub(rb'"displayName": (\d+)', rb'"displayName": "\1"', asked.content)


@breaks("invalid_body_is_refused")
def numbers_fail(a: Answer) -> None:
    if isinstance(a.sent, dict) and isinstance(a.sent.get("displayName"), int):
        a.error(500)


@misled("invalid_body_is_refused")
def null_is_a_name(asked: Asked) -> None:
    asked.content = asked.content.replace(b'"displayName": null', b'"displayName": "null"')


@misled("invalid_body_is_refused")
def a_name_is_not_needed(asked: Asked) -> None:
    if asked.method == "POST" and asked.content == b"{}":
        asked.content = b'{"displayName": "unnamed"}'


@breaks("invalid_body_is_refused")
def lists_fail(a: Answer) -> None:
    if isinstance(a.sent, list):
        a.error(500)


@misled("invalid_body_is_refused")
def any_type_is_a_session(asked: Asked) -> None:
    asked.content = asked.content.replace(b"graph.user", b"graph.security.securityCopilot.session")


@misled("wrong_media_type_is_415")
def any_media_type_is_json(asked: Asked) -> None:
    asked.headers["content-type"] = "application/json"


@breaks("wrong_media_type_is_415")
def wrong_media_type_is_400(a: Answer) -> None:
    if a.status == 415:
        a.error(400)


def _ignores(option: str, valid: str) -> Callable[[Asked], None]:
    def detour(asked: Asked) -> None:
        parts = [part for part in asked.query.split("&") if part]
        asked.query = "&".join(p for p in parts if not p.startswith(option) or re.fullmatch(valid, unquote(p)))

    detour.__name__ = f"wrong_{option.removeprefix('$')}_is_ignored"
    return detour


for _option, _valid in (
    ("$select", r"\$select=[a-z]+(,displayName|,createdDateTime)*"),
    ("$count", r"\$count=(true|false)"),
    ("$top", r"\$top=[1-9]\d*"),
):
    misled("invalid_query_option_is_400")(_ignores(_option, _valid))


@breaks("invalid_query_option_is_400")
def wrong_query_option_fails(a: Answer) -> None:
    if a.status == 400 and a.query:
        a.error(500)


@breaks("malformed_id_is_refused")
def malformed_id_fails(a: Answer) -> None:
    if a.status == 400 and "no-guid" in a.path:
        a.error(500)


@breaks("other_methods_are_405")
def no_allow(a: Answer) -> None:
    a.headers.pop("allow", None)


@breaks("other_methods_are_405")
def allow_is_too_short(a: Answer) -> None:
    if a.status == 405:
        a.headers["allow"] = "GET"


@breaks("other_methods_are_405")
def allow_has_the_method_refused(a: Answer) -> None:
    if a.status == 405:
        a.headers["allow"] += f", {a.method}"


@breaks("other_methods_are_405")
def delete_is_done(a: Answer) -> None:
    if a.method == "DELETE":
        a.status, a.raw = 204, b""


@breaks("other_methods_are_405")
def delete_is_404(a: Answer) -> None:
    if a.method == "DELETE":
        a.error(404)


@misled("other_methods_are_405")
def put_is_patch(asked: Asked) -> None:
    if asked.method == "PUT":
        asked.method, asked.content = "PATCH", b"{}"
        asked.headers["content-type"] = "application/json"


@breaks("retry_after_is_valid")
def throttles_until_soon(a: Answer) -> None:
    if a.turn % 9 == 0:
        a.error(429)
        a.headers["retry-after"] = "soon"


@breaks("retry_after_is_valid")
def throttles_for_minus_one(a: Answer) -> None:
    if a.turn % 9 == 0:
        a.error(429)
        a.headers["retry-after"] = "-1"


# ---- entities


def _spoils_names(name: str, spoil: Callable[[str], str]) -> None:
    def fault(a: Answer) -> None:
        for session in a.entities:
            if isinstance(session.get("displayName"), str):
                session["displayName"] = spoil(session["displayName"])

    breaks("written_is_returned")(_named(name, fault))


_spoils_names("names_in_lower_case", str.lower)
_spoils_names("names_are_trimmed", str.strip)
_spoils_names("names_are_trimmed_at_the_end", str.rstrip)
_spoils_names("names_are_composed", lambda name: unicodedata.normalize("NFC", name))
_spoils_names("names_are_decomposed", lambda name: unicodedata.normalize("NFD", name))
_spoils_names("names_are_escaped", html.escape)
_spoils_names("names_are_unescaped", html.unescape)
_spoils_names("names_lose_their_markup", lambda name: re.sub(r"<[^>]*>", "", name))
_spoils_names("names_lose_emoji", lambda name: "".join(c for c in name if c <= "\uffff"))
_spoils_names("names_are_ascii", lambda name: name.encode("ascii", "replace").decode())
_spoils_names("names_have_single_spaces", lambda name: re.sub(r" +", " ", name))
_spoils_names("names_are_cut", lambda name: name[:40])
_spoils_names("names_are_cut_at_255", lambda name: name[:255])
_spoils_names("names_are_unquoted", unquote)
_spoils_names("names_have_no_plus", lambda name: name.replace("+", " "))
_spoils_names("names_lose_backslashes", lambda name: name.replace("\\", ""))
_spoils_names("names_double_quotes", lambda name: name.replace("'", "''"))


@breaks("written_is_returned")
def update_returns_the_old_name(a: Answer) -> None:
    _remember(a)
    if a.updated:
        a.body["displayName"] = a.memory["names"][a.body["id"]][-2]


@breaks("read_returns_what_was_written")
def get_shows_the_first_name(a: Answer) -> None:
    _remember(a)
    if a.got and "displayName" in a.body and a.body.get("id") in a.memory["names"]:
        a.body["displayName"] = a.memory["names"][a.body["id"]][0]


@breaks("list_returns_what_was_written")
def list_shows_the_first_name(a: Answer) -> None:
    _remember(a)
    for session in a.body["value"] if a.listed else ():
        if "displayName" in session:
            session["displayName"] = a.memory["names"].get(session.get("id"), [session["displayName"]])[0]


def _remember(a: Answer) -> None:
    """The names that each session has had."""
    names = a.memory.setdefault("names", {})
    if a.created or a.updated:
        names.setdefault(a.body["id"], []).append(a.body["displayName"])


@breaks("read_returns_what_was_written", "list_returns_what_was_written")
def update_renames_its_neighbour(a: Answer) -> None:
    if a.updated and a.sent.get("displayName"):
        neighbour = next(s for s in stored_sessions.newest_first(a.store) if s.id != a.body["id"])
        stored_sessions.rename(a.store, neighbour, a.sent["displayName"])


@breaks("nothing_disappears")
def created_is_not_found(a: Answer) -> None:
    if (a.got and a.body.get("id") == next(stored_sessions.newest_first(a.store)).id) or (a.got and a.turn == 4):
        a.error(404)


@breaks("nothing_disappears")
def sessions_are_gone_after_a_while(a: Answer) -> None:
    if a.got and a.turn > 10:
        a.error(410)


@breaks("list_is_complete", "count_is_correct")
def created_is_not_listed(a: Answer) -> None:
    if a.listed:
        newest = next(stored_sessions.newest_first(a.store)).id
        a.body["value"] = [session for session in a.body["value"] if session.get("id") != newest]


@breaks("new_id_is_unique")
def every_id_is_the_same(a: Answer) -> None:
    if a.created:
        a.body["id"] = a.memory.setdefault("id", a.body["id"])


@breaks("new_id_is_unique")
def create_returns_what_has_the_name(a: Answer) -> None:
    if a.created:
        same = [s for s in stored_sessions.newest_first(a.store) if s.display_name == a.body["displayName"]]
        a.body["id"] = same[-1].id


@breaks("new_id_is_unique")
def create_returns_an_old_session(a: Answer) -> None:
    if a.created:
        oldest = list(stored_sessions.newest_first(a.store))[-1]
        a.body["id"] = oldest.id


@breaks("response_is_about_the_request", "read_returns_what_was_written")
def get_has_a_new_id_each_time(a: Answer) -> None:
    if a.got and "id" in a.body:
        a.body["id"] = a.headers["request-id"]


@breaks("response_is_about_the_request", "read_returns_what_was_written")
def get_returns_the_newest(a: Answer) -> None:
    if a.got and "$select" not in a.query:
        a.body = {
            **a.body,
            **_shown(next(stored_sessions.newest_first(a.store))),
            "@odata.context": a.body["@odata.context"],
        }


@breaks("response_is_about_the_request")
def update_returns_another_id(a: Answer) -> None:
    if a.updated:
        a.body["id"] = a.headers["request-id"]


@breaks("unwritten_is_unchanged", "read_returns_what_was_written")
def empty_update_clears_the_name(a: Answer) -> None:
    if a.updated and "displayName" not in a.sent:
        session = stored_sessions.get(a.store, a.body["id"])
        assert session is not None
        stored_sessions.rename(a.store, session, "")
        a.body["displayName"] = None


@breaks("read_returns_what_was_written", "change_time_never_goes_back")
def update_is_lost(a: Answer) -> None:
    _remember(a)
    if a.updated:
        session = stored_sessions.get(a.store, a.body["id"])
        assert session is not None
        stored_sessions.rename(a.store, session, a.memory["names"][session.id][0])


@breaks("read_returns_what_was_written", "list_returns_what_was_written")
def reading_renames(a: Answer) -> None:
    session = stored_sessions.get(a.store, a.body["id"]) if a.got and "id" in a.body else None
    if session is not None:
        stored_sessions.rename(a.store, session, f"{session.display_name} (read)")


@breaks("read_only_is_not_written")
def an_id_can_be_chosen(a: Answer) -> None:
    if a.method == "POST" and a.status == 400 and isinstance(a.sent, dict) and "id" in a.sent:
        a.status, a.body = 201, _shown(stored_sessions.create(a.store, a.sent["displayName"]))
        a.body["id"] = a.sent["id"]


@breaks("read_only_is_not_written")
def the_past_can_be_changed(a: Answer) -> None:
    if a.method == "PATCH" and a.status == 400 and isinstance(a.sent, dict) and "createdDateTime" in a.sent:
        session = stored_sessions.get(a.store, a.path.rpartition("/")[2])
        assert session is not None
        a.status, a.body = 200, {**_shown(session), **a.sent}


# ---- times


@breaks("creation_time_never_changes")
def update_moves_the_creation(a: Answer) -> None:
    if a.updated:
        a.body["createdDateTime"] = a.body["lastModifiedDateTime"]


@breaks("creation_time_never_changes")
def reading_moves_the_creation(a: Answer) -> None:
    if a.got and "createdDateTime" in a.body:
        a.body["createdDateTime"] = f"2026-02-01T00:00:{a.turn % 60:02}Z"


@breaks("creation_time_never_changes")
def list_has_another_creation_time(a: Answer) -> None:
    for session in a.body["value"] if a.listed else ():
        if "createdDateTime" in session:
            session["createdDateTime"] = session["createdDateTime"][:19] + "Z"


@breaks("change_updates_the_time")
def renaming_moves_no_time(a: Answer) -> None:
    for session in a.entities:
        if {"createdDateTime", "lastModifiedDateTime"} <= set(session):
            session["lastModifiedDateTime"] = session["createdDateTime"]


@breaks("change_time_never_goes_back", "change_follows_creation")
def renaming_moves_the_time_back(a: Answer) -> None:
    if a.updated:
        a.body["lastModifiedDateTime"] = "2025-01-01T00:00:00Z"


@breaks("change_follows_creation")
def changed_before_it_was_created(a: Answer) -> None:
    for session in a.entities:
        if {"createdDateTime", "lastModifiedDateTime"} <= set(session):
            session["lastModifiedDateTime"] = "2020" + session["lastModifiedDateTime"][4:]


@breaks("change_follows_creation")
def not_yet_changed(a: Answer) -> None:
    if a.created:
        a.body["lastModifiedDateTime"] = "0001-01-01T00:00:00Z"


@breaks("creation_time_has_passed")
def not_yet_created(a: Answer) -> None:
    for session in a.entities:
        if "createdDateTime" in session:
            session["createdDateTime"] = "0001-01-01T00:00:00Z"


@breaks("creation_time_has_passed")
def created_next_year(a: Answer) -> None:
    for session in a.entities:
        for name in {"createdDateTime", "lastModifiedDateTime"} & set(session):
            session[name] = f"{int(session[name][:4]) + 2}{session[name][4:]}"


@breaks("times_are_utc")
def local_time(a: Answer) -> None:
    for session in a.entities:
        for name in ("createdDateTime", "lastModifiedDateTime"):
            if name in session:
                hour = int(session[name][11:13])
                # Two hours off, to the side on which the day stays the same.
                session[name] = f"{session[name][:11]}{hour + 2 if hour < 22 else hour - 2:02}{session[name][13:]}"


@breaks("read_returns_what_was_written")
def reading_moves_the_time(a: Answer) -> None:
    if a.got and "lastModifiedDateTime" in a.body:
        a.body["lastModifiedDateTime"] = f"2999-01-01T00:00:{a.turn % 60:02}Z"


# ---- context


def _replaces_in_context(name: str, old: str, new: str) -> None:
    def fault(a: Answer) -> None:
        if a.ok:
            a.body["@odata.context"] = a.body["@odata.context"].replace(old, new)

    breaks("context_names_the_resource")(_named(name, fault))


_replaces_in_context("context_says_nothing_of_the_entity", "/$entity", "")
_replaces_in_context("context_is_of_prompts", "/sessions", "/prompts")
_replaces_in_context("context_is_of_another_workspace", "'default'", "'other'")
_replaces_in_context("context_is_no_metadata_url", "$metadata#", "metadata/")
_replaces_in_context("context_is_of_another_service", "security/securityCopilot", "users")


@breaks("context_names_the_resource")
def context_says_entity_of_a_list(a: Answer) -> None:
    if a.listed:
        a.body["@odata.context"] += "/$entity"


@breaks("type_names_the_resource")
def type_is_another(a: Answer) -> None:
    if a.of_one:
        a.body["@odata.type"] = "#microsoft.graph.security.securityCopilot.prompt"


# ---- query options


@misled("select_is_respected")
def select_is_ignored(asked: Asked) -> None:
    asked.query = re.sub(r"&?\$select=[^&]*", "", asked.query).lstrip("&")


@misled("select_is_respected")
def select_of_lists_is_ignored(asked: Asked) -> None:
    if asked.path.endswith("/sessions"):
        asked.query = re.sub(r"&?\$select=[^&]*", "", asked.query).lstrip("&")


@misled("select_is_respected")
def select_takes_the_first_only(asked: Asked) -> None:
    asked.query = re.sub(r"(\$select=[^,&]*)[^&]*", r"\1", asked.query)


@breaks("select_is_respected")
def select_is_forgotten_on_the_next_page(a: Answer) -> None:
    if a.listed and "$skiptoken" in a.query and "$select" in a.query:
        sessions = {session.id: session for session in stored_sessions.newest_first(a.store)}
        a.body["value"] = [_shown(sessions[session["id"]]) for session in a.body["value"]]


@breaks("select_is_respected")
def select_leaves_nulls(a: Answer) -> None:
    if "$select" in a.query and a.got:
        a.body.setdefault("lastModifiedDateTime", "0001-01-01T00:00:00Z")


@breaks("count_is_correct")
def count_is_ignored(a: Answer) -> None:
    if a.listed:
        a.body.pop("@odata.count", None)


def _spoils_count(name: str, spoil: Callable[[Answer], object], *promises: str) -> None:
    def fault(a: Answer) -> None:
        if a.listed and "@odata.count" in a.body:
            a.body["@odata.count"] = spoil(a)

    breaks(*(promises or ("count_is_correct",)))(_named(name, fault))


_spoils_count("count_is_that_of_the_page", lambda a: len(a.body["value"]))
_spoils_count("count_ignores_the_filter", lambda a: stored_sessions.count(a.store))
_spoils_count("count_is_one_short", lambda a: a.body["@odata.count"] - 1)
_spoils_count("count_is_one_too_many", lambda a: a.body["@odata.count"] + 1)
_spoils_count("count_is_zero", lambda _: 0)
_spoils_count("count_is_the_first_one", lambda a: a.memory.setdefault("count", a.body["@odata.count"]))
_spoils_count("count_is_text", lambda a: str(a.body["@odata.count"]), "documented_body")
_spoils_count("count_is_negative", lambda _: -1, "documented_body")


@breaks("count_never_falls")
def old_sessions_drop_off(a: Answer) -> None:
    if a.listed and "$filter" not in a.query and a.turn > 10:
        a.body["value"] = [
            session for session in a.body["value"] if "2025-09" not in session.get("createdDateTime", "")
        ]
        if "@odata.count" in a.body:
            a.body["@odata.count"] = len(a.body["value"])


@misled("filter_returns_only_matches")
def filter_is_ignored(asked: Asked) -> None:
    asked.query = re.sub(r"&?\$filter=[^&]*", "", asked.query).lstrip("&")


@breaks("list_is_complete", "count_is_correct")
def filter_finds_one_only(a: Answer) -> None:
    if a.listed and "$filter" in a.query and "$top" not in a.query:
        a.body["value"] = a.body["value"][:1]


@breaks("list_is_complete", "count_is_correct")
def filter_finds_nothing(a: Answer) -> None:
    if a.listed and "$filter" in a.query:
        a.body["value"] = []


@breaks("list_is_complete", "count_is_correct")
def filter_stumbles_over_quotes(a: Answer) -> None:
    if a.listed and "''" in a.query.get("$filter", ""):
        a.body["value"] = []


@breaks("filter_returns_only_matches")
def filter_is_a_prefix(a: Answer) -> None:
    if a.listed and "$filter" in a.query and "$top" not in a.query:
        name = re.findall(r"'(.*)'", a.query["$filter"])[0].replace("''", "'")
        found = [
            s for s in stored_sessions.newest_first(a.store) if (s.display_name or "").strip().startswith(name[:14])
        ]
        a.body["value"] = [_shown(session) for session in found]


@breaks("filter_returns_only_matches")
def filter_is_forgotten_on_the_next_page(a: Answer) -> None:
    if a.listed and "$filter" in a.query and "$skiptoken" in a.query:
        session = list(stored_sessions.newest_first(a.store))[-1]
        a.body["value"].append({"id": session.id, "displayName": session.display_name})


@breaks("page_size_is_respected")
def pages_are_one_too_long(a: Answer) -> None:
    if a.listed and "$top" in a.query and "$filter" not in a.query:
        top = int(a.query["$top"])
        found = list(stored_sessions.newest_first(a.store))[: top + 1]
        a.body["value"] = [{"id": s.id, "displayName": s.display_name} for s in found]


@breaks("error_is_odata")
def error_has_an_empty_code(a: Answer) -> None:
    if not a.ok:
        a.body["error"]["code"] = " "


# ---- paging


@breaks("next_link_is_usable")
def next_link_is_its_own_page(a: Answer) -> None:
    if a.listed and "@odata.nextLink" in a.body:
        query = "&".join(f"{name}={value}" for name, value in a.query.items())
        a.body["@odata.nextLink"] = f"http://{_host(a)}{a.path}?{query.replace(' ', '%20')}"


def _host(a: Answer) -> str:
    return str(re.findall(r"//([^/]+)/", a.body["@odata.context"])[0])


@breaks("next_link_is_usable", "documented_body")
def next_link_is_relative(a: Answer) -> None:
    if a.listed and "@odata.nextLink" in a.body:
        a.body["@odata.nextLink"] = a.body["@odata.nextLink"].partition("/security/")[2]


@breaks("next_link_is_usable")
def next_link_is_elsewhere(a: Answer) -> None:
    if a.listed and "@odata.nextLink" in a.body:
        a.body["@odata.nextLink"] = a.body["@odata.nextLink"].replace(_host(a), "graph.example")


@breaks("valid_is_accepted")
def next_link_forgets_the_version(a: Answer) -> None:
    if a.listed and "@odata.nextLink" in a.body:
        a.body["@odata.nextLink"] = a.body["@odata.nextLink"].replace("/beta/", "/")


@breaks("next_link_is_usable", "documented_body")
def next_link_is_null_on_the_last_page(a: Answer) -> None:
    if a.listed:
        a.body.setdefault("@odata.nextLink", None)


@breaks("next_link_is_usable", "paging_repeats_nothing")
def paging_starts_again(a: Answer) -> None:
    if a.listed and "$skiptoken" in a.query and "@odata.nextLink" not in a.body:
        query = "&".join(f"{n}={v}" for n, v in a.query.items() if n != "$skiptoken")
        a.body["@odata.nextLink"] = f"http://{_host(a)}{a.path}?{query.replace(' ', '%20')}"


@breaks("paging_ends")
def paging_never_ends(a: Answer) -> None:
    if a.query.get("$skiptoken", "").startswith("more"):
        context = "http://h/beta/$metadata#security/securityCopilot/workspaces('default')/sessions"
        a.status, a.body = 200, {"@odata.context": context, "value": []}
        a.memory["host"] = a.memory["last host"]
    if a.listed and "@odata.nextLink" not in a.body:
        a.memory["last host"] = a.memory.get("host") or _host(a)
        query = "&".join(f"{n}={v}" for n, v in a.query.items() if n != "$skiptoken")
        token = f"$skiptoken=more{a.turn}"
        a.body["@odata.nextLink"] = f"http://{a.memory['last host']}{a.path}?{query.replace(' ', '%20')}&{token}"


@breaks("paging_repeats_nothing")
def pages_overlap(a: Answer) -> None:
    if a.listed and a.body["value"]:
        last = a.memory.get("last")
        if "$skiptoken" in a.query and last is not None:
            a.body["value"].insert(0, last)
        a.memory["last"] = a.body["value"][-1]


@breaks("paging_repeats_nothing")
def an_item_comes_twice(a: Answer) -> None:
    if a.listed and a.body["value"]:
        a.body["value"].append(a.body["value"][0])


@breaks("list_is_complete", "count_is_correct")
def the_second_page_is_empty(a: Answer) -> None:
    if a.listed and "$skiptoken" in a.query:
        a.body["value"] = []
        a.body.pop("@odata.nextLink", None)


@breaks("list_is_complete", "count_is_correct")
def there_is_no_second_page(a: Answer) -> None:
    if a.listed:
        a.body.pop("@odata.nextLink", None)
