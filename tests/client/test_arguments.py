"""Mistakes in the arguments of operations are reported before anything is sent."""

import asyncio
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any
from uuid import UUID

import httpx
import pytest
import respx
from security_copilot_client import AuthenticatedClient, api
from security_copilot_client.api.prompts import create_prompt
from security_copilot_client.api.sessions import create_session, list_sessions, update_session
from security_copilot_client.models import EvaluationCreate, PromptCreate, SessionCreate, SessionUpdate

BODIES = {
    EvaluationCreate: EvaluationCreate(),
    PromptCreate: PromptCreate(content="a"),
    SessionCreate: SessionCreate(display_name="a"),
    SessionUpdate: SessionUpdate(display_name="a"),
}
GUID = ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"


def operations_with(parameter: str) -> list[ModuleType]:
    modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(api.__path__, f"{api.__name__}.")]
    return [
        module
        for module in modules
        if hasattr(module, "sync") and parameter in inspect.signature(module.sync, eval_str=True).parameters
    ]


def others(module: ModuleType) -> dict[str, Any]:
    """The client, an id for each parameter of the path, and a body if there is one."""
    parameters = inspect.signature(module.sync, eval_str=True).parameters
    ids = {name: ID for name in parameters if name.endswith("_id") and name != "client_request_id"}
    body = {"body": BODIES[parameters["body"].annotation]} if "body" in parameters else {}
    return {**ids, **body, "client": AuthenticatedClient(token="t")}


def sync(module: ModuleType, **arguments: Any) -> object:
    return module.sync(**{**others(module), **arguments})


def run(module: ModuleType, **arguments: Any) -> object:
    return asyncio.run(module.asyncio(**{**others(module), **arguments}))


@pytest.fixture(params=[sync, run])
def call(request: pytest.FixtureRequest) -> Iterator[Callable[..., object]]:
    """Calls an operation, blocking or with asyncio. Nothing may be sent."""
    with respx.mock:
        yield request.param


def test_which_operations_are_tested() -> None:
    assert len(operations_with("client")) == 12
    assert len(operations_with("body")) == 4
    assert len(operations_with("select")) == 8


async def _consume(given: Any) -> None:
    if inspect.isasyncgen(given):
        await anext(given)
    elif inspect.iscoroutine(given):
        await given
    elif inspect.isgenerator(given):
        next(given)


@pytest.mark.parametrize("module", operations_with("client"), ids=lambda module: module.__name__)
@pytest.mark.parametrize("no_client", [None, httpx.Client], ids=str)
async def test_a_client_that_is_none(module: ModuleType, no_client: object) -> None:
    """Of each function of each operation."""
    names = {"sync", "asyncio", "sync_detailed", "asyncio_detailed", "iterate", "aiterate"} & vars(module).keys()
    arguments = others(module) | {"client": no_client}

    for name in names:
        with pytest.raises(TypeError, match=f"^client must be an AuthenticatedClient, not {type(no_client).__name__}$"):
            await _consume(getattr(module, name)(**arguments))
    assert len(names) >= 4


@pytest.mark.parametrize("body", [{"displayName": "a"}, None, "a"], ids=str)
@pytest.mark.parametrize("module", operations_with("body"), ids=lambda module: module.__name__)
def test_a_body_that_is_no_model(call: Callable[..., object], module: ModuleType, body: object) -> None:
    model = inspect.signature(module.sync, eval_str=True).parameters["body"].annotation.__name__

    with pytest.raises(TypeError) as caught:
        call(module, body=body)
    expected = f"body must be a {model}, not {type(body).__name__}: pass {model}(...) or {model}.from_dict(...)"
    assert str(caught.value) == expected


@pytest.mark.parametrize("select", ["id", {"id"}, 5, range(2), ["id", 5]], ids=str)
@pytest.mark.parametrize("module", operations_with("select"), ids=lambda module: module.__name__)
def test_a_select_that_is_no_list_of_names(call: Callable[..., object], module: ModuleType, select: object) -> None:
    with pytest.raises(TypeError, match=r"^select must be a list of names, "):
        call(module, select=select)


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("count", "true", "count must be True or False, not 'true'"),
        ("count", 1, "count must be True or False, not 1"),
        ("filter_", 5, "filter_ must be a string, not 5"),
        ("filter_", b"a", "filter_ must be a string, not b'a'"),
        ("top", "5", "top must be an integer, such as 10, not '5'"),
        ("top", 2.5, "top must be an integer, such as 10, not 2.5"),
        ("top", True, "top must be an integer, such as 10, not True"),
        ("prefer", True, "prefer must be a string, not True"),
        ("client_request_id", 5, "client_request_id must be a UUID, such as uuid.uuid4(), not 5"),
        ("client_request_id", "one", "client_request_id must be a UUID, such as uuid.uuid4(), not 'one'"),
        ("client_request_id", GUID[1:], f"client_request_id must be a UUID, such as uuid.uuid4(), not {GUID[1:]!r}"),
        ("client_request_id", [GUID], f"client_request_id must be a UUID, such as uuid.uuid4(), not {[GUID]}"),
    ],
)
def test_a_value_of_a_wrong_type(call: Callable[..., object], argument: str, value: object, message: str) -> None:
    for module in operations_with(argument):
        with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
            call(module, **{argument: value})


def test_which_values_are_checked() -> None:
    """All of the query and of the headers."""
    for module in operations_with("client"):
        parameters = set(inspect.signature(module.sync, eval_str=True).parameters)
        in_path = {name for name in parameters if name.endswith("_id")} - {"client_request_id"}
        checked = {"client_request_id", "count", "filter_", "prefer", "select", "top"}
        assert parameters - in_path - {"body", "client"} <= checked


@pytest.mark.parametrize("value", [UUID(GUID), GUID, GUID.upper()], ids=repr)
def test_a_guid_may_be_a_string(value: UUID | str) -> None:
    with respx.mock as router:
        route = router.get(path__regex=".*/sessions").respond(200, json={"value": []})
        sync(list_sessions, client_request_id=value)
    assert route.calls.last.request.headers["client-request-id"] == str(value)


@pytest.mark.parametrize(
    "arguments", [{"select": ("id",)}, {"select": None}, {"filter_": None}, {"top": 5, "count": False}], ids=str
)
def test_query_values_that_are_right(arguments: dict[str, Any]) -> None:
    """A tuple is a list; None leaves the value out."""
    with respx.mock as router:
        route = router.get(path__regex=".*/sessions").respond(200, json={"value": []})
        assert sync(list_sessions, **arguments)
    expected = {"$select": "id", "$top": "5", "$count": "false"}
    assert dict(route.calls.last.request.url.params) == {
        f"${name}": expected[f"${name}"] for name, value in arguments.items() if value is not None
    }


@pytest.mark.parametrize(
    ("operation", "model", "values", "message"),
    [
        (create_session, SessionCreate, {"display_name": 5}, "displayName: expected a string, got a number"),
        (create_session, SessionCreate, {"display_name": None}, "displayName: expected a string, got null"),
        (update_session, SessionUpdate, {"display_name": ["a"]}, "displayName: expected a string, got a list"),
        (create_prompt, PromptCreate, {"content": b"a"}, "content: expected a string, got bytes"),
        (create_prompt, PromptCreate, {"content": {}}, "content: expected a string, got an object"),
    ],
)
def test_a_text_that_is_no_string(
    call: Callable[..., object], operation: ModuleType, model: type[Any], values: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=f"^{model.__name__}: {message}$"):
        call(operation, body=model(**values))
