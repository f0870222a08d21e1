"""What holds for errors: their form, and which status is for which request."""

import re
from collections.abc import Callable
from http import HTTPStatus

from security_copilot_contract.checks.interaction import Call
from security_copilot_contract.checks.observed import Knowledge
from security_copilot_contract.checks.plan import NOBODY
from security_copilot_contract.checks.promises.registry import Verdict, phrase, promise, wrong
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.violation import Violation

_ERRORS = "Graph: error responses and resource types"
_THROTTLING = "Graph: throttling guidance"
_AUTHORIZATION = "RFC 9110, section 11.6.1; RFC 6750"


@promise("errors", _ERRORS)
def error_is_told(call: Call, known: Knowledge) -> Verdict:
    """Every error is an OData error, in JSON, with a code and a message, which may be empty."""
    del known
    if call.status < HTTPStatus.BAD_REQUEST:
        return None
    error = (call.received or {}).get("error")
    if not isinstance(error, dict):
        came = call.content[:80].decode("utf-8", "replace")
        return [wrong("the body", due=phrase("an OData error"), came=came)]
    code, message = error.get("code"), error.get("message")
    named = isinstance(code, str) and code.strip()
    problems = [] if named else [wrong("error.code", due=phrase("text"), came=code)]
    return problems + ([] if isinstance(message, str) else [wrong("error.message", due=phrase("text"), came=message)])


@promise("errors", _ERRORS)
def error_has_a_request_id(call: Call, known: Knowledge) -> Verdict:
    """An error has a request-id, by which support finds it."""
    del known
    if call.status < HTTPStatus.BAD_REQUEST:
        return None
    error = (call.received or {}).get("error")
    inner = error.get("innerError", error.get("innererror")) if isinstance(error, dict) else None
    told = [*call.headers.get("request-id", ()), (inner.get("request-id") if isinstance(inner, dict) else None)]
    return [] if any(told) else [wrong("request-id", due=phrase("in the header or the inner error"), came=None)]


@promise("errors", _AUTHORIZATION)
def unauthorized_is_401(call: Call, known: Knowledge) -> Verdict:
    """A request without the token, or with a wrong one, is a 401."""
    del known
    # With something else wrong as well, a service may complain of that first.
    return None if call.authorized or call.request_violations else _status(call, 401)


@promise("errors", _AUTHORIZATION)
def challenge_names_bearer(call: Call, known: Knowledge) -> Verdict:
    """A 401 has a challenge, which names the scheme Bearer."""
    del known
    if call.status != HTTPStatus.UNAUTHORIZED:
        return None
    challenge = call.single_headers.get("www-authenticate")
    named = challenge is not None and re.search(r"(^|,)\s*bearer(\s|,|$)", challenge, re.IGNORECASE)
    return [] if named else [wrong("WWW-Authenticate", due=phrase("a challenge for Bearer"), came=challenge)]


@promise("errors", _ERRORS, needs_history=True)
def unknown_is_404(call: Call, known: Knowledge) -> Verdict:
    """What does not exist is a 404, and a request does not make it exist."""
    if not call.lawful or call.operation is None:
        return None
    # Only the ids that nobody can have, and those of what is elsewhere; others may have been there before this run.
    ids = [value for name, value in call.path_parameters.items() if name != "workspaceId"]
    collection, _, key = call.path.rpartition("/")
    elsewhere = not call.takes_collection and known.has_parents(call) and known.is_elsewhere(collection, key)
    if known.of(call) is not None or not (elsewhere or NOBODY in ids):
        return None
    return _status(call, 404)


@promise("errors", _ERRORS)
def unknown_workspace_is_refused(call: Call, known: Knowledge) -> Verdict:
    """A workspace that does not exist, or is not the caller's, is refused."""
    del known
    workspace = call.path_parameters.get("workspaceId", "")
    if not call.authorized or workspace != NOBODY or call.request_violations:
        return None
    return _status(call, 404, 403, 400)


