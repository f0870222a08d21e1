"""The client and the documented exchanges: what it puts on the wire, and what it makes of the answer."""

import asyncio
import importlib
import json
import re
import typing
from collections.abc import Callable
from datetime import datetime
from types import ModuleType
from typing import Any

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

from security_copilot_contract.document import document
from security_copilot_contract.exchanges import Exchange

BASE_URL = "https://graph.microsoft.com/beta"
SESSIONS = f"{BASE_URL}/security/securityCopilot/workspaces/default/sessions"
SESSION = {
    "id": "ecdfb9b3-58f5-457f-a18c-4a477890b252",
    "createdDateTime": "2025-10-22T20:10:54.4940649Z",
    "lastModifiedDateTime": "2025-10-22T20:10:54.4940649Z",
    "displayName": None,
}

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
    """The name that the generator gives to a property: `@odata.context` becomes `odata_context`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return re.sub(r"[^A-Za-z]+", "_", words).strip("_").lower()


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
    for name, value in body.items():
        attribute = getattr(parsed, python_name(name))
        if isinstance(value, list):
            assert len(attribute) == len(value)
            for inner, inner_body in zip(attribute, value, strict=True):
                assert_holds(inner, inner_body)
        else:
            assert attribute == meaning(value), name
            assert type(attribute) is type(meaning(value)), name
    expected = {python_name(name) for name in body}
    unset = {a.name for a in parsed.__attrs_attrs__ if getattr(parsed, a.name) is UNSET}
    assert {a.name for a in parsed.__attrs_attrs__} - unset - {"additional_properties"} == expected
    assert parsed.additional_properties == {}


def operation_call(exchange: Exchange) -> tuple[ModuleType, dict[str, Any]]:
    """The client's module for an exchange, and the arguments that its request is made of."""
    operation, path = document().match(exchange.request.method, exchange.request.url)
    name = python_name(operation.id)
    module = importlib.import_module(f"security_copilot_client.api.{operation.definition['tags'][0]}.{name}")
    arguments: dict[str, Any] = {python_name(parameter): value for parameter, value in path.items()}
    if exchange.request.body:
        body_class = typing.get_type_hints(module.sync_detailed)["body"]
        arguments["body"] = body_class.from_dict(exchange.request.json())
    return module, arguments


@respx.mock
def test_client_and_exchange_agree(exchange: Exchange, call: Call, client: AuthenticatedClient) -> None:
    """The documented request goes out; the documented response comes back as an object, and is JSON again."""
    documented = exchange.response
    route = respx.route(method=exchange.request.method, url=exchange.request.url).respond(
        documented.status, headers=dict(documented.headers), content=documented.body
    )
    module, arguments = operation_call(exchange)

    response = call(module, client=client, **arguments)

    sent = route.calls.last.request
    assert str(sent.url) == exchange.request.url
    assert exchange.request.headers.items() <= dict(_cased(sent)).items()
    assert sent.headers["Authorization"] == "Bearer secret"
    assert (json.loads(sent.content) if sent.content else b"") == (
        exchange.request.json() if exchange.request.body else b""
    )
    assert response.status_code == documented.status
    assert_holds(response.parsed, documented.json())
    assert meaning(response.parsed.to_dict()) == meaning(documented.json())


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
    """The API is beta: what it adds comes through, and goes back unchanged."""
    respx.get(f"{SESSIONS}/{SESSION['id']}").respond(json=SESSION | {"mood": {"is": "good"}})

    parsed = call(get_session, "default", SESSION["id"], client=client).parsed

    assert parsed["mood"] == {"is": "good"}
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


@pytest.mark.parametrize("module", [create_session, list_sessions, get_session, update_session])
@pytest.mark.parametrize("function", ["sync", "sync_detailed", "asyncio", "asyncio_detailed"])
def test_every_operation_requires_an_authenticated_client(module: ModuleType, function: str) -> None:
    """A type checker refuses the unauthenticated Client."""
    assert typing.get_type_hints(getattr(module, function))["client"] is AuthenticatedClient
