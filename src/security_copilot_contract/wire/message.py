"""Requests and responses of httpx, validated against the document."""

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Literal

import httpx
from attrs import evolve, frozen

from security_copilot_contract.spec.canonical import canonical
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES
from security_copilot_contract.spec.operation import Operation
from security_copilot_contract.spec.violation import Description, Violation, cut
from security_copilot_contract.wire.decoding import decoded
from security_copilot_runtime.origin import same_origin

# A person reads no more of a message in which everything is wrong.
_MOST_VIOLATIONS = 20
_LONGEST_VALUE = 600
# Anything shorter is no token, and may be part of a word.
_SHORTEST_TOKEN = 8

# httpx takes 30 us to parse one.
_parsed = lru_cache(maxsize=16)(httpx.URL)


@frozen
class Breach:
    """A message that violates the document: the first 20 of its violations, and how many there are `more`.

    `operation` is None if the document has none for the request. The request's token is nowhere in it. Of the
    message it has excerpts only: values of the violations, each of up to 600 characters.
    """

    message: Literal["request", "response"]
    method: str
    path: str
    operation: str | None
    violations: tuple[Violation, ...]
    more: int = 0

    def __str__(self) -> str:
        what = f"the {self.message} of {self.operation}" if self.operation else f"the {self.message}"
        lines = [f"{what} breaks the document ({self.method} {self.path}):", *map(str, self.violations)]
        return "\n  ".join([*lines, f"and {self.more} more"] if self.more else lines)


@frozen
class Remark:
    """A response that was not validated, because an intermediary may have sent it in place of the service."""

    method: str
    path: str
    operation: str
    status: int
    media_type: str

    def __str__(self) -> str:
        found = INTERMEDIARIES[self.status]
        got = f"{self.status} ({self.media_type or 'no media type'})"
        return (
            f"{self.operation} got {got}, not validated: {found.sender} may have sent it, {found.source} "
            f"({self.method} {self.path})"
        )


class ContractError(AssertionError):
    """Messages broke the document; `breaches` has each of them."""

    # The module that users import it from.
    __module__ = "security_copilot_contract"

    def __init__(self, *breaches: Breach) -> None:
        super().__init__(*breaches)
        self.breaches = breaches

    def __str__(self) -> str:
        return "\n".join(map(str, self.breaches))


@frozen
class MatchedRequest:
    """A request, its operation of the document, and the parameters in its path.

    Without an operation `violation` is the reason.
    """

    request: httpx.Request
    operation: Operation | None
    path: Mapping[str, str]
    query: str
    violation: Violation | None = None

    @classmethod
    def of(cls, request: httpx.Request, base_url: str) -> "MatchedRequest":
        """Match a request by its path beneath the base URL of the service."""
        path, _, query = canonical(request.url.raw_path.decode("ascii")).partition("?")
        if not is_below(request.url, base_url):
            expected, got = Description(shown(base_url)), Description(shown(request.url))
            return cls(request, None, {}, query, Violation("path", "base_url", expected=expected, got=got))
        found = document().operation_at(request.method, path.removeprefix(_path(_parsed(base_url))))
        if found is None:
            violation = Violation("path", "no_operation", name=request.method, got=Description(path))
            return cls(request, None, {}, query, violation)
        return cls(request, found[0], found[1], query)

    def request_breach(self) -> Breach | None:
        """The breach of the request, whose body must have been read; its Authorization is not validated."""
        if self.operation is None:
            return self.breach("request", [self.violation] if self.violation else [])
        headers = fields(self.request.headers)
        try:
            body = decoded(self.request.content, headers)
        except ValueError as error:
            return self.breach("request", [Violation("body", "not_decodable", got=Description(error))])
        return self.breach("request", self.operation.request_violations(self.path, self.query, headers, body))

    def response_breach(self, response: httpx.Response) -> Breach | None:
        """The breach of a response, whose body must have been read; None without an operation.

        None as well if an intermediary may have sent it: see `security_copilot_contract.spec.intermediaries`.
        """
        if self.operation is None or response.status_code in INTERMEDIARIES:
            return None
        headers = fields(response.headers)
        return self.breach(
            "response", self.operation.response_violations(response.status_code, headers, response.content)
        )

    def remark(self, response: httpx.Response) -> Remark | None:
        """The remark on a response that an intermediary may have sent; None for any other, or without an operation."""
        if self.operation is None or response.status_code not in INTERMEDIARIES:
            return None
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        path = self.request.url.path
        return Remark(self.request.method, path, self.operation.id, response.status_code, media_type)

    def breach(self, message: Literal["request", "response"], violations: list[Violation]) -> Breach | None:
        """The breach that has these violations; None if there are none."""
        return self.breach_of(message, violations) if violations else None

    def breach_of(self, message: Literal["request", "response"], violations: list[Violation]) -> Breach:
        """The breach that has these violations."""
        excerpts = tuple(self._excerpt(violation) for violation in violations[:_MOST_VIOLATIONS])
        operation = None if self.operation is None else self.operation.id
        more = len(violations) - len(excerpts)
        return Breach(message, self.request.method, self.request.url.path, operation, excerpts, more)

    def _excerpt(self, violation: Violation) -> Violation:
        # A service may return what it received.
        token = self.request.headers.get("Authorization", "").rpartition(" ")[2]
        token = token if len(token) >= _SHORTEST_TOKEN else ""
        return evolve(
            violation,
            pointer=_text(violation.pointer, token),
            name=_text(violation.name, token),
            expected=_excerpt(violation.expected, token),
            got=_excerpt(violation.got, token),
        )


