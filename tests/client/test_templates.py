"""The template overrides, with a small document of what the sessions do not have, and other resources will."""

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType

import generate
import pytest

DOCUMENT = """
openapi: 3.1.1
info: {title: Small, version: "1"}
paths: {}
components:
  schemas:
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
"""
THING = {"state": "running", "result": {"isFinal": True, "score": 1}, "count": 3, "tags": ["a"]}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The models that our templates make of the small document."""
    folder = tmp_path_factory.mktemp("small")
    document = folder / "small.yaml"
    document.write_text(DOCUMENT)
    package = generate.generate(folder / "project", document)
    package.rename(folder / "small_client")
    sys.path.insert(0, str(folder))
    yield importlib.import_module("small_client.models")
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "small_client"]:
        del sys.modules[name]


@pytest.mark.parametrize("state", ["running", "hibernating", "unknownFutureValue", ""])
def test_unknown_members_of_an_open_enumeration_are_strings(models: ModuleType, state: str) -> None:
    """They come through, and go back as they came."""
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
def test_what_fits_makes_the_round_trip(models: ModuleType, more: dict[str, object]) -> None:
    """Nothing is lost or changed."""
    assert models.Thing.from_dict(THING | more).to_dict() == THING | more


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
        {"results": None},
        {"moment": "2025-10-22T20:10:54"},
        {"moment": None},
        {"closed": "hibernating"},
        {"closed": 1},
        {"states": [1]},
        {"states": [None]},
        {"states": "running"},
        {"inputs": []},
        {"inputs": None},
        {"large": "1"},
        {"large": 1.5},
    ],
)
def test_what_does_not_fit_is_an_error(models: ModuleType, change: dict[str, object]) -> None:
    """Never silently what came."""
    with pytest.raises((TypeError, ValueError, KeyError)):
        models.Thing.from_dict(THING | change)
