"""Broken servers: the emulator, with a change to its responses or its requests that breaks a promise."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

from attrs import define, field, frozen
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from security_copilot_contract.emulator import Store, Timing, emulator, paging
from security_copilot_contract.emulator.clock import SteppingClock
from security_copilot_contract.spec.exchange import exchanges, parse

_DROPPED = {"content-length"}
# With the documented one they make several pages, some of them in use; one signs in.
_PLUGINS: tuple[dict[str, Any], ...] = (
    {"name": "Zoë's", "displayName": "One with a quote", "isEnabled": False},
    {"name": "Graph", "displayName": "One that signs in", "authorization": {"authType": "aad"}},
    {"name": "Feeds", "displayName": "Another"},
)
# The session that existed before has more than one prompt; the documented one is the newest, and has an evaluation.
_PROMPTS = "security/securityCopilot/workspaces/default/sessions/ecdfb9b3-58f5-457f-a18c-4a477890b252/prompts"
_PROMPT = {
    "id": "5ec0917f-0000-4000-8000-000000000002",
    "content": "And who else?",
    "createdDateTime": "2025-10-22T20:12:00Z",
    "lastModifiedDateTime": "2025-10-22T20:12:00Z",
}
_EXCHANGES = [
    *exchanges(),
    parse(
        "list_earlier_prompts",
        f"GET https://graph.microsoft.com/beta/{_PROMPTS}\n\nHTTP/1.1 200 OK\n\n{json.dumps({'value': [_PROMPT]})}",
    ),
]
_CHUNK = 500
_ROOT = "/beta/security/securityCopilot/"


@define
class Answer:
    """A response before it is sent, to be changed in place, with its request.

    `body` is its JSON and is sent in its place; `raw` is sent as it is when it is set. `memory` lasts as long as
    the server, `store` is what it holds. A `chunked` response is sent in pieces, without its length. `prefer` is the
    header of the request.
    """

    method: str
    path: str
    query: dict[str, str]
    sent: Any
    authorization: str
    status: int
    headers: dict[str, str]
    body: Any
    store: Store
    memory: dict[str, Any]
    raw: bytes | None = None
    cut: int = 0
    chunked: bool = False
    prefer: str = ""

    @property
    def ok(self) -> bool:
        return self.status < 300

    @property
    def created(self) -> bool:
        return self.method == "POST" and self.ok

    @property
    def collection(self) -> str:
        """The path of the collection of the request, without the root of the emulator's paths."""
        return _collection(self.path)

    @property
    def kind(self) -> str:
        """The name of the collection."""
        return self.collection.rpartition("/")[2]

    @property
    def updated(self) -> bool:
        return self.method == "PATCH" and self.ok

    @property
    def got(self) -> bool:
        return self.method == "GET" and self.ok and "value" not in self.body

    @property
    def listed(self) -> bool:
        return self.method == "GET" and self.ok and "value" in self.body

    @property
    def of_one(self) -> bool:
        return self.created or self.updated or self.got

    @property
    def entities(self) -> list[dict[str, Any]]:
        """Every entity in the response."""
        return self.body["value"] if self.listed else [self.body] if self.of_one else []

    @property
    def turn(self) -> int:
        """The number of responses so far, with this one."""
        return int(self.memory["turn"])

    def error(self, status: int, code: str = "Fault") -> None:
        """Become a valid error."""
        request_id = self.headers["request-id"]
        self.status = status
        self.body = {"error": {"code": code, "message": "A fault.", "innerError": {"request-id": request_id}}}


