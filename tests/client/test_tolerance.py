"""What the client accepts beyond the document, in every operation, and what its errors contain."""

import asyncio
import copy
import importlib
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import httpx
import pytest
import security_copilot_client.models
from security_copilot_client import AuthenticatedClient, InvalidResponseError
from security_copilot_client.api.evaluations import list_evaluations
from security_copilot_client.types import UNSET

from security_copilot_contract.spec.contradictions import corrected
from security_copilot_contract.spec.document import Operation, document
from security_copilot_contract.spec.exchange import exchanges
from tests.client.test_client import python_name

OPERATIONS = {operation.id: operation for operation in document().operations}
LISTS = [name for name in OPERATIONS if name.startswith("list")]
READS = [name for name in OPERATIONS if name.startswith(("list", "get"))]
CREATES = [name for name in OPERATIONS if name.startswith("create")]
WRITES = [*CREATES, "updateSession"]
EXCHANGES = {exchange.name: corrected(exchange) for exchange in exchanges()}

each_operation = pytest.mark.parametrize("name", OPERATIONS)
each_read = pytest.mark.parametrize("name", READS)
each_list = pytest.mark.parametrize("name", LISTS)
each_write = pytest.mark.parametrize("name", WRITES)

Call = Callable[..., Any]


def module(name: str) -> ModuleType:
    operation = OPERATIONS[name]
    return importlib.import_module(f"security_copilot_client.api.{operation.definition['tags'][0]}.{snake(name)}")


def snake(name: str) -> str:
    return python_name(name)


def documented(name: str) -> tuple[int, dict[str, Any]]:
    """The status and the body of the documented response; of a list always a page."""
    response = EXCHANGES[snake(name)].response
    body = response.json()
    return response.status, {"value": [body]} if name in LISTS and "value" not in body else body


def entity(body: dict[str, Any]) -> dict[str, Any]:
    """The object of a body; of a page, its first item."""
    return body["value"][0] if "value" in body else body


def parts(name: str) -> list[dict[str, Any]]:
    """The schema of the whole object that an operation returns: that of its properties, and what it requires."""
    entity = next(n for n in ("Workspace", "Plugin", "Session", "Prompt", "Evaluation") if n in name)
    return [document().resolve(part) for part in document().schemas[entity]["allOf"]]


