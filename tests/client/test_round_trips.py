"""Round trips, with data that Hypothesis draws from the document's own schemas.

JSON that is legal by the document becomes an object and the same JSON again; the object becomes JSON that
is legal by the document, and the same object again.
"""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
import schemathesis
import security_copilot_client.models as client_models
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import DataObject, SearchStrategy, data

from security_copilot_contract.spec.document import document
from tests.client.test_client import meaning

# Every schema that is a class of the client. The others are scalars, enumerations and unions.
MODELS = [name for name, schema in document().schemas.items() if schema.get("type") == "object" or "allOf" in schema]
# How fast values are drawn depends on the machine.
SETTINGS = settings(deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@cache
def legal(name: str) -> SearchStrategy[dict[str, Any]]:
    """Values that are legal by a schema of the document: the bodies of an operation that takes nothing else."""
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
    operation = {"requestBody": body, "responses": {"200": {"description": ""}}}
    taker = {
        "openapi": "3.1.0",
        "info": {"title": "Takes a value", "version": "1"},
        "paths": {"/": {"post": operation}},
        "components": {"schemas": _short(_writable(document().schemas))},
    }
    strategy: SearchStrategy[Any] = schemathesis.openapi.from_dict(taker)["/"]["POST"].as_strategy()
    return strategy.map(lambda case: case.body)


def _writable(node: Any) -> Any:
    """Without readOnly, which keeps a property out of request bodies, and without annotations, which models ignore."""
    if isinstance(node, dict):
        kept = {name: inner for name, inner in node.items() if name not in ("readOnly", "patternProperties")}
        return {name: _writable(inner) for name, inner in kept.items()}
    return [_writable(inner) for inner in node] if isinstance(node, list) else node


def _short(node: Any) -> Any:
    """With at most two items in each array: more show nothing else, and take most of the time."""
    if isinstance(node, dict):
        bound = {"maxItems": 2} if node.get("type") == "array" else {}
        return {name: _short(inner) for name, inner in node.items()} | bound
    return [_short(inner) for inner in node] if isinstance(node, list) else node


def _in_utc(value: Any) -> Any:
    """Timestamps with the Z that the API writes; a datetime writes +00:00."""
    if isinstance(value, dict):
        return {name: _in_utc(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_in_utc(inner) for inner in value]
    return value.removesuffix("+00:00") + "Z" if isinstance(value, str) and value.endswith("+00:00") else value


def test_every_class_of_the_client_makes_the_round_trip() -> None:
    """A schema that is added to the document is among those that are tried."""
    classes = {name for name in client_models.__all__ if isinstance(getattr(client_models, name), type)}

    assert set(MODELS) == classes


@pytest.mark.parametrize("name", MODELS)
@settings(SETTINGS, max_examples=25)
@given(data=data())
def test_round_trip(name: str, data: DataObject) -> None:
    """From JSON and back, from an object and back, always legal by the document."""
    assert_round_trip(name, data)


@pytest.mark.nightly
@pytest.mark.parametrize("name", MODELS)
@settings(SETTINGS, max_examples=200)
@given(data=data())
def test_many_round_trips(name: str, data: DataObject) -> None:
    """Likewise, with rarer values."""
    assert_round_trip(name, data)


def assert_round_trip(name: str, data: DataObject) -> None:
    value = data.draw(legal(name))
    model = getattr(client_models, name)
    schema = {"$ref": f"#/components/schemas/{name}"}

    parsed = model.from_dict(json.loads(json.dumps(value)))
    written = json.loads(json.dumps(parsed.to_dict()))

    assert meaning(written) == meaning(value)
    assert model.from_dict(written) == parsed
    assert document().schema_violations(schema, value) == []
    assert document().schema_violations(schema, _in_utc(written)) == []


@pytest.mark.parametrize("digits", range(8))
@pytest.mark.parametrize("year", [1, 2025])
def test_timestamps_of_any_precision_are_aware(year: int, digits: int) -> None:
    """No to seven fractional digits, cut to the microsecond; year 1, which means "not yet", as well."""
    fraction = "." + "1234567"[:digits] if digits else ""
    body = {"createdDateTime": f"{year:04}-01-01T00:00:00{fraction}Z"}

    moment = client_models.ProjectedSession.from_dict(body).created_date_time

    microsecond = int("123456"[:digits].ljust(6, "0"))
    assert moment == datetime(year, 1, 1, microsecond=microsecond, tzinfo=UTC)
