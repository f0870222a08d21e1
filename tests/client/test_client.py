"""The client and the documented exchanges: what it puts on the wire, and what it makes of the answer."""

import asyncio
import builtins
import importlib
import json
import re
import typing
from collections.abc import Callable, Iterator
from datetime import datetime
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import respx
from security_copilot_client import AuthenticatedClient
from security_copilot_client.api.sessions import create_session, get_session, list_sessions, update_session
from security_copilot_client.models import (
    InnerError,
    ODataError,
    ProjectedSession,
    Session,
    SessionCreate,
    SessionUpdate,
)
from security_copilot_client.types import UNSET, Response

from security_copilot_contract.spec.contradictions import corrected
from security_copilot_contract.spec.document import Operation, document
from security_copilot_contract.spec.exchange import Exchange
from tests.documented import documented_session
from tests.spec.test_document import ENUMERATIONS, TYPES

BASE_URL = "https://graph.microsoft.com/beta"
SESSIONS = f"{BASE_URL}/security/securityCopilot/workspaces/default/sessions"
SESSION = documented_session() | {
    "id": "ecdfb9b3-58f5-457f-a18c-4a477890b252",
    "createdDateTime": "2025-10-22T20:10:54.4940649Z",
    "lastModifiedDateTime": "2025-10-22T20:10:54.4940649Z",
    "displayName": None,
}

# The properties whose values are members of enumerations.
OF_ENUMERATIONS = {name for rows in TYPES.values() for name, row in rows.items() if row["type"] in ENUMERATIONS}

Call = Callable[..., Any]


def _sync(module: ModuleType, *arguments: Any, **keywords: Any) -> Response[Any]:
    detailed: Response[Any] = module.sync_detailed(*arguments, **keywords)
    return detailed


def _asyncio(module: ModuleType, *arguments: Any, **keywords: Any) -> Response[Any]:
    detailed: Response[Any] = asyncio.run(module.asyncio_detailed(*arguments, **keywords))
    return detailed


@pytest.fixture(params=[_sync, _asyncio], ids=["sync", "asyncio"])
def call(request: pytest.FixtureRequest) -> Call:
    """Calls an operation; a test that takes it runs blocking and with asyncio."""
    how: Call = request.param
    return how


@pytest.fixture
def client() -> AuthenticatedClient:
    """A client of Microsoft Graph, by default; it repeats nothing."""
    return AuthenticatedClient(token="secret", retry=None)


def python_name(name: str) -> str:
    """The name that the generator gives to a property: `@odata.context` becomes `odata_context`, `type` `type_`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    python = re.sub(r"[^A-Za-z]+", "_", words).strip("_").lower()
    return f"{python}_" if hasattr(builtins, python) and python != "id" else python


def meaning(value: object) -> object:
    """JSON with its timestamps as moments, to the microsecond, which is as precise as a datetime is."""
    if isinstance(value, dict):
        return {name: meaning(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [meaning(inner) for inner in value]
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return datetime.fromisoformat(value)
    return value


def assert_holds(parsed: Any, body: dict[str, Any]) -> None:
    """Every property of the JSON is an attribute of the object, and the object has nothing else set."""
    names = {a.name for a in parsed.__attrs_attrs__} - {"additional_properties"}
    if not names:
        assert parsed.additional_properties == body  # an open dictionary
        return
    for name, value in body.items():
        attribute = getattr(parsed, python_name(name))
        if isinstance(value, dict):
            assert_holds(attribute, value)
        elif isinstance(value, list):
            assert len(attribute) == len(value)
            for inner, inner_body in zip(attribute, value, strict=True):
                assert_holds(inner, inner_body)
        else:
            assert attribute == meaning(value), name
            assert type(attribute) is type(meaning(value)), name
    unset = {name for name in names if getattr(parsed, name) is UNSET}
    assert names - unset == {python_name(name) for name in body}
    assert parsed.additional_properties == {}


def module_of(operation: Operation) -> ModuleType:
    """The client's module for an operation."""
    tag = operation.definition["tags"][0]
    return importlib.import_module(f"security_copilot_client.api.{tag}.{python_name(operation.id)}")


def operation_call(exchange: Exchange) -> tuple[ModuleType, dict[str, Any]]:
    """The client's module for an exchange, and the arguments that its request is made of."""
    operation, path = document().match(exchange.request.method, exchange.request.url)
    module = module_of(operation)
    options = dict(parse_qsl(urlsplit(exchange.request.url).query))
    arguments: dict[str, Any] = {python_name(name): value for name, value in {**path, **options}.items()}
    if exchange.request.body:
        body_class = typing.get_type_hints(module.sync_detailed)["body"]
        arguments["body"] = body_class.from_dict(exchange.request.json())
    return module, arguments


def answer(exchange: Exchange, body: bytes | None = None) -> respx.Route:
    """Whatever is asked, the documented response comes, or another body with its status and headers."""
    documented = exchange.response
    return respx.route().respond(
        documented.status, headers=dict(documented.headers), content=documented.body if body is None else body
    )


