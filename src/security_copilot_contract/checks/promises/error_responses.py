"""Promises about errors: their form, and the status for each kind of invalid request."""

import re
from collections.abc import Callable
from http import HTTPStatus

from security_copilot_contract.checks.facts import NOBODY
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.observed import Observations
from security_copilot_contract.checks.promises.messages import may_refuse
from security_copilot_contract.checks.promises.registry import Verdict, in_body, in_header, in_status, promise
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.violation import Description, Violation

_ERRORS = "Graph: error responses and resource types"
_THROTTLING = "Graph: throttling guidance"
_AUTHORIZATION = "RFC 9110, section 11.6.1; RFC 6750"


@promise("errors", "guidance", _ERRORS)
def error_is_odata(interaction: Interaction) -> Verdict:
    """Every error is an OData error in JSON, with a code and a message. The message may be empty."""
    if interaction.status < HTTPStatus.BAD_REQUEST or interaction.may_be_from_intermediary:
        return None
    error = (interaction.response_object or {}).get("error")
    if not isinstance(error, dict):
        got = interaction.response_body[:80].decode("utf-8", "replace")
        return [in_body("", expected=Description("an OData error"), got=got)]
    code, message = error.get("code"), error.get("message")
    valid = {"code": isinstance(code, str) and bool(code.strip()), "message": isinstance(message, str)}
    return [
        in_body(f"/error/{name}", expected=Description("text"), got=error.get(name))
        for name, is_valid in valid.items()
        if not is_valid
    ]


@promise("errors", "guidance", _ERRORS)
def error_has_a_request_id(interaction: Interaction) -> Verdict:
    """An error has a request-id, with which support can find it."""
    if interaction.status < HTTPStatus.BAD_REQUEST or interaction.may_be_from_intermediary:
        return None
    error = (interaction.response_object or {}).get("error")
    inner = error.get("innerError", error.get("innererror")) if isinstance(error, dict) else None
    in_error = inner.get("request-id") if isinstance(inner, dict) else None
    expected = Description("an id in the header or the inner error")
    found = any([*interaction.headers.get("request-id", ()), in_error])
    return [] if found else [in_header("request-id", expected=expected, got=None)]


@promise("errors", "HTTP", _AUTHORIZATION)
def unauthorized_is_401(interaction: Interaction) -> Verdict:
    """A request without a token, or with a wrong token, gets 401."""
    # If the request has other violations, a service may report those first.
    return None if interaction.authorized or interaction.request_violations else _status(interaction, 401)


@promise("errors", "HTTP", _AUTHORIZATION)
def challenge_names_bearer(interaction: Interaction) -> Verdict:
    """A 401 has a challenge for the scheme Bearer."""
    if interaction.status != HTTPStatus.UNAUTHORIZED:
        return None
    challenge = interaction.joined_headers.get("www-authenticate")
    named = challenge is not None and re.search(r"(^|,)\s*bearer(\s|,|$)", challenge, re.IGNORECASE)
    expected = Description("a challenge for Bearer")
    return [] if named else [in_header("WWW-Authenticate", expected=expected, got=challenge)]


@promise("errors", "guidance", _ERRORS)
def unknown_is_404(interaction: Interaction, observed: Observations) -> Verdict:
    """A request for something that does not exist gets 404, and does not create it."""
    if not interaction.is_valid or interaction.operation is None:
        return None
    # Only unused ids, and ids of deleted entities or of other collections: any other may have existed before this run.
    ids = [value for name, value in interaction.path_parameters.items() if name != "workspaceId"]
    if observed.of(interaction) is not None:
        return None
    unknown = NOBODY in ids or _is_elsewhere(interaction, observed) or observed.is_deleted(interaction.path)
    return _status(interaction, 404) if unknown else None


def _is_elsewhere(interaction: Interaction, observed: Observations) -> bool:
    collection, _, key = interaction.path.rpartition("/")
    names_one = not interaction.is_of_collection and observed.has_parents(interaction)
    return names_one and observed.is_elsewhere(collection, key)


@promise("errors", "guidance", _ERRORS)
def unknown_workspace_is_refused(interaction: Interaction) -> Verdict:
    """A request for an unknown or inaccessible workspace is refused."""
    workspace = interaction.path_parameters.get("workspaceId", "")
    if not interaction.authorized or workspace != NOBODY or interaction.request_violations:
        return None
    return _status(interaction, 404, 403, 400)


