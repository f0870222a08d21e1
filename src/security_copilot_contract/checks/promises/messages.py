"""What holds for every answer, whatever it answers."""

import re
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from security_copilot_contract.checks.interaction import Call
from security_copilot_contract.checks.observed import Knowledge
from security_copilot_contract.checks.promises.registry import Verdict, phrase, promise, wrong
from security_copilot_contract.spec.strict_json import loads
from security_copilot_contract.spec.violation import Part

_HTTP = "RFC 9110"
_JSON = "RFC 8259"
_TRACING = "Graph: best practices, reliability and support"


@promise("answer", "RFC 9110", known_to_schemathesis=True)
def answer_arrives(call: Call, known: Knowledge) -> Verdict:
    """Every request gets a whole answer."""
    del call, known
    return []  # a call is a request that got one; the walk tells of the others


@promise("answer", "the operations' pages and Graph: errors", known_to_schemathesis=True)
def documented_status(call: Call, known: Knowledge) -> Verdict:
    """An operation answers with a status that is documented for it."""
    del known
    return _violations_of(call, "status")


@promise("answer", "the operations' pages", known_to_schemathesis=True)
def documented_headers(call: Call, known: Knowledge) -> Verdict:
    """Documented headers have documented values, and those that a status needs are there."""
    del known
    return _violations_of(call, "header")


@promise("answer", "the operations' pages and resources", known_to_schemathesis=True)
def documented_body(call: Call, known: Knowledge) -> Verdict:
    """The body has the documented media type, properties and types."""
    del known
    return _violations_of(call, "media type", "body")


@promise("answer", _JSON)
def strict_json(call: Call, known: Knowledge) -> Verdict:
    """A JSON body is whole, in UTF-8 without a byte order mark, names no property twice and has no NaN."""
    del known
    media_type = call.single_headers.get("content-type", "").partition(";")[0].strip().lower()
    if not call.content or (media_type != "application/json" and not call.succeeded):
        return None
    try:
        loads(call.content)
    except ValueError as error:
        return [wrong("the body", due=phrase("strict JSON"), came=phrase(str(error)))]
    return []


@promise("answer", "the operations' pages", known_to_schemathesis=True, needs_history=True)
def lawful_is_accepted(call: Call, known: Knowledge) -> Verdict:
    """What the document allows, to something that exists, succeeds."""
    if not call.lawful or call.operation is None or may_refuse(call):
        return None
    if not known.has_parents(call) or not (call.takes_collection or known.of(call)):
        return None
    return [] if call.succeeded else [wrong("the status", due=phrase("2xx"), came=call.status)]


def may_refuse(call: Call) -> bool:
    """Whether a service may refuse even a lawful request.

    When it says that it is busy; to page as it is told; and to compare what is not documented as comparable.
    """
    asked = call.query.get("$filter")
    undocumented = asked is not None and call.resource is not None and not call.resource.takes_filter(asked)
    return call.retry_after is not None or (
        call.status == HTTPStatus.BAD_REQUEST and ("$top" in call.query or undocumented)
    )


@promise("tracing", _TRACING, needs_history=True)
def fresh_request_id(call: Call, known: Knowledge) -> Verdict:
    """A request-id belongs to one request."""
    ids = call.headers.get("request-id")
    if not ids:
        return None
    again = [request_id for request_id in ids if request_id.lower() in known.request_ids]
    return [wrong("request-id", due=phrase("one not seen before"), came=again[0])] if again else []


@promise("tracing", _TRACING)
def client_request_id_comes_back(call: Call, known: Knowledge) -> Verdict:
    """The client-request-id in an answer, if there is one, is that of its request."""
    del known
    sent = call.request_headers.get("client-request-id")
    inner = _inner_error(call)
    told = [*call.headers.get("client-request-id", ()), *_strings(inner.get("client-request-id"))]
    # An id that is no GUID need not be taken for one.
    unusable = any((v.part, v.name) == ("header", "client-request-id") for v in call.request_violations)
    if sent is None or not told or unusable:
        return None
    return [wrong("client-request-id", due=sent, came=value) for value in told if value.lower() != sent.lower()]


@promise("tracing", _TRACING)
def one_request_id(call: Call, known: Knowledge) -> Verdict:
    """An error has the same request-id in its header and its body."""
    del known
    header, inner = call.headers.get("request-id"), _strings(_inner_error(call).get("request-id"))
    if not header or not inner:
        return None
    return [] if inner[0].lower() == header[0].lower() else [wrong("request-id", due=header[0], came=inner[0])]


@promise("tracing", _HTTP)
def date_is_a_date(call: Call, known: Knowledge) -> Verdict:
    """The header Date is a date as HTTP writes it."""
    del known
    dates = call.headers.get("date")
    if not dates:
        return None
    return [wrong("Date", due=phrase("an HTTP date in GMT"), came=date) for date in dates if not _is_http_date(date)]


def _is_http_date(text: str) -> bool:
    try:
        parsedate_to_datetime(text)
    except ValueError:
        return False
    return re.fullmatch(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT", text) is not None


def _violations_of(call: Call, *parts: Part) -> Verdict:
    if call.operation is None:
        return None
    return [str(violation) for violation in call.response_violations if violation.part in parts]


def _inner_error(call: Call) -> dict[str, Any]:
    error = (call.received or {}).get("error")
    if call.succeeded or not isinstance(error, dict):
        return {}
    inner = error.get("innerError", error.get("innererror"))
    return inner if isinstance(inner, dict) else {}


def _strings(value: object) -> list[str]:
    return [value] if isinstance(value, str) else []
