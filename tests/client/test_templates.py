"""The template overrides, with a small document of types and operations that the API does not have yet."""

import asyncio
import datetime as dt
import importlib
import inspect
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, cast

import generate
import httpx
import pytest
from security_copilot_client import InvalidResponseError, ServiceError

DOCUMENT = """
openapi: 3.1.1
info: {title: Small, version: "1"}
paths:
  /things/{thingId}:
    parameters:
      - {name: thingId, in: path, required: true, schema: {type: string, description: The id of a thing.}}
    delete:
      operationId: deleteThing
      summary: Delete a thing
      description: Deletes it for good.
      tags: [things]
      responses:
        "204": {description: Deleted.}
        "404": {$ref: "#/components/responses/Error"}
    patch:
      operationId: updateThing
      summary: Update a thing
      tags: [things]
      parameters:
        - {name: If-Match, in: header, schema: {type: string}}
        - {name: Attempt, in: header, schema: {type: integer}}
        - {name: since, in: query, schema: {type: string, format: date-time}}
        - {name: days, in: query, explode: false, schema: {type: array, items: {type: string, format: date}}}
        - {name: $select, in: query, explode: false, schema: {type: array, items: {$ref: "#/components/schemas/State"}}}
        - {name: $top, in: query, schema: {type: integer}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Result"}}}
      responses:
        "200":
          description: The thing.
          content: {application/json: {schema: {$ref: "#/components/schemas/Result"}}}
        "204": {description: Nothing to change.}
        "404": {$ref: "#/components/responses/Error"}
components:
  responses:
    Error:
      description: An error.
      content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}
  schemas:
    Error: {type: object, required: [error], properties: {error: {type: object}}}
    State: {type: string, enum: [created, running]}
    Result:
      type: object
      required: [isFinal, score]
      properties: {isFinal: {type: boolean}, score: {type: number}}
    Thing:
      type: object
      required: [state, result, count, tags]
      properties:
        state: {anyOf: [{$ref: "#/components/schemas/State"}, {type: string}]}
        result: {anyOf: [{$ref: "#/components/schemas/Result"}, {type: "null"}]}
        count: {type: integer}
        tags: {type: array, items: {type: string}}
        results: {type: array, items: {$ref: "#/components/schemas/Result"}}
        moment: {type: string, format: date-time}
        closed: {anyOf: [{$ref: "#/components/schemas/State"}, {type: "null"}]}
        states: {type: array, items: {anyOf: [{$ref: "#/components/schemas/State"}, {type: string}]}}
        inputs: {type: object, additionalProperties: true}
        large: {type: integer, format: int64}
    Labels: {type: object, additionalProperties: {type: string, format: date-time}}
"""
THING = {"state": "running", "result": {"isFinal": True, "score": 1}, "count": 3, "tags": ["a"]}


RESULT = {"isFinal": True, "score": 1}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of the client that our templates make of the small document."""
    folder = tmp_path_factory.mktemp("small")
    document = folder / "small.yaml"
    document.write_text(DOCUMENT)
    package = generate.generate(folder / "project", document)
    package.rename(folder / "small_client")
    sys.path.insert(0, str(folder))
    yield "small_client"
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "small_client"]:
        del sys.modules[name]


@pytest.fixture
def models(package: str) -> ModuleType:
    """Its models."""
    return importlib.import_module(f"{package}.models")


@pytest.fixture
def delete_thing(package: str) -> ModuleType:
    """An operation whose success has no body."""
    return importlib.import_module(f"{package}.api.things.delete_thing")


@pytest.fixture
def update_thing(package: str) -> ModuleType:
    """An operation whose success may have a body, with parameters of all kinds."""
    return importlib.import_module(f"{package}.api.things.update_thing")


def client(response: httpx.Response, requests: list[httpx.Request] | None = None) -> Any:
    """A generated client that always gets this response."""

    def send(request: httpx.Request) -> httpx.Response:
        if requests is not None:
            requests.append(request)
        return httpx.Response(response.status_code, headers=response.headers, content=response.content)

    return sys.modules["small_client"].AuthenticatedClient(
        token="a", httpx_args={"transport": httpx.MockTransport(send)}
    )


def results(operation: ModuleType, response: httpx.Response, **arguments: object) -> list[Any]:
    """What `sync` and `asyncio` return, and what the detailed functions parse."""

    async def run() -> list[Any]:
        async with client(response) as http:
            return [
                await operation.asyncio("a", client=http, **arguments),
                (await operation.asyncio_detailed("a", client=http, **arguments)).parsed,
            ]

    with client(response) as http:
        blocking = operation.sync("a", client=http, **arguments)
        detailed = operation.sync_detailed("a", client=http, **arguments)
    assert (detailed.status_code, detailed.content) == (response.status_code, response.content)
    return [blocking, detailed.parsed, *asyncio.run(run())]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"<html>"], ids=["no body", "a body that is not documented", "a body that is not JSON"]
)
def test_a_success_without_a_body_is_none(delete_thing: ModuleType, content: bytes) -> None:
    assert results(delete_thing, httpx.Response(204, content=content)) == [None] * 4


def test_a_success_with_or_without_a_body(update_thing: ModuleType, models: ModuleType) -> None:
    result = models.Result.from_dict(RESULT)

    assert results(update_thing, httpx.Response(200, json=RESULT), body=result) == [result] * 4
    assert results(update_thing, httpx.Response(204), body=result) == [None] * 4


def test_annotations_name_none_for_a_success_without_a_body(delete_thing: ModuleType, update_thing: ModuleType) -> None:
    """Not Any, as in the generator's own templates."""
    assert inspect.signature(delete_thing.sync, eval_str=True).return_annotation is None
    assert "Any" not in str(inspect.signature(delete_thing.sync_detailed, eval_str=True).return_annotation)
    assert str(inspect.signature(update_thing.sync, eval_str=True).return_annotation).endswith("Result | None")


