"""Where parties differ on purpose: each rule with its reason, and where the documentation has it.

A rule is about one party that differs from the document, and holds for as little as possible. One that nothing needs
fails the run.
"""

import copy
import json
from collections.abc import Callable
from typing import Any, Literal

from attrs import evolve, frozen

from security_copilot_contract.spec.document import Document, Schema, document
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES
from tests.programs.agree import verdict as documented
from tests.programs.agree.requests import RequestCase
from tests.programs.agree.responses import ResponseCase
from tests.programs.agree.values import flat
from tests.programs.agree.verdict import Name, Verdict


@frozen
class Rule:
    """`party` may say `says` against the document, for the `reason`, where it `holds` for the case and its verdict."""

    name: str
    party: Name
    says: Literal["takes", "refuses"]
    reason: str
    holds: Callable[[Any, Verdict], bool]

    def allows(self, case: RequestCase | ResponseCase, verdict: Verdict) -> bool:
        """Whether the party may say what it says of this message."""
        return (self.party, self.says) == (verdict.party, verdict.says) and self.holds(case, verdict)


def _filter_cannot_be_evaluated(case: RequestCase, verdict: Verdict) -> bool:
    option = next((p for p in case.operation.parameters if p["name"] == "$filter"), {"schema": {"pattern": ""}})
    return "pattern" not in option["schema"] and verdict.why.startswith("400 $filter is ")


def _taken_as(case: RequestCase) -> bool:
    return documented.of_request(case).says == "takes"


REQUESTS = (
    Rule(
        "HEAD",
        "emulator",
        "takes",
        "A server that has GET has HEAD as well (RFC 9110, section 9.1); the documentation is of the API, not of HTTP.",
        lambda case, _: case.method == "HEAD" and _taken_as(evolve(case, method="GET")),
    ),
    Rule(
        "Accept",
        "emulator",
        "refuses",
        "406 is documented, and OpenAPI has no way to describe Accept: a parameter of that name is ignored (3.1, "
        "Parameter Object).",
        lambda case, verdict: case.change == "Accept" and verdict.why.startswith("406 "),
    ),
    Rule(
        "$filter",
        "emulator",
        "refuses",
        "The documentation names the option and not what can be compared; the service may refuse what it cannot.",
        _filter_cannot_be_evaluated,
    ),
    Rule(
        "slash",
        "emulator",
        "takes",
        "The documented URL of listEvaluations ends in a slash, against its own path: openapi/contradictions.yaml.",
        lambda case, _: (
            case.operation.id == "listEvaluations"
            and case.path.endswith("/evaluations/")
            and _taken_as(evolve(case, path=case.path[:-1]))
        ),
    ),
    Rule(
        "next page",
        "emulator",
        "takes",
        "A next link is opaque, and requested as it is; what is in it belongs to the service, and is not documented.",
        lambda case, _: (
            case.change == "next page"
            and [(v.kind, v.name) for v in documented.of_request(case).violations] == [("undocumented", "$skiptoken")]
        ),
    ),
)


def _taken(case: ResponseCase) -> bool:
    return documented.of_response(case).says == "takes"


def _other_values(case: ResponseCase, _: Verdict) -> bool:
    operation = _TYPES.operation(case.operation.id)
    in_body = all(violation.part == "body" for violation in documented.of_response(case).violations)
    return in_body and _TYPES.response_violations(operation, case.status, case.headers, case.body) == []


_BOUNDS = ("pattern", "format", "minimum")


def _without_value_bounds(node: Any) -> Any:
    """A schema that says of values only of which type they are."""
    if isinstance(node, dict):
        return {n: _without_value_bounds(inner) for n, inner in node.items() if n not in _BOUNDS}
    return [_without_value_bounds(inner) for inner in node] if isinstance(node, list) else node


def _types_alone() -> Document:
    """The document without the forms of values: of a moment, that it has a zone."""
    raw = copy.deepcopy(document().raw)
    schemas = raw["components"]["schemas"]
    raw["components"]["schemas"] = {
        **_without_value_bounds(schemas),
        "Timestamp": {"type": "string", "pattern": "([Zz]|[+-][0-9]{2}(:?[0-9]{2})*)$"},
    }
    return Document(raw)


_TYPES = _types_alone()


def _control_information(case: ResponseCase, _: Verdict) -> bool:
    body = {"@odata.context": "https://host/#a", **_without_control_information(json.loads(case.body))}
    return _taken(evolve(case, body=json.dumps(body).encode()))


def _without_control_information(node: Any) -> Any:
    if isinstance(node, dict):
        kept = [name for name in node if "@" not in name or name == "@odata.nextLink"]
        return {name: _without_control_information(node[name]) for name in kept}
    return [_without_control_information(inner) for inner in node] if isinstance(node, list) else node


