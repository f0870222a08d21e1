"""The document by itself: a valid OpenAPI document that says what the API's documentation says."""

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from security_copilot_contract.document import document

READ, WRITE = "SecurityCopilotWorkspaces.Read.All", "SecurityCopilotWorkspaces.ReadWrite.All"
SESSIONS = "/security/securityCopilot/workspaces/{workspaceId}/sessions"
STATUSES = {400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 412, 413, 415, 416, 422, 423, 429}
STATUSES |= {500, 501, 503, 504, 507, 509}

BASE = "https://graph.microsoft.com/beta/security/securityCopilot/workspaces/default/sessions"
ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
JSON = {"Content-Type": "application/json"}
SESSION = {
    "@odata.context": f"{BASE}/$metadata",
    "id": ID,
    "createdDateTime": "2025-10-22T20:10:54.4940649Z",
    "lastModifiedDateTime": "2025-10-22T20:10:54.4940649Z",
    "displayName": "a name",
}
ERROR = {"error": {"code": "Some", "message": "Some error."}}


def test_is_valid_openapi() -> None:
    """The validator of the OpenAPI 3.1 schema has nothing to say."""
    errors = list(OpenAPIV31SpecValidator(document().raw).iter_errors())

    assert errors == []


@pytest.mark.parametrize(
    ("operation_id", "method", "path", "scope", "options", "success"),
    [
        ("createSession", "POST", SESSIONS, WRITE, set(), 201),
        ("listSessions", "GET", SESSIONS, READ, {"$count", "$filter", "$select", "$top"}, 200),
        ("getSession", "GET", SESSIONS + "/{sessionId}", READ, {"$select"}, 200),
        ("updateSession", "PATCH", SESSIONS + "/{sessionId}", WRITE, set(), 200),
    ],
)
def test_operation_is_as_documented(
    operation_id: str, method: str, path: str, scope: str, options: set[str], success: int
) -> None:
    """Method, path, least-privileged permission, query options and statuses are those of the documentation."""
    operation = next(o for o in document().operations if o.id == operation_id)

    assert (operation.method, operation.path, operation.scopes) == (method, path, [scope])
    assert {p["name"] for p in operation.parameters if p["in"] == "query"} == options
    assert {int(status) for status in operation.definition["responses"]} == {success} | STATUSES
    assert {"bearer": []} in operation.definition["security"]


def test_has_no_other_operation() -> None:
    """What is not documented is not in the document."""
    assert len(document().operations) == 4


def test_both_flows_offer_both_permissions() -> None:
    """An application and a user can each be given either permission."""
    flows = document().raw["components"]["securitySchemes"]["oauth2"]["flows"]

    assert {name: set(flow["scopes"]) for name, flow in flows.items()} == {
        "authorizationCode": {READ, WRITE},
        "clientCredentials": {READ, WRITE},
    }


def test_read_only_properties_are_exactly_those_that_no_body_may_carry() -> None:
    """`readOnly` and the closed request bodies tell the same story."""
    schemas = document().schemas
    properties = schemas["ProjectedSession"]["properties"]
    read_only = {name for name, schema in properties.items() if schema.get("readOnly")}

    assert read_only == {"id", "createdDateTime", "lastModifiedDateTime"}
    for body in ("SessionCreate", "SessionUpdate"):
        assert set(schemas[body]["properties"]) == {"@odata.type", "displayName"}
        assert schemas[body]["additionalProperties"] is False


def test_select_knows_every_property_of_a_session() -> None:
    """A property that is added to a session can be selected."""
    schemas = document().schemas
    annotations = {name for name in schemas["ProjectedSession"]["properties"] if name.startswith("@")}

    assert set(schemas["SessionProperty"]["enum"]) == set(schemas["ProjectedSession"]["properties"]) - annotations


def request_problems(method: str, url: str = "", headers: dict[str, str] | None = None, body: bytes = b"") -> list[str]:
    return document().request_problems(method, BASE + url, headers or {}, body)


