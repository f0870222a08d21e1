"""Fixtures that several test modules share."""

import sys
from collections.abc import Callable, Iterator

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.emulator import TOKEN, emulator, running
from security_copilot_contract.emulator.server import Server
from security_copilot_contract.spec.exchange import Exchange, exchanges


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `exchange` runs once for each file in openapi/exchanges."""
    if "exchange" in metafunc.fixturenames:
        listed: list[Exchange] = exchanges()
        assert listed, "openapi/exchanges is empty: nothing would be verified"
        metafunc.parametrize("exchange", listed, ids=lambda exchange: exchange.name)


class _Socket:
    """A server that outlives a test, for an application that does not: to stop one takes 0.2 seconds."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def _socket() -> Iterator[tuple[_Socket, str]]:
    app = _Socket()
    with running(app) as url:
        yield app, url


@pytest.fixture
def serve(_socket: tuple[_Socket, str]) -> Callable[[ASGIApp], str]:
    """Puts an application on a real socket; its base URL."""
    socket, url = _socket

    def put(app: ASGIApp) -> str:
        socket.app = app
        return url

    return put


@pytest.fixture
def base_url(_socket: tuple[_Socket, str]) -> str:
    """The base URL of a new emulator on a real socket, with the documented sessions in it."""
    socket, url = _socket
    socket.app = emulator()
    return url


@pytest.fixture
def service(base_url: str) -> Iterator[httpx.Client]:
    """A plain HTTP client of that emulator, authorized; its URLs start at the workspace: `sessions`."""
    url = f"{base_url}/security/securityCopilot/workspaces/default"
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client


@pytest.fixture
def many_turns() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture
def starts_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server starts: it would serve for ever where a test is about what is refused."""
    monkeypatch.setattr(Server, "run", lambda *_: pytest.fail("it has started"))
