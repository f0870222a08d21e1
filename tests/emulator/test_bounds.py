"""What the emulator bears: many clients at once, and too much from one."""

import asyncio
import gzip
import socket
import ssl
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from security_copilot_contract.emulator import TOKEN, EmulatorTransport, Store, admission, emulator, running, server
from security_copilot_contract.emulator.admission import Limits
from security_copilot_contract.emulator.body import MOST_BYTES
from security_copilot_contract.emulator.resource import Entity
from security_copilot_contract.emulator.store import FullError
from security_copilot_contract.spec.exchange import exchanges
from tests import stored_sessions

SESSIONS = "/beta/security/securityCopilot/workspaces/default/sessions"
KNOWN = f"{SESSIONS}/ecdfb9b3-58f5-457f-a18c-4a477890b252"
EVALUATIONS = f"{KNOWN}/prompts/76a9b8c6-6656-4ef4-a4c7-7ed07fb93e01/evaluations"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


def client(store: Store) -> httpx.Client:
    return httpx.Client(base_url="http://emulator", transport=EmulatorTransport(store), headers=AUTHORIZED)


async def test_1_000_creates_by_64_clients_lose_nothing(serve: Callable[[ASGIApp], str]) -> None:
    """On a real socket: every id is there once, with the name that went with it."""
    store = Store()
    url = f"{serve(emulator(store))}{SESSIONS.removeprefix('/beta')}"
    numbers = iter(range(1000))
    named: dict[str, str] = {}

    # Which takes long to make.
    context = ssl.create_default_context()

    async def work() -> None:
        async with httpx.AsyncClient(headers=AUTHORIZED, timeout=60, verify=context) as one:
            for number in numbers:
                created = await one.post(url, json={"displayName": f"session {number}"})
                assert created.status_code == 201
                assert created.json()["id"] not in named
                named[created.json()["id"]] = created.json()["displayName"]

    await asyncio.gather(*[work() for _ in range(64)])

    assert sorted(named.values()) == sorted(f"session {number}" for number in range(1000))
    assert {session.id: session.display_name for session in stored_sessions.newest_first(store)} == named
    assert stored_sessions.count(store) == 1000


def test_a_body_has_a_greatest_length() -> None:
    """As long it is taken, and a byte more is refused."""
    store = Store.documented(exchanges())
    with client(store) as one:
        longest = "a" * (MOST_BYTES - len('{"displayName":""}'))
        taken = one.post(
            SESSIONS, content=f'{{"displayName":"{longest}"}}', headers={"Content-Type": "application/json"}
        )
        refused = one.post(
            SESSIONS, content=f'{{"displayName":"{longest}a"}}', headers={"Content-Type": "application/json"}
        )

    assert taken.status_code == 201
    assert refused.status_code == 413
    assert "1,048,576 bytes" in refused.json()["error"]["message"]
    assert stored_sessions.count(store) == 5


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "deflate", "identity", "identity, gzip", ""])
def test_a_compressed_body_is_decoded(coding: str) -> None:
    """With gzip and deflate."""
    content = b'{"displayName":"a"}'
    content = zlib.compress(content) if coding == "deflate" else content
    content = gzip.compress(content) if "gzip" in coding.lower() else content
    with client(Store.documented(exchanges())) as one:
        created = one.post(
            SESSIONS, content=content, headers={"Content-Type": "application/json", "Content-Encoding": coding}
        )

    assert (created.status_code, created.json()["displayName"]) == (201, "a")


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "compress, gzip", "no coding"])
def test_an_unknown_coding_is_refused(coding: str) -> None:
    """The 415 lists those that are accepted, in the header and in the message. A 415 for the media type does not."""
    with client(Store.documented(exchanges())) as one:
        headers = {"Content-Type": "application/json", "Content-Encoding": coding}
        refused = one.post(SESSIONS, content=b"a", headers=headers)
        typed = one.post(SESSIONS, content=b"a", headers={"Content-Type": "text/plain"})

    assert (refused.status_code, refused.headers["Accept-Encoding"]) == (415, "gzip, deflate, identity")
    assert refused.json()["error"]["message"] == (
        f"The Content-Encoding is '{coding}'; it must be gzip, deflate or identity."
    )
    assert (typed.status_code, "Accept-Encoding" in typed.headers) == (415, False)


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        (lambda: b'{"displayName":"a"}', 400, "not gzip: Error -3"),
        (lambda: b"", 400, "not gzip: its end is missing"),
        (lambda: gzip.compress(b'{"displayName":"a"}')[:-1], 400, "not gzip: its end is missing"),
        (lambda: gzip.compress(b'{"displayName":"a"}') * 2, 400, "not gzip: something follows"),
        (lambda: gzip.compress(bytes(MOST_BYTES + 1)), 413, "1,048,576 bytes"),
        (lambda: gzip.compress(bytes(MOST_BYTES)), 400, "not JSON"),
        (lambda: gzip.compress(bytes(200 * MOST_BYTES), 1), 413, "1,048,576 bytes"),
    ],
    ids=["not compressed", "empty", "cut", "two members", "too long", "as long as may be", "a bomb"],
)
def test_a_body_that_cannot_be_decoded_is_refused(content: Callable[[], bytes], status: int, reason: str) -> None:
    """The bound is that of the decoded body, of which no more is in memory."""
    body = content()
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    with client(Store.documented(exchanges())) as one:
        tracemalloc.start()
        refused = one.post(SESSIONS, content=body, headers=headers)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert refused.status_code == status
    assert reason in refused.json()["error"]["message"]
    assert peak < 20 * MOST_BYTES