def _null_or_missing(case: ResponseCase, _: Verdict) -> bool:
    responses = case.operation.definition["responses"]
    definition = document().resolve(responses.get(str(case.status), responses[min(responses)]))
    schema = definition["content"]["application/json"]["schema"]
    return _taken(evolve(case, body=json.dumps(_completed(json.loads(case.body), schema)).encode()))


def _completed(node: Any, schema: Schema) -> Any:
    """With null for a missing nullable property, without null for an optional one, with an empty list for null."""
    schema = flat(schema)
    branches = [flat(branch) for branch in schema.get("anyOf", [])]
    schema = next((branch for branch in reversed(branches) if branch["properties"]), schema)
    if schema.get("type") == "array" and isinstance(node, list | None):
        return [_completed(inner, schema["items"]) for inner in node or ()]
    if not isinstance(node, dict):
        return node
    properties = schema["properties"]
    missing = [name for name in schema["required"] if name not in node and _is_nullable(properties[name])]
    useless = {n for n in node if n in properties.keys() - schema["required"] and not _is_list(properties[n])}
    kept = {n: v for n, v in node.items() if v is not None or n not in useless or _is_nullable(properties[n])}
    completed = {n: _completed(v, properties[n]) if n in properties else v for n, v in kept.items()}
    return {**dict.fromkeys(missing), **completed}


def _is_nullable(schema: Schema) -> bool:
    schema = flat(schema)
    return "null" in schema.get("type", ()) or any(_is_nullable(branch) for branch in schema.get("anyOf", ()))


def _is_list(schema: Schema) -> bool:
    return bool(flat(schema).get("type") == "array")


def _other_success(case: ResponseCase, verdict: Verdict) -> bool:
    success = next(int(status) for status in case.operation.definition["responses"] if status < "400")
    return (
        200 <= case.status < 300
        and case.status != success
        and _control_information(evolve(case, status=success), verdict)
    )


def _one_entity(case: ResponseCase, _: Verdict) -> bool:
    body = json.loads(case.body)
    page = {"@odata.context": "https://host/#a", "value": [body]}
    return "value" not in body and _taken(evolve(case, body=json.dumps(page).encode()))


def _lax(case: ResponseCase, _: Verdict) -> bool:
    if not any(violation.kind == "not_json" for violation in documented.of_response(case).violations):
        return False
    strict = json.dumps(json.loads(case.body, parse_constant=str), ensure_ascii=False).encode(errors="replace")
    return _taken(evolve(case, body=strict))


RESPONSES = (
    Rule(
        "values",
        "client",
        "takes",
        "The API is beta and may change: the client holds to the types, and leaves the forms of ids, URLs and numbers "
        "to the document. A moment it takes in any form of ISO 8601 that has a zone.",
        _other_values,
    ),
    Rule(
        "control information",
        "client",
        "takes",
        "No caller needs it; only the link to the next page is needed. One documented page has no context either.",
        _control_information,
    ),
    Rule(
        "null or missing",
        "client",
        "takes",
        "A missing nullable property is null to the caller, null is a missing optional property, and an empty list.",
        _null_or_missing,
    ),
    Rule(
        "success",
        "client",
        "takes",
        "Any 2xx is a success (RFC 9110, section 15.3): what was created exists, whatever the status.",
        _other_success,
    ),
    Rule(
        "one entity",
        "client",
        "takes",
        "The documented response of listEvaluations is one evaluation: openapi/contradictions.yaml.",
        _one_entity,
    ),
    Rule(
        "JSON",
        "client",
        "takes",
        "A reader may accept what is not JSON, a writer may not write it (RFC 8259, sections 9 and 10).",
        _lax,
    ),
    Rule(
        "media type",
        "client",
        "takes",
        "A gateway on the way may change it; what is in the body says what it is.",
        lambda case, _: _taken(evolve(case, headers={**case.headers, "Content-Type": "application/json"})),
    ),
    Rule(
        "header",
        "client",
        "takes",
        "The headers are for support, and for when to try again: the object is in the body.",
        lambda case, _: all(violation.part == "header" for violation in documented.of_response(case).violations),
    ),
    Rule(
        "status",
        "client",
        "takes",
        "A gateway on the way has statuses of its own: from 400 on each is an error, as documented or not.",
        lambda case, _: (
            case.status >= 400
            and str(case.status) not in case.operation.definition["responses"]
            and _taken(evolve(case, status=400))
        ),
    ),
    Rule(
        "intermediary",
        "mock",
        "takes",
        "An intermediary may respond with this status in place of the service, so the status alone is enough: "
        "spec/intermediaries.py names the RFCs.",
        lambda case, _: case.status in INTERMEDIARIES,
    ),
    Rule(
        "unsupported",
        "emulator",
        "refuses",
        "supportedAuthTypes is documented as currently unsupported: no service sends it, and the emulator has it not.",
        lambda _, verdict: verdict.why == "plugins have no supportedAuthTypes",
    ),
)