@pytest.mark.parametrize("status", [200, 202, 299])
def test_any_status_of_a_success_is_a_success(
    delete_thing: ModuleType, update_thing: ModuleType, models: ModuleType, status: int
) -> None:
    """The body decides what it is."""
    result = models.Result.from_dict(RESULT)

    assert results(delete_thing, httpx.Response(status)) == [None] * 4
    assert results(update_thing, httpx.Response(status, json=RESULT), body=result) == [result] * 4
    assert results(update_thing, httpx.Response(status), body=result) == [None] * 4


def test_an_operation_without_a_success_body_still_raises(delete_thing: ModuleType) -> None:
    """For an error, and for a redirect."""
    error = {"error": {"code": "notFound"}}
    with pytest.raises(ServiceError):
        delete_thing.sync("a", client=client(httpx.Response(404, json=error)))
    with pytest.raises(InvalidResponseError):
        delete_thing.sync("a", client=client(httpx.Response(302)))
    detailed = delete_thing.sync_detailed("a", client=client(httpx.Response(404, json=error)))
    assert detailed.parsed.to_dict() == error


def test_parameters_that_are_given_are_sent(update_thing: ModuleType, models: ModuleType) -> None:
    """A list as one comma-separated value, and each value as its type is written."""
    requests: list[httpx.Request] = []
    update_thing.sync(
        "a/b",
        client=client(httpx.Response(204), requests),
        body=models.Result.from_dict(RESULT),
        if_match="x",
        attempt=2,
        since=dt.datetime(2025, 1, 2, tzinfo=dt.UTC),
        days=[dt.date(2025, 1, 2), dt.date(2025, 1, 3)],
        select=["created", "running"],
        top=0,
    )

    [request] = requests
    assert request.url.raw_path.startswith(b"/beta/things/a%2Fb?")
    assert dict(request.url.params) == {
        "since": "2025-01-02T00:00:00+00:00",
        "days": "2025-01-02,2025-01-03",
        "$select": "created,running",
        "$top": "0",
    }
    assert (request.headers["If-Match"], request.headers["Attempt"]) == ("x", "2")
    assert request.headers["Content-Type"] == "application/json"
    assert request.content == b'{"isFinal":true,"score":1}'


def test_parameters_that_are_not_given_are_not_sent(update_thing: ModuleType, models: ModuleType) -> None:
    requests: list[httpx.Request] = []
    body = models.Result.from_dict(RESULT)
    update_thing.sync("a", client=client(httpx.Response(204), requests), body=body)

    assert str(requests[0].url).endswith("/beta/things/a")
    assert {"if-match", "attempt"}.isdisjoint(requests[0].headers)


def test_one_function_has_the_whole_docstring(delete_thing: ModuleType) -> None:
    """The others name the difference."""
    assert (
        inspect.getdoc(delete_thing.sync)
        == """\
Delete a thing.

Deletes it for good.

Args:
    thing_id: The id of a thing.

Raises:
    TypeError: If an argument is of a wrong type. Nothing is sent.
    ValueError: If an id is empty, "." or "..". Nothing is sent.
    errors.ServiceError: If the service refuses or fails: any status from 400.
    errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
    errors.NoResponseError: If no response comes."""
    )
    assert delete_thing.asyncio.__doc__ == "Like `sync`, for asyncio."
    assert cast("str", delete_thing.sync_detailed.__doc__).startswith("Like `sync`, but returns every response")
    assert delete_thing.asyncio_detailed.__doc__ == "Like `sync_detailed`, for asyncio."


