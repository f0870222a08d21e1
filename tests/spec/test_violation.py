"""Violations: their data, and the text that people read."""

from typing import get_args

import pytest

from security_copilot_contract.spec.violation import Description, Kind, Violation, pointer, shown


@pytest.mark.parametrize(
    ("violation", "text"),
    [
        (
            Violation("body", "type", "/displayName", "displayName", ("string",), 5),
            "displayName: expected a string, got 5",
        ),
        (Violation("body", "type", "/a/0", "", ("object", "null"), "b"), 'a/0: expected an object or null, got "b"'),
        (Violation("body", "required", "/id", "id"), "id: required, but missing"),
        (Violation("body", "additional", "/x", "x", got=None), "x: expected no such property, got null"),
        (Violation("body", "enum", "/type", "type", ("a", "b"), "c"), 'type: expected one of "a", "b", got "c"'),
        (Violation("body", "const", "/type", "type", "a", "c"), 'type: expected "a", got "c"'),
        (Violation("body", "pattern", "/id", "id", "^a+$", "b"), 'id: expected text that matches ^a+$, got "b"'),
        (Violation("body", "not_json", got=Description("no value")), "body: not JSON: no value"),
        (
            Violation("body", "undocumented", expected=Description("none"), got=Description("3 bytes")),
            "body: expected none, got 3 bytes",
        ),
        (
            Violation("body", "schema", expected="not", got=[]),
            "body: expected a value that the keyword not of its schema allows, got []",
        ),
        (
            Violation("query", "minimum", name="$top", expected=1, got=0),
            "query option $top: expected at least 1, got 0",
        ),
        (Violation("query", "repeated", name="$top"), "query option $top: given more than once"),
        (Violation("query", "undocumented", name="a", got="1"), "query option a: not documented"),
        (
            Violation("path", "no_operation", name="PUT", got=Description("/a")),
            "the document has no operation for PUT /a",
        ),
        (
            Violation("path", "pattern", name="id", expected="x", got="y"),
            'path parameter id: expected text that matches x, got "y"',
        ),
        (
            Violation("path", "base_url", expected=Description("http://a/"), got=Description("http://b/")),
            "http://b/ is not beneath the base URL http://a/",
        ),
        (Violation("header", "required", name="Allow"), "header Allow: required, but missing"),
        (
            Violation("header", "value", name="Date", expected=Description("an HTTP date"), got="now"),
            'header Date: expected an HTTP date, got "now"',
        ),
        (Violation("status", "undocumented", got=418), "status: not documented: 418 (I'm a Teapot)"),
        (Violation("status", "undocumented", got=799), "status: not documented: 799 (not an IANA status)"),
        (
            Violation("status", "value", expected=Description("400 or 422"), got=200),
            "status: expected 400 or 422, got 200",
        ),
        (
            Violation("status", "no_response", got=Description("refused")),
            "status: expected a complete response, got refused",
        ),
        (
            Violation("media type", "undocumented", expected=("application/json",), got="text/plain"),
            'media type: expected application/json, got "text/plain"',
        ),
    ],
)
def test_the_text_says_what_was_expected_and_what_was_got(violation: Violation, text: str) -> None:
    """And where."""
    assert str(violation) == text


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_has_a_text(kind: Kind) -> None:
    """For any fields, and without Python's spelling."""
    text = str(Violation("body", kind, "/a", "a", expected="one", got=None))

    assert "None" not in text
    assert "Violation" not in text


def test_a_long_value_is_cut_in_the_middle() -> None:
    """Its beginning and its end are shown."""
    text = shown("a" + "x" * 1000 + "z")

    assert len(text) < 310
    assert text.startswith('"ax')
    assert text.endswith('xz"')


def test_a_value_that_json_does_not_have_is_shown_as_in_python() -> None:
    """Such as a set."""
    assert shown({1}) == "{1}"


def test_a_pointer_escapes_what_it_is_made_of() -> None:
    """A slash and a tilde in a property's name (RFC 6901)."""
    assert pointer("a/b", 0, "c~d") == "/a~1b/0/c~0d"
    assert pointer() == ""
