"""An emulator without a socket, some of whose responses are replaced by faults."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar

import httpx
from security_copilot_client import AuthenticatedClient, ask, ask_async, wait, wait_async

from security_copilot_contract.emulator import TOKEN, EmulatorTransport, Store, Timing
from security_copilot_runtime.clock import SkippingClock

STEPS = ("sessions", "prompts", "evaluations", "poll")
T = TypeVar("T")
# Returns a response, or raises.
Fault = Callable[[httpx.Request], httpx.Response]
_TWINS: dict[Callable[..., Any], Callable[..., Awaitable[Any]]] = {ask: ask_async, wait: wait_async}


class PausesOnlyClock(SkippingClock):
    """A clock that only pauses move forward, so that no deadline depends on the speed of the machine."""

    def monotonic(self) -> float:
        return sum(self.pauses)


class FaultyTransport(EmulatorTransport):
    """For each step the faults of its requests, one after the other; None, and what follows, is the emulator's.

    `seen` are the steps of all requests that came.
    """

    def __init__(self, faults: Mapping[str, Iterable[Fault | None]], timing: Timing | None = None) -> None:
        super().__init__(Store(timing=timing or Timing(0, 0)))
        self.faults = {step: iter(listed) for step, listed in faults.items()}
        self.seen: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        fault = self._fault(request)
        return fault(request) if fault is not None else super().handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fault = self._fault(request)
        return fault(request) if fault is not None else await super().handle_async_request(request)

    def _fault(self, request: httpx.Request) -> Fault | None:
        step = request.url.path.rpartition("/")[2] if request.method == "POST" else "poll"
        self.seen.append(step)
        return next(self.faults.get(step, iter(())), None)


def answers(status: int, content: str = "", **headers: str) -> Fault:
    """A fault: a response."""
    return lambda _: httpx.Response(status, content=content, headers=headers)


def raises(kind: type[BaseException], *arguments: object) -> Fault:
    """A fault: a new exception."""

    def fault(_: httpx.Request) -> httpx.Response:
        raise kind(*arguments)

    return fault


def call_sync(function: Callable[..., T], transport: FaultyTransport, *arguments: Any, **keywords: Any) -> T:
    """Call `ask` or `wait`."""
    with _client(transport, keywords) as client:
        return function(*arguments, client=client, **keywords)


def call_asyncio(function: Callable[..., T], transport: FaultyTransport, *arguments: Any, **keywords: Any) -> T:
    """Call the twin of `ask` or `wait` for asyncio."""

    async def run() -> T:
        async with _client(transport, keywords) as client:
            result: T = await _TWINS[function](*arguments, client=client, **keywords)
            return result

    return asyncio.run(run())


def _client(transport: FaultyTransport, keywords: dict[str, Any]) -> AuthenticatedClient:
    """A client, with those of the keywords that are its own."""
    token, retry = keywords.pop("token", TOKEN), keywords.pop("retry", None)
    return AuthenticatedClient(token=token, retry=retry, httpx_args={"transport": transport})
