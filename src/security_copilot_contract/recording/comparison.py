"""Compares what two services do, exchange by exchange: quiet about ids, times, order and what a service may choose.

Both sides are recordings, so a value is a stand-in, and its form says what it is. What was sent or created must be
returned on both sides alike; of anything else only the form is compared.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from attrs import define, field

from security_copilot_contract.recording.stand_ins import GUID, TIMESTAMP
from security_copilot_contract.spec.exchange import Exchange, Message
from security_copilot_contract.spec.violation import Description, Violation, pointer

# Those that the document has, and that say something about the response.
_HEADERS = ("request-id", "client-request-id", "www-authenticate", "allow", "retry-after", "preference-applied")
# The annotations that the document promises. A receiver ignores any other (OData JSON Format 4.01, section 20).
_ANNOTATIONS = ("@odata.context", "@odata.count", "@odata.nextLink")
# What the document leaves open: the inputs of a prompt have any properties.
_OPEN = ("inputs",)
_NEVER = "0001-01-01T00:00:00"
_STAND_IN = re.compile(r"text-\d+|\d{8}-0000-4000-a000-feed\d{8}", re.ASCII | re.IGNORECASE)
_TYPES = {
    type(None): "null",
    bool: "a Boolean",
    int: "an integer",
    float: "a number",
    dict: "an object",
    list: "a list",
    Description: "no JSON",
}
_FIRST_ERROR = 400

Differences = Iterator[Violation]


@define
class Comparison:
    """A comparison of two services. `exchange` is called for each pair, in order.

    `same_data`: the other service has what the one had, as far as requests to the URLs in `sent` have shown it.
    """

    same_data: bool = False
    sent: frozenset[str] = frozenset()
    _same: dict[str, str] = field(factory=dict, init=False)
    _inverse: dict[str, str] = field(factory=dict, init=False)

    def exchange(self, one: Exchange, other: Exchange) -> list[Violation]:
        """How the response in `one` differs from that in `other`: got is of `one`, expected of `other`."""
        self._pair_requests(one, other)
        if one.response.status != other.response.status:
            return [Violation("status", "value", expected=other.response.status, got=one.response.status)]
        found = list(self._heads(one.response, other.response))
        body, expected = json_of(one.response), json_of(other.response)
        if one.request.method == "POST" and one.response.status < _FIRST_ERROR:
            self._pair(_key(body), _key(expected))
        link = body.get("@odata.nextLink") if isinstance(body, dict) else None
        same_page = self.same_data and (not isinstance(link, str) or link in self.sent)
        bodies = [self._of_request(one, value, same_page=same_page) for value in (body, expected)]
        return found + list(self._value((), *bodies, strict=True)) + list(self._counts(one, body, expected))

    @staticmethod
    def _of_request(exchange: Exchange, body: Any, *, same_page: bool) -> Any:
        """A body without what depends on the number of items, unless the request shows that both have as many."""
        url = unquote(exchange.request.url)
        # How many items a service has on a page is up to it, unless $top limits them.
        same_items = _finds_by_value(url) or (same_page and "$top=" in url)
        counted = "$count=true" in url and "skiptoken=" not in url
        ignored = {"@odata.nextLink": not same_items, "@odata.count": not counted}
        return {n: v for n, v in body.items() if not ignored.get(n)} if isinstance(body, dict) else body

    def _pair_requests(self, one: Exchange, other: Exchange) -> None:
        segments = (unquote(urlsplit(e.request.url).path).split("/") for e in (one, other))
        for pair in zip(*segments, strict=False):
            self._pair(*pair)
        body, expected = json_of(one.request), json_of(other.request)
        if isinstance(body, dict) and isinstance(expected, dict):
            for name in body.keys() & expected.keys():
                self._pair(body[name], expected[name])

    def _pair(self, one: object, other: object) -> None:
        if isinstance(one, str) and isinstance(other, str) and _STAND_IN.fullmatch(one) and _STAND_IN.fullmatch(other):
            one, other = one.lower(), other.lower()
            if one not in self._same and other not in self._inverse:
                self._same[one], self._inverse[other] = other, one

    def _heads(self, one: Message, other: Message) -> Differences:
        media_types = [
            _lower(m.headers).get("content-type", "").partition(";")[0].strip().lower() for m in (one, other)
        ]
        if media_types[0] != media_types[1]:
            yield Violation("media type", "value", expected=media_types[1], got=media_types[0])
        ours, theirs = _lower(one.headers), _lower(other.headers)
        for name in _HEADERS:
            if name in theirs and name not in ours:
                yield Violation("header", "required", name=name)
            if name in ours and name not in theirs:
                yield Violation("header", "value", name=name, expected=Description("no such header"), got=ours[name])

    def _counts(self, one: Exchange, body: Any, expected: Any) -> Differences:
        """The number of items that a comparison finds, if each side has all of them on one page."""
        url = unquote(one.request.url)
        if not _finds_by_value(url) or not isinstance(body, dict) or not isinstance(expected, dict):
            return
        pages = (body, expected)
        if any("@odata.nextLink" in page or not isinstance(page.get("value"), list) for page in pages):
            return
        counts = [Description(f"{len(page['value'])} items") for page in pages]
        if counts[0] != counts[1]:
            yield Violation("body", "value", "/value", "value", counts[1], counts[0])

    def _value(self, at: tuple[str | int, ...], one: Any, other: Any, *, strict: bool) -> Differences:
        if at[-1:] in [(name,) for name in _OPEN]:
            return
        if isinstance(one, dict) and isinstance(other, dict):
            yield from self._object(at, one, other, strict=strict)
        elif isinstance(one, list) and isinstance(other, list):
            yield from self._list(at, one, other)
        elif not strict and (one is None or other is None):
            return
        elif form(one, at) != form(other, at):
            yield _difference("type", at, form(other, at), form(one, at))
        elif isinstance(one, str):
            yield from self._text(at, one, other, strict=strict)

    def _object(
        self, at: tuple[str | int, ...], one: Mapping[str, Any], other: Mapping[str, Any], *, strict: bool
    ) -> Differences:
        strict = strict and one.get("state") == other.get("state")
        ours, theirs = _names(one), _names(other)
        for name in sorted(theirs - ours):
            yield _difference("required", (*at, name), None, None)
        for name in sorted(ours - theirs):
            yield _difference("additional", (*at, name), None, form(one[name], (*at, name)))
        for name in sorted(ours & theirs):
            yield from self._value((*at, name), one[name], other[name], strict=strict)

    def _list(self, at: tuple[str | int, ...], one: list[Any], other: list[Any]) -> Differences:
        """Items with the same key one by one; the others as if all were one item, since they depend on the data."""
        left = {str(_key(item)).lower(): item for item in other}
        rest = []
        for item in one:
            key = self._same.get(str(_key(item)).lower())
            match = None if key is None else left.pop(key, None)
            if match is None:
                rest.append(item)
            else:
                yield from self._value((*at, 0), item, match, strict=True)
        if rest and left:
            yield from self._value((*at, 0), _merged(rest), _merged(list(left.values())), strict=False)

    def _text(self, at: tuple[str | int, ...], one: str, other: str, *, strict: bool) -> Differences:
        if not strict or any(name in ("@odata.nextLink", "message") for name in at):
            return
        ours, theirs = one.lower(), other.lower()
        if self._same.get(ours, theirs) != theirs or self._inverse.get(theirs, ours) != ours:
            yield _difference("value", at, Description("the value that was sent or created"), Description("another"))


def _finds_by_value(url: str) -> bool:
    """Whether a list has the items with a value that was sent or created, which are as many on both sides."""
    return " eq " in url


def form(value: object, at: tuple[str | int, ...] = ()) -> Description:
    """What a value is, as far as a recording shows it."""
    return _form_of_text(value, at) if type(value) is str else Description(_TYPES[type(value)])


def _form_of_text(text: str, at: tuple[str | int, ...]) -> Description:
    form = "a GUID" if GUID.fullmatch(text) else "a text"
    if found := TIMESTAMP.fullmatch(text):
        has_zone = found[2].endswith(("Z", "00:00"))
        # Published responses show the time of an error without a zone.
        has_zone = has_zone or at[-1:] == ("date",)
        form = "year 1" if found[1] == _NEVER else "a timestamp" if has_zone else "a time without a zone"
    elif text.startswith("unknownMember") and at[-1:] != ("code",):
        form = "an undocumented member"
    elif text.startswith(("https://", "http://")):
        form = "a URL"
    return Description(form)


def json_of(message: Message) -> Any:
    """The JSON value of a body; its text if it is none, and None without a body."""
    try:
        return json.loads(message.body) if message.body else None
    except ValueError:
        return Description("[not JSON]")


def _media_type(message: Message) -> str:
    return _lower(message.headers).get("content-type", "").partition(";")[0].strip().lower()


def _names(value: Mapping[str, Any]) -> set[str]:
    return {name for name in value if "@" not in name or name in _ANNOTATIONS}


def _key(item: Any) -> Any:
    return item.get("id", item.get("name")) if isinstance(item, dict) else None


def _merged(items: list[Any]) -> Any:
    """One item with all properties of several; of each the first value that is not null."""
    objects = [item for item in items if isinstance(item, dict)]
    if len(objects) < len(items):
        return next((item for item in items if item is not None), None)
    merged: dict[str, Any] = {}
    for item in objects:
        merged.update({name: value for name, value in item.items() if merged.get(name) is None})
    return merged


def _difference(kind: Any, at: tuple[str | int, ...], expected: object, got: object) -> Violation:
    name = next((key for key in reversed(at) if isinstance(key, str)), "")
    return Violation("body", kind, pointer(*at), name, expected, got)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
