"""One client in many threads, event loops and processes; with real sockets."""

import asyncio
import copy
import gc
import os
import pickle
import socket
import subprocess
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import attrs
import httpx
import pytest
from security_copilot_client import AuthenticatedClient, Retry
from security_copilot_client.api.sessions import create_session
from security_copilot_client.models import SessionCreate

from security_copilot_runtime import forks
from tests.runtime.test_network import ID, JSON, answer

BODY = SessionCreate(display_name="a")


class Service:
    """Answers each request with a session. It counts connections, those still open, and requests."""

    def __init__(self) -> None:
        self.base_url = ""
        self.connections = 0
        self.open = 0
        self.requests = 0
        self.ended = threading.Condition()

    def serve(self, connection: socket.socket) -> None:
        self.connections += 1
        self.open += 1
        with connection:
            reading = connection.makefile("rb")
            while line := reading.readline():
                if line.startswith(b"Content-Length:"):
                    length = int(line.split()[1])
                if line == b"\r\n":
                    reading.read(length)
                    self.requests += 1
                    connection.sendall(answer(JSON, status=201))
            reading.close()
        with self.ended:
            self.open -= 1
            self.ended.notify()

    def closed(self) -> bool:
        """Whether all connections are closed, soon."""
        with self.ended:
            return self.ended.wait_for(lambda: self.open == 0, timeout=5)


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        address = listening.getsockname()
        service.base_url = f"http://127.0.0.1:{address[1]}/beta"

        def accept() -> None:
            while True:
                connection, _ = listening.accept()
                if not service.base_url:
                    connection.close()
                    return
                threading.Thread(target=service.serve, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield service
        service.base_url = ""
        socket.create_connection(address).close()  # wakes accept() up, on every system
        thread.join()


@pytest.fixture
def client(service: Service) -> Iterator[AuthenticatedClient]:
    # Without TLS there is nothing to verify, and loading the certificates would take most of the time of a test.
    client = AuthenticatedClient(token="t", base_url=service.base_url, retry=None, verify_ssl=False)
    yield client
    client.close()


@contextmanager
def no_leak() -> Iterator[None]:
    """No ResourceWarning, also not from what the garbage collector finds."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def create(client: AuthenticatedClient) -> str:
    return create_session.sync("default", client=client, body=BODY).id


async def acreate(client: AuthenticatedClient) -> str:
    session = await create_session.asyncio("default", client=client, body=BODY)
    return session.id


class TestEventLoops:
    """Connections of asyncio belong to a loop."""

    def test_one_loop_after_another(self, client: AuthenticatedClient, service: Service) -> None:
        """Each call arrives once, and asyncio.run closes the connections of its loop."""
        with no_leak():
            for number in range(1, 4):
                assert asyncio.run(acreate(client)) == ID
                assert service.closed()
                assert (service.requests, service.connections) == (number, number)

    def test_loops_that_run_at_the_same_time(self, client: AuthenticatedClient, service: Service) -> None:
        """In threads; each has a connection of its own."""
        together = threading.Barrier(4)

        async def twice() -> list[str]:
            ids = [await acreate(client)]
            together.wait(5)
            return [*ids, await acreate(client)]

        with no_leak(), ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda _: asyncio.run(twice()), range(4))) == [[ID, ID]] * 4
        assert (service.requests, service.connections) == (8, 4)
        assert service.closed()

    def test_one_loop_has_one_httpx_client(self, client: AuthenticatedClient, service: Service) -> None:
        """Calls at the same time share it, and calls one after another share a connection."""

        async def main() -> None:
            assert await asyncio.gather(*(acreate(client) for _ in range(3))) == [ID] * 3
            assert client.get_async_httpx_client() is client.get_async_httpx_client()
            connections = service.connections
            await acreate(client)
            assert service.connections == connections

        asyncio.run(main())

    @pytest.mark.parametrize("how", ["aclose", "async with"])
    def test_closing_in_a_loop(self, client: AuthenticatedClient, service: Service, how: str) -> None:
        """It closes the connections of that loop at once; a later call makes new ones."""

        async def main() -> None:
            if how == "aclose":
                await acreate(client)
                await client.aclose()
            else:
                async with client:
                    await acreate(client)
            assert await asyncio.to_thread(service.closed)
            assert await acreate(client) == ID

        with no_leak():
            asyncio.run(main())
            asyncio.run(main())
        assert service.closed()
        assert service.connections == 4

    def test_a_forgotten_client(self, service: Service) -> None:
        """It is closed in the loop that runs, when it is garbage."""

        async def main() -> None:
            await acreate(AuthenticatedClient(token="t", base_url=service.base_url, verify_ssl=False))
            gc.collect()
            assert await asyncio.to_thread(service.closed)

        with no_leak():
            asyncio.run(main())

    def test_a_loop_that_nobody_shut_down(self, client: AuthenticatedClient) -> None:
        """The next loop forgets its connections, so that they do not pile up."""
        made: list[weakref.ref[httpx.AsyncClient]] = []

        async def get() -> None:
            made.append(weakref.ref(client.get_async_httpx_client()))

        for _ in range(3):
            loop = asyncio.new_event_loop()
            loop.run_until_complete(get())
            loop.close()

        gc.collect()
        assert [one() is None for one in made] == [True, True, False]

    def test_outside_of_a_loop(self, client: AuthenticatedClient) -> None:
        """There is none to belong to."""
        with pytest.raises(RuntimeError, match="no running event loop"):
            client.get_async_httpx_client()


class TestThreads:
    """Blocking calls share one httpx client."""

    def test_the_first_calls_of_sixteen_threads(
        self, client: AuthenticatedClient, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However they interleave, one httpx client is made."""
        made: list[httpx.Client] = []
        original = httpx.Client.__init__

        def init(self: httpx.Client, **arguments: Any) -> None:
            made.append(self)
            threading.Event().wait(0.02)  # the others come meanwhile
            original(self, **arguments)

        monkeypatch.setattr(httpx.Client, "__init__", init)
        together = threading.Barrier(16)

        def first(_: int) -> str:
            together.wait(5)
            return create(client)

        with no_leak():
            with ThreadPoolExecutor(16) as pool:
                assert list(pool.map(first, range(16))) == [ID] * 16
            client.close()
        assert len(made) == 1
        assert service.requests == 16
        assert service.closed()

    def test_a_client_is_entered_after_use(self, client: AuthenticatedClient, service: Service) -> None:
        """And used again after it was closed."""
        with no_leak():
            create(client)
            for _ in range(2):
                with client:
                    create(client)
                assert service.closed()
        assert (service.connections, service.requests) == (2, 3)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
class TestForks:
    """A child makes connections of its own, and leaves its parent's alone."""

    def test_what_counts_forks_refers_to_no_library(self) -> None:
        """It lives until the process ends, and with it whatever it refers to."""
        assert [value for value in vars(forks).values() if isinstance(value, ModuleType)] == [os]

    def test_a_child(self, client: AuthenticatedClient, service: Service) -> None:
        """It may close the client: the parent's connection stays usable."""

        def both() -> None:
            assert create(client) == ID
            client.close()
            gc.collect()
            assert asyncio.run(acreate(client)) == ID

        create(client)
        assert in_child(both) == 0
        assert service.connections == 3
        create(client)
        assert service.connections == 3
        assert service.requests == 4

    def test_a_child_of_a_process_that_makes_its_client(
        self, client: AuthenticatedClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A lock that another thread holds at that moment is held in the child for ever."""
        original = httpx.Client.__init__
        begun, forked = threading.Event(), threading.Event()

        def init(self: httpx.Client, **arguments: Any) -> None:
            begun.set()
            forked.wait(10)
            original(self, **arguments)

        def in_the_child() -> None:
            monkeypatch.setattr(httpx.Client, "__init__", original)
            create(client)

        monkeypatch.setattr(httpx.Client, "__init__", init)
        thread = threading.Thread(target=create, args=(client,))
        thread.start()
        assert begun.wait(10)
        status = in_child(in_the_child)
        forked.set()
        thread.join()
        assert status == 0

    def test_a_pool_of_processes(self, service: Service) -> None:
        """By fork, with a client that has been used."""
        program = f"""
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from security_copilot_client import AuthenticatedClient
from tests.runtime.test_connections import create

client = AuthenticatedClient(token="t", base_url={service.base_url!r}, verify_ssl=False)

def child(_):
    return create(client)

create(client)
with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
    print(*pool.map(child, range(4)), *pool.map(create, [client]))
client.close()
"""
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
        assert (done.stdout.split(), done.stderr) == ([ID] * 5, "")


def in_child(action: Callable[[], object]) -> int:
    """The exit status of a forked child that does this: 0 if it succeeds within 10 seconds."""
    with warnings.catch_warnings():
        # From Python 3.12 on: this process has threads. The child uses none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        status = 1
        try:
            threading.Timer(10, os._exit, (2,)).start()
            action()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def module_token() -> str:
    return "t"


def pickled(client: AuthenticatedClient) -> AuthenticatedClient:
    unpickled: AuthenticatedClient = pickle.loads(pickle.dumps(client))  # noqa: S301 - our own pickle
    return unpickled


def settings(client: AuthenticatedClient) -> dict[str, Any]:
    return attrs.asdict(client, recurse=False, filter=lambda field, _: field.init)


class TestCopies:
    """A copy has the settings, and no connections."""

    @pytest.mark.parametrize("state", ["fresh", "used"])
    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
    def test_a_copy(
        self, client: AuthenticatedClient, service: Service, copied: Callable[..., AuthenticatedClient], state: str
    ) -> None:
        """Of a client, used or not; also with asyncio."""
        original = attrs.evolve(client, token=module_token, headers={"X-Mine": "y"}, deadline=7.0, retry=Retry(2))

        async def copy_in_loop() -> tuple[str, AuthenticatedClient]:
            return await acreate(original), copied(original)

        with no_leak(), original:
            if state == "used":
                create(original)
                other = asyncio.run(copy_in_loop())[1]
            else:
                other = copied(original)
            with other:
                assert create(other) == asyncio.run(acreate(other)) == ID
                assert other.get_httpx_client() is not original.get_httpx_client()
        assert settings(other) == settings(original)
        assert service.closed()

    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
    def test_a_copy_keeps_an_httpx_client_of_the_caller(
        self, client: AuthenticatedClient, copied: Callable[..., AuthenticatedClient]
    ) -> None:
        """It may have a proxy or a certificate."""
        with httpx.Client() as mine:
            assert copied(client.set_httpx_client(mine)).get_httpx_client() is mine

    @pytest.mark.parametrize(
        ("arguments", "name"),
        [
            ({"token": lambda: "t"}, "token"),
            ({"httpx_args": {"transport": httpx.HTTPTransport()}}, r"httpx_args\['transport'\]"),
            ({"verify_ssl": httpx.create_ssl_context()}, "verify_ssl"),
        ],
        ids=["token", "transport", "verify_ssl"],
    )
    def test_what_cannot_be_pickled(self, arguments: dict[str, Any], name: str) -> None:
        """The message names the argument."""
        client = AuthenticatedClient(**{"token": "t", **arguments})

        with pytest.raises(TypeError, match=f"^{name} cannot be pickled"):
            pickle.dumps(client)

    def test_an_httpx_client_of_the_caller_cannot_be_pickled(self, client: AuthenticatedClient) -> None:
        """Silently without it, requests could leave the proxy out."""
        with httpx.Client() as mine, pytest.raises(TypeError, match="an httpx client of your own"):
            pickle.dumps(client.set_httpx_client(mine))
