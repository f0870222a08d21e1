"""One request and its answer, as they were on the wire, and what the document says of them."""

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

from security_copilot_contract.checks.documented_resource import Resource, resource_of
from security_copilot_contract.spec.document import Operation, document
from security_copilot_contract.spec.violation import Violation

_BUSY = frozenset({429, 503, 504})
# How long a service is left alone that is busy and does not say for how long.
_UNSTATED_SECONDS = 1.0

Headers = Mapping[str, Sequence[str]]


@define(slots=False)
class Call:
    """A request and its answer.

    `base_url` is the service's, without a slash at its end, and `url` what comes after it: `/security/...`,
    with its query. Header names are in lower case. `authorized` says whether the request carries the token;
    `followed` is the page whose nextLink the request is, if it is one.
    """

    base_url: str
    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    headers: Headers
    content: bytes = field(repr=False)
    authorized: bool = True
    followed: "Call | None" = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        base_url: str,
        token: str,
        request: requests.PreparedRequest,
        answer: tuple[int, Headers, bytes],
        followed: "Call | None" = None,
    ) -> "Call":
        """A call from the request as it was sent, and status, headers and content of the answer."""
        status, headers, content = answer
        body = request.body or b""
        return cls(
            base_url=base_url,
            method=str(request.method),
            url=str(request.url).removeprefix(base_url),
            request_headers={name.lower(): _text(value) for name, value in request.headers.items()},
            request_body=body if isinstance(body, bytes) else str(body).encode(),
            status=status,
            headers=headers,
            content=content,
            authorized=_text(request.headers.get("Authorization", "")) == f"Bearer {token}",
            followed=followed,
        )

    @cached_property
    def path(self) -> str:
        """The path, as it was sent; of a next page, that of the first one, since a nextLink is opaque."""
        return self.followed.path if self.followed is not None else urlsplit(self.url).path

    @cached_property
    def _match(self) -> tuple[Operation | None, dict[str, str]]:
        if self.followed is not None:
            return self.followed._match  # noqa: SLF001 - another of the same class
        try:
            return document().match(self.method, self._documented_url)
        except LookupError:
            return None, {}

    @cached_property
    def _documented_url(self) -> str:
        server: str = document().raw["servers"][0]["url"]
        return server + self.url

    @cached_property
    def resource(self) -> Resource | None:
        """What the request is about; None when the document has no such operation."""
        return None if self.operation is None else resource_of(self.operation)

    @property
    def key(self) -> str:
        """The property that tells one entity of the resource from another."""
        return "id" if self.resource is None else self.resource.key

    @property
    def operation(self) -> Operation | None:
        """The operation that the request is for; None when the document has none."""
        return self._match[0]

    @property
    def path_parameters(self) -> dict[str, str]:
        """The parameters in the path, unquoted."""
        return self._match[1]

    @cached_property
    def query(self) -> dict[str, str]:
        """The query options that the request asks by; of a next page, those that the first one had."""
        if self.followed is not None:
            return self.followed.query
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @cached_property
    def request_violations(self) -> list[Violation]:
        """How the request violates the document."""
        if self.followed is not None:
            return []  # a nextLink is opaque: the service decides what it holds
        return document().request_violations(self.method, self._documented_url, self.request_headers, self.request_body)

    @property
    def lawful(self) -> bool:
        """Whether the request is one that the document has, with the token."""
        return self.authorized and not self.request_violations

    @cached_property
    def response_violations(self) -> list[Violation]:
        """How the response violates the document; empty without an operation."""
        if self.operation is None:
            return []
        return document().response_violations(self.operation, self.status, self.single_headers, self.content)

    @property
    def succeeded(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the range that HTTP gives to success

    @property
    def retry_after(self) -> float | None:
        """For how many seconds a service that is busy or down wants to be left alone; None when it is neither.

        Retry-After is optional with 429, may have decimals, and may be a date.
        """
        if self.status not in _BUSY:
            return None
        stated = self.single_headers.get("retry-after")
        if stated is None:
            return _UNSTATED_SECONDS if self.status == HTTPStatus.TOO_MANY_REQUESTS else None
        if re.fullmatch(r"[0-9]{1,6}(\.[0-9]+)?", stated):
            return float(stated)
        try:
            until = parsedate_to_datetime(stated)
        except ValueError:
            return None
        return max(0.0, (until - datetime.now(UTC)).total_seconds()) if until.tzinfo else None

    @cached_property
    def single_headers(self) -> dict[str, str]:
        """The headers of the answer, those that came several times joined as HTTP has it."""
        return {name: ", ".join(values) for name, values in self.headers.items()}

    @cached_property
    def sent(self) -> dict[str, Any] | None:
        """The JSON object that was sent; None when the body is something else."""
        return _object(self.request_body)

    @cached_property
    def received(self) -> dict[str, Any] | None:
        """The JSON object that came back; None when the body is something else."""
        return _object(self.content)

    @property
    def takes_collection(self) -> bool:
        """Whether the path is that of a collection, not of one entity in it."""
        return self.operation is not None and not self.operation.path.endswith("}")

    @property
    def entity(self) -> dict[str, Any] | None:
        """The one entity that a success returns."""
        if not self.succeeded or (self.takes_collection and self.method == "GET"):
            return None
        return self.received

    @property
    def items(self) -> list[dict[str, Any]] | None:
        """The items of the page that a success returns; None when it is not a page."""
        if not self.succeeded or not self.takes_collection or self.method != "GET" or self.received is None:
            return None
        value = self.received.get("value")
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else None

    @property
    def shown(self) -> list[dict[str, Any]]:
        """Every entity that a success shows, one or the items of a page."""
        return self.items if self.items is not None else [self.entity] if self.entity is not None else []

    @property
    def collection(self) -> str:
        """The path of the collection that the request is about, or in which the entity is."""
        return self.path if self.takes_collection else self.path.rpartition("/")[0]

    @property
    def next_link(self) -> str | None:
        """The URL of the next page."""
        link = (self.received or {}).get("@odata.nextLink") if self.items is not None else None
        return link if isinstance(link, str) else None

    @property
    def selected(self) -> tuple[str, ...] | None:
        """What $select asks for."""
        return tuple(self.query["$select"].split(",")) if "$select" in self.query else None


def moment(text: object) -> datetime | None:
    """What a timestamp says; None when it is none, or has no time zone."""
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
