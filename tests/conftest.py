"""Fixtures that several test modules share; and the completeness test comes first."""

import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import certifi
import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.emulator import TOKEN, emulator, running
from security_copilot_contract.emulator.server import Server
from security_copilot_contract.spec.exchange import Exchange, exchanges
from tests import tls
from tests.repository.completeness import everything_missing

_COMPLETENESS = Path(__file__).with_name("repository") / "test_completeness.py"
_FIRST = "test_nothing_is_missing"
_SKIPPED = (
    f"an operation or a property is not everywhere yet, see {_FIRST}; until then other tests fail for that reason"
)


def pytest_xdist_auto_num_workers() -> int:
    """As many workers as there are cores, and one more: tests wait for processes, sockets and clocks."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The completeness test runs first."""
    items.sort(key=lambda item: not _is_first(item))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """While the completeness test fails, the others are skipped, unless it is not among those that run.

    Each worker of xdist finds that out by itself, so that it does not matter which of them runs the test.
    """
    if _is_first(item.session.items[0]) and not _is_first(item) and everything_missing():
        pytest.skip(_SKIPPED)


def _is_first(item: pytest.Item) -> bool:
    return item.path == _COMPLETENESS and item.name == _FIRST


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that cannot even be imported while something is missing is skipped as well."""
    report = yield
    if report.failed and _is_selected(collector.config) and everything_missing():
        report.outcome, report.longrepr = "skipped", (str(collector.path), 1, f"Skipped: {_SKIPPED}")
    return report


def _is_selected(config: pytest.Config) -> bool:
    paths = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    return any(_COMPLETENESS.is_relative_to(path) for path in paths)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with the parameter `exchange` runs once for each file in openapi/exchanges."""
    if "exchange" in metafunc.fixturenames:
        listed: list[Exchange] = exchanges()
        assert listed, "openapi/exchanges is empty: nothing would be tested"
        metafunc.parametrize("exchange", listed, ids=lambda exchange: exchange.name)


@pytest.fixture(scope="session", autouse=True)
def _one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust one authority. No test needs those of certifi, and loading them is most of the time that a client takes."""
    end = "-----END CERTIFICATE-----\n"
    first, *_ = Path(certifi.where()).read_text("utf-8").partition(end)
    file = tmp_path_factory.mktemp("authority") / "authority.pem"
    file.write_text(first + end, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(file))
        yield


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The files of a certificate for 127.0.0.1, which is its own authority, and of its key."""
    try:
        return tls.certificate(tmp_path_factory.mktemp("tls"))
    except LookupError as error:
        pytest.skip(str(error))


class _Socket:
    """A server for the whole session, whose application each test replaces: stopping a server takes 0.2 seconds."""

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
    """Serve an application on a real socket; a function from the application to its base URL."""
    socket, url = _socket

    def put(app: ASGIApp) -> str:
        socket.app = app
        return url

    return put


@pytest.fixture
def base_url(_socket: tuple[_Socket, str]) -> str:
    """The base URL of a new emulator on a real socket, which holds the documented sessions."""
    socket, url = _socket
    socket.app = emulator()
    return url


@pytest.fixture
def service(base_url: str) -> Iterator[httpx.Client]:
    """A plain HTTP client of that emulator, with the token; its URLs are relative to the workspace: `sessions`."""
    url = f"{base_url}/security/securityCopilot/workspaces/default"
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client


@pytest.fixture
def many_turns() -> Iterator[None]:
    """Let threads switch as often as possible."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture
def starts_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test in which a server starts: it expects that the command refuses to, and a server would never end."""
    monkeypatch.setattr(Server, "run", lambda *_: pytest.fail("the server has started"))
