"""One request and its response, as they were on the wire, and how they violate the document."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from attrs import define, field

from security_copilot_contract.checks.documented_resource import DocumentedResource, documented_resource_of
from security_copilot_contract.spec.canonical import canonical
from security_copilot_contract.spec.document import Operation, document
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES
from security_copilot_contract.spec.violation import Violation, pointer

# The wait for a service, or a gateway before it, that is not available and has no Retry-After.
_DEFAULT_WAIT_SECONDS = 1.0

Headers = Mapping[str, Sequence[str]]


@define(slots=False)
class Interaction:
    """A request and its response.

    `base_url` has no slash at its end; `url` is what comes after it, with the query: `/security/...`. Header names are
    in lower case. `authorized`: the request carries the token. `previous_page` is the page whose nextLink the request
    follows, if it follows one.
    """

    base_url: str
    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    headers: Headers
    response_body: bytes = field(repr=False)
    authorized: bool = True
    previous_page: "Interaction | None" = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        base_url: str,
        token: str | None,
        request: requests.PreparedRequest,
        response: tuple[int, Headers, bytes],
        previous_page: "Interaction | None" = None,
    ) -> "Interaction":
        """An interaction from the request as it was sent, and status, headers and body of the response.

        Without `token`, any token counts that the service does not refuse with 401.
        """
        status, headers, response_body = response
        body = request.body or b""
        scheme, _, sent = _text(request.headers.get("Authorization", "")).partition(" ")
        accepted = sent == token if token is not None else status != HTTPStatus.UNAUTHORIZED
        return cls(
            base_url=base_url,
            method=str(request.method),
            url=str(request.url).removeprefix(base_url),
            request_headers={name.lower(): _text(value) for name, value in request.headers.items()},
            request_body=body if isinstance(body, bytes) else str(body).encode(),
            status=status,
            headers=headers,
            response_body=response_body,
            authorized=scheme == "Bearer" and accepted,
            previous_page=previous_page,
        )

    # ---- the request

    @cached_property
    def path(self) -> str:
        """The path, in its canonical form; for a next page that of the first one, since a nextLink is opaque."""
        return self.previous_page.path if self.previous_page is not None else urlsplit(canonical(self.url)).path

    @cached_property
    def _match(self) -> tuple[Operation | None, dict[str, str]]:
        if self.previous_page is not None:
            return self.previous_page._match  # noqa: SLF001 - another of the same class
        try:
            return document().match(self.method, self._documented_url)
        except LookupError:
            return None, {}

    @cached_property
    def _documented_url(self) -> str:
        server: str = document().raw["servers"][0]["url"]
        return server + self.url

    @property
    def operation(self) -> Operation | None:
        """The operation that the request is for; None if the document has none."""
        return self._match[0]

    @property
    def path_parameters(self) -> dict[str, str]:
        """The parameters in the path, unquoted."""
        return self._match[1]

    @cached_property
    def resource(self) -> DocumentedResource | None:
        """The resource that the request is for; None if the document has no such operation."""
        return None if self.operation is None else documented_resource_of(self.operation)

    @property
    def key(self) -> str:
        """The property that identifies an entity of the resource."""
        return "id" if self.resource is None else self.resource.key

    @property
    def is_of_collection(self) -> bool:
        """Whether the path is that of a collection, not of one entity in it."""
        return self.operation is not None and not self.operation.path.endswith("}")

    @property
    def collection(self) -> str:
        """The path of the collection that the request is for, or that has the entity."""
        return self.path if self.is_of_collection else self.path.rpartition("/")[0]

    @cached_property
    def query(self) -> dict[str, str]:
        """The query options of the request; for a next page those of the first one."""
        if self.previous_page is not None:
            return self.previous_page.query
        return dict(parse_qsl(urlsplit(canonical(self.url)).query, keep_blank_values=True))

    @property
    def selected(self) -> tuple[str, ...] | None:
        """The properties that $select names."""
        return tuple(self.query["$select"].split(",")) if "$select" in self.query else None

    @cached_property
    def request_object(self) -> dict[str, Any] | None:
        """The JSON object in the request body; None if the body is something else."""
        return _object(self.request_body)

    @cached_property
    def request_violations(self) -> list[Violation]:
        """How the request violates the document."""
        if self.previous_page is not None:
            return []  # a nextLink is opaque: the service decides what it holds
        return document().request_violations(self.method, self._documented_url, self.request_headers, self.request_body)

    @property
    def is_valid(self) -> bool:
        """Whether the document allows the request, and it carries the token."""
        return self.authorized and not self.request_violations

    # ---- the response

    @cached_property
    def response_violations(self) -> list[Violation]:
        """How the response violates the document; empty without an operation, or if it may be an intermediary's."""
        if self.operation is None or self.may_be_from_intermediary:
            return []
        return document().response_violations(self.operation, self.status, self.joined_headers, self.response_body)

    @property
    def may_be_from_intermediary(self) -> bool:
        """Whether an intermediary may have sent the response in place of the service, by its status alone."""
        return self.status in INTERMEDIARIES

    @property
    def is_throttled(self) -> bool:
        """Whether nothing was done with the request: a 429, or a 503 with a valid Retry-After."""
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            return "retry-after" in self.joined_headers and self.retry_after is not None
        return self.status == HTTPStatus.TOO_MANY_REQUESTS

    @property
    def succeeded(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the range that HTTP gives to success

    @property
    def retry_after(self) -> float | None:
        """The seconds to wait before a retry; None if the service is available, or if Retry-After is invalid.

        Retry-After is optional, may have decimals, and may be a date.
        """
        if not self.may_be_from_intermediary:
            return None
        value = self.joined_headers.get("retry-after")
        if value is None:
            return _DEFAULT_WAIT_SECONDS
        if re.fullmatch(r"[0-9]{1,6}(\.[0-9]+)?", value):
            return float(value)
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        return max(0.0, (until - datetime.now(UTC)).total_seconds()) if until.tzinfo else None

    @cached_property
    def joined_headers(self) -> dict[str, str]:
        """The headers of the response, with the values of a repeated one joined as in HTTP."""
        return {name: ", ".join(values) for name, values in self.headers.items()}

    @cached_property
    def response_object(self) -> dict[str, Any] | None:
        """The JSON object in the response body; None if the body is something else."""
        return _object(self.response_body)

    @property
    def entity(self) -> dict[str, Any] | None:
        """The single entity that a success returns."""
        if not self.succeeded or (self.is_of_collection and self.method == "GET"):
            return None
        return self.response_object

    @property
    def items(self) -> list[dict[str, Any]] | None:
        """The items of the page that a success returns; None if it is not a page."""
        return None if self._located_items is None else list(self._located_items.values())

    @property
    def entities(self) -> list[dict[str, Any]]:
        """Every entity that a success returns: a single one, or the items of a page."""
        return list(self.located_entities.values())

    @property
    def located_entities(self) -> dict[str, dict[str, Any]]:
        """The same, by the JSON pointer that leads to it in the response body."""
        if self._located_items is not None:
            return self._located_items
        return {} if self.entity is None else {"": self.entity}

    @cached_property
    def _located_items(self) -> dict[str, dict[str, Any]] | None:
        is_page = self.succeeded and self.is_of_collection and self.method == "GET"
        value = (self.response_object or {}).get("value") if is_page else None
        if not isinstance(value, list):
            return None
        return {pointer("value", n): item for n, item in enumerate(value) if isinstance(item, dict)}

    @property
    def next_link(self) -> str | None:
        """The URL of the next page."""
        link = (self.response_object or {}).get("@odata.nextLink") if self.items is not None else None
        return link if isinstance(link, str) else None


def timestamp(text: object) -> datetime | None:
    """The time that a timestamp states; None if it is none, or has no time zone."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else None


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
