"""The document: it is valid OpenAPI and matches the API's documentation."""

import copy
import json
import subprocess
import sys
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from security_copilot_contract.spec.contradictions import corrected, known
from security_copilot_contract.spec.document import Operation, Schema, document
from security_copilot_contract.spec.exchange import Exchange
from security_copilot_contract.spec.facts import facts
from security_copilot_contract.spec.files import DOCUMENT
from security_copilot_contract.spec.violation import Kind, Violation
from tests.documented import documented_session
from tests.spec.document_facts import schema_name

# If PyYAML has its loader in C, it is ten times as fast.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FACTS = facts()
OPERATIONS = {
    o.id: {p: FACTS[f"operations.{o.id}.{p}"].value for p in ("success", "options", "returns")}
    for o in document().operations
}
ENUMERATIONS = {name.partition(".")[2] for name in FACTS if name.startswith("enumerations.")}
# The facts of each property of each type.
TYPES: dict[str, dict[str, dict[str, Any]]] = {}
for _fact in FACTS.values():
    if _fact.name.startswith("types."):
        _, _type, _property, _what = _fact.name.split(".")
        TYPES.setdefault(_type, {}).setdefault(_property, {})[_what] = _fact.value
# The types that operations return. The others are parts of them.
ENTITIES = {row["returns"].rpartition(" ")[2]: operation_id for operation_id, row in OPERATIONS.items()}

BASE = "https://graph.microsoft.com/beta/security/securityCopilot/workspaces/default/sessions"
ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
JSON = {"Content-Type": "application/json"}
SESSION = documented_session() | {
    "@odata.context": f"{BASE}/$metadata",
    "id": ID,
    "createdDateTime": "2025-10-22T20:10:54.4940649Z",
    "lastModifiedDateTime": "2025-10-22T20:10:54.4940649Z",
    "displayName": "a name",
}
SELECTABLE = ["id", "displayName", "createdDateTime", "lastModifiedDateTime"]
ODATA_TYPE = ("/@odata.type", "@odata.type", "#microsoft.graph.security.securityCopilot.session")
ERROR = {"error": {"code": "Some", "message": "Some error."}}


def test_has_few_enough_aliases_for_other_parsers() -> None:
    """SnakeYAML, which Java tools use, allows 50."""
    tokens = yaml.scan(DOCUMENT.read_text("utf-8"), LOADER)
    aliases = [token for token in tokens if isinstance(token, yaml.AliasToken)]

    assert len(aliases) <= 50


def test_no_union_has_the_name_of_an_enumeration() -> None:
    """Generators name an inline union after schema and property, unless it has a title."""
    unions = {
        schema + name[0].upper() + name[1:]
        for schema, definition in document().schemas.items()
        for name, node in definition.get("properties", {}).items()
        if "anyOf" in node and "title" not in node
    }

    assert unions
    assert not unions & {*document().schemas}


