"""The cost of a message: linear time, whatever a peer sends. The result is a violation or a refusal, no other error."""

import gc
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest

from security_copilot_contract import ContractError, ContractTransport
from security_copilot_contract.emulator import TOKEN, EmulatorTransport
from security_copilot_contract.mock import SecurityCopilotMock
from security_copilot_contract.spec import strict_json

BASE = "https://graph.microsoft.com/beta/security/securityCopilot/workspaces"
SESSIONS = f"{BASE}/default/sessions"
JSON = {"Content-Type": "application/json"}
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
WHOLE, PART = 100_000, 25_000
SLACK = 0.01

Body = Callable[[int], bytes]


def filled(start: bytes, piece: bytes, end: bytes) -> Body:
    return lambda size: start + piece * (size // len(piece)) + end


def listed(start: bytes, item: bytes, end: bytes) -> Body:
    return lambda size: start + b",".join([item] * (size // (len(item) + 1))) + end


def names(size: int, more: bytes = b"") -> bytes:
    return b"{" + b",".join(b'"%06d":1' % number for number in range(size // 11)) + more + b"}"


BODIES: dict[str, Body] = {
    "names": names,
    "the last name twice": lambda size: names(size, b',"z":1,"z":1'),
    "the first name twice": lambda size: names(size, b',"000000":1'),
    "one name": filled(b'{"', b"x", b'":1}'),
    "one name twice": lambda size: b'{"%b":1,"%b":1}' % (b"x" * (size // 2), b"x" * (size // 2)),
    "wrong items": listed(b'{"value":[', b"1", b"]}"),
    "empty items": listed(b'{"value":[', b"{}", b"]}"),
    "wrong times": listed(b'{"value":[', b'{"createdDateTime":"x","lastModifiedDateTime":"y"}', b"]}"),
    "an item with many names": lambda size: b'{"value":[' + names(size) + b"]}",
    "depth": filled(b"", b"[", b""),
    "depth with an end": lambda size: b"[" * (size // 2) + b"]" * (size // 2),
    "depth of objects": filled(b"", b'{"a":', b""),
    "an integer": filled(b'{"displayName":', b"1", b"}"),
    "integers": listed(b'{"value":[', b"1" * 640, b"]}"),
    "a fraction": filled(b'{"displayName":1.', b"1", b"}"),
    "an exponent": filled(b'{"displayName":1e', b"1", b"}"),
    "a text": filled(b'{"displayName":"', b"x", b'"}'),
    "surrogates": filled(b'{"displayName":"', rb"\ud83d\ude00", b'"}'),
    "halves of surrogates": filled(b'{"displayName":"', rb"\ud83d", b'"}'),
    "backslashes": filled(b'{"displayName":"', rb"\\", b'"}'),
    "a time": filled(b'{"createdDateTime":"', b"2", b'"}'),
    "a URL": filled(b'{"@odata.context":"', b"%", b'"}'),
    "links": listed(b'{"value":[', b'{"@odata.nextLink":"https://graph.microsoft.com/a"}', b"]}"),
    "starts of links": filled(b"", b'{"@odata.nextLink":"', b""),
    "a start of a link": filled(b'{"@odata.nextLink":"', rb"\"", b""),
    "spaces in a link": filled(b'{"@odata.nextLink"', b" ", b""),
    "a link": filled(b'{"@odata.nextLink":"https://graph.microsoft.com/', b"a", b'"}'),
}


def read(body: bytes) -> None:
    """By itself: a value, or ValueError."""
    with suppress(ValueError):
        strict_json.loads(body)


def create(body: bytes) -> None:
    """Sent to the emulator: a session, or an OData error that does not repeat the body."""
    with httpx.Client(transport=EmulatorTransport(), headers=AUTHORIZED) as client:
        response = client.post(SESSIONS, content=body, headers=JSON)

    assert response.status_code in (201, 400)
    assert response.status_code == 201 or len(response.content) < 2000


def forward(body: bytes) -> None:
    """Returned through ContractTransport: breaches with excerpts of the body."""
    transport = ContractTransport(
        httpx.MockTransport(lambda _: httpx.Response(200, headers=JSON, content=body)), raises=False
    )
    with httpx.Client(transport=transport) as client:
        assert client.get(SESSIONS).content == body

    assert transport.breaches
    assert len(repr(transport.breaches)) < 50_000


def mocked(body: bytes) -> None:
    """Sent to the mock: the documented session, or a breach."""
    with SecurityCopilotMock() as mock, httpx.Client() as client:
        with suppress(ContractError):
            client.post(SESSIONS, content=body, headers=JSON)
        assert len(repr(mock.breaches)) < 50_000
        mock.breaches.clear()


def cost(action: Callable[[int], object], size: int) -> float:
    """Seconds of processor time."""
    gc.disable()
    try:
        start = time.thread_time()
        action(size)
        return time.thread_time() - start
    finally:
        gc.enable()


def assert_linear(action: Callable[[int], object]) -> None:
    """Four times the size takes less than eight times as long: of quadratic time it would be sixteen times."""
    for _ in range(4):
        part, whole = cost(action, PART), cost(action, WHOLE)
        if whole < 8 * part + SLACK and whole < 1:
            return
    pytest.fail(f"{PART:,} bytes took {part:.3f} s, and {WHOLE:,} bytes {whole:.3f} s")


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    """Compile the schemas before the first measurement."""
    for take in (create, forward, mocked):
        take(b"{}")


@pytest.mark.parametrize("take", [read, create, forward, mocked])
@pytest.mark.parametrize("name", BODIES)
def test_a_body_takes_linear_time(take: Callable[[bytes], None], name: str) -> None:
    """For every reader of bodies."""
    assert_linear(lambda size: take(BODIES[name](size)))


HEADERS: dict[str, Callable[[int], list[tuple[str, str]]]] = {
    "names": lambda size: [(f"x-{number}", "a") for number in range(size // 10)],
    "one name": lambda size: [("request-id", "a")] * (size // 12),
    "commas": lambda size: [("Retry-After", "," * size)],
    "digits": lambda size: [("Retry-After", "1" * size)],
    "cookies": lambda size: [("Set-Cookie", f"{number}=a") for number in range(size // 20)],
    "a media type": lambda size: [("Content-Type", ";" * size)],
}


@pytest.mark.parametrize("status", [200, 401, 503])
@pytest.mark.parametrize("name", HEADERS)
def test_headers_of_a_response_take_linear_time(name: str, status: int) -> None:
    """For ContractTransport, which validates them."""

    def forward(size: int) -> None:
        response = httpx.Response(status, headers=HEADERS[name](size), content=b"{}")
        request = httpx.Request("GET", SESSIONS)
        transport = ContractTransport(httpx.MockTransport(lambda _: response), raises=False)
        transport.handle_request(request).read()
        assert transport.breaches or transport.remarks

    assert_linear(forward)


# No server takes longer ones, and httpx has no longer URLs.
REQUEST_HEADERS: dict[str, Callable[[int], list[tuple[str, str]]]] = {
    "accepted types": lambda size: [("Accept", "a/b;q=0," * (size // 8))],
    "preferences": lambda size: [("Prefer", "a=b," * (size // 4))],
    "many preferences": lambda size: [("Prefer", "a")] * (size // 10),
    "sent cookies": lambda size: [("Cookie", "a=b;" * (size // 4))],
    "tokens": lambda size: [("Authorization", "Bearer " * (size // 8))],
    "ids": lambda size: [("client-request-id", "0" * size)],
}
URLS: dict[str, Callable[[int], str]] = {
    "options": lambda size: f"{SESSIONS}?" + "$top=1&" * (size // 16),
    "unknown options": lambda size: f"{SESSIONS}?" + "&".join(f"o{number}=1" for number in range(size // 16)),
    "quotes": lambda size: f"{SESSIONS}?$filter=displayName eq '" + "''" * (size // 8),
    "selected": lambda size: f"{SESSIONS}?$select=" + "id," * (size // 8) + "id",
    "orders of a page": lambda size: f"{SESSIONS}?$top=" + "9" * (size // 2),
    "segments": lambda size: f"{SESSIONS}" + "/a" * (size // 4),
    "octets": lambda size: f"{SESSIONS}/" + "%2e" * (size // 6),
    "keys": lambda size: f"{BASE}" + "/workspaces('a')" * (size // 32),
    "a key": lambda size: f"{BASE}('" + "''" * (size // 4) + "')/sessions",
    "half a key": lambda size: f"{BASE}('" + "''" * (size // 4) + "'/sessions",
}


@pytest.mark.parametrize("name", [*REQUEST_HEADERS, *URLS])
def test_a_request_takes_linear_time(name: str) -> None:
    """For the emulator, for ContractTransport and for the mock."""

    def send(size: int) -> None:
        url = URLS[name](size) if name in URLS else SESSIONS
        headers = REQUEST_HEADERS[name](size) if name in REQUEST_HEADERS else []
        request = httpx.Request("GET", url, headers=[*AUTHORIZED.items(), *headers])
        transport = ContractTransport(EmulatorTransport(), raises=False)
        response = transport.handle_request(request)
        assert response.status_code < 500
        with SecurityCopilotMock() as mock:
            with suppress(ContractError):
                mock.handler(request)
            mock.breaches.clear()

    assert_linear(send)


@pytest.mark.parametrize("piece", [(b"[", b"]"), (b'{"a":', b"}")], ids=["lists", "objects"])
@pytest.mark.parametrize("inner", [rb'"\u0041"', rb'"\ud800"', b"1"], ids=["escaped", "half", "number"])
def test_no_depth_lets_an_exception_escape(piece: tuple[bytes, bytes], inner: bytes) -> None:
    """Wherever reading ends: a refusal by the emulator, a breach elsewhere."""
    limit = sys.getrecursionlimit()
    depths = range(limit // 5, limit + 20, 3)
    for depth in depths:
        nested = piece[0] * depth + inner + piece[1] * depth
        for body in (nested, b'{"displayName":' + nested + b"}", b'{"value":[' + nested + b"]}"):
            read(body)
    for depth in depths[::20]:
        nested = piece[0] * depth + inner + piece[1] * depth
        create(b'{"displayName":' + nested + b"}")
        forward(b'{"value":[' + nested + b"]}")


def test_little_stack_is_enough() -> None:
    """Deep in an application a breach is still a breach, or reading ends earlier."""
    body = b'{"value":' + b"[" * 240 + b"]" * 240 + b"}"
    kinds: set[str] = set()

    def deeper(levels: int) -> None:
        if levels:
            deeper(levels - 1)
            return
        transport = ContractTransport(
            httpx.MockTransport(lambda _: httpx.Response(200, headers=JSON, content=body)), raises=False
        )
        transport.handle_request(httpx.Request("GET", SESSIONS, headers=AUTHORIZED)).read()
        kinds.update(violation.kind for breach in transport.breaches for violation in breach.violations)

    def run() -> None:
        for levels in range(100, 800, 50):
            deeper(levels)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert kinds >= {"required", "not_json"}


@pytest.mark.parametrize("name", ["one name twice", "an integer", "an exponent", "halves of surrogates"])
def test_the_reason_is_short(name: str) -> None:
    """It does not repeat the text."""
    with pytest.raises(ValueError, match=r"twice|digits|large|half") as caught:
        strict_json.loads(BODIES[name](10_000))

    assert len(str(caught.value)) < 200