class TestRequests:
    """What the document makes of requests."""

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
        ],
    )
    def test_accepts_query_options(self, query: str) -> None:
        """What OData and the documentation allow is legal."""
        assert request_problems("GET", query) == []

    @pytest.mark.parametrize(
        ("query", "problem"),
        [
            ("?$top=0", "0 is less than the minimum of 1"),
            ("?$top=-1", "-1 is less than the minimum of 1"),
            ("?$top=ten", '"ten" is not of type "integer"'),
            ("?$top=%201", '" 1" is not of type "integer"'),
            ("?$count=yes", '"yes" is not of type "boolean"'),
            ("?$select=", '"" is not one of'),
            ("?$select=id,content", '"content" is not one of'),
            ("?$filter=displayName%20eq%20'Who's%20there'", "does not match"),
            ("?$filter=id%20eq%20'x'", "does not match"),
            ("?$orderby=displayName", "'$orderby' is not documented"),
        ],
    )
    def test_refuses_query_options(self, query: str, problem: str) -> None:
        """What is not known to work is not legal."""
        problems = request_problems("GET", query)

        assert len(problems) == 1
        assert problem in problems[0]

    @pytest.mark.parametrize(
        ("body", "problem"),
        [
            (b"{}", '"displayName" is a required property'),
            (b'{"displayName": null}', 'null is not of type "string"'),
            (b'{"displayName": "a", "id": "b"}', "Additional properties are not allowed ('id' was unexpected)"),
            (b'{"displayName": "a", "@odata.type": "#microsoft.graph.user"}', "was expected"),
            (b"[]", '[] is not of type "object"'),
            (b'{"displayName": "a",}', "is not JSON"),
        ],
    )
    def test_refuses_bodies(self, body: bytes, problem: str) -> None:
        """A body holds what is writable, and nothing else."""
        problems = request_problems("POST", headers=JSON, body=body)

        assert len(problems) == 1
        assert problem in problems[0]

    def test_accepts_an_empty_update(self) -> None:
        """displayName is optional in an update."""
        assert request_problems("PATCH", f"/{ID}", JSON, b"{}") == []

    def test_refuses_another_media_type(self) -> None:
        """Bodies are application/json."""
        problems = request_problems("POST", headers={"Content-Type": "text/plain"}, body=b'{"displayName": "a"}')

        assert problems == ["request media type 'text/plain' is not documented, only application/json"]

    def test_refuses_ids_that_are_no_guids(self) -> None:
        """A path parameter is a GUID, or `default` for the workspace."""
        assert "does not match" in request_problems("GET", "/1")[0]

    def test_refuses_a_client_request_id_that_is_no_guid(self) -> None:
        """Tracing works by GUIDs."""
        assert "client-request-id" in request_problems("GET", headers={"Client-Request-Id": "one"})[0]

    @pytest.mark.parametrize(("method", "url"), [("DELETE", f"/{ID}"), ("GET", f"/{ID}/prompts"), ("PUT", "")])
    def test_knows_no_other_operation(self, method: str, url: str) -> None:
        """Nothing is deleted, and nothing but sessions is in the document."""
        with pytest.raises(LookupError, match="the document has no operation for"):
            request_problems(method, url)


def response_problems(operation_id: str, status: int, body: object, headers: dict[str, str] | None = None) -> list[str]:
    operation = next(o for o in document().operations if o.id == operation_id)
    return document().response_problems(operation, status, JSON | (headers or {}), json.dumps(body).encode())


def changed(**changes: object) -> dict[str, object]:
    """The session with properties changed, or removed where the change is `...`."""
    merged = SESSION | {name.replace("odata_", "@odata."): value for name, value in changes.items()}
    return {name: value for name, value in merged.items() if value is not ...}