@promise("errors", _ERRORS)
def malformed_id_is_refused(call: Call, known: Knowledge) -> Verdict:
    """An id that can be none is a 400 or a 404."""
    del known
    return _status(call, 400, 404) if _violates_only(call, lambda v: v.part == "path") else None


@promise("errors", _ERRORS)
def broken_json_is_400(call: Call, known: Knowledge) -> Verdict:
    """A body that is not JSON is a 400."""
    return _refused(call, known, 400) if _violates_only(call, _is_no_json) else None


@promise("errors", _ERRORS)
def invalid_body_is_refused(call: Call, known: Knowledge) -> Verdict:
    """A body without what is required, or with values of the wrong type, is a 400 or a 422."""
    if not _violates_only(call, lambda v: v.part == "body" and not _is_no_json(v)):
        return None
    # By OData a service may ignore properties that it does not know.
    if all(violation.kind == "additional" for violation in call.request_violations):
        return None
    return _refused(call, known, 400, 422)


@promise("errors", _ERRORS)
def wrong_media_type_is_415(call: Call, known: Knowledge) -> Verdict:
    """A body in another media type than application/json is a 415."""
    wrong_alone = _violates_only(call, lambda v: v.part == "media type") and call.request_body
    return _refused(call, known, 415) if wrong_alone else None


@promise("errors", _ERRORS)
def invalid_query_option_is_400(call: Call, known: Knowledge) -> Verdict:
    """A documented query option with a value that it cannot have is a 400."""
    # OData has $top=0 and other filters than the document; a service may, too.
    if not _violates_only(call, _is_no_value_of_an_option) or call.query.get("$top") == "0":
        return None
    return _refused(call, known, 400)


@promise("errors", "RFC 9110, section 15.5.6")
def other_methods_are_405(call: Call, known: Knowledge) -> Verdict:
    """A method that a resource does not have is a 405, with those that it has in Allow."""
    del known
    documented = document().methods(call.path)
    if not call.authorized or not documented or call.method in {*documented, "HEAD", "OPTIONS"}:
        return None
    problems = _status(call, HTTPStatus.METHOD_NOT_ALLOWED)
    allowed = {method.strip().upper() for method in call.single_headers.get("allow", "").split(",")}
    if problems == [] and (not documented <= allowed or call.method in allowed):
        problems = [wrong("Allow", due=", ".join(sorted(documented)), came=call.single_headers.get("allow"))]
    return problems


@promise("errors", _THROTTLING)
def throttling_says_how_long(call: Call, known: Knowledge) -> Verdict:
    """Retry-After of a 429, if it is there, is a number of seconds or a date."""
    del known
    stated = call.single_headers.get("retry-after")
    if call.status != HTTPStatus.TOO_MANY_REQUESTS or stated is None:
        return None
    return [] if call.retry_after is not None else [wrong("Retry-After", due=phrase("seconds or a date"), came=stated)]


def _refused(call: Call, known: Knowledge, *due: int) -> Verdict:
    """The status of a bad request; to what may not exist it may as well be a 404."""
    exists = known.has_parents(call) and (call.takes_collection or known.of(call) is not None)
    return _status(call, *due) if exists else _status(call, *due, HTTPStatus.NOT_FOUND)


def _status(call: Call, *due: int) -> Verdict:
    if call.retry_after is not None:
        return None
    if call.status in due:
        return []
    return [wrong("the status", due=phrase(" or ".join(map(str, due))), came=call.status)]


def _violates_only(call: Call, concerned: Callable[[Violation], bool]) -> bool:
    # If there are others, a service may refuse the request for one of those.
    violations = call.request_violations
    return call.authorized and call.operation is not None and bool(violations) and all(map(concerned, violations))


def _is_no_json(violation: Violation) -> bool:
    return (violation.part, violation.kind) == ("body", "not_json")


def _is_no_value_of_an_option(violation: Violation) -> bool:
    return violation.part == "query" and violation.kind not in ("undocumented", "repeated")