@respx.mock
def test_the_documented_request_goes_out(exchange: Exchange, call: Call, client: AuthenticatedClient) -> None:
    """Made of its arguments, and the same but for the spelling of the query."""
    exchange = corrected(exchange)
    documented, route = exchange.request, answer(exchange)
    module, arguments = operation_call(exchange)

    call(module, client=client, **arguments)

    sent = route.calls.last.request
    url, _, query = documented.url.partition("?")
    assert (sent.method, str(sent.url).partition("?")[0]) == (documented.method, url)
    assert parse_qsl(sent.url.query.decode()) == parse_qsl(query)
    assert documented.headers.items() <= dict(_cased(sent)).items()
    assert sent.headers["Authorization"] == "Bearer secret"
    assert (json.loads(sent.content) if sent.content else b"") == (documented.json() if documented.body else b"")


def expected_object(exchange: Exchange, body: Any) -> Any:
    """What the client makes of the body: one entity in place of a list becomes a page of one."""
    return body if "value" in body or not exchange.name.startswith("list") else {"value": [body]}


@respx.mock
def test_the_documented_response_is_understood(exchange: Exchange, call: Call, client: AuthenticatedClient) -> None:
    """It becomes an object, and the same JSON again. One entity in place of a list is a page of one."""
    exchange = corrected(exchange)
    answer(exchange)
    module, arguments = operation_call(exchange)

    response = call(module, client=client, **arguments)

    assert response.status_code == exchange.response.status
    expected = expected_object(exchange, exchange.response.json())
    assert_holds(response.parsed, expected)
    assert meaning(response.parsed.to_dict()) == meaning(expected)


def _with_new_members(body: Any) -> Any:
    """JSON with a member in each of its enumerations that the document does not have."""
    if isinstance(body, list):
        return [_with_new_members(inner) for inner in body]
    if not isinstance(body, dict):
        return body
    return {
        name: "aNewMember" if name in OF_ENUMERATIONS and isinstance(value, str) else _with_new_members(value)
        for name, value in body.items()
    }


@respx.mock
def test_new_members_of_enumerations_come_through(exchange: Exchange, call: Call, client: AuthenticatedClient) -> None:
    """They are strings, and the object is as whole as it was."""
    exchange = corrected(exchange)
    body = _with_new_members(exchange.response.json())
    module, arguments = operation_call(exchange)
    answer(exchange)
    usual = call(module, client=client, **arguments).parsed
    answer(exchange, json.dumps(body).encode())

    parsed = call(module, client=client, **arguments).parsed

    assert type(parsed) is type(usual)
    body = expected_object(exchange, body)
    assert_holds(parsed, body)
    assert meaning(parsed.to_dict()) == meaning(body)


def _with_a_wrong_type(body: Any) -> Iterator[Any]:
    """JSON with one of its values replaced by what none of them is, each in turn."""
    for name, value in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        for wrong in (..., *_with_a_wrong_type(value)):
            changed = body.copy()
            changed[name] = [[1]] if wrong is ... else wrong
            yield changed


_OPEN = re.compile(r'"(@[^"]*(?<!nextLink)|keyValuePairs)": \[\[1\]\]')


@respx.mock
def test_what_does_not_fit_is_an_error(exchange: Exchange, client: AuthenticatedClient) -> None:
    """No property is silently of another type. Control information and the values of a prompt's inputs are open."""
    exchange = corrected(exchange)
    module, arguments = operation_call(exchange)
    for body in _with_a_wrong_type(exchange.response.json()):
        answer(exchange, json.dumps(body).encode())

        parsed = module.sync_detailed(client=client, **arguments).parsed

        assert (parsed is None) is (_OPEN.search(json.dumps(body)) is None), body


@respx.mock
@pytest.mark.parametrize("prefer", [None, "return=minimal"])
def test_new_members_of_enumerations_are_asked_for(
    exchange: Exchange, call: Call, client: AuthenticatedClient, prefer: str | None
) -> None:
    """Unless the caller prefers something else, where the document knows the header."""
    exchange = corrected(exchange)
    route = answer(exchange)
    module, arguments = operation_call(exchange)
    takes = "prefer" in typing.get_type_hints(module.sync_detailed)

    call(module, client=client, **arguments, **({"prefer": prefer} if takes and prefer else {}))

    due = prefer if takes and prefer else "include-unknown-enum-members"
    assert route.calls.last.request.headers["Prefer"] == due


def _cased(request: httpx.Request) -> list[tuple[str, str]]:
    return [(name.decode(), value.decode()) for name, value in request.headers.raw]


@respx.mock
def test_a_session_is_created_by_its_name_alone(call: Call, client: AuthenticatedClient) -> None:
    """`SessionCreate(display_name=...)` is the documented body, `@odata.type` included."""
    route = respx.post(SESSIONS).respond(201, json=SESSION)

    call(create_session, "default", client=client, body=SessionCreate(display_name="Who am I"))

    assert json.loads(route.calls.last.request.content) == {
        "@odata.type": "#microsoft.graph.security.securityCopilot.session",
        "displayName": "Who am I",
    }


