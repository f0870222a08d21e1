"""Schemas: each keyword of JSON Schema becomes a kind of violation with its expected value."""

from typing import Any

import pytest

from security_copilot_contract.spec.validation import Schemas
from security_copilot_contract.spec.violation import Kind, Violation


def violations(schema: dict[str, Any], value: object) -> list[Violation]:
    return Schemas({}).validator(schema).violations(value)


@pytest.mark.parametrize(
    ("schema", "kind", "expected", "value"),
    [
        ({"type": "string"}, "type", ("string",), 1),
        ({"type": ["null", "string"]}, "type", ("string", "null"), 1),
        ({"enum": ["a", 1]}, "enum", ["a", 1], "b"),
        ({"const": {"a": 1}}, "const", {"a": 1}, "b"),
        ({"pattern": "^a$"}, "pattern", "^a$", "b"),
        ({"format": "date-time"}, "format", "date-time", "b"),
        ({"minimum": 1}, "minimum", 1, 0),
        ({"exclusiveMinimum": 1}, "exclusive_minimum", 1, 1),
        ({"maximum": 1}, "maximum", 1, 2),
        ({"exclusiveMaximum": 1}, "exclusive_maximum", 1, 1),
        ({"multipleOf": 2}, "multiple_of", 2, 1),
        ({"minLength": 2}, "min_length", 2, "b"),
        ({"maxLength": 2}, "max_length", 2, "bcd"),
        ({"minItems": 2}, "min_items", 2, [1]),
        ({"maxItems": 2}, "max_items", 2, [1, 2, 3]),
        ({"uniqueItems": True}, "unique_items", None, [1, 1]),
        ({"minProperties": 2}, "min_properties", 2, {"b": 1}),
        ({"maxProperties": 0}, "max_properties", 0, {"b": 1}),
        ({"not": {"type": "string"}}, "schema", "not", "b"),
        ({"contains": {"const": 1}}, "schema", "contains", [2]),
    ],
)
def test_a_keyword_becomes_a_kind(schema: dict[str, Any], kind: Kind, expected: object, value: object) -> None:
    """`expected` is the value of the keyword, and `got` the invalid value."""
    inner = {"properties": {"a/b": {"items": schema}}}

    assert violations(schema, value) == [Violation("body", kind, "", "", expected, value)]
    assert violations(inner, {"a/b": [value]}) == [Violation("body", kind, "/a~1b/0", "", expected, value)]


@pytest.mark.parametrize("keyword", ["additionalProperties", "unevaluatedProperties"])
@pytest.mark.parametrize("others", [{}, {"properties": {"c": {}}}], ids=["of none", "of some"])
def test_each_property_too_many_is_a_violation(keyword: str, others: dict[str, Any]) -> None:
    """The violation has its name and value."""
    schema = {"items": {"anyOf": [{"type": "null"}, {keyword: False, **others}]}}

    assert violations(schema, [{"a": 1, "b": None}]) == [
        Violation("body", "additional", "/0/a", "a", got=1),
        Violation("body", "additional", "/0/b", "b", got=None),
    ]


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_of_several_schemas_the_nearest_one_counts(keyword: str) -> None:
    """The alternative of the same type with the fewest violations; if none has that type, all types are listed."""
    schema = {
        keyword: [
            {"type": "object", "required": ["a", "b"]},
            {"type": "object", "required": ["a"]},
            {"type": "null"},
        ]
    }

    assert violations(schema, {}) == [Violation("body", "required", "/a", "a")]
    assert violations(schema, 5) == [Violation("body", "type", expected=("object", "null"), got=5)]


def test_a_violation_has_the_part_and_the_name_of_what_is_validated() -> None:
    """For items of a list as well."""
    validator = Schemas({}).validator({"items": {"enum": ["a"]}}, "query", "$select")

    assert validator.violations(["a", "b"]) == [Violation("query", "enum", "/1", "$select", ["a"], "b")]


def test_a_long_list_is_validated_to_its_end() -> None:
    """All violations of its beginning; if there are none, the first of the rest."""
    schema = {"items": {"type": "string"}}
    valid = ["a"] * 5000

    assert [v.pointer for v in violations(schema, [1, *valid, 2, 3])] == ["/0"]
    assert [v.pointer for v in violations(schema, [*valid, 1, 2])] == ["/5000"]
    assert len(violations(schema, [1] * 1500)) == 1500
    assert violations(schema, valid) == []
