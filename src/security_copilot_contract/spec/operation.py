"""An operation of the OpenAPI document, and the violations of its requests and responses.

Its schemas are compiled when they are first needed. A request and its response are then validated in some 20 us.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from urllib.parse import parse_qsl, unquote

from attrs import field, frozen

from security_copilot_contract.spec import strict_json
from security_copilot_contract.spec.validation import Schema, Schemas, SchemaValidator
from security_copilot_contract.spec.violation import Description, Part, Violation

# Also of no body at all, as a gateway on the way may answer.
_ANY_MEDIA_TYPE = "*/*"

Headers = Mapping[str, str]


@frozen(slots=False)
class Operation:
    """An operation of the document; `parameters` includes those of its path.

    Where a method takes headers, their names are in lower case.
    """

    id: str
    method: str
    path: str
    definition: Schema = field(repr=False)
    parameters: list[Schema] = field(repr=False)
    _schemas: Schemas = field(repr=False, eq=False)
    _responses: dict[int, "_Response"] = field(init=False, repr=False, eq=False, factory=dict)

    @property
    def scopes(self) -> list[str]:
        """The least privileged permissions that the operation needs."""
        return [s for requirement in self.definition["security"] for s in requirement.get("oauth2", [])]

    def path_parameters(self, path: str) -> dict[str, str] | None:
        """The parameters in a path, unquoted; None if the path is not the operation's."""
        found = self._pattern.fullmatch(path)
        return found and {name: unquote(value) for name, value in found.groupdict().items()}

    def request_violations(self, path: Mapping[str, str], query: str, headers: Headers, body: bytes) -> list[Violation]:
        """The violations of a request with these path parameters. Its Authorization is not validated."""
        options = parse_qsl(query, keep_blank_values=True) if query else []
        values: dict[str, Mapping[str, str]] = {"path": path, "query": dict(options), "header": headers}
        violations = self._option_violations(options) if options else []
        for parameter in self._parameters:
            violations += parameter.violations(values[parameter.part])
        content = self._request_body
        return violations + content.media_type_violations(headers) + content.violations(headers, body)

    def response_violations(self, status: int, headers: Headers, body: bytes) -> list[Violation]:
        """The violations of a response."""
        return self.head_violations(status, headers) + self.body_violations(status, headers, body)

    def head_violations(self, status: int, headers: Headers) -> list[Violation]:
        """The violations of a response apart from its body."""
        response = self._response(status)
        if response is None:
            return [Violation("status", "undocumented", got=status)]
        violations = []
        for header in response.headers:
            violations += header.violations(headers)
        return violations + response.body.media_type_violations(headers)

    def body_violations(self, status: int, headers: Headers, body: bytes) -> list[Violation]:
        """The violations of a response's body; none if its status or media type is not documented."""
        response = self._response(status)
        return response.body.violations(headers, body) if response else []

    def _option_violations(self, options: list[tuple[str, str]]) -> list[Violation]:
        violations = [
            Violation("query", "undocumented", name=name, got=value)
            for name, value in options
            if name not in self._options
        ]
        # A list is no exception: its items are separated by commas.
        counts = Counter(name for name, _ in options)
        return violations + [Violation("query", "repeated", name=name) for name, count in counts.items() if count > 1]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # One path segment a parameter; the path is matched as it was sent, before it is unquoted.
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path)))

    @cached_property
    def _options(self) -> set[str]:
        return {p["name"] for p in self.parameters if p["in"] == "query"}

    @cached_property
    def _parameters(self) -> list["_Value"]:
        return [self._value(parameter["in"], parameter["name"], parameter) for parameter in self.parameters]

    @cached_property
    def _request_body(self) -> "_Body":
        return self._body(self.definition.get("requestBody", {}))

    def _response(self, status: int) -> "_Response | None":
        if status not in self._responses and str(status) in self.definition["responses"]:
            definition = self._schemas.resolve(self.definition["responses"][str(status)])
            headers = {name: self._schemas.resolve(h) for name, h in definition.get("headers", {}).items()}
            self._responses[status] = _Response(
                [self._value("header", name, header) for name, header in headers.items()], self._body(definition)
            )
        return self._responses.get(status)

    def _value(self, part: Part, name: str, definition: Schema) -> "_Value":
        schema = definition["schema"]
        return _Value(
            part,
            name,
            name.lower() if part == "header" else name,
            definition.get("required", False),
            self._schemas.resolve(schema).get("type"),
            self._schemas.validator(schema, part, name),
        )

    def _body(self, definition: Schema) -> "_Body":
        content = definition.get("content", {})
        validators = {
            name: self._schemas.validator(media["schema"]) if "schema" in media else None
            for name, media in content.items()
        }
        return _Body(validators)


@frozen
class _Value:
    """A parameter or a header. `key` is its name in a message: that of a header is in lower case there."""

    part: Part
    name: str
    key: str
    required: bool
    type: object
    validator: SchemaValidator

    def violations(self, values: Mapping[str, str]) -> list[Violation]:
        value = values.get(self.key)
        if value is None:
            return [Violation(self.part, "required", name=self.name)] if self.required else []
        return self.validator.violations(_from_wire(value, self.type))


@frozen
class _Body:
    """The body of a request or a response: a validator for each media type. Without any there is no body.

    A media type whose validator is None may have any body.
    """

    validators: Mapping[str, SchemaValidator | None]

    def media_type_violations(self, headers: Headers) -> list[Violation]:
        media_type = _media_type(headers)
        if not self.validators or media_type in self.validators or _ANY_MEDIA_TYPE in self.validators:
            return []
        return [Violation("media type", "undocumented", expected=tuple(self.validators), got=media_type)]

    def violations(self, headers: Headers, body: bytes) -> list[Violation]:
        if not self.validators:
            return [_undocumented(body)] if body else []
        validator = self.validators.get(_media_type(headers))
        if validator is None:
            return []
        try:
            value = strict_json.loads(body)
        except ValueError as error:
            return [Violation("body", "not_json", got=Description(error))]
        return [violation for violation in validator.violations(value) if not _is_of_annotation(violation)]


def _is_of_annotation(violation: Violation) -> bool:
    """Whether a name is only unknown. A receiver ignores annotations (OData JSON Format 4.01, section 20)."""
    return violation.kind == "additional" and "@" in violation.name


def _undocumented(body: bytes) -> Violation:
    return Violation("body", "undocumented", expected=Description("none"), got=Description(f"{len(body)} bytes"))


@frozen
class _Response:
    """A documented response."""

    headers: list[_Value]
    body: _Body


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _from_wire(value: str, type_: object) -> object:
    """The JSON value of a parameter or header; text that does not fit its type stays text."""
    if type_ == "integer" and re.fullmatch(r"-?(0|[1-9][0-9]*)", value):
        # These digits are enough to tell a large integer from a small one.
        return int(value[: strict_json.MOST_DIGITS])
    if type_ == "boolean" and value in ("true", "false"):
        return value == "true"
    if type_ == "array":
        return value.split(",")
    return value