@respx.mock
def test_an_update_sends_what_changes(call: Call, client: AuthenticatedClient) -> None:
    """`SessionUpdate()` changes nothing; it does not send a null."""
    route = respx.patch(f"{SESSIONS}/{SESSION['id']}").respond(json=SESSION)

    call(update_session, "default", SESSION["id"], client=client, body=SessionUpdate())

    assert json.loads(route.calls.last.request.content) == {
        "@odata.type": "#microsoft.graph.security.securityCopilot.session"
    }


@respx.mock
def test_query_options_are_those_of_odata(call: Call, client: AuthenticatedClient) -> None:
    """`$select` is one comma-separated value, `$count` is lower case, and what is not given is not sent."""
    route = respx.get(SESSIONS).respond(json={"@odata.context": "", "value": []})

    call(
        list_sessions,
        "default",
        client=client,
        count=True,
        filter_="displayName eq 'Who''s there'",
        select=["id", "displayName"],
        top=5,
    )

    assert dict(route.calls.last.request.url.params.multi_items()) == {
        "$count": "true",
        "$filter": "displayName eq 'Who''s there'",
        "$select": "id,displayName",
        "$top": "5",
    }
    call(list_sessions, "default", client=client)
    assert route.calls.last.request.url.query == b""


@respx.mock
def test_a_projected_session_is_told_from_a_whole_one(call: Call, client: AuthenticatedClient) -> None:
    """Who uses `$select` gets a ProjectedSession, with UNSET for what was not asked for."""
    route = respx.get(f"{SESSIONS}/{SESSION['id']}")
    route.respond(json={"@odata.context": "", "displayName": "a"})

    parsed = call(get_session, "default", SESSION["id"], client=client, select=["displayName"]).parsed

    assert isinstance(parsed, ProjectedSession)
    assert parsed.display_name == "a"
    assert parsed.id is UNSET
    route.respond(json=SESSION)
    assert isinstance(call(get_session, "default", SESSION["id"], client=client).parsed, Session)


@respx.mock
def test_unknown_properties_are_kept(call: Call, client: AuthenticatedClient) -> None:
    """The API is beta: a new property is kept, and sent back unchanged."""
    respx.get(f"{SESSIONS}/{SESSION['id']}").respond(json=SESSION | {"mood": {"is": "good"}})

    parsed = call(get_session, "default", SESSION["id"], client=client).parsed

    assert parsed.additional_properties["mood"] == {"is": "good"}
    assert parsed.to_dict()["mood"] == {"is": "good"}


@respx.mock
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 500, 503])
def test_an_error_is_an_odata_error(call: Call, client: AuthenticatedClient, status: int) -> None:
    """Code, message and nested inner errors are there, whatever the case of the name."""
    inner = {"date": "2025-10-22", "request-id": "r", "client-request-id": "c", "innererror": {"code": "Deeper"}}
    error = {"error": {"code": "Some", "message": "Some error.", "innerError": inner}}
    respx.get(f"{SESSIONS}/{SESSION['id']}").respond(status, json=error)

    parsed = call(get_session, "default", SESSION["id"], client=client).parsed

    assert isinstance(parsed, ODataError)
    assert (parsed.error.code, parsed.error.message) == ("Some", "Some error.")
    assert isinstance(parsed.error.inner_error, InnerError)
    assert isinstance(parsed.error.inner_error.innererror, InnerError)
    assert parsed.error.inner_error.request_id == "r"
    assert parsed.error.inner_error.innererror.code == "Deeper"
    assert parsed.to_dict() == error


@pytest.mark.parametrize("operation", document().operations, ids=lambda operation: operation.id)
@pytest.mark.parametrize("function", ["sync", "sync_detailed", "asyncio", "asyncio_detailed", "iterate", "aiterate"])
def test_every_operation_requires_an_authenticated_client(operation: Operation, function: str) -> None:
    """A type checker refuses the unauthenticated Client. Collections can be iterated, and nothing else."""
    called = getattr(module_of(operation), function, None)

    assert (called is not None) is (operation.id.startswith("list") or "iterate" not in function)
    if called is not None:
        assert typing.get_type_hints(called)["client"] is AuthenticatedClient


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"json": {"displayName": "a"}}, "application/json"),
        ({"json": [], "headers": {"content-type": "application/merge-patch+json"}}, "application/merge-patch+json"),
        ({}, None),
    ],
)
@respx.mock
async def test_json_has_a_media_type(
    client: AuthenticatedClient, arguments: dict[str, Any], expected: str | None
) -> None:
    """Also in a request that is no operation."""
    route = respx.post("https://graph.microsoft.com/beta/any").respond(204)

    client.request(method="post", url="/any", **arguments)
    await client.arequest(method="post", url="/any", **arguments)
    assert [call.request.headers.get("content-type") for call in route.calls] == [expected] * 2
