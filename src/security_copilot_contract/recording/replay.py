"""Sends the requests of a recording to a fresh emulator that has what the recorded service had."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from security_copilot_contract.emulator import TOKEN, EmulatorTransport, ManualClock, Outcome, Store, Timing
from security_copilot_contract.emulator.resource import RESOURCES, Resource
from security_copilot_contract.recording import vocabulary
from security_copilot_contract.recording.comparison import json_of
from security_copilot_contract.recording.interactions import token_of
from security_copilot_contract.recording.redaction import Redaction, Traffic
from security_copilot_contract.recording.stand_ins import TIMESTAMP
from security_copilot_contract.spec.exchange import Exchange

_ROOT = "/security/securityCopilot/"
_ID = re.compile(r"[0-9]{8}-0000-4000-a000-feed[0-9]{8}", re.IGNORECASE)
_STATES = {"created": 0, "running": 1}
_ENDED = 2
_FIRST_ERROR = 400


class Replay:
    """An emulator for one recording. `send` is called for each exchange, in order."""

    def __init__(self, exchanges: Sequence[Exchange], valid_tokens: frozenset[str]) -> None:
        self._exchanges = exchanges
        self._valid = valid_tokens
        self._clock = ManualClock()
        self._store = Store(self._clock, timing=Timing(1, 1))
        self._client = httpx.Client(transport=EmulatorTransport(self._store))
        self._ids: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._redaction = Redaction(vocabulary.ELSEWHERE)
        self._seed()

    def send(self, exchange: Exchange) -> Exchange:
        """Send a recorded request; the exchange with the emulator, also without secrets."""
        self._choose_outcome(exchange)
        response = self._sent(exchange)
        wanted = _states(json_of(exchange.response))
        for _ in range(_ENDED):
            states = _states(_body(response))
            if exchange.request.method != "GET" or all(
                states.get(self._actual(key), rank) >= rank for key, rank in wanted.items()
            ):
                break
            # How fast evaluations run is up to the service.
            self._clock.advance(1)
            response = self._sent(exchange)
        self._learn(exchange, _body(response))
        request = response.request
        return self._redaction.exchange(
            exchange.name,
            Traffic(
                request.method,
                str(request.url),
                list(request.headers.items()),
                request.content,
                response.status_code,
                list(response.headers.items()),
                response.content,
            ),
        )

    def _sent(self, exchange: Exchange) -> httpx.Response:
        request = exchange.request
        headers = {name: value for name, value in request.headers.items() if name.lower() != "authorization"}
        token = token_of(exchange)
        if token is not None:
            headers["Authorization"] = f"Bearer {TOKEN if token in self._valid else 'not-the-token'}"
        url = self._links.get(request.url) or self._actual(request.url)
        content = self._actual(request.body.decode()).encode()
        return self._client.request(request.method, url, headers=headers, content=content or None)

    def _actual(self, text: str) -> str:
        """A text with the ids of the emulator in place of those of the recording."""
        return _ID.sub(lambda found: self._ids.get(found[0].lower(), found[0]), text)

    def _learn(self, exchange: Exchange, body: Any) -> None:
        recorded = json_of(exchange.response)
        if not isinstance(recorded, dict) or not isinstance(body, dict):
            return
        if exchange.request.method == "POST" and isinstance(body.get("id"), str):
            self._ids[str(recorded.get("id")).lower()] = body["id"]
        link, actual = (value.get("@odata.nextLink") for value in (recorded, body))
        if isinstance(link, str) and isinstance(actual, str):
            self._links[link] = actual

    def _choose_outcome(self, exchange: Exchange) -> None:
        """Let an evaluation end as the recorded one did."""
        key = _object(exchange.response).get("id")
        if exchange.request.method != "POST" or not exchange.request.url.endswith("/evaluations") or key is None:
            return
        shown = [e for seen in self._exchanges for e in _entities(seen) if e.get("id") == key]
        states = [(e["state"], e.get("result")) for e in shown if isinstance(e.get("state"), str)]
        state, result = states[-1] if states else ("created", None)
        if state not in _STATES:
            type_ = result.get("type") if isinstance(result, dict) else None
            self._store.outcome = Outcome(state, type_ if isinstance(type_, str) else "success")

    def _seed(self) -> None:
        """Add what the recorded service had before the first request, and could be read."""
        created = {str(_object(e.response).get("id")) for e in self._exchanges if e.request.method == "POST"}
        seeds: dict[tuple[str, str], dict[str, Any]] = {}
        for exchange in self._exchanges:
            collection = _collection(exchange)
            resource = RESOURCES.get(collection.rpartition("/")[2])
            if resource is None or exchange.request.method == "POST" or created & set(collection.split("/")):
                continue
            for entity in _entities(exchange):
                key = entity.get(resource.key)
                if isinstance(key, str) and key not in created:
                    known = {n: value for n, value in entity.items() if _is_possible(resource, n, value)}
                    # As it was before any change.
                    seeds[collection, key] = {**known, **seeds.get((collection, key), {})}
        for (collection, key), entity in sorted(seeds.items(), key=lambda seed: str(seed[1].get("createdDateTime"))):
            if collection == "workspaces":
                # The emulator has one, whose id a request may name.
                self._ids[key.lower()] = next(iter(RESOURCES["workspaces"].aliases.values()))
            else:
                self._store.add(collection, entity)


def _is_possible(resource: Resource, name: str, value: object) -> bool:
    """Whether the emulator can have such a value of a property."""
    if name.endswith("DateTime"):
        return isinstance(value, str) and TIMESTAMP.fullmatch(value) is not None
    return name in resource.properties and isinstance(value, resource.properties[name].kind | None)


def _collection(exchange: Exchange) -> str:
    path = urlsplit(exchange.request.url).path.partition(_ROOT)[2].strip("/")
    return path if path.count("/") % 2 == 0 else path.rpartition("/")[0]


def _entities(exchange: Exchange) -> Iterator[dict[str, Any]]:
    if exchange.response.status >= _FIRST_ERROR:
        return
    body = _object(exchange.response)
    value = body.get("value", [body])
    yield from (entity for entity in value if isinstance(entity, dict)) if isinstance(value, list) else ()


def _object(message: Any) -> dict[str, Any]:
    value = json_of(message)
    return value if isinstance(value, dict) else {}


def _body(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content)
    except ValueError:
        return None


def _states(body: Any) -> dict[str, int]:
    """How far each evaluation in a body is, by its id."""
    listed = body.get("value", [body]) if isinstance(body, dict) else []
    return {
        entity["id"]: _STATES.get(entity["state"], _ENDED)
        for entity in (listed if isinstance(listed, list) else [])
        if isinstance(entity, dict) and isinstance(entity.get("id"), str) and isinstance(entity.get("state"), str)
    }