class TestResponses:
    """What the document makes of responses."""

    @pytest.mark.parametrize(
        "body",
        [
            changed(displayName=None),
            changed(status="new, since the service may add properties"),
            changed(odata_type="#microsoft.graph.security.securityCopilot.session"),
            changed(odata_type="#another.type"),
            changed(createdDateTime="0001-01-01T00:00:00Z"),
            changed(createdDateTime="2025-10-22T20:10:54.4Z", lastModifiedDateTime="2025-10-22T20:10:54.49Z"),
        ],
    )
    def test_accepts_sessions(self, body: object) -> None:
        """Responses are open, displayName is nullable, fractions have up to seven digits."""
        assert response_problems("createSession", 201, body) == []

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
            changed(createdDateTime="2025-10-22T20:10:54+00:00"),
            changed(createdDateTime="2025-13-22T20:10:54Z"),
            changed(lastModifiedDateTime="yesterday"),
            [SESSION],
        ],
    )
    @pytest.mark.parametrize(("operation_id", "status"), [("createSession", 201), ("updateSession", 200)])
    def test_refuses_incomplete_or_malformed_sessions(self, operation_id: str, status: int, body: object) -> None:
        """What a write returns is whole, and each property is of its type."""
        assert response_problems(operation_id, status, body) != []

    def test_accepts_what_select_left(self) -> None:
        """Any property of a session that is read may be left out; the context may not."""
        assert response_problems("getSession", 200, {"@odata.context": BASE, "displayName": None}) == []
        assert response_problems("getSession", 200, {"displayName": None}) != []
        assert response_problems("getSession", 200, {"@odata.context": BASE, "displayName": 1}) != []

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
    def test_judges_collections(self, change: dict[str, object], *, legal: bool) -> None:
        """A page has a context and a value, and may have a count and a link."""
        page = {"@odata.context": BASE, "value": [SESSION]} | change
        body = {name: value for name, value in page.items() if value is not ...}

        assert (response_problems("listSessions", 200, body) == []) is legal

    @pytest.mark.parametrize("nested", ["innerError", "innererror"])
    def test_accepts_errors_with_inner_errors_in_either_case(self, nested: str) -> None:
        """Inner errors nest, and carry the ids of the request."""
        inner: dict[str, Any] = {"date": "2025-10-22T20:10:54", "request-id": ID, "client-request-id": ID}
        body = {"error": ERROR["error"] | {nested: inner | {nested: {"code": "Deeper"}}}}

        assert response_problems("getSession", 404, body) == []

    @pytest.mark.parametrize("schema", ["MainError", "InnerError"])
    @pytest.mark.parametrize("nested", ["innerError", "innererror"])
    def test_knows_inner_errors_in_either_case(self, schema: str, nested: str) -> None:
        """The documentation writes both."""
        assert document().schemas[schema]["properties"][nested] == {"$ref": "#/components/schemas/InnerError"}

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
    def test_refuses_what_is_no_odata_error(self, body: object) -> None:
        """An error has a code and a message."""
        assert response_problems("getSession", 404, body) != []

    @pytest.mark.parametrize("status", [202, 204, 302, 418, 408, 502])
    def test_refuses_undocumented_statuses(self, status: int) -> None:
        """Only the documented statuses are legal."""
        assert "is not documented for getSession" in response_problems("getSession", status, ERROR)[0]

    @pytest.mark.parametrize(
        ("status", "header", "malformed"),
        [(401, "WWW-Authenticate", None), (405, "Allow", None), (429, "Retry-After", "soon")],
    )
    def test_demands_headers(self, status: int, header: str, malformed: str | None) -> None:
        """A challenge with 401, the methods with 405, the seconds to wait with 429."""
        assert response_problems("getSession", status, ERROR) == [f"header {header} is required and missing"]
        assert response_problems("getSession", status, ERROR, {header.lower(): "7"}) == []
        if malformed:
            assert response_problems("getSession", status, ERROR, {header: malformed}) != []

    @pytest.mark.parametrize("header", ["request-id", "client-request-id"])
    def test_refuses_tracing_headers_that_are_no_guids(self, header: str) -> None:
        """Support looks requests up by GUIDs."""
        assert response_problems("createSession", 201, SESSION, {header: ID}) == []
        assert response_problems("createSession", 201, SESSION, {header: "one"}) != []


def _references(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(_references, node.values()))
    return set().union(*map(_references, node)) if isinstance(node, list) else set()


def test_every_component_is_used_and_every_reference_leads_somewhere() -> None:
    """Nothing in the document is left over."""
    raw = document().raw
    components = raw["components"]
    defined = {
        f"#/components/{kind}/{name}"
        for kind, members in components.items()
        if kind != "securitySchemes"
        for name in members
    }

    assert _references(raw) == defined


@pytest.mark.parametrize("link", ["GetSession", "UpdateSession"])
def test_links_lead_from_create_to_get_and_update(link: str) -> None:
    """Every link fills all the path parameters of the operation it leads to."""
    target = document().raw["components"]["links"][link]
    operation = next(o for o in document().operations if o.id == target["operationId"])
    created = next(o for o in document().operations if o.id == "createSession").definition["responses"]["201"]

    assert set(target["parameters"]) == {p["name"] for p in operation.parameters if p["in"] == "path"}
    assert {"$ref": f"#/components/links/{link}"} in created["links"].values()


def test_a_document_is_read_once() -> None:
    """Everybody judges by the same document."""
    assert document() is document()