class TestTables:
    """Parts of the document compared with the facts; test_facts.py compares the rest."""

    @pytest.mark.parametrize("entity", ENTITIES)
    def test_a_projection_requires_no_property(self, entity: str) -> None:
        """$select may omit any property."""
        assert "required" not in document().schemas[f"Projected{schema_name(entity)}"]

    def test_resources(self) -> None:
        """Every schema of the document is a resource, or belongs to one."""
        served = {f"{form}{schema_name(entity)}" for entity in ENTITIES for form in ("", "Projected", "Retrieved")}
        served |= {f"{schema_name(entity)}{form}" for entity in ENTITIES for form in ("Property", "Collection")}
        served |= {schema_name(name) for name in [*TYPES, *ENUMERATIONS]}
        served |= {body_schema(o) for o in document().operations if "requestBody" in o.definition}
        served |= {"Guid", "WorkspaceId", "SessionId", "PromptId", "EvaluationId", "Timestamp", "ODataContext"}
        served |= {"PromptInputs", "ODataError", "MainError", "ErrorDetails", "InnerError"}

        assert set(document().schemas) == served

    @pytest.mark.parametrize("operation", document().operations, ids=lambda operation: operation.id)
    def test_bodies_are_closed(self, operation: Operation) -> None:
        """A write has a body with writable properties only; a read has no body."""
        body = operation.definition.get("requestBody")

        assert (body is None) is (operation.method == "GET")
        if body is not None:
            assert body["required"] is True
            assert document().schemas[body_schema(operation)]["additionalProperties"] is False

    @pytest.mark.parametrize("entity", ENTITIES)
    def test_read_only_properties(self, entity: str) -> None:
        """Exactly the properties that no request body may have are read-only."""
        bodies = [f"writable.{id_}." for id_, row in OPERATIONS.items() if row["returns"] == entity]
        writable = {name.rpartition(".")[2] for name in FACTS if name.startswith(tuple(bodies))}
        projected = document().schemas[f"Projected{schema_name(entity)}"]["properties"]

        assert {name for name, node in projected.items() if node.get("readOnly")} == set(TYPES[entity]) - writable

    @pytest.mark.parametrize("entity", ENTITIES)
    def test_selectable_properties(self, entity: str) -> None:
        """All supported properties can be selected, in every operation with $select."""
        expected = [name for name, row in TYPES[entity].items() if row.get("supported", True)]
        assert document().schemas[f"{schema_name(entity)}Property"]["enum"] == expected

        for operation_id, row in OPERATIONS.items():
            if row["returns"].rpartition(" ")[2] == entity and "$select" in row["options"]:
                option = next(p for p in document().operation(operation_id).parameters if p["name"] == "$select")
                assert option["schema"]["items"] == {"$ref": f"#/components/schemas/{schema_name(entity)}Property"}

    @pytest.mark.parametrize(
        "operation", [o for o in document().operations if "$filter" in OPERATIONS[o.id]["options"]]
    )
    def test_filters_are_not_empty(self, operation: Operation) -> None:
        """Any expression is valid if the documentation names no properties, but an empty one is not."""
        option = next(p for p in operation.parameters if p["name"] == "$filter")
        named = any(
            name.startswith(f"filters.{OPERATIONS[operation.id]['returns'].rpartition(' ')[2]}.") for name in FACTS
        )

        for expression in ("id eq 'a'", "startswith(nothing,'a') and createdDateTime gt 2025-10-22T20:10:54Z"):
            assert (document().schema_violations(option["schema"], expression) == []) is not named
        assert document().schema_violations(option["schema"], "") != []

    @pytest.mark.parametrize("operation_id", OPERATIONS)
    def test_new_members_of_enumerations_can_be_requested(self, operation_id: str) -> None:
        """The Prefer header exists exactly for operations whose responses have enumerations."""
        operation = document().operation(operation_id)
        resource = OPERATIONS[operation_id]["returns"].rpartition(" ")[2]
        prefer = [p for p in operation.parameters if p["name"] == "Prefer"]

        assert bool(prefer) is has_enumerations(resource)
        for parameter in prefer:
            assert (parameter["in"], parameter["example"]) == ("header", "include-unknown-enum-members")
            assert not parameter.get("required")


def body_schema(operation: Operation) -> str:
    content = operation.definition["requestBody"]["content"]
    return str(content["application/json"]["schema"]["$ref"].rpartition("/")[2])


def has_enumerations(type_: str) -> bool:
    parts = {row["type"].rpartition(" ")[2] for row in TYPES.get(type_, {}).values()}
    return bool(parts & ENUMERATIONS) or any(has_enumerations(part) for part in parts & set(TYPES))


@pytest.mark.parametrize("name", ["sessionId", "promptId", "evaluationId", "workspaceId"])
def test_ids_are_those_of_their_resource(name: str) -> None:
    """An id in a path has the same type as the id in a body, a GUID."""
    parameters = [p for o in document().operations for p in o.parameters if p["name"] == name]
    entity = document().schemas[f"Projected{schema_name(name).removesuffix('Id')}"]

    assert all(p["schema"] == {"$ref": entity["properties"]["id"]["$ref"]} for p in parameters)
    for value, legal in {ID: True, ID.upper(): True, "1": False, ID[1:]: False, f"{ID}0": False}.items():
        assert (document().schema_violations(parameters[0]["schema"], value) == []) is legal, value


def request_violations(
    method: str, url: str = "", headers: dict[str, str] | None = None, body: bytes = b""
) -> list[Violation]:
    return document().request_violations(method, BASE + url, headers or {}, body)