def arguments(operation: Operation) -> dict[str, Any]:
    given = {snake(p["name"]): p["example"] for p in operation.parameters if p["in"] == "path"}
    if "requestBody" in operation.definition:
        reference = operation.definition["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        body = getattr(security_copilot_client.models, reference.rpartition("/")[2])
        given["body"] = body.from_dict({"displayName": "a", "content": "a"})
    return given


def client(status: int, body: object) -> AuthenticatedClient:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    return AuthenticatedClient(token="secret", retry=None, httpx_args={"transport": transport})


@pytest.fixture(params=["sync", "asyncio"])
def call(request: pytest.FixtureRequest) -> Call:
    """Calls an operation that gets this response."""

    def run(name: str, status: int, body: object, **more: Any) -> Any:
        given = arguments(OPERATIONS[name]) | more
        if request.param == "sync":
            with client(status, body) as blocking:
                return module(name).sync(**given, client=blocking)

        async def within() -> Any:
            async with client(status, body) as http:
                return await module(name).asyncio(**given, client=http)

        return asyncio.run(within())

    return run


@pytest.fixture(params=["iterate", "aiterate"])
def items(request: pytest.FixtureRequest) -> Call:
    """All items of a list that gets this response."""

    def run(name: str, body: object, **more: Any) -> list[Any]:
        given = arguments(OPERATIONS[name]) | more
        if request.param == "iterate":
            with client(200, body) as blocking:
                return list(module(name).iterate(**given, client=blocking))

        async def within() -> list[Any]:
            async with client(200, body) as http:
                return [item async for item in module(name).aiterate(**given, client=http)]

        return asyncio.run(within())

    return run


@each_operation
@pytest.mark.parametrize("status", [200, 201, 202, 203, 226])
def test_the_documented_body_makes_a_success(call: Call, name: str, status: int) -> None:
    _, body = documented(name)

    result = call(name, status, body)

    assert [key for key in json.loads(json.dumps(result.to_dict(), default=str)) if key not in body] == []


@each_operation
@pytest.mark.parametrize("status", [200, 202, 204, 205])
def test_a_success_without_the_body_says_that_the_request_was_accepted(call: Call, name: str, status: int) -> None:
    with pytest.raises(InvalidResponseError, match=f"{status} without the documented body; .* accepted") as caught:
        call(name, status, b"")
    assert (caught.value.created, caught.value.id, caught.value.body) == (name in CREATES, None, None)


@pytest.mark.parametrize("select", [UNSET, ["id"]])
@each_read
def test_control_information_is_optional_and_of_any_type(call: Call, name: str, select: Any) -> None:
    """In the page and in each item."""
    _, body = documented(name)
    names = (
        "@odata.context",
        "@odata.type",
        "@odata.count",
        "@microsoft.graph.tips",
        "@odata.id",
        "content@odata.type",
    )
    values: list[Any] = [5, None, [], {}, True, ""]
    for value in values:
        changed = json.loads(json.dumps(body)) | dict.fromkeys(names, value)
        entity(changed).update(dict.fromkeys(names, value))
        call(name, 200, changed, select=select)
    for node in (body, entity(body)):
        for control in [key for key in node if "@" in key]:
            del node[control]
    call(name, 200, body, select=select)


@each_operation
def test_a_missing_property_is_named(call: Call, name: str) -> None:
    """The error has what came. After a create it has the id as well."""
    status, body = documented(name)
    required = schema_required(name)
    for missing in required:
        changed = copy.deepcopy(body)
        del entity(changed)[missing]

        with pytest.raises(InvalidResponseError, match=f"the property '{missing}' is missing") as caught:
            call(name, status, changed)

        for error in (caught.value, copy.copy(caught.value)):
            assert error.body == changed
            assert error.created is (name in CREATES)
            assert error.id == (changed.get("id") if name in CREATES else None)
        if name in CREATES and missing != "id":
            assert f"the request has created an object with the id {body['id']}" in str(caught.value)


def schema_required(name: str) -> list[str]:
    """The properties of the whole object that are not nullable, as the document has them."""
    properties, required = parts(name)
    return [each for each in required["required"] if not nullable(properties["properties"][each])]


def nullable(node: Any) -> bool:
    resolved = document().resolve(node)
    return "null" in resolved.get("type", []) or any(nullable(each) for each in resolved.get("anyOf", []))


@each_read
def test_a_missing_nullable_property_is_none(call: Call, name: str) -> None:
    _, body = documented(name)
    properties = parts(name)[0]["properties"]
    names = [each for each in entity(body) if each in properties and nullable(properties[each])]
    for missing in names:
        del entity(body)[missing]

    result = call(name, 200, body)
    item = result.value[0] if name in LISTS else result
    assert [getattr(item, python_name(missing)) for missing in names] == [None] * len(names)


@each_read
def test_with_select_a_missing_property_is_unset(call: Call, name: str) -> None:
    """Also a nullable one: None would say that the service has sent null."""
    _, body = documented(name)
    whole = [key for key in entity(body) if "@" not in key]
    for missing in whole:
        changed = copy.deepcopy(body)
        del entity(changed)[missing]

        result = call(name, 200, changed, select=[key for key in whole if key != missing])
        item = result.value[0] if name in LISTS else result
        assert (type(item).__name__[:9], getattr(item, python_name(missing))) == ("Projected", UNSET)


@each_list
def test_one_entity_is_a_page_of_one(call: Call, items: Call, name: str) -> None:
    """With its context, or recognized by its properties."""
    _, body = documented(name)
    one = entity(body)
    for context in ({"@odata.context": "https://host/$metadata#x/$entity"}, {}, {"@odata.context": 5}):
        [item] = call(name, 200, one | context).value
        assert item.to_dict().keys() == (one | context).keys()
        assert len(items(name, one | context)) == 1
    part = {"id": "a", "@odata.context": "https://host/$metadata#x/$entity"}
    assert len(items(name, part, select=["id"])) == 1


def test_the_documented_response_of_list_evaluations_is_a_page_of_one() -> None:
    (exchange,) = (exchange for exchange in exchanges() if exchange.name == "list_evaluations")
    given = arguments(OPERATIONS["listEvaluations"])

    with client(200, exchange.response.body) as http:
        page = list_evaluations.sync(**given, client=http)

    assert [evaluation.id for evaluation in page.value] == [exchange.response.json()["id"]]


@pytest.mark.parametrize("select", [UNSET, ["id"]])
@each_list
def test_null_is_an_empty_page(call: Call, items: Call, name: str, select: Any) -> None:
    assert call(name, 200, {"value": None}, select=select).value == []
    assert items(name, {"value": None}, select=select) == []


@pytest.mark.parametrize("select", [UNSET, ["id"]])
@pytest.mark.parametrize(
    "body", [{}, [], None, 5, "a", {"value": {}}, {"value": ""}, {"value": 0}, {"error": {}}, {"a": 1}]
)
@each_list
def test_what_is_no_page_is_an_error(call: Call, name: str, body: object, select: Any) -> None:
    with pytest.raises(InvalidResponseError, match="malformed body"):
        call(name, 200, body, select=select)


@each_list
def test_every_page_is_parsed_as_the_first(name: str) -> None:
    """Whole items without $select, projections with it; also of a further page, whose URL is opaque."""
    _, body = documented(name)
    projection = {"value": [{"@odata.etag": "a"}]}

    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.params.get("$skiptoken"):
            return httpx.Response(200, json=projection)
        return httpx.Response(200, json=body | {"@odata.nextLink": f"{request.url.copy_with(query=b'$skiptoken=1')}"})

    def iterate(**select: Any) -> list[Any]:
        transport = httpx.MockTransport(respond)
        with AuthenticatedClient(token="secret", retry=None, httpx_args={"transport": transport}) as http:
            return list(module(name).iterate(**arguments(OPERATIONS[name]), **select, client=http))

    with pytest.raises(InvalidResponseError, match="is missing"):
        iterate()
    assert "Projected" in type(iterate(select=["id"])[-1]).__name__
