"""One problem of one message, as data. Code decides by its fields; its text is for people only."""

import json
from http.client import responses
from typing import Any, Literal

from attrs import frozen

Part = Literal["path", "query", "header", "media type", "status", "body"]

Kind = Literal[
    # The message as a whole.
    "no_operation",  # the document has no operation for the method (`name`) and the path (`got`)
    "not_mocked",  # no route of the mock answers the method (`name`) at the URL (`got`)
    "base_url",  # the URL (`got`) is not beneath the base URL (`expected`)
    "no_response",  # there is no complete response; `got` says why
    "undocumented",  # the document has no such query option, status or media type, or no body here
    "required",  # a parameter, header or property is missing
    "repeated",  # a query option is given more than once
    "not_decodable",  # the body does not follow its Content-Encoding; `got` says why
    "not_json",  # the body is not JSON in the sense of RFC 8259; `got` says why
    "too_deep",  # the body nests more deeply than can be validated; `got` says how
    # A value, by the keyword of JSON Schema that it violates; `expected` is what the keyword demands.
    "type",
    "enum",
    "const",
    "pattern",
    "format",
    "minimum",
    "exclusive_minimum",
    "maximum",
    "exclusive_maximum",
    "multiple_of",
    "min_length",
    "max_length",
    "min_items",
    "max_items",
    "unique_items",
    "min_properties",
    "max_properties",
    "additional",  # a property that the schema does not allow
    "schema",  # any other keyword; `expected` is its name
    # A value that the documentation rules out and its schema does not.
    "value",
]

_LONGEST_VALUE = 300
_ARTICLES = {"integer": "an integer", "object": "an object", "array": "an array", "null": "null"}
_TEXTS: dict[Kind, str] = {
    "no_operation": "the document has no operation for {name} {got}",
    "not_mocked": "no route answers {name} {got}",
    "base_url": "{got} is not beneath the base URL {expected}",
    "required": "{subject}: required, but missing",
    "repeated": "{subject}: given more than once",
    "not_json": "{subject}: not JSON: {got}",
    "not_decodable": "{subject}: cannot be decoded: {got}",
}
_DIFFERENCE = "{subject}: expected {expected}, got {got}"
# What a value should have been, by kind; `{}` is what `expected` has.
_EXPECTED: dict[Kind, str] = {
    "no_response": "a complete response",
    "too_deep": "fewer levels",
    "unique_items": "no item twice",
    "additional": "no such property",
    "minimum": "at least {}",
    "exclusive_minimum": "more than {}",
    "maximum": "at most {}",
    "exclusive_maximum": "less than {}",
    "multiple_of": "a multiple of {}",
    "min_length": "at least {} characters",
    "max_length": "at most {} characters",
    "min_items": "at least {} items",
    "max_items": "at most {} items",
    "min_properties": "at least {} properties",
    "max_properties": "at most {} properties",
    "format": "the format {}",
    "pattern": "text that matches {}",
    "schema": "a value that the keyword {} of its schema allows",
}


class Description(str):
    """Words that describe a value, instead of the value: the text of a violation shows them without quotes."""

    __slots__ = ()


@frozen
class Violation:
    """One problem of one message.

    `pointer` is a JSON pointer (RFC 6901) into the body to the value that is wrong, or to where a missing one
    belongs; "" is the whole body. In a parameter that is a list it points to an item. `name` is that of the
    parameter, header or property. `expected` and `got` are values, or a `Description` of them.
    """

    part: Part
    kind: Kind
    pointer: str = ""
    name: str = ""
    expected: object = None
    got: object = None

    def __str__(self) -> str:
        return self._form.format(
            subject=self.subject,
            name=self.name,
            expected=self._expected,
            got=shown(self.got),
            status=_status(self.got) if self.part == "status" else "",
        )

    @property
    def values(self) -> tuple[str, str] | None:
        """What was expected and what came, as texts; None if the violation is of another form."""
        return (self._expected, shown(self.got)) if self._form is _DIFFERENCE else None

    @property
    def _form(self) -> str:
        if self.kind == "undocumented" and self.expected is None:
            return "{subject}: not documented{status}"
        return _TEXTS.get(self.kind, _DIFFERENCE)

    @property
    def subject(self) -> str:
        """What it is about, in words: the pointer without its first slash, or the name of a parameter or header."""
        match self.part:
            case "path":
                return f"path parameter {self.name}"
            case "query":
                return f"query option {self.name}"
            case "header":
                return f"header {self.name}"
            case "body" if self.pointer:
                return self.pointer.removeprefix("/")
        return self.part

    @property
    def _expected(self) -> str:
        match self.kind:
            case "type" if isinstance(self.expected, tuple | list):
                return " or ".join(_ARTICLES.get(name, f"a {name}") for name in self.expected)
            case "undocumented" if isinstance(self.expected, tuple):
                return " or ".join(self.expected)
            case "enum" if isinstance(self.expected, tuple | list):
                return cut(f"one of {', '.join(map(shown, self.expected))}")
        form = _EXPECTED.get(self.kind)
        return form.format(cut(str(self.expected))) if form else shown(self.expected)


def _status(code: object) -> str:
    reason = responses.get(code) if isinstance(code, int) else None
    return f": {code} ({reason or 'not an IANA status'})"


def shown(value: object) -> str:
    """A value for a person: text in quotes as in JSON, descriptions without, and all of it cut when it is long."""
    return cut(value if isinstance(value, Description) else _json(value))


def cut(text: str, longest: int = _LONGEST_VALUE) -> str:
    """A text without its middle, when it is longer than so many characters."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} ... {text[-half:]}"


def pointer(*segments: str | int) -> str:
    """The JSON pointer (RFC 6901) that leads through these property names and indices."""
    return "".join(f"/{str(segment).replace('~', '~0').replace('/', '~1')}" for segment in segments)


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "a value that nests too deeply"
    except (TypeError, ValueError):
        return repr(value)