def test_operations_are_methods_of_the_client(package: str) -> None:
    """Without a workspace in the path, and with two required properties of the body, which are given by keyword."""
    requests: list[httpx.Request] = []
    importlib.import_module(package)
    things = client(httpx.Response(204), requests).things
    things.delete("a")
    things.update("b", score=0.5, is_final=False, top=3)

    assert [(request.method, request.url.path) for request in requests] == [
        ("DELETE", "/beta/things/a"),
        ("PATCH", "/beta/things/b"),
    ]
    assert (requests[1].content, requests[1].url.query) == (b'{"isFinal":false,"score":0.5}', b"%24top=3")
    assert str(inspect.signature(things.delete)) == "(thing_id: 'str') -> 'None'"
    with pytest.raises(TypeError):
        things.update("b", 0.5, is_final=False)


def test_a_dictionary_of_converted_values_makes_the_round_trip(models: ModuleType) -> None:
    """Its values are not JSON values, so that to_dict converts each."""
    labels = {"first": "2025-01-02T00:00:00+00:00"}

    assert models.Labels.from_dict(labels).additional_properties["first"].year == 2025
    assert models.Labels.from_dict(labels).to_dict() == labels


@pytest.mark.parametrize("state", ["running", "hibernating", "unknownFutureValue", ""])
def test_unknown_members_of_an_open_enumeration_are_strings(models: ModuleType, state: str) -> None:
    """They are kept in both directions."""
    thing = models.Thing.from_dict(THING | {"state": state})

    assert thing.state == state
    assert thing.to_dict() == THING | {"state": state}


@pytest.mark.parametrize(
    "more",
    [
        {"closed": None},
        {"closed": "running"},
        {"states": []},
        {"states": ["running", "hibernating", ""]},
        {"inputs": {}},
        {"inputs": {"a": None, "b": [{"c": 1}]}},
        {"large": 2**63 - 1},
        {"large": -(2**63)},
    ],
)
def test_valid_values_make_the_round_trip(models: ModuleType, more: dict[str, object]) -> None:
    """Nothing is lost or changed."""
    assert models.Thing.from_dict(THING | more).to_dict() == THING | more


@pytest.mark.parametrize("name", ["moment", "inputs"])
def test_null_for_an_optional_property_is_unset(models: ModuleType, name: str) -> None:
    thing = models.Thing.from_dict(THING | {name: None})

    assert not isinstance(getattr(thing, name), dt.datetime | dict | None)
    assert thing.to_dict() == THING | {name: None}


def test_null_for_a_list_is_an_empty_one(models: ModuleType) -> None:
    thing = models.Thing.from_dict(THING | {"results": None, "tags": None, "states": None})

    assert (thing.results, thing.tags, thing.states) == ([], [], [])


@pytest.mark.parametrize("result", [{}, {"isFinal": True}])
def test_an_error_names_what_a_nullable_object_lacks(models: ModuleType, result: object) -> None:
    with pytest.raises(KeyError, match=r"isFinal|score"):
        models.Thing.from_dict(THING | {"result": result})


@pytest.mark.parametrize("result", [None, THING["result"], {"isFinal": False, "score": 0.5, "more": {"a": 1}}])
def test_a_nullable_object_makes_the_round_trip(models: ModuleType, result: object) -> None:
    """Null, or an object of its class."""
    thing = models.Thing.from_dict(THING | {"result": result})

    assert thing.result is None if result is None else isinstance(thing.result, models.Result)
    assert thing.to_dict() == THING | {"result": result}


@pytest.mark.parametrize(
    "change",
    [
        {"state": 1},
        {"state": None},
        {"result": {}},
        {"result": {"isFinal": "yes", "score": 1}},
        {"result": {"isFinal": 1, "score": 1}},
        {"result": {"isFinal": True, "score": "1"}},
        {"result": "text"},
        {"result": []},
        {"count": "3"},
        {"count": True},
        {"count": 3.5},
        {"tags": "a"},
        {"tags": {"a": 1}},
        {"tags": [1]},
        {"results": {}},
        {"results": [{}]},
        {"moment": "2025-10-22T20:10:54"},
        {"closed": "hibernating"},
        {"closed": 1},
        {"states": [1]},
        {"states": [None]},
        {"states": "running"},
        {"inputs": []},
        {"large": "1"},
        {"large": 1.5},
    ],
)
def test_invalid_values_are_errors(models: ModuleType, change: dict[str, object]) -> None:
    """A value of the wrong type never reaches the caller."""
    with pytest.raises((TypeError, ValueError, KeyError)):
        models.Thing.from_dict(THING | change)