class TestRequests:
    """Validation of requests."""

    @pytest.mark.parametrize(
        "query",
        [
            "?$top=1",
            "?$top=99999999999999999999",
            "?$count=true&$top=5",
            "?$select=id,displayName",
            "?$select=createdDateTime",
            "?$filter=displayName%20eq%20'Who''s%20there'",
            "?$filter=displayName+eq+''",
            "?$filter=createdDateTime%20gt%202025-10-22T20:10:54Z%20and%20startswith(displayName,'a')",
        ],
    )
    def test_accepts_query_options(self, query: str) -> None:
        """Options that OData and the documentation allow are valid."""
        assert request_violations("GET", query) == []

    @pytest.mark.parametrize(
        ("query", "violation"),
        [
            ("?$top=0", Violation("query", "minimum", name="$top", expected=1, got=0)),
            ("?$top=-1", Violation("query", "minimum", name="$top", expected=1, got=-1)),
            ("?$top=ten", Violation("query", "type", name="$top", expected=("integer",), got="ten")),
            ("?$top=%201", Violation("query", "type", name="$top", expected=("integer",), got=" 1")),
            ("?$top=%2B1", Violation("query", "type", name="$top", expected=("integer",), got="+1")),
            ("?$count=yes", Violation("query", "type", name="$count", expected=("boolean",), got="yes")),
            ("?$select=", Violation("query", "enum", "/0", "$select", SELECTABLE, "")),
            ("?$select=id,content", Violation("query", "enum", "/1", "$select", SELECTABLE, "content")),
            ("?$filter=", Violation("query", "min_length", name="$filter", expected=1, got="")),
            ("?$orderby=displayName", Violation("query", "undocumented", name="$orderby", got="displayName")),
            ("?$top=1&$top=1", Violation("query", "repeated", name="$top")),
        ],
    )
    def test_refuses_query_options(self, query: str, violation: Violation) -> None:
        """Only values that are known to work are valid."""
        assert request_violations("GET", query) == [violation]

    @pytest.mark.parametrize(
        ("expression", "legal"),
        [
            ("displayName eq ''", True),
            ("contains(name, 'it''s')", True),
            ("displayName  eq   'a'", True),
            ("isEnabled  eq  true", True),
            ("displayName eq'a'", False),
            ("isEnabled eq false", True),
            ("isEnabled eq null", False),
            ("contains(displayName,'a')", False),
        ],
    )
    def test_compares_plugins_as_documented(self, expression: str, *, legal: bool) -> None:
        """Each property with its documented operators."""
        url = f"{BASE.replace('sessions', 'plugins')}?$filter={quote(expression)}"

        assert (document().request_violations("GET", url, {}, b"") == []) is legal

    @pytest.mark.parametrize(
        ("body", "violation"),
        [
            (b"{}", Violation("body", "required", "/displayName", "displayName")),
            (b'{"displayName": null}', Violation("body", "type", "/displayName", "displayName", ("string",), None)),
            (b'{"displayName": "a", "id": "b"}', Violation("body", "additional", "/id", "id", got="b")),
            (b'{"displayName": "a", "@odata.type": "#a"}', Violation("body", "const", *ODATA_TYPE, "#a")),
            (
                b'{"displayName": "a", "more": 1, "@a.b": 1}',
                Violation("body", "additional", "/more", "more", got=1),
            ),
            (b"[]", Violation("body", "type", expected=("object",), got=[])),
        ],
    )
    def test_refuses_bodies(self, body: bytes, violation: Violation) -> None:
        """A body has writable properties only."""
        assert request_violations("POST", headers=JSON, body=body) == [violation]

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b'{"displayName": "a",}', "Expecting property name"),
            (b'{"displayName": "a", "displayName": "a"}', "the property 'displayName' is given twice"),
            (b'{"displayName": NaN}', "NaN is not a JSON number"),
            (b'\xef\xbb\xbf{"displayName": "a"}', "Expecting value"),
            ('{"displayName": "a"}'.encode("utf-16"), "can't decode byte"),
        ],
    )
    def test_refuses_invalid_json(self, body: bytes, reason: str) -> None:
        """Invalid according to RFC 8259."""
        (violation,) = request_violations("POST", headers=JSON, body=body)

        assert (violation.part, violation.kind) == ("body", "not_json")
        assert reason in str(violation.got)

    def test_accepts_an_empty_update(self) -> None:
        """displayName is optional in an update."""
        assert request_violations("PATCH", f"/{ID}", JSON, b"{}") == []

    @pytest.mark.parametrize(
        ("body", "legal"),
        [
            (b'{"type": "prompt", "content": "a"}', True),
            (b'{"content": "a"}', True),
            (b'{"type": "prompt"}', False),
            (b'{"type": "context", "content": "a"}', False),
            (b'{"type": "unknownFutureValue", "content": "a"}', False),
            (b'{"content": "a", "inputs": {}}', False),
            (b'{"content": "a", "@odata.type": "#microsoft.graph.security.securityCopilot.session"}', False),
        ],
    )
    def test_validates_prompts(self, body: bytes, *, legal: bool) -> None:
        """Content is required, and `prompt` is the only supported type."""
        assert (request_violations("POST", f"/{ID}/prompts", JSON, body) == []) is legal

    def test_an_evaluation_is_created_with_an_empty_object(self) -> None:
        """A missing body is a violation."""
        url = f"/{ID}/prompts/{ID}/evaluations"

        assert request_violations("POST", url, JSON, b"{}") == []
        assert request_violations("POST", url, JSON, b"") != []
        assert request_violations("POST", url, JSON, b'{"state": "created"}') != []

    def test_an_evaluation_may_name_its_type(self) -> None:
        """And no other."""
        url = f"/{ID}/prompts/{ID}/evaluations"
        own = b'{"@odata.type": "#microsoft.graph.security.securityCopilot.evaluation"}'

        assert request_violations("POST", url, JSON, own) == []
        assert [v.kind for v in request_violations("POST", url, JSON, own.replace(b"evaluation", b"prompt"))] == [
            "const"
        ]

    @pytest.mark.parametrize("annotation", ["@odata.etag", "@a.b", "displayName@odata.type", "@microsoft.graph.tips"])
    def test_ignores_annotations(self, annotation: str) -> None:
        """Of any value."""
        for method, path, body in (
            ("POST", "", {"displayName": "a"}),
            ("PATCH", f"/{ID}", {}),
            ("POST", f"/{ID}/prompts", {"content": "a"}),
            ("POST", f"/{ID}/prompts/{ID}/evaluations", {}),
        ):
            content = json.dumps(body | {annotation: [1]}).encode()
            assert request_violations(method, path, JSON, content) == []

    @pytest.mark.parametrize("prefer", ["include-unknown-enum-members", "return=minimal", ""])
    def test_accepts_any_preference(self, prefer: str) -> None:
        """Unknown preferences are ignored."""
        assert request_violations("GET", f"/{ID}/prompts", {"prefer": prefer}) == []

    def test_refuses_another_media_type(self) -> None:
        """Bodies are application/json."""
        violations = request_violations("POST", headers={"Content-Type": "text/plain"}, body=b'{"displayName": "a"}')

        assert violations == [Violation("media type", "undocumented", expected=("application/json",), got="text/plain")]

    def test_refuses_ids_that_are_not_guids(self) -> None:
        """A path parameter is a GUID, or `default` for the workspace."""
        (violation,) = request_violations("GET", "/1")

        assert (violation.part, violation.kind, violation.name) == ("path", "pattern", "sessionId")

    def test_refuses_a_client_request_id_that_is_not_a_guid(self) -> None:
        """Tracing uses GUIDs."""
        (violation,) = request_violations("GET", headers={"Client-Request-Id": "one"})

        assert (violation.part, violation.name, violation.got) == ("header", "client-request-id", "one")

    def test_a_path_may_be_percent_encoded(self) -> None:
        """In its segments and its ids (RFC 3986, section 6.2.2.2)."""
        assert request_violations("GET", f"/{ID}/%70rompt%73/%{ord(ID[0]):02x}{ID[1:]}") == []

    @pytest.mark.parametrize(
        ("method", "url"),
        [
            ("DELETE", f"/{ID}"),
            ("PUT", ""),
            ("PATCH", f"/{ID}/prompts/{ID}"),
            ("GET", f"/{ID}/prompts/"),
            ("GET", f"/{ID}%2Fprompts/{ID}"),
        ],
    )
    def test_knows_no_other_operation(self, method: str, url: str) -> None:
        """No delete, no update of a prompt, no trailing slash, and no percent-encoded slash."""
        with pytest.raises(LookupError, match="the document has no operation for"):
            document().match(method, BASE + url)
        (violation,) = request_violations(method, url)
        assert (violation.part, violation.kind, violation.name) == ("path", "no_operation", method)


