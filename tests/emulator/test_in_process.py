"""The emulator without a socket: EmulatorTransport."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from security_copilot_client import AuthenticatedClient
from security_copilot_client.api.sessions import create_session
from security_copilot_client.models import SessionCreate
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.emulator import TOKEN, EmulatorTransport, ManualClock, Store, emulator
from security_copilot_contract.spec.exchange import exchanges
from tests import stored_sessions

SESSIONS = "/security/securityCopilot/workspaces/default/sessions"
KNOWN = f"{SESSIONS}/ecdfb9b3-58f5-457f-a18c-4a477890b252"
URL = f"http://emulator/beta{SESSIONS}"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}


def client(store: Store | None = None) -> AuthenticatedClient:
    transport = EmulatorTransport(store)
    return AuthenticatedClient(base_url="http://emulator/beta", token=TOKEN, httpx_args={"transport": transport})


def create(client: AuthenticatedClient, name: str) -> str:
    return create_session.sync("default", client=client, body=SessionCreate(display_name=name)).id


async def create_async(client: AuthenticatedClient, name: str) -> str:
    return (await create_session.asyncio("default", client=client, body=SessionCreate(display_name=name))).id


def settled(response: httpx.Response) -> tuple[int, dict[str, str], Any]:
    """The parts of a response that are the same each time, on every server."""
    anew = {"request-id", "client-request-id", "content-length", "date", "server"}
    body = response.json() if response.content else None
    if body is not None and "error" in body:
        del body["error"]["innerError"]
    return response.status_code, {name: v for name, v in response.headers.items() if name not in anew}, body


@pytest.mark.parametrize(
    ("method", "path", "request_"),
    [
        ("GET", f"{SESSIONS}?$top=1&$filter=displayName%20eq%20'who%20am%20i'", {}),
        ("GET", f"{SESSIONS}?$filter=displayName+eq+'who+am+i'", {}),
        ("GET", f"{SESSIONS}?$top=0", {}),
        ("GET", KNOWN.replace("default", "%64efault"), {}),
        ("GET", f"{SESSIONS}%2F{KNOWN[-36:]}", {}),
        ("GET", f"{SESSIONS}/%C3%A9", {}),
        ("GET", SESSIONS, {"headers": {"Authorization": "Bearer wrong"}}),
        ("GET", SESSIONS, {"headers": {**AUTHORIZED, "PREFER": "include-unknown-enum-members"}}),
        ("HEAD", KNOWN, {}),
        ("PUT", KNOWN, {}),
        ("POST", SESSIONS, {"json": {"displayName": "é"}}),
        ("POST", SESSIONS, {"content": b"{"}),
    ],
)
def test_answers_as_on_a_socket(
    serve: Callable[[ASGIApp], str], method: str, path: str, request_: dict[str, Any]
) -> None:
    """Status, headers and body, to the letter; the URLs in it are beneath the client's own."""
    first, second = (Store.documented(exchanges(), seed=1) for _ in range(2))
    url = serve(emulator(first)) + path
    request = {"headers": AUTHORIZED, **request_}

    with httpx.Client(transport=EmulatorTransport(second)) as in_process:
        here, there = in_process.request(method, url, **request), httpx.request(method, url, **request)

    assert settled(here) == settled(there)
    assert here.http_version == there.http_version
    assert here.elapsed


async def test_a_body_may_come_in_pieces() -> None:
    """From a generator, of either kind."""

    async def pieces() -> AsyncIterator[bytes]:
        for piece in parts:
            yield piece

    parts = [b'{"display', b'Name": "a"}']
    transport = EmulatorTransport()
    headers = {**AUTHORIZED, "Content-Type": "application/json"}

    request = httpx.Request("POST", URL, content=iter(parts), headers=headers)
    async with httpx.AsyncClient(transport=transport) as asynchronous:
        answer = await asynchronous.post(URL, content=pieces(), headers=headers)

    assert answer.json()["displayName"] == "a"
    assert transport.handle_request(request).status_code == 201


async def test_blocking_clients_may_use_it_within_an_event_loop() -> None:
    """Beside asynchronous ones."""
    store = Store()
    async with client(store) as asynchronous:
        ids = [await create_async(asynchronous, "a")]
    with client(store) as blocking:
        ids.append(create(blocking, "b"))

    assert [session.id for session in stored_sessions.newest_first(store)] == ids[::-1]


@pytest.mark.usefixtures("many_turns")
def test_1_000_creates_from_64_threads_lose_nothing() -> None:
    """Every id is there once, by one client."""
    store = Store(ManualClock())
    with client(store) as blocking, ThreadPoolExecutor(64) as pool:
        ids = list(pool.map(lambda number: create(blocking, f"{number}"), range(1000)))

    found = [stored_sessions.get(store, id_) for id_ in ids]
    assert [session and session.display_name for session in found] == [f"{number}" for number in range(1000)]
    assert sorted(session.id for session in stored_sessions.newest_first(store)) == sorted(set(ids))
    assert len({session.created for session in stored_sessions.newest_first(store)}) == 1000


async def test_others_have_their_turn() -> None:
    """As while a request is on its way: a task that asks without a pause can be stopped."""

    async def ask_on() -> None:
        async with httpx.AsyncClient(transport=EmulatorTransport(), headers=AUTHORIZED) as asynchronous:
            for _ in range(2000):
                await asynchronous.get(URL)
        raise AssertionError("nothing else had its turn")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask_on(), 0.01)


def test_an_application_that_waits_is_refused_to_blocking_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """A blocking client would get an incomplete response."""

    async def waits(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        await asyncio.sleep(0)

    monkeypatch.setattr("security_copilot_contract.emulator.in_process.emulator", lambda *_: waits)

    with httpx.Client(transport=EmulatorTransport()) as blocking, pytest.raises(RuntimeError, match="awaits something"):
        blocking.get(URL)


@pytest.mark.parametrize("path", ["", "docs", "docs/swagger-ui.css", "openapi.json"])
def test_the_pages_are_there(path: str) -> None:
    """To blocking and asynchronous clients, as over a socket."""
    url = f"http://emulator/{path}"

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=EmulatorTransport(), follow_redirects=True) as asynchronous:
            return await asynchronous.get(url)

    with httpx.Client(transport=EmulatorTransport(), follow_redirects=True) as blocking:
        assert blocking.get(url).status_code == 200
    assert asyncio.run(get()).status_code == 200


def test_a_fault_of_the_emulator_comes_through() -> None:
    """In the same process there is no other log."""

    class Broken(Store):
        def latest(self, *_: object) -> None:  # type: ignore[override]  # it is broken
            raise ZeroDivisionError

    with (
        httpx.Client(transport=EmulatorTransport(Broken()), headers=AUTHORIZED) as blocking,
        pytest.raises(ZeroDivisionError),
    ):
        blocking.get(URL)


def test_takes_the_token_that_it_was_given() -> None:
    """Other tokens are refused."""
    with httpx.Client(transport=EmulatorTransport(token="other")) as blocking:
        assert blocking.get(URL, headers={"Authorization": "Bearer other"}).status_code == 200
        assert blocking.get(URL, headers=AUTHORIZED).status_code == 401