def _text(text: str, token: str) -> str:
    return cut(text.replace(token, "[token]") if token else text, _LONGEST_VALUE)


def _excerpt(value: object, token: str) -> object:
    """A JSON value without the token, wherever it is in it; if it is long, a description of it."""
    if isinstance(value, Description):
        return Description(_text(value, token))
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        # It could just be read, with less on the stack.
        return Description("a value that nests too deeply")
    escaped = json.dumps(token, ensure_ascii=False)[1:-1]
    if token and escaped in text:
        return _masked(value, text.replace(escaped, "[token]"))
    return value if len(text) <= _LONGEST_VALUE else Description(cut(text, _LONGEST_VALUE))


def _masked(value: object, masked: str) -> object:
    """The value as its JSON without the token says; a description of it if it is long, or the token was a number."""
    if len(masked) <= _LONGEST_VALUE:
        with suppress(ValueError):
            inner = json.loads(masked)
            return tuple(inner) if isinstance(value, tuple) else inner
    return Description(cut(masked, _LONGEST_VALUE))


def service_url(base_url: str | None) -> str:
    """A base URL without a trailing slash, the document's server by default; ValueError if it is not absolute."""
    url = httpx.URL(document().raw["servers"][0]["url"] if base_url is None else base_url)
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"base_url must be an absolute URL, not {base_url!r}")
    return str(url).rstrip("/")


def is_below(url: httpx.URL, base_url: str) -> bool:
    """Whether a URL has the origin of a base URL, and a path below that of it."""
    base = _parsed(base_url)
    return same_origin(url, base) and canonical(url.raw_path.decode("ascii")).startswith(f"{_path(base)}/")


def _path(base: httpx.URL) -> str:
    return base.raw_path.decode("ascii").rstrip("/")


def shown(url: httpx.URL | str) -> str:
    """A URL for a message: without its query, and without a user name and password."""
    url = httpx.URL(url)
    return f"{url.scheme}://{url.netloc.decode('ascii')}{url.path}"


def request_breach(request: httpx.Request, base_url: str) -> Breach | None:
    """The breach of a request to a service at a base URL; its body must have been read."""
    return MatchedRequest.of(request, base_url).request_breach()


def unanswered_breach(request: httpx.Request, base_url: str) -> Breach:
    """The breach of a request that nothing answers; if it is valid, that is its violation."""
    unanswered = Violation("path", "not_mocked", name=request.method, got=Description(shown(request.url)))
    matched = MatchedRequest.of(request, base_url)
    return matched.request_breach() or matched.breach_of("request", [unanswered])


def response_breach(request: httpx.Request, response: httpx.Response, base_url: str) -> Breach | None:
    """The breach of a response, whose body must have been read; None if there is no operation for the request."""
    return MatchedRequest.of(request, base_url).response_breach(response)


def fields(headers: httpx.Headers) -> dict[str, str]:
    """The headers by their names in lower case; repeated ones are joined by commas (RFC 9110, section 5.2)."""
    values: dict[str, list[str]] = {}
    for name, value in headers.raw:
        values.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return {name: ", ".join(repeated) for name, repeated in values.items()}