def response_violations(
    operation_id: str, status: int, body: object, headers: dict[str, str] | None = None
) -> list[Violation]:
    operation = next(o for o in document().operations if o.id == operation_id)
    return document().response_violations(operation, status, JSON | (headers or {}), json.dumps(body).encode())


def changed(**changes: object) -> dict[str, object]:
    """The session with changed properties; `...` removes a property."""
    merged = SESSION | {name.replace("odata_", "@odata."): value for name, value in changes.items()}
    return {name: value for name, value in merged.items() if value is not ...}


class TestResponses:
    """Validation of responses."""

    @pytest.mark.parametrize(
        "body",
        [
            changed(displayName=None),
            changed(status="new, since the service may add properties"),
            changed(odata_type="#microsoft.graph.security.securityCopilot.session"),
            changed(odata_type="#another.type"),
            changed(createdDateTime="0001-01-01T00:00:00Z"),
            changed(createdDateTime="2025-10-22T20:10:54.4Z", lastModifiedDateTime="2025-10-22T20:10:54.49Z"),
            changed(createdDateTime="2025-10-22T20:10:54+00:00", lastModifiedDateTime="2025-10-22T20:10:54.49+00:00"),
        ],
    )
    def test_accepts_sessions(self, body: object) -> None:
        """Responses are open, displayName is nullable, fractions have up to seven digits, UTC is Z or +00:00."""
        assert response_violations("createSession", 201, body) == []

    @pytest.mark.parametrize(
        "body",
        [
            changed(odata_context=...),
            changed(id=...),
            changed(createdDateTime=...),
            changed(lastModifiedDateTime=...),
            changed(displayName=...),
            changed(id=1),
            changed(id="1"),
            changed(displayName=1),
            changed(createdDateTime="2025-10-22T20:10:54.49406491Z"),
            changed(createdDateTime="2025-10-22T20:10:54-00:00"),
            changed(createdDateTime="2025-10-22T20:10:54+02:00"),
            changed(createdDateTime="2025-10-22T20:10:54"),
            changed(createdDateTime="2025-13-22T20:10:54Z"),
            changed(createdDateTime="0000-01-01T00:00:00Z"),
            changed(createdDateTime="2016-12-31T23:59:60Z"),
            changed(lastModifiedDateTime="yesterday"),
            [SESSION],
        ],
    )
    @pytest.mark.parametrize(("operation_id", "status"), [("createSession", 201), ("updateSession", 200)])
    def test_refuses_incomplete_or_malformed_sessions(self, operation_id: str, status: int, body: object) -> None:
        """A write returns all properties, each with its type."""
        assert response_violations(operation_id, status, body) != []

    def test_accepts_selected_properties(self) -> None:
        """A read may omit any property of a session, but not the context."""
        assert response_violations("getSession", 200, {"@odata.context": BASE, "displayName": None}) == []
        assert response_violations("getSession", 200, {"displayName": None}) != []
        assert response_violations("getSession", 200, {"@odata.context": BASE, "displayName": 1}) != []

    @pytest.mark.parametrize(
        ("change", "legal"),
        [
            ({}, True),
            ({"value": []}, True),
            ({"@odata.count": 0, "@odata.nextLink": f"{BASE}?$skiptoken=a"}, True),
            ({"value": ...}, False),
            ({"@odata.context": ...}, False),
            ({"value": SESSION}, False),
            ({"value": [{"id": 1}]}, False),
            ({"@odata.count": "0"}, False),
            ({"@odata.count": -1}, False),
            ({"@odata.nextLink": "not a URI"}, False),
        ],
    )
    def test_validates_collections(self, change: dict[str, object], *, legal: bool) -> None:
        """A page has a context and a value, and may have a count and a link."""
        page = {"@odata.context": BASE, "value": [SESSION]} | change
        body = {name: value for name, value in page.items() if value is not ...}

        assert (response_violations("listSessions", 200, body) == []) is legal

    @pytest.mark.parametrize("nested", ["innerError", "innererror"])
    def test_accepts_errors_with_inner_errors_in_either_case(self, nested: str) -> None:
        """Inner errors are nested, and have the ids of the request."""
        inner: dict[str, Any] = {"date": "2025-10-22T20:10:54", "request-id": ID, "client-request-id": ID}
        body = {"error": ERROR["error"] | {nested: inner | {nested: {"code": "Deeper"}}}}

        assert response_violations("getSession", 404, body) == []

    def test_accepts_a_published_error(self) -> None:
        """Its message is empty, and its date has no time zone."""
        inner = {"date": "2026-07-14T09:12:45", "request-id": ID, "client-request-id": ID}
        body = {"error": {"code": "UnknownError", "message": "", "innerError": inner}}

        assert response_violations("listSessions", 404, body) == []

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"error": "Some"},
            {"error": {"message": "Some error."}},
            {"error": {"code": "Some"}},
            {"error": {"code": 404, "message": "Some error."}},
            {"error": ERROR["error"] | {"details": [{"code": "Some"}]}},
            {"error": ERROR["error"] | {"innerError": {"request-id": 1}}},
        ],
    )
    def test_refuses_a_body_that_is_not_an_odata_error(self, body: object) -> None:
        """An error has a code and a message."""
        assert response_violations("getSession", 404, body) != []

    def test_of_several_schemas_it_compares_with_the_nearest(self) -> None:
        """An object is not reported as not null."""
        evaluation = {"result": {"content": 1}}

        violations = document().schema_violations({"$ref": "#/components/schemas/RetrievedEvaluation"}, evaluation)

        assert Violation("body", "type", "/result/content", "content", ("string", "null"), 1) in violations
        assert "/result" not in [violation.pointer for violation in violations]

    def test_of_several_schemas_it_lists_the_types_when_none_is_near(self) -> None:
        """Null is one of them."""
        violations = document().schema_violations({"$ref": "#/components/schemas/Evaluation"}, {"result": 5})

        assert Violation("body", "type", "/result", "result", ("object", "null"), 5) in violations

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b'{"displayName": "\\ud800"}', "not_json"),
            (b'{"displayName": %s}' % (b"[" * 300 + b"]" * 300), "too_deep"),
            (b"[" * 100_000, "not_json"),
            (b'{"displayName": "a", "displayName": "b"}', "not_json"),
        ],
        ids=["half a character", "deep", "bottomless", "twice"],
    )
    def test_a_body_that_cannot_be_validated_is_a_violation(self, body: bytes, kind: Kind) -> None:
        """It raises no exception."""
        (violation,) = document().response_violations(document().operation("getSession"), 200, JSON, body)

        assert (violation.part, violation.kind) == ("body", kind)

    def test_invalid_unicode_is_a_violation(self) -> None:
        """A lone surrogate cannot be encoded in JSON."""
        (violation,) = document().schema_violations({"type": "string"}, "\ud800")

        assert violation.kind == "not_json"

    @pytest.mark.parametrize("status", [202, 204, 302, 418, 408, 502])
    def test_refuses_undocumented_statuses(self, status: int) -> None:
        """Only documented statuses are valid."""
        assert response_violations("getSession", status, ERROR) == [Violation("status", "undocumented", got=status)]

    @pytest.mark.parametrize(("status", "header"), [(401, "WWW-Authenticate"), (405, "Allow")])
    def test_requires_headers(self, status: int, header: str) -> None:
        """A 401 needs a challenge, and a 405 the supported methods."""
        assert response_violations("getSession", status, ERROR) == [Violation("header", "required", name=header)]
        assert response_violations("getSession", status, ERROR, {header.lower(): "7"}) == []

    @pytest.mark.parametrize("status", [429, 503, 504])
    @pytest.mark.parametrize("value", [None, "0", "7", "2.128", "0.249", "Wed, 21 Oct 2026 07:28:00 GMT"])
    def test_accepts_any_form_of_retry_after(self, status: int, value: str | None) -> None:
        """It may be missing, have decimals, or be a date."""
        headers = {} if value is None else {"Retry-After": value}

        assert response_violations("getSession", status, ERROR, headers) == []

    @pytest.mark.parametrize("status", [429, 503, 504])
    @pytest.mark.parametrize(
        "value", ["", "soon", "-1", ".5", "1.", "1e3", "7 ", "2026-10-21T07:28:00Z", "21 Oct 2026"]
    )
    def test_refuses_another_retry_after(self, status: int, value: str) -> None:
        """It must be a number of seconds or an HTTP date."""
        assert response_violations("getSession", status, ERROR, {"Retry-After": value}) != []

    @pytest.mark.parametrize("status", [429, 503, 504])
    @pytest.mark.parametrize(
        "headers", [{}, {"Content-Type": "text/html"}, {"Content-Type": "text/plain; charset=utf-8"}]
    )
    @pytest.mark.parametrize("body", [b"", b"<html></html>"])
    def test_accepts_anything_of_a_gateway(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """HTML or no body; but a JSON body must be an OData error."""
        operation = document().operation("getEvaluation")

        assert document().response_violations(operation, status, headers, body) == []
        assert document().response_violations(operation, status, JSON, body) != []

    @pytest.mark.parametrize("operation", document().operations, ids=lambda operation: operation.id)
    def test_accepts_html_of_no_other_status(self, operation: Operation) -> None:
        """The service itself answers in JSON."""
        statuses = {int(status) for status in operation.definition["responses"]}
        html = {"Content-Type": "text/html", "Allow": "GET", "WWW-Authenticate": "Bearer"}

        assert {s for s in statuses if document().response_violations(operation, s, html, b"<html>") == []} == {
            429,
            503,
            504,
        }

    @pytest.mark.parametrize("header", ["request-id", "client-request-id"])
    def test_refuses_tracing_headers_that_are_no_guids(self, header: str) -> None:
        """Support finds requests by GUIDs."""
        assert response_violations("createSession", 201, SESSION, {header: ID}) == []
        assert response_violations("createSession", 201, SESSION, {header: "one"}) != []


def _shown(exchange: Exchange) -> tuple[Operation, Schema]:
    """The operation of a documented response, and its body."""
    fits = [c.fits for c in known(exchange) if c.fits]
    operation, _ = document().match(exchange.request.method, corrected(exchange).request.url)
    return document().operation(fits[0]) if fits else operation, exchange.response.json()


def _entity(body: Schema) -> Schema:
    entity: Schema = body["value"][0] if "value" in body else body
    return entity


class TestExchanges:
    """Validation of documented messages with one change."""

    def test_missing_properties(self, exchange: Exchange) -> None:
        """A write returns all properties; a read may omit some because of $select."""
        operation, body = _shown(exchange)
        for name in [name for name in _entity(body) if not name.startswith("@")]:
            less = copy.deepcopy(body)
            del _entity(less)[name]

            violations = response_violations(operation.id, exchange.response.status, less)

            assert bool(violations) is (operation.method != "GET"), name

    def test_null_and_wrong_types(self, exchange: Exchange) -> None:
        """Null is valid where the facts allow it, but never for a collection. Other types are never valid."""
        operation, body = _shown(exchange)
        rows = TYPES[OPERATIONS[operation.id]["returns"].rpartition(" ")[2]]
        for name, row in rows.items():
            of_items = row["type"].startswith("collection")
            values: list[object] = [None, ["a"], [[]]]
            for value in values:
                wrong = copy.deepcopy(body)
                _entity(wrong)[name] = value

                violations = response_violations(operation.id, exchange.response.status, wrong)

                assert bool(violations) is (value is not None or of_items or not row["nullable"]), (name, value)

    def test_new_properties_and_members(self, exchange: Exchange) -> None:
        """The service may add properties, and members to enumerations."""
        operation, body = _shown(exchange)
        rows = TYPES[OPERATIONS[operation.id]["returns"].rpartition(" ")[2]]
        for name in ["unheardOf", *(name for name, row in rows.items() if row["type"] in ENUMERATIONS)]:
            new = copy.deepcopy(body)
            _entity(new)[name] = "a new member"

            assert response_violations(operation.id, exchange.response.status, new) == [], name

    def test_request_bodies_are_closed(self, exchange: Exchange) -> None:
        """A body may have no other property and no null."""
        request = corrected(exchange).request
        for name in [*json.loads(request.body or b"{}"), "unheardOf", "id"]:
            changed_body = json.dumps(json.loads(request.body or b"{}") | {name: None}).encode()

            assert document().request_violations(request.method, request.url, request.headers, changed_body) != []

    def test_the_envelope(self, exchange: Exchange) -> None:
        """The context is required, except for workspaces, whose example has none."""
        operation, body = _shown(exchange)
        without = {name: value for name, value in body.items() if name != "@odata.context"}
        status = exchange.response.status

        assert bool(response_violations(operation.id, status, without)) is (operation.id != "listWorkspaces")
        assert response_violations(operation.id, status, body | {"@odata.context": 1}) != []
        if "value" in body:
            assert response_violations(operation.id, status, body | {"value": []}) == []
            assert response_violations(operation.id, status, {**without, "@odata.context": "https://host/#a"}) == []
            assert response_violations(operation.id, status, body | {"@odata.count": -1}) != []
            assert response_violations(operation.id, status, body | {"@odata.nextLink": "not a URI"}) != []
            assert response_violations(operation.id, status, {"@odata.context": "https://host/#a"}) != []


def _references(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(_references, node.values()))
    return set().union(*map(_references, node)) if isinstance(node, list) else set()


def test_every_component_is_used_and_every_reference_resolves() -> None:
    """The document has no unused component."""
    raw = document().raw
    components = raw["components"]
    defined = {
        f"#/components/{kind}/{name}"
        for kind, members in components.items()
        if kind != "securitySchemes"
        for name in members
    }

    assert _references(raw) == defined


def success(operation: Operation) -> Schema:
    found: Schema = operation.definition["responses"][str(OPERATIONS[operation.id]["success"])]
    return found


def path_parameters(operation: Operation) -> set[str]:
    return {p["name"] for p in operation.parameters if p["in"] == "path"}


def follows(later: Operation, operation: Operation) -> bool:
    more = path_parameters(later) - path_parameters(operation)
    if operation.method == "PATCH":
        return (later.path, later.method) == (operation.path, "GET")
    # No operation creates a workspace.
    made = operation.method == "POST" or operation.id == "listWorkspaces"
    return made and later.path.startswith(f"{operation.path}/") and len(more) == 1


@pytest.mark.parametrize("operation", document().operations, ids=lambda operation: operation.id)
def test_links_lead_to_all_possible_next_operations(operation: Operation) -> None:
    """From a create and the list of workspaces to all operations that use the id; from an update to the read."""
    links = {name: document().resolve(link) for name, link in success(operation).get("links", {}).items()}
    kind, _, resource = OPERATIONS[operation.id]["returns"].rpartition(" ")
    id_ = "$response.body#/value/0/id" if kind else "$response.body#/id"

    assert {name: link["operationId"] for name, link in links.items()} == {
        later.id: later.id for later in document().operations if follows(later, operation)
    }
    for name, link in links.items():
        assert link["parameters"] == {
            parameter: id_ if parameter == f"{resource}Id" else f"$request.path.{parameter}"
            for parameter in path_parameters(document().operation(name))
        }


def test_is_valid_openapi() -> None:
    """The OpenAPI 3.1 validator reports no error."""
    errors = list(OpenAPIV31SpecValidator(document().raw).iter_errors())

    assert errors == []


def test_the_command_prints_the_document() -> None:
    """Byte for byte, on every system, without any extra."""
    without = "import sys; sys.modules.update(yaml=None, jsonschema_rs=None, starlette=None, respx=None)"
    code = f"{without}; from security_copilot_contract.__main__ import main; sys.argv[1:] = ['document']; main()"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)

    assert done.stdout == DOCUMENT.read_bytes()
    assert yaml.load(done.stdout, LOADER) == document(DOCUMENT).raw  # noqa: S506 - both loaders are safe


def test_a_document_is_read_once() -> None:
    """All callers share the same document."""
    assert document() is document()
