"""What `make breaking` reports about the document: each kind of change, from the view of a consumer."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from security_copilot_contract.spec.document import document
from tests.programs.breaking import openapi

Raw = dict[str, Any]
Edit = Callable[[Raw], object]

ALL = "/security/securityCopilot/workspaces/{workspaceId}/sessions"
ONE = f"{ALL}/{{sessionId}}"
JSON = "application/json"
# The beginning of its pattern, as far as it is shown.
GUID = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}"


def schema(raw: Raw, name: str) -> Raw:
    found: Raw = raw["components"]["schemas"][name]
    return found


def prop(raw: Raw, name: str, of: str) -> Raw:
    found: Raw = schema(raw, of)["properties"][name]
    return found


def operation(raw: Raw, method: str, path: str = ALL) -> Raw:
    found: Raw = raw["paths"][path][method]
    return found


def top(raw: Raw) -> Raw:
    found: Raw = raw["components"]["parameters"]["Top"]
    return found


def move(mapping: Raw, old: str, new: str) -> None:
    mapping[new] = mapping.pop(old)


def renamed(raw: Raw, kind: str, old: str, new: str) -> None:
    """A component by another name, wherever it is referred to."""
    text = yaml.safe_dump(raw).replace(f"#/components/{kind}/{old}\n", f"#/components/{kind}/{new}\n")
    raw.update(yaml.safe_load(text.replace(f"#/components/{kind}/{old}'", f"#/components/{kind}/{new}'")))
    move(raw["components"][kind], old, new)


def widened(raw: Raw) -> None:
    """So that there is something to be narrowed."""
    prop(raw, "displayName", of="SessionUpdate")["type"] = ["string", "null"]
    operation(raw, "post")["requestBody"]["required"] = False
    schema(raw, "SessionCreate").pop("additionalProperties")


BREAKS: dict[str, tuple[Edit, str]] = {
    # What is received
    "a property is gone": (
        lambda raw: schema(raw, "ProjectedSession")["properties"].pop("displayName"),
        f"getSession: 200 {JSON} no longer has the property displayName",
    ),
    "a nested property is gone": (
        lambda raw: schema(raw, "EvaluationResult")["properties"].pop("content"),
        f"listEvaluations: 200 {JSON} /value /* /result no longer has the property content",
    ),
    "a property has another type": (
        lambda raw: prop(raw, "executionCount", of="ProjectedEvaluation").update(type="string"),
        f"createEvaluation: 201 {JSON} /executionCount has `type` string instead of integer",
    ),
    "a property may be null": (
        lambda raw: prop(raw, "executionCount", of="ProjectedEvaluation").update(type=["integer", "null"]),
        f"createEvaluation: 201 {JSON} /executionCount has in `type` now null",
    ),
    "a property may be of one more type": (
        lambda raw: prop(raw, "displayName", of="ProjectedSession").update(type=["string", "null", "integer"]),
        f"updateSession: 200 {JSON} /displayName has in `type` now integer",
    ),
    "a property may be missing": (
        lambda raw: schema(raw, "Prompt")["allOf"][1]["required"].remove("skillName"),
        f"createPrompt: 201 {JSON} has in `required` no longer skillName",
    ),
    "the entities of a collection may be missing": (
        lambda raw: schema(raw, "SessionCollection").pop("required"),
        f"listSessions: 200 {JSON} has in `required` no longer @odata.context, value",
    ),
    "a format is gone": (
        lambda raw: schema(raw, "Timestamp").pop("format"),
        f"createSession: 201 {JSON} /createdDateTime has `format` none instead of date-time",
    ),
    "a part that contains itself has changed": (
        lambda raw: prop(raw, "code", of="InnerError").update(type="integer"),
        f"listWorkspaces: 404 {JSON} /error /innerError /code has `type` integer instead of string",
    ),
    "a part does not contain itself any more": (
        lambda raw: schema(raw, "InnerError")["properties"].update(innerError={"type": "string"}),
        f"listWorkspaces: 404 {JSON} /error /innerError /innerError has `type` string instead of object",
    ),
    "a part contains another, and not itself": (
        lambda raw: schema(raw, "InnerError")["properties"].update(
            innerError={"type": "object", "properties": {"code": {"type": "integer"}}}
        ),
        f"listWorkspaces: 404 {JSON} /error /innerError /innerError has in `required` no longer (the schema 1 above)",
    ),
    "the member of an open enumeration is gone": (
        lambda raw: schema(raw, "EvaluationState")["enum"].remove("deferred"),
        "schema EvaluationState: member deferred is gone",
    ),
    "success has another status": (
        lambda raw: move(operation(raw, "post")["responses"], "201", "200"),
        "createSession: 201 is gone",
    ),
    "success has one more status": (
        lambda raw: operation(raw, "get")["responses"].update({"204": {"description": "None."}}),
        "listSessions: 204 is new",
    ),
    "a documented error is gone": (
        lambda raw: operation(raw, "get")["responses"].pop("404"),
        "listSessions: 404 is gone",
    ),
    "a response has another media type": (
        lambda raw: move(operation(raw, "get")["responses"]["200"]["content"], JSON, "text/plain"),
        f"listSessions: 200 {JSON} is gone",
    ),
    "a header is gone": (
        lambda raw: raw["components"]["responses"]["TooManyRequests"]["headers"].pop("Retry-After"),
        "listSessions: 429 header Retry-After is gone",
    ),
    # What is sent
    "a new property is required": (
        lambda raw: schema(raw, "SessionCreate").update(
            required=["displayName", "tag"],
            properties={**schema(raw, "SessionCreate")["properties"], "tag": {"type": "string"}},
        ),
        f"createSession: body {JSON} has in `required` now tag",
    ),
    "a property is required": (
        lambda raw: schema(raw, "SessionUpdate").update(required=["displayName"]),
        f"updateSession: body {JSON} has in `required` now displayName",
    ),
    "a property may not be sent": (
        lambda raw: schema(raw, "PromptCreate")["properties"].pop("type"),
        f"createPrompt: body {JSON} no longer has the property type",
    ),
    "a property has a bound": (
        lambda raw: prop(raw, "displayName", of="SessionCreate").update(maxLength=10),
        f"createSession: body {JSON} /displayName has `maxLength` 10 instead of none",
    ),
    "a sent property has another type": (
        lambda raw: prop(raw, "displayName", of="SessionCreate").update(type="integer"),
        f"createSession: body {JSON} /displayName has `type` integer instead of string",
    ),
    "a constant is another": (
        lambda raw: prop(raw, "type", of="PromptCreate").update(const="other"),
        f"createPrompt: body {JSON} /type has `const` other instead of prompt",
    ),
    "a body has another media type": (
        lambda raw: move(operation(raw, "post")["requestBody"]["content"], JSON, "application/xml"),
        f"createSession: body {JSON} is gone",
    ),
    "a property may not be selected": (
        lambda raw: schema(raw, "SessionProperty")["enum"].remove("displayName"),
        "getSession: query $select /* has in `enum` no longer displayName",
    ),
    "a parameter is new and required": (
        lambda raw: operation(raw, "get")["parameters"].append(
            {"name": "tenant", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
        "listSessions: query tenant is required",
    ),
    "a parameter is required": (lambda raw: top(raw).update(required=True), "listPlugins: query $top is required"),
    "a parameter is gone": (
        lambda raw: operation(raw, "get")["parameters"].pop(2),
        "listSessions: query $select is gone",
    ),
    "a parameter has another name": (lambda raw: top(raw).update(name="top"), "listPlugins: query $top is gone"),
    "a parameter has a bound": (
        lambda raw: top(raw)["schema"].update(maximum=100),
        "listPlugins: query $top has `maximum` 100 instead of none",
    ),
    "a parameter has another type": (
        lambda raw: top(raw)["schema"].update(type="string"),
        "listPlugins: query $top has `type` string instead of integer",
    ),
    "a parameter is written otherwise": (
        lambda raw: raw["components"]["parameters"]["SessionSelect"].update(explode=True),
        "listSessions: query $select is written in style form, exploded True, not in style form, exploded False",
    ),
    "an id has a bound beside its schema": (
        lambda raw: raw["components"]["parameters"]["SessionId"]["schema"].update(maxLength=3),
        "getSession: path sessionId has `maxLength` 3 instead of none",
    ),
    # The operations
    "an operation is gone": (lambda raw: raw["paths"][ONE].pop("patch"), f"paths: PATCH {ONE} is gone"),
    "a path is gone": (lambda raw: raw["paths"].pop(ONE), f"paths: GET {ONE} is gone"),
    "a path is another": (lambda raw: move(raw["paths"], ALL, "/sessions"), f"paths: POST {ALL} is gone"),
    "an operation has another id": (
        lambda raw: operation(raw, "get").update(operationId="allSessions"),
        "listSessions: has `operationId` allSessions instead of listSessions",
    ),
    "an operation has another tag": (
        lambda raw: operation(raw, "get").update(tags=["chats"]),
        "listSessions: has `tags` ['chats'] instead of ['sessions']",
    ),
    "an operation asks for more": (
        lambda raw: operation(raw, "get")["security"][1].update(oauth2=["SecurityCopilotWorkspaces.ReadWrite.All"]),
        "listSessions: asks for other permissions",
    ),
    "an operation asks for a permission that writing does not include": (
        lambda raw: operation(raw, "post")["security"][1].update(oauth2=["SecurityCopilotWorkspaces.Read.All"]),
        "createSession: asks for other permissions",
    ),
    "the server is another": (
        lambda raw: raw["servers"][0].update(url="https://graph.microsoft.com/v1.0"),
        "servers: https://graph.microsoft.com/v1.0 instead of https://graph.microsoft.com/beta",
    ),
}

# With what is new in it, if anything is.
HARMLESS: dict[str, tuple[Edit, str | None]] = {
    "nothing has changed": (lambda _: None, None),
    "a received property is new": (
        lambda raw: schema(raw, "ProjectedSession")["properties"].update(owner={"type": "string"}),
        "schema ProjectedSession: property owner is new",
    ),
    "a sent property is new": (
        lambda raw: schema(raw, "SessionCreate")["properties"].update(tag={"type": "string"}),
        "schema SessionCreate: property tag is new",
    ),
    "an operation is new": (
        lambda raw: raw["paths"][ONE].update(put={**operation(raw, "get", ONE), "operationId": "replaceSession"}),
        f"paths: PUT {ONE} is new",
    ),
    "a path is new": (lambda raw: raw["paths"].update({"/x": raw["paths"][ALL]}), "paths: GET /x is new"),
    "a parameter is new": (
        lambda raw: operation(raw, "get")["parameters"].append({"name": "$expand", "in": "query", "schema": {}}),
        "listSessions: query $expand is new",
    ),
    "a header is new": (
        lambda raw: operation(raw, "get")["responses"]["200"]["headers"].update({"x-new": {"schema": {}}}),
        "listSessions: 200 header x-new is new",
    ),
    "an error is new": (
        lambda raw: operation(raw, "get")["responses"].update({"418": {"description": "A teapot."}}),
        "listSessions: 418 is new",
    ),
    "a member is received that was not": (
        lambda raw: schema(raw, "EvaluationState")["enum"].append("failed"),
        "schema EvaluationState: member failed is new",
    ),
    "a property may be selected that could not": (
        lambda raw: schema(raw, "SessionProperty")["enum"].append("owner"),
        "schema SessionProperty: member owner is new",
    ),
    "descriptions and examples are others": (
        lambda raw: [
            raw["info"].update(version="9.9.9"),
            schema(raw, "Session").update(description="Other."),
            prop(raw, "displayName", of="ProjectedSession").update(description="Other."),
            operation(raw, "get").update({"summary": "Other", "x-new": 1}),
            operation(raw, "get")["responses"]["200"].update(links={"x": {"operationId": "getSession"}}),
            raw["components"]["examples"]["GetSessionResponse"].update(value={}),
        ],
        None,
    ),
    "a sent property may be left out": (lambda raw: schema(raw, "SessionCreate").pop("required"), None),
    "a sent property may be null": (widened, None),
    "a parameter has another bound": (lambda raw: top(raw)["schema"].update(minimum=0), None),
    "a received property is always there": (
        lambda raw: schema(raw, "PluginCollection")["required"].append("@odata.count"),
        None,
    ),
    "a received property is never null": (
        lambda raw: prop(raw, "displayName", of="ProjectedSession").update(type="string"),
        None,
    ),
    "what is received has no other properties": (
        lambda raw: schema(raw, "PromptInputs").update(additionalProperties=False),
        None,
    ),
    "an operation asks for nothing": (lambda raw: operation(raw, "post").update(security=[]), None),
    "there is another server": (lambda raw: raw["servers"].append({"url": "https://graph.microsoft.us/beta"}), None),
    "the order is another": (
        lambda raw: raw["components"].update(schemas=dict(reversed(raw["components"]["schemas"].items()))),
        None,
    ),
    "a schema is inlined": (
        lambda raw: (
            prop(raw, "id", of="ProjectedSession").update(schema(raw, "SessionId"))
            or prop(raw, "id", of="ProjectedSession").pop("$ref")
        ),
        None,
    ),
    "a schema has another name": (lambda raw: renamed(raw, "schemas", "InnerError", "Inner"), None),
    "a parameter's component has another name": (lambda raw: renamed(raw, "parameters", "Top", "PageSize"), None),
}


def raw_document() -> Raw:
    return copy.deepcopy(document().raw)


def compared(old: Raw, new: Raw) -> tuple[set[str], set[str]]:
    """What breaks, and what is new."""
    changes = list(openapi.changes(old, new))
    return {str(c) for c in changes if c.breaks}, {str(c) for c in changes if c.breaks is False}


@pytest.mark.parametrize("case", BREAKS)
def test_a_breaking_change_is_reported_with_its_place(case: str) -> None:
    """Each kind of change in one direction."""
    edit, expected = BREAKS[case]
    new = raw_document()
    edit(new)

    broken, _ = compared(raw_document(), new)

    assert expected in broken


@pytest.mark.parametrize("case", HARMLESS)
def test_a_harmless_change_is_not_reported_as_breaking(case: str) -> None:
    """Its additions are reported."""
    edit, added = HARMLESS[case]
    new = raw_document()
    edit(new)

    broken, new_ones = compared(raw_document(), new)

    assert broken == set()
    assert (added in new_ones) if added else new_ones == set()


def test_what_was_widened_cannot_be_taken_back() -> None:
    """All that this breaks, and nothing else."""
    old = raw_document()
    widened(old)

    broken, new_ones = compared(old, raw_document())

    assert broken == {
        f"updateSession: body {JSON} /displayName has in `type` no longer null",
        "createSession: body is required",
        f"createSession: body {JSON} has `additionalProperties` false instead of none",
    }
    assert new_ones == set()


def test_the_parts_of_a_removed_response_are_not_reported() -> None:
    """The body and the headers of a status that is gone."""
    new = raw_document()
    move(operation(new, "post")["responses"], "201", "200")

    assert compared(raw_document(), new)[0] == {"createSession: 201 is gone", "createSession: 200 is new"}


def test_a_harmless_change_beside_a_breaking_one_is_not_reported() -> None:
    """Both within one schema."""
    new = raw_document()
    schema(new, "SessionCreate").pop("required")
    schema(new, "SessionCreate")["properties"].pop("@odata.type")

    assert compared(raw_document(), new)[0] == {f"createSession: body {JSON} no longer has the property @odata.type"}


def test_a_changed_pattern_may_break() -> None:
    """Two patterns cannot be compared; a new pattern certainly breaks."""
    new = raw_document()
    schema(new, "SessionId").update(pattern="^[0-9]+$")
    prop(new, "displayName", of="SessionCreate").update(pattern="^[0-9]+$")

    reported = {str(change): change.breaks for change in openapi.changes(raw_document(), new)}

    assert reported[f"getSession: path sessionId has `pattern` ^[0-9]+$ instead of {GUID}..."] is None
    assert reported[f"createSession: body {JSON} /displayName has `pattern` ^[0-9]+$ instead of none"] is True
