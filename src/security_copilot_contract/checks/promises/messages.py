"""Promises about every response, for any request."""

import re
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.observed import Observations
from security_copilot_contract.checks.promises.registry import Verdict, in_body, in_header, in_status, promise
from security_copilot_contract.spec.strict_json import loads
from security_copilot_contract.spec.violation import Description, Part, Violation

_HTTP = "RFC 9110"
_JSON = "RFC 8259"
_TRACING = "Graph: best practices, reliability and support"
# The statuses of a service that does not support a query option.
_UNSUPPORTED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_IMPLEMENTED})


@promise("response", "HTTP", "RFC 9110", checked_by_schemathesis=True)
def response_arrives(interaction: Interaction) -> Verdict:
    """Every request gets a complete response."""
    del interaction
    return []  # every interaction has a response; the runner reports requests without one


@promise(
    "response", "pages", "the operations' pages and Graph: errors", checked_by_schemathesis=True, follows_facts=True
)
def documented_status(interaction: Interaction) -> Verdict:
    """An operation responds with one of its documented statuses."""
    return _violations_of(interaction, "status")


@promise("response", "pages", "the operations' pages", checked_by_schemathesis=True, follows_facts=True)
def documented_headers(interaction: Interaction) -> Verdict:
    """Documented headers have documented values, and the headers that a status requires are present."""
    return _violations_of(interaction, "header")


@promise("response", "pages", "the operations' pages and resources", checked_by_schemathesis=True, follows_facts=True)
def documented_body(interaction: Interaction) -> Verdict:
    """The body has the documented media type, properties and types."""
    return _violations_of(interaction, "media type", "body")


@promise("response", "JSON", _JSON)
def strict_json(interaction: Interaction) -> Verdict:
    """A JSON body is complete, in UTF-8 without a byte order mark, without duplicate properties and without NaN."""
    media_type = interaction.joined_headers.get("content-type", "").partition(";")[0].strip().lower()
    if interaction.may_be_from_intermediary or not interaction.response_body:
        return None
    if media_type != "application/json" and not interaction.succeeded:
        return None
    try:
        loads(interaction.response_body)
    except ValueError as error:
        return [Violation("body", "not_json", got=Description(str(error)))]
    return []


@promise("response", "pages", "the operations' pages", checked_by_schemathesis=True)
def valid_is_accepted(interaction: Interaction, observed: Observations) -> Verdict:
    """A valid request for an existing resource succeeds."""
    if not interaction.is_valid or interaction.operation is None or may_refuse(interaction):
        return None
    if not observed.has_parents(interaction) or not (interaction.is_of_collection or observed.of(interaction)):
        return None
    return [] if interaction.succeeded else [in_status(expected=Description("2xx"), got=interaction.status)]


def may_refuse(interaction: Interaction) -> bool:
    """Whether a service may refuse even a valid request.

    It may if it is busy or unavailable. It need not support $top or an undocumented $filter: 400, or 501 as in OData.
    """
    expression = interaction.query.get("$filter")
    resource = interaction.resource
    undocumented = expression is not None and (resource is None or not resource.takes_filter(expression))
    return interaction.may_be_from_intermediary or (
        interaction.status in _UNSUPPORTED and ("$top" in interaction.query or undocumented)
    )


@promise("tracing", "guidance", _TRACING)
def request_id_is_new(interaction: Interaction, observed: Observations) -> Verdict:
    """Each response has a unique request-id."""
    ids = interaction.headers.get("request-id")
    if not ids:
        return None
    repeated = [request_id for request_id in ids if request_id.lower() in observed.request_ids]
    new = Description("one not seen before")
    return [in_header("request-id", expected=new, got=repeated[0])] if repeated else []


@promise("tracing", "guidance", _TRACING)
def client_request_id_is_returned(interaction: Interaction) -> Verdict:
    """The client-request-id in a response, if present, is that of the request."""
    name = "client-request-id"
    sent = interaction.request_headers.get(name)
    in_headers = interaction.headers.get(name, ())
    in_error = _strings(_inner_error(interaction)[1].get(name))
    # A service need not accept an id that is not a GUID.
    unusable = any((v.part, v.name) == ("header", name) for v in interaction.request_violations)
    if sent is None or not [*in_headers, *in_error] or unusable:
        return None
    where = f"{_inner_error(interaction)[0]}/{name}"
    wrong = [in_header(name, expected=sent, got=got) for got in in_headers if got.lower() != sent.lower()]
    return wrong + [in_body(where, expected=sent, got=got) for got in in_error if got.lower() != sent.lower()]


@promise("tracing", "guidance", _TRACING)
def request_id_is_consistent(interaction: Interaction) -> Verdict:
    """An error has the same request-id in its headers and its body."""
    where, inner = _inner_error(interaction)
    in_headers, in_error = interaction.headers.get("request-id"), _strings(inner.get("request-id"))
    if not in_headers or not in_error:
        return None
    same = in_error[0].lower() == in_headers[0].lower()
    return [] if same else [in_body(f"{where}/request-id", expected=in_headers[0], got=in_error[0])]


@promise("tracing", "HTTP", _HTTP)
def date_is_valid(interaction: Interaction) -> Verdict:
    """The Date header is an HTTP date."""
    dates = interaction.headers.get("date")
    if not dates:
        return None
    expected = Description("an HTTP date in GMT")
    return [in_header("Date", expected=expected, got=date) for date in dates if not _is_http_date(date)]


def _is_http_date(text: str) -> bool:
    try:
        parsedate_to_datetime(text)
    except ValueError:
        return False
    return re.fullmatch(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT", text) is not None


def _violations_of(interaction: Interaction, *parts: Part) -> Verdict:
    if interaction.operation is None:
        return None
    return [violation for violation in interaction.response_violations if violation.part in parts]


def _inner_error(interaction: Interaction) -> tuple[str, dict[str, Any]]:
    """The JSON pointer to the inner error of a response, and the inner error."""
    error = (interaction.response_object or {}).get("error")
    if interaction.succeeded or not isinstance(error, dict):
        return "", {}
    name = "innerError" if "innerError" in error else "innererror"
    inner = error.get(name)
    return f"/error/{name}", inner if isinstance(inner, dict) else {}


def _strings(value: object) -> list[str]:
    return [value] if isinstance(value, str) else []
