"""An operation of the OpenAPI document, and what the document says of its requests and responses.

What it says is compiled once, when it is first asked for: a request and its response are judged in some 20 us.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from http.client import responses
from urllib.parse import parse_qsl, unquote

from attrs import field, frozen

from security_copilot_contract.spec import strict_json
from security_copilot_contract.spec.validation import Rule, Schema, Schemas

# Enough to tell a large integer from a small one, and few enough for int().
_MAX_DIGITS = 4000

Headers = Mapping[str, str]


@frozen(slots=False)
class Operation:
    """An operation of the document, with the parameters of its path among its own.

    Where it takes headers, their names are in lower case.
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
        """The permissions that the operation needs at the least."""
        return [s for requirement in self.definition["security"] for s in requirement.get("oauth2", [])]

    def path_parameters(self, path: str) -> dict[str, str] | None:
        """The parameters in a path, unquoted; None when the path is not the operation's."""
        found = self._pattern.fullmatch(path)
        return found and {name: unquote(value) for name, value in found.groupdict().items()}

    def request_problems(self, path: Mapping[str, str], query: str, headers: Headers, body: bytes) -> list[str]:
        """Why the document would not have a request with these path parameters; Authorization is not looked at."""
        options = parse_qsl(query, keep_blank_values=True) if query else []
        values: dict[str, Mapping[str, str]] = {"path": path, "query": dict(options), "header": headers}
        problems = [f"query option {name!r} is not documented" for name, _ in options if name not in self._options]
        if len(values["query"]) < len(options):
            # Not even a list: its items stand between commas.
            problems.append("a query option is given more than once")
        for place, name, parameter in self._parameters:
            problems += parameter.problems(values[place].get(name))
        return problems + self._request_body.media_type_problems(headers) + self._request_body.problems(headers, body)

    def response_problems(self, status: int, headers: Headers, body: bytes) -> list[str]:
        """Why the document would not have a response."""
        return self.head_problems(status, headers) + self.body_problems(status, headers, body)

    def head_problems(self, status: int, headers: Headers) -> list[str]:
        """Why the document would not have a response, whatever its body holds."""
        response = self._response(status)
        if response is None:
            reason = responses.get(status, "not an IANA status")
            return [f"status {status} ({reason}) is not documented for {self.id}"]
        problems = []
        for name, header in response.headers:
            problems += header.problems(headers.get(name))
        return problems + response.body.media_type_problems(headers)

    def body_problems(self, status: int, headers: Headers, body: bytes) -> list[str]:
        """Why the document would not have the body of a response; nothing where it has not even the head."""
        response = self._response(status)
        return response.body.problems(headers, body) if response else []

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # One path segment a parameter; the path is matched as it was sent, before it is unquoted.
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path)))

    @cached_property
    def _options(self) -> set[str]:
        return {p["name"] for p in self.parameters if p["in"] == "query"}

    @cached_property
    def _parameters(self) -> list[tuple[str, str, "_Value"]]:
        listed = []
        for parameter in self.parameters:
            place = parameter["in"]
            name = parameter["name"].lower() if place == "header" else parameter["name"]
            listed.append((place, name, self._value(f"{place} parameter {name}", parameter)))
        return listed

    @cached_property
    def _request_body(self) -> "_Body":
        return self._body("request", self.definition.get("requestBody", {}))

    def _response(self, status: int) -> "_Response | None":
        if status not in self._responses and str(status) in self.definition["responses"]:
            definition = self._schemas.resolve(self.definition["responses"][str(status)])
            headers = {name: self._schemas.resolve(h) for name, h in definition.get("headers", {}).items()}
            self._responses[status] = _Response(
                [(name.lower(), self._value(f"header {name}", header)) for name, header in headers.items()],
                self._body("response", definition),
            )
        return self._responses.get(status)

    def _value(self, what: str, definition: Schema) -> "_Value":
        schema = definition["schema"]
        kind = self._schemas.resolve(schema).get("type")
        return _Value(what, definition.get("required", False), kind, self._schemas.rule(schema))

    def _body(self, what: str, definition: Schema) -> "_Body":
        content = definition.get("content", {})
        return _Body(what, {name: self._schemas.rule(media["schema"]) for name, media in content.items()})


@frozen
class _Value:
    """A parameter or a header, and what it may say."""

    what: str
    required: bool
    kind: object
    rule: Rule

    def problems(self, value: str | None) -> list[str]:
        if value is None:
            return [f"{self.what} is required and missing"] if self.required else []
        return self.rule.problems(_from_wire(value, self.kind), self.what)


@frozen
class _Body:
    """The body of a request or a response, and what it may hold, by its media type; nothing if it has none."""

    what: str
    rules: Mapping[str, Rule]

    def media_type_problems(self, headers: Headers) -> list[str]:
        media_type = _media_type(headers)
        if not self.rules or media_type in self.rules:
            return []
        return [f"{self.what} media type {media_type!r} is not documented, only {', '.join(self.rules)}"]

    def problems(self, headers: Headers, body: bytes) -> list[str]:
        if not self.rules:
            return [f"{self.what} body is not documented"] if body else []
        rule = self.rules.get(_media_type(headers))
        if rule is None:
            return []
        try:
            value = strict_json.loads(body)
        except ValueError as error:
            return [f"{self.what} body is not JSON: {error}"]
        return rule.problems(value, f"{self.what} body")


@frozen
class _Response:
    """A documented response: its headers by their names in lower case, and its body."""

    headers: list[tuple[str, _Value]]
    body: _Body


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _from_wire(value: str, kind: object) -> object:
    """What a parameter or header says, in JSON; text that does not fit its type stays text."""
    if kind == "integer" and re.fullmatch(r"-?(0|[1-9][0-9]*)", value):
        return int(value[:_MAX_DIGITS])
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind == "array":
        return value.split(",")
    return value
