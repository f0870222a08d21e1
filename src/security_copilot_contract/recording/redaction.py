"""Rebuilds an exchange without secrets.

Nothing is searched for and replaced. Each message is parsed, and rebuilt from what `vocabulary` allows at its place and
from stand-ins for everything else. The result is then taken apart once more, without regard to places: each of its
words must be allowed or be a stand-in.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from attrs import frozen

from security_copilot_contract.recording import places, vocabulary
from security_copilot_contract.recording.places import Place
from security_copilot_contract.recording.stand_ins import GUID, HTTP_DATE, TIMESTAMP, StandIns
from security_copilot_contract.spec import exchange as exchange_files
from security_copilot_contract.spec import strict_json
from security_copilot_contract.spec.canonical import OPTIONS
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.exchange import Exchange, Request, Response
from security_copilot_contract.spec.operation import Operation
from security_copilot_runtime.origin import origin

Fields = Sequence[tuple[str, str]]

_SMALL = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,3})?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_LARGEST_SMALL = 999
_DEEPEST = 60
_KEYED = re.compile(r"(\w+)\('(.*)'\)", re.ASCII | re.DOTALL)
_SELECTED = re.compile(r"(\w+)\((\w+(?:,\w+)*)\)", re.ASCII)
_TEXT = r"'((?:[^']|'')*)'"
_COMPARISON = re.compile(rf"(\w+) +(eq|ne|gt|ge|lt|le) +(?:{_TEXT}|([^' ]+))", re.ASCII | re.DOTALL)
_FUNCTION = re.compile(rf"(contains|startswith|endswith)\((\w+), *{_TEXT}\)", re.ASCII | re.DOTALL)
_ORDER = re.compile(r"(\w+)( asc| desc)?", re.ASCII)
_CHALLENGE = re.compile(r'([A-Za-z0-9-]+)(?: +|$|(?=,))|([A-Za-z_]+)=(?:"([^"]*)"|([^\s,"]*))')
_TIME = re.compile(f"{TIMESTAMP.pattern}|{HTTP_DATE.pattern}", re.ASCII)
_SAFE = "$,'()"


class NotRedactedError(Exception):
    """A rebuilt exchange has something that is neither allowed nor a stand-in, so it must not be written."""


@frozen
class Traffic:
    """A request as it was sent, and its response. The bodies are without content codings."""

    method: str
    url: str
    request_headers: Fields
    request_body: bytes
    status: int
    response_headers: Fields
    response_body: bytes


class Redaction:
    """The redaction of one recording of a service at a base URL.

    The names in `keep` stay: of properties, members of enumerations, query options and headers that somebody has
    reviewed. `shift` is by how much times are moved; by default nobody knows it.
    """

    def __init__(self, base_url: str, keep: Collection[str] = (), shift: timedelta | None = None) -> None:
        self.stand_ins: StandIns = StandIns() if shift is None else StandIns(shift)
        self._keep = frozenset(keep)
        self._allowed = vocabulary.words() | {token for name in keep for token in vocabulary.tokens(name)}
        self._links: dict[str, Operation] = {}
        # The texts of each property so far, in their order.
        self._texts: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._base = urlsplit(base_url.rstrip("/"))
        self._origin = origin(base_url)
        graph = document().raw["servers"][0]["url"]
        self._shown = urlsplit(graph if base_url.rstrip("/") == graph else vocabulary.ELSEWHERE)

    def exchange(self, name: str, traffic: Traffic) -> Exchange:
        """The exchange without secrets. NotRedactedError if a word in it is neither allowed nor a stand-in."""
        operation = self._operation(traffic)
        with suppress(ValueError):
            self._remember(operation, strict_json.loads(traffic.response_body))
        request = Request(
            self._method(traffic.method),
            self._url(traffic.url),
            self._headers(traffic.request_headers),
            self._body(traffic.request_body, places.of_request(operation), traffic.request_headers),
        )
        response = Response(
            traffic.status,
            self._headers(traffic.response_headers),
            self._body(traffic.response_body, places.of_response(operation, traffic.status), traffic.response_headers),
        )
        text = exchange_files.text(Exchange(name, request, response))
        written = exchange_files.parse(name, text)
        self._verify(written)
        return written

    def operation_id(self, traffic: Traffic) -> str:
        """The id of the operation that a request is for; if the document has none, "other"."""
        operation = self._operation(traffic)
        return "other" if operation is None else operation.id

    def _operation(self, traffic: Traffic) -> Operation | None:
        if traffic.url in self._links:
            return self._links[traffic.url]
        found = document().operation_at(traffic.method, self._place(traffic.url, urlsplit(traffic.url).path)[1])
        return None if found is None else found[0]

    def _remember(self, operation: Operation | None, body: Any) -> None:
        """Remember which operation a nextLink continues, since it is opaque, and what a filter may have a part of."""
        if not isinstance(body, dict):
            return
        link, items = body.get("@odata.nextLink"), body.get("value")
        if operation is not None and isinstance(link, str):
            self._links[link] = operation
        for entity in items if isinstance(items, list) else [body]:
            for name, value in entity.items() if isinstance(entity, dict) else ():
                if isinstance(value, str):
                    self._texts[name][value] = None

    def _verify(self, exchange: Exchange) -> None:
        request, response = exchange.request, exchange.response
        texts = [request.method, request.url, request.body.decode(), response.body.decode()]
        texts += [part for m in (request, response) for header in m.headers.items() for part in header]
        issued = self.stand_ins.issued
        for text in texts:
            bare = _TIME.sub(lambda time: "" if time[0] in issued else time[0], unquote(text))
            for token in vocabulary.tokens(bare):
                allowed = token in self._allowed or token.lower() in self._allowed
                if not (allowed or token in issued or _SMALL.fullmatch(token)):
                    raise NotRedactedError("something in it might be secret")

    # ---- names

    def _name(self, name: str) -> str:
        """The name of a property or an annotation."""
        if name in vocabulary.properties() or name in self._keep:
            return name
        head, at, tail = name.partition("@")
        if not at:
            return self.stand_ins.of("property", name)
        if head and f"@{tail}" in vocabulary.properties():
            return f"{self._name(head)}@{tail}"
        return f"@{self.stand_ins.of('annotation', name)}"

    def _method(self, method: str) -> str:
        return method if method in vocabulary.METHODS else self.stand_ins.of("text", method)

    # ---- URLs

    def _url(self, url: str) -> str:
        """An absolute URL, segment by segment and option by option."""
        parts = urlsplit(url)
        base, path = self._place(url, parts.path)
        query = f"?{self._query(parts.query)}" if "?" in url.partition("#")[0] else ""
        fragment = f"#{self._path(parts.fragment)}" if parts.fragment else ""
        return f"{base}{self._path(path)}{query}{fragment}"

    def _place(self, url: str, path: str) -> tuple[str, str]:
        """The base of a URL as it is shown, and the path below it."""
        found = origin(url)
        shown_origin = f"{self._shown.scheme}://{self._shown.netloc}"
        if found == self._origin and path.startswith(f"{self._base.path}/"):
            return self._shown.geturl(), path.removeprefix(self._base.path)
        if found == self._origin:
            return shown_origin, path
        if found == f"https://{vocabulary.GRAPH}":
            return f"https://{vocabulary.GRAPH}", path
        scheme, _, host = (found or "https://").partition("://")
        return f"{scheme}://{self.stand_ins.of('host', host)}", path

    def _path(self, path: str) -> str:
        return "/".join(self._segment(unquote(segment)) for segment in path.split("/"))

    def _segment(self, segment: str) -> str:
        if segment in vocabulary.segments():
            return segment
        keyed, selected = _KEYED.fullmatch(segment), _SELECTED.fullmatch(segment)
        if keyed and keyed[1] in vocabulary.segments():
            return f"{keyed[1]}('{self._key(keyed[2])}')"
        if selected and selected[1] in vocabulary.segments():
            return f"{selected[1]}({','.join(map(self._name, selected[2].split(',')))})"
        return quote(self._text(segment), safe=_SAFE)

    def _key(self, key: str) -> str:
        return key if key in vocabulary.segments() else self._text(key)

    def _query(self, query: str) -> str:
        options = parse_qsl(query, keep_blank_values=True)
        return "&".join(
            f"{quote(self._option_name(name), safe=_SAFE)}={quote(self._option(name, value), safe=_SAFE)}"
            for name, value in options
        )

    def _option_name(self, name: str) -> str:
        known = name.removeprefix("$") in OPTIONS or name in self._keep
        return name if known else self.stand_ins.of("option", name)

    def _option(self, name: str, value: str) -> str:
        match name.removeprefix("$"):
            case "select" | "expand" if value:
                return ",".join(self._name(part) for part in value.split(","))
            case "orderby" if found := _ORDER.fullmatch(value):
                return self._name(found[1]) + (found[2] or "")
            case "filter":
                return self._filter(value)
            case "top" | "skip" | "count" if _SMALL.fullmatch(value) or value in ("true", "false"):
                return value
            case "top" | "skip" | "count" | "search" | "format" | "select" | "expand" | "orderby":
                return self._text(value)
        return self.stand_ins.of("token", value) if value else value

    def _filter(self, value: str) -> str:
        if found := _COMPARISON.fullmatch(value):
            name, operator, text, literal = found.groups()
            right = self._literal(literal) if text is None else self._quoted(text)
            return f"{self._name(name)} {operator} {right}"
        if found := _FUNCTION.fullmatch(value):
            return f"{found[1]}({self._name(found[2])},'{self._part(found[2], _unescaped(found[3]))}')"
        return self._text(value)

    def _quoted(self, text: str) -> str:
        return f"'{self._text(_unescaped(text))}'"

    def _part(self, name: str, text: str) -> str:
        """The stand-in of a text in a filter, which may be a part of a property's value."""
        others = [other for other in self._texts[name] if other != text]
        # The stand-in "text-1" looks like a part of "text-10".
        if any(text.casefold() in other.casefold() or self._text(text) in self._text(other) for other in others):
            return self.stand_ins.of("part", text)
        return self._text(text)

    def _literal(self, text: str) -> str:
        return text if text in ("true", "false", "null") else self._text(text)

    # ---- headers

    def _headers(self, fields: Fields) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        spelled: dict[str, str] = {}
        for name, value in fields:
            key = name.lower()
            if key in vocabulary.LEFT_OUT:
                continue
            shown = name if key in vocabulary.headers() | self._keep else self.stand_ins.of("header", key)
            found.setdefault(key, []).append(self._header(key, value.strip()))
            spelled.setdefault(key, shown)
        return {spelled[key]: ", ".join(values) for key, values in found.items()}

    def _header(self, name: str, value: str) -> str:
        match name:
            case "content-type" | "accept" if vocabulary.MEDIA_TYPE.fullmatch(value):
                return value
            case "authorization":
                scheme, _, token = value.partition(" ")
                known = scheme.lower() in vocabulary.SCHEMES
                return f"{scheme} {self.stand_ins.of('token', token)}" if known and token else self._text(value)
            case "prefer" | "preference-applied" | "allow":
                return ", ".join(self._item(name, part.strip()) for part in value.split(","))
            case "odata-version" | "retry-after" if _NUMBER.fullmatch(value):
                return value if _SMALL.fullmatch(value) else self.stand_ins.of("number", value)
            case "www-authenticate":
                return self._challenges(value)
        return self._link(value)

    def _item(self, name: str, item: str) -> str:
        allowed = item in vocabulary.METHODS if name == "allow" else item.lower() == vocabulary.PREFERENCE
        return item if allowed else self._text(item)

    def _challenges(self, value: str) -> str:
        """Schemes and parameters, with known names alone; the whole as one text if anything else is in it."""
        rebuilt = []
        at = 0
        while at < len(value):
            found = _CHALLENGE.match(value, at) if value[at] not in ", " else None
            if found is None and value[at] not in ", ":
                return self._text(value)
            rebuilt.append(value[at] if found is None else self._challenge(found))
            at = at + 1 if found is None else found.end()
        return "".join(rebuilt)

    def _challenge(self, found: re.Match[str]) -> str:
        scheme, name, quoted, plain = found.groups()
        if scheme is not None:
            known = scheme.lower() in vocabulary.SCHEMES
            return (scheme if known else self._text(scheme)) + (" " if found[0].endswith(" ") else "")
        shown = name if name.lower() in vocabulary.CHALLENGE_PARAMETERS else self.stand_ins.of("property", name)
        value = plain if quoted is None else quoted
        return f'{shown}="{value if value in vocabulary.CHALLENGE_ERRORS else self._text(value)}"'

    # ---- bodies

    def _body(self, body: bytes, place: Place, headers: Fields) -> bytes:
        """The body as JSON. One that cannot be read becomes its length and media type, and still is not JSON."""
        if not body:
            return b""
        try:
            value = self._value(strict_json.loads(body), place, "", 0)
        except ValueError:
            given = next((value for name, value in headers if name.lower() == "content-type"), "")
            known = given if vocabulary.MEDIA_TYPE.fullmatch(given) else "no known media type"
            return f"[not JSON: {self.stand_ins.issue(str(len(body)))} bytes, {known}]".encode()
        return json.dumps(value, indent=4).encode()

    def _value(self, value: Any, place: Place, name: str, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError("it nests too deeply")
        match value:
            case dict():
                return {
                    self._name(key): self._value(inner, places.of_property(place, key), key, depth + 1)
                    for key, inner in value.items()
                }
            case list():
                return [self._value(item, places.of_items(place), name, depth + 1) for item in value]
            case str():
                return self._leaf(value, place, name)
            case bool() | None:
                return value
        return self._number(value, place)

    def _number(self, value: float, place: Place) -> float:
        if isinstance(value, int) and abs(value) <= _LARGEST_SMALL and places.is_integer(place):
            return value
        found = self.stand_ins.of("number", repr(value))
        if isinstance(value, int):
            return int(found)
        return float(self.stand_ins.issue(f"{found}.5"))

    def _leaf(self, value: str, place: Place, name: str) -> str:
        members = places.members(place)
        if name == "code":
            members |= vocabulary.error_codes()
        if name == "@odata.type":
            members |= vocabulary.types()
        if value in members or not value.strip():
            return value
        if members and name != "@odata.type":
            return value if value in self._keep else self.stand_ins.of("member", value)
        if name == "target" and place:
            return value if value in vocabulary.targets() else self._name(value)
        return self._link(value) if value.startswith(("http://", "https://")) else self._text(value)

    def _link(self, value: str) -> str:
        """A URL, absolute or a path; anything else is a text."""
        if origin(value) is not None:
            return self._url(value)
        if value.startswith("/") and not value.startswith("//"):
            return self._url(f"{self._origin}{value}").removeprefix(f"{self._shown.scheme}://{self._shown.netloc}")
        return self._text(value)

    def _text(self, value: str) -> str:
        if not value.strip() or value == vocabulary.NIL:
            return value
        if GUID.fullmatch(value):
            return self.stand_ins.id(value)
        return self.stand_ins.time(value) or self.stand_ins.of("text", value)


def _unescaped(text: str) -> str:
    """The text that a literal of OData stands for."""
    return text.replace("''", "'")