async def test_an_endless_body_is_read_no_further() -> None:
    """Than to where it is too long."""
    read = 0
    statuses = []

    async def receive() -> Message:
        nonlocal read
        read += 1
        assert read <= 17
        return {"type": "http.request", "body": b" " * 65536, "more_body": True}

    async def send(message: Message) -> None:
        statuses.append(message.get("status"))

    headers = [(b"authorization", f"Bearer {TOKEN}".encode()), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": SESSIONS, "query_string": b"", "headers": headers}
    await emulator()(scope, receive, send)

    assert statuses[0] == 413


def test_connections_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an OData error that says when to try again; until others are gone."""
    monkeypatch.setattr(server, "limits", lambda: Limits(served=2, opened=4))
    with running(emulator()) as url, httpx.Client() as first:
        assert first.get(url).status_code == 401
        with open_connection(url):
            refused = httpx.get(url)
            assert first.get(url).status_code == 401
        taken = httpx.get(url)

    assert (refused.status_code, taken.status_code) == (503, 401)
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["connection"] == "close"
    error = refused.json()["error"]
    assert error["code"] == "ServiceUnavailable"
    assert error["innerError"]["request-id"] == refused.headers["request-id"]


def test_a_silent_connection_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that has been silent for longest, never one whose request is being answered."""
    monkeypatch.setattr(server, "limits", lambda: Limits(served=2, opened=4))
    monkeypatch.setattr(admission, "_IDLE_SECONDS", 0.05)
    entered, answer = threading.Event(), threading.Event()
    inner = emulator()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if not entered.is_set():
            entered.set()
            await asyncio.to_thread(answer.wait, 10)
        await inner(scope, receive, send)

    with running(slow) as url, ThreadPoolExecutor() as pool:
        busy = pool.submit(httpx.get, url)
        assert entered.wait(10)
        with open_connection(url) as silent:
            time.sleep(0.1)
            assert httpx.get(url).status_code == 401
            assert silent.recv(1) == b""
        answer.set()
        assert busy.result().status_code == 401


def test_more_connections_than_may_be_open_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are accepted once others are closed."""
    monkeypatch.setattr(server, "limits", lambda: Limits(served=1, opened=2))
    monkeypatch.setattr(admission, "_IDLE_SECONDS", 60)
    with running(emulator()) as url, open_connection(url):
        with open_connection(url), pytest.raises(httpx.ReadTimeout):
            httpx.get(url, timeout=httpx.Timeout(10, read=0.3))
        assert httpx.get(url).status_code in (401, 503)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(
    ("files", "limits"), [(256, Limits(204, 230)), (1024, Limits(819, 921)), (20_000, Limits(1024, 1280))]
)
def test_the_limits_follow_the_limit_of_open_files(files: int, limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    """80 % of it, at most 1,024."""
    monkeypatch.setattr("resource.getrlimit", lambda _: (files, files))

    assert admission.limits() == limits


def open_connection(url: str) -> socket.socket:
    return socket.create_connection((urlsplit(url).hostname, urlsplit(url).port or 0), timeout=10)


@pytest.mark.parametrize(("count", "reads"), [("true", 4_000), ("false", 1_000)])
async def test_a_filter_lets_others_be_answered(count: str, reads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads each entity once at most, and a GET by id is answered meanwhile."""
    store, read = Store(), 0
    for number in range(4_000):
        last = store.add("workspaces/default/sessions", {"displayName": f"session {number % 20}"})
    original = store.latest

    def counting(*arguments: Any) -> Iterator[tuple[int, Entity]]:
        nonlocal read
        for row in original(*arguments):
            read += 1
            yield row

    monkeypatch.setattr(store, "latest", counting)
    transport = httpx.ASGITransport(emulator(store))
    done: list[tuple[str, int]] = []

    async def get(one: httpx.AsyncClient, name: str, path: str, **options: str) -> httpx.Response:
        response = await one.get(f"{SESSIONS}{path}", params=options)
        done.append((name, read))
        return response

    async with httpx.AsyncClient(transport=transport, base_url="http://emulator", headers=AUTHORIZED) as one:
        filter_ = {"$filter": "displayName eq 'session 19'", "$count": count, "$top": "10"}
        listed, got = await asyncio.gather(get(one, "list", "", **filter_), get(one, "get", f"/{last['id']}"))

    assert got.status_code == 200
    assert len(listed.json()["value"]) == 10
    assert listed.json().get("@odata.count") == (200 if count == "true" else None)
    assert read == reads
    if count == "true":
        assert [name for name, _ in done] == ["get", "list"]
        assert dict(done)["get"] < reads


def test_headers_have_a_greatest_length(base_url: str) -> None:
    """Of 64 KiB."""
    taken = httpx.get(base_url, headers={"x": "a" * 60_000})
    try:
        refused: object = httpx.get(base_url, headers={"x": "a" * 10_000_000}).status_code
    except httpx.TransportError:
        refused = "hung up"

    assert taken.status_code == 401
    assert refused in {400, "hung up"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", SESSIONS, {"displayName": "a"}),
        ("POST", f"{KNOWN}/prompts", {"content": "a"}),
        ("POST", EVALUATIONS, {}),
        ("PATCH", KNOWN, {"displayName": "a" * 1000}),
    ],
)
def test_a_store_that_is_full_takes_no_more(method: str, path: str, body: dict[str, str]) -> None:
    """507, with what to do; nothing is written, and reads go on."""
    store = Store(capacity=0).load(exchanges())
    before = store.version
    with client(store) as one:
        refused = one.request(method, path, json=body)
        listed = one.get(SESSIONS)

    assert refused.status_code == 507
    assert refused.json()["error"]["code"] == "InsufficientStorage"
    assert "Restart it." in refused.json()["error"]["message"]
    assert store.version == before
    assert listed.status_code == 200


@pytest.mark.parametrize("length", [1, 10_000])
def test_the_capacity_is_of_memory(length: int) -> None:
    """Texts count by their length, also those that take the place of others."""
    created, renamed = Store(capacity=1_000_000), Store(capacity=1_000_000)
    session = stored_sessions.create(renamed, "a")

    with suppress(FullError):
        for number in range(1000):
            stored_sessions.create(created, f"{number:0{length}}")
    for number in range(1000):
        session = stored_sessions.rename(renamed, session, f"{number:0{length}}")

    assert stored_sessions.count(created) == pytest.approx(1_000_000 / (1_285 + length), rel=0.05)
    with pytest.raises(FullError):
        stored_sessions.rename(renamed, session, "a" * 1_000_000)