@promise("errors", "guidance", _ERRORS)
def malformed_id_is_refused(interaction: Interaction) -> Verdict:
    """A malformed id gets 400 or 404."""
    return _status(interaction, 400, 404) if _violates_only(interaction, lambda v: v.part == "path") else None


@promise("errors", "guidance", _ERRORS)
def broken_json_is_400(interaction: Interaction, observed: Observations | None = None) -> Verdict:
    """A body that is not JSON gets 400."""
    return _refused(interaction, observed, 400) if _violates_only(interaction, _is_not_json) else None


@promise("errors", "guidance", _ERRORS)
def invalid_body_is_refused(interaction: Interaction, observed: Observations | None = None) -> Verdict:
    """A body that lacks a required property, or has a value of the wrong type, gets 400 or 422."""
    if not _violates_only(interaction, lambda v: v.part == "body" and not _is_not_json(v)):
        return None
    # OData allows a service to ignore unknown properties.
    if all(violation.kind == "additional" for violation in interaction.request_violations):
        return None
    return _refused(interaction, observed, 400, 422)


@promise("errors", "guidance", _ERRORS)
def wrong_media_type_is_415(interaction: Interaction, observed: Observations | None = None) -> Verdict:
    """A body with a media type other than application/json gets 415."""
    applies = interaction.request_body and _violates_only(interaction, lambda v: v.part == "media type")
    return _refused(interaction, observed, 415) if applies else None


@promise("errors", "guidance", _ERRORS)
def invalid_query_option_is_400(interaction: Interaction, observed: Observations | None = None) -> Verdict:
    """A documented query option with an invalid value gets 400."""
    # OData allows $top=0, and filters that the document does not have. A service may allow them too.
    if not _violates_only(interaction, _is_invalid_option) or interaction.query.get("$top") == "0":
        return None
    return _refused(interaction, observed, 400)


@promise("errors", "HTTP", "RFC 9110, section 15.5.6")
def other_methods_are_405(interaction: Interaction) -> Verdict:
    """A method that a resource does not support gets 405, with the supported methods in Allow."""
    documented = document().methods(interaction.path)
    if not interaction.authorized or not documented or interaction.method in {*documented, "HEAD", "OPTIONS"}:
        return None
    verdict = _status(interaction, HTTPStatus.METHOD_NOT_ALLOWED)
    if verdict != []:
        return verdict
    header = interaction.joined_headers.get("allow")
    allowed = {method.strip().upper() for method in (header or "").split(",")}
    if documented <= allowed and interaction.method not in allowed:
        return []
    return [in_header("Allow", expected=Description(", ".join(sorted(documented))), got=header)]


@promise("errors", "guidance", _THROTTLING)
def retry_after_is_valid(interaction: Interaction) -> Verdict:
    """Retry-After of a 429, if present, is a number of seconds or a date."""
    value = interaction.joined_headers.get("retry-after")
    if interaction.status != HTTPStatus.TOO_MANY_REQUESTS or value is None:
        return None
    expected = Description("seconds or a date")
    return [] if interaction.retry_after is not None else [in_header("Retry-After", expected=expected, got=value)]


def _refused(interaction: Interaction, observed: Observations | None, *expected: int) -> Verdict:
    """Validates the status of an invalid request. 404 is valid as well if its target may not exist."""
    exists = observed is not None and _exists(interaction, observed)
    return _status(interaction, *expected) if exists else _status(interaction, *expected, HTTPStatus.NOT_FOUND)


def _exists(interaction: Interaction, observed: Observations) -> bool:
    return observed.has_parents(interaction) and (interaction.is_of_collection or observed.of(interaction) is not None)


def _status(interaction: Interaction, *expected: int) -> Verdict:
    if interaction.may_be_from_intermediary:
        return None
    if interaction.status in expected:
        return []
    # A service may refuse an unsupported option before it validates the rest of the request, such as its token.
    if may_refuse(interaction):
        return None
    return [
        in_status(expected=Description(" or ".join(str(int(status)) for status in expected)), got=interaction.status)
    ]


def _violates_only(interaction: Interaction, concerned: Callable[[Violation], bool]) -> bool:
    # If there are other violations, a service may refuse the request because of those.
    violations = interaction.request_violations
    documented = interaction.authorized and interaction.operation is not None
    return documented and bool(violations) and all(map(concerned, violations))


def _is_not_json(violation: Violation) -> bool:
    return (violation.part, violation.kind) == ("body", "not_json")


def _is_invalid_option(violation: Violation) -> bool:
    return violation.part == "query" and violation.kind not in ("undocumented", "repeated")
