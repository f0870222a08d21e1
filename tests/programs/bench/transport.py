"""The time that a ContractTransport adds to a call by validating its request and response.

Run by `make bench`. The responses are recorded from the emulator beforehand, so only httpx is below the transport.
Calls with and without it alternate. The cost is the median of the differences.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx

from security_copilot_contract import ContractTransport
from security_copilot_contract.emulator import TOKEN, EmulatorTransport

URL = "https://graph.microsoft.com/beta/security/securityCopilot/workspaces/default/sessions"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
CREATE: dict[str, Any] = {"method": "POST", "url": URL, "json": {"displayName": "Who am I"}}
PAIRS = 41
REPEAT = 100
GOAL = 100.0


class Canned(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport that returns a recorded response, as if it came from a network."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        del request
        stream = httpx.ByteStream(self._response.content)
        return httpx.Response(self._response.status_code, headers=self._response.headers.raw, stream=stream)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


def blocking(transport: httpx.BaseTransport, request: dict[str, Any]) -> Callable[[], None]:
    client = httpx.Client(transport=transport, headers=AUTHORIZED)

    def calls() -> None:
        for _ in range(REPEAT):
            client.request(**request)

    return calls


def asynchronous(transport: httpx.AsyncBaseTransport, request: dict[str, Any]) -> Callable[[], None]:
    loop = asyncio.new_event_loop()
    client = httpx.AsyncClient(transport=transport, headers=AUTHORIZED)

    async def calls() -> None:
        for _ in range(REPEAT):
            await client.request(**request)

    return lambda: loop.run_until_complete(calls())


def microseconds(calls: Callable[[], None]) -> float:
    # Processor time: nothing else takes time here, and other processes do not count.
    start = time.process_time()
    calls()
    return (time.process_time() - start) / REPEAT * 1e6


def row(name: str, response: httpx.Response, request: dict[str, Any], way: Callable[..., Callable[[], None]]) -> float:
    """Print a row; return the cost of a call in us."""
    bare, transport = Canned(response), ContractTransport(Canned(response))
    without, validated = way(bare, request), way(transport, request)
    for warm_up in (without, validated):
        warm_up()
    pairs = [(microseconds(validated), microseconds(without)) for _ in range(PAIRS)]
    transport.verify()
    cost = statistics.median(a - b for a, b in pairs)
    a, b = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"{name:<38}{a:>11.0f} us{b:>11.0f} us{cost:>9.0f} us")
    return cost


def main() -> int:
    """Exit status 1 if the goal is missed."""
    with httpx.Client(transport=EmulatorTransport(), headers=AUTHORIZED) as emulator:
        created = [emulator.request(**CREATE) for _ in range(100)][-1]
        get: dict[str, Any] = {"method": "GET", "url": f"{URL}/{created.json()['id']}"}
        listing: dict[str, Any] = {"method": "GET", "url": f"{URL}?$top=100"}
        read, page = emulator.request(**get), emulator.request(**listing)
    print(f"{'':<38}{'validated':>14}{'bare':>14}{'cost':>12}   goal {GOAL:.0f} us, except for the page")
    costs = [
        row("create", created, CREATE, blocking),
        row("create, asyncio", created, CREATE, asynchronous),
        row("get", read, get, blocking),
    ]
    row("a page of 100", page, listing, blocking)
    return 0 if max(costs) <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