@define
class Asked:
    """A request before it is handled, to be changed in place."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    content: bytes

    @property
    def kind(self) -> str:
        """The name of the collection of the request."""
        return _collection(self.path).rpartition("/")[2]


Fault = Callable[[Answer], None]
Detour = Callable[[Asked], None]


@frozen
class Mutant:
    """A broken server: its fault, and the promises that it breaks. At least one of them must be reported.

    `on` is the kind of entity for which it goes wrong, None for all. `pair` is the promise that a regular one breaks,
    and the operation.
    """

    name: str
    promises: frozenset[str]
    fault: Fault | None = field(repr=False)
    detour: Detour | None = field(repr=False)
    on: str | None = None
    pair: tuple[str, str] | None = None

    def app(self, page_size: int = paging.SIZE) -> ASGIApp:
        """A new server, with at most so many items on a page."""
        return _Broken(self, page_size)


SESSIONS = "sessions"

MUTANTS: dict[str, Mutant] = {}
VARIANTS: dict[str, Mutant] = {}


def breaks(*promises: str, on: str | None = SESSIONS) -> Callable[[Fault], Fault]:
    """Register a broken server by a function that changes its responses."""

    def register(fault: Fault) -> Fault:
        add(Mutant(fault.__name__, frozenset(promises), fault, None, on))
        return fault

    return register


def keeps(on: str | None = None) -> Callable[[Fault], Fault]:
    """Register a valid server by a function that changes its responses."""

    def register(fault: Fault) -> Fault:
        VARIANTS[fault.__name__] = Mutant(fault.__name__, frozenset(), fault=fault, detour=None, on=on)
        return fault

    return register


def keeps_though_misled(on: str | None = None) -> Callable[[Detour], Detour]:
    """Register a valid server by a function that changes its requests."""

    def register(detour: Detour) -> Detour:
        VARIANTS[detour.__name__] = Mutant(detour.__name__, frozenset(), fault=None, detour=detour, on=on)
        return detour

    return register


def misled(*promises: str, on: str | None = SESSIONS) -> Callable[[Detour], Detour]:
    """Register a broken server by a function that changes its requests."""

    def register(detour: Detour) -> Detour:
        add(Mutant(detour.__name__, frozenset(promises), None, detour, on))
        return detour

    return register


def add(mutant: Mutant) -> None:
    """Register a broken server."""
    assert mutant.name not in MUTANTS, mutant.name
    MUTANTS[mutant.name] = mutant


class _Broken:
    def __init__(self, mutant: Mutant, page_size: int) -> None:
        self.mutant = mutant
        self.page_size = page_size
        # Whenever it is looked at, time goes on: so an evaluation comes to its end without anybody waiting.
        clock = SteppingClock(0.05, datetime.now(UTC))
        self.store = Store(clock, timing=Timing(0.2, 0.2)).load(_EXCHANGES)
        for plugin in _PLUGINS:
            self.store.add("workspaces/default/plugins", plugin)
        self.app = emulator(self.store)
        self.memory: dict[str, Any] = {"turn": 0}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        content = b""
        while True:
            message = await receive()
            content += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        asked = Asked(scope["method"], scope["path"], scope["query_string"].decode(), headers, content)
        if self.mutant.detour is not None and self.mutant.on in {None, asked.kind}:
            self.mutant.detour(asked)
        inner = {
            **scope,
            "method": asked.method,
            "path": asked.path,
            "query_string": asked.query.encode(),
            "headers": [(n.encode(), v.encode("latin-1")) for n, v in asked.headers.items() if n not in _DROPPED],
        }
        start, body = await self._answer(inner, asked.content)
        await self._send(asked, start, body, send)

    async def _answer(self, scope: Scope, content: bytes) -> tuple[Message, bytes]:
        messages: list[Message] = []

        async def once() -> Message:
            return {"type": "http.request", "body": content, "more_body": False}

        async def keep(message: Message) -> None:
            messages.append(message)

        with patch.object(paging, "SIZE", self.page_size):
            await self.app(scope, once, keep)
        return messages[0], b"".join(message.get("body", b"") for message in messages[1:])

    async def _send(self, asked: Asked, start: Message, body: bytes, send: Send) -> None:
        self.memory["turn"] += 1
        answer = Answer(
            asked.method,
            asked.path,
            dict(parse_qsl(asked.query, keep_blank_values=True)),
            _json(asked.content),
            asked.headers.get("authorization", ""),
            start["status"],
            {name.decode(): value.decode() for name, value in start["headers"]},
            _json(body),
            self.store,
            self.memory,
            prefer=asked.headers.get("prefer", ""),
        )
        if self.mutant.fault is not None and self.mutant.on in {None, answer.kind}:
            self.mutant.fault(answer)
        content = json.dumps(answer.body).encode() if answer.raw is None else answer.raw
        if not answer.chunked:
            answer.headers["content-length"] = str(len(content))
        headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if answer.chunked:
            for start_ in range(0, len(content), _CHUNK):
                piece = content[start_ : start_ + _CHUNK]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            content = b""
        # What is cut off is announced all the same.
        await send({"type": "http.response.body", "body": content[: len(content) - answer.cut]})


def _collection(path: str) -> str:
    path = path.removeprefix(_ROOT).strip("/")
    return path if path.count("/") % 2 == 0 else path.rpartition("/")[0]


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
