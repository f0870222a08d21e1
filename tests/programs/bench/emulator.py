"""How much the emulator bears.

    python -m tests.programs.bench.emulator

Creates by 64 clients at once, of the command in a process of its own, by clients that do nothing else; all operations
by 512 clients at once, for 20 seconds; a create by the client of this project in process, beside the same on a socket;
and the memory and the file of 100,000 sessions.
"""

import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from security_copilot_client import AuthenticatedClient
from security_copilot_client.api.sessions import create_session
from security_copilot_client.models import SessionCreate

from security_copilot_contract.emulator import TOKEN, EmulatorTransport, Store
from tests import stored_sessions

CLIENTS = 64
CREATES = 10_000
MANY_CLIENTS = 512
MIXED_SECONDS = 20
CALLS = 2_000
SESSIONS = 100_000


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """The base URL of the command, in a process of its own."""
    command = [sys.executable, "-m", "security_copilot_contract", "serve", "--port", "0", "--token", TOKEN, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        found = re.search(r"https?://\S+", process.stdout.readline())
        assert found
        yield found[0]
        process.terminate()


class Client:
    """A connection that sends one request after the other, and nothing else that would take time."""

    def __init__(self, url: str) -> None:
        self.latencies: list[float] = []
        self._url = urlsplit(url)

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._url.hostname, self._url.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def send(self, method: str, path: str, content: object = None) -> dict[str, Any]:
        """The body of the response. ConnectionError if the server refuses it because of its load."""
        body = b"" if content is None else json.dumps(content).encode()
        head = [
            f"{method} {self._url.path}/security/securityCopilot/workspaces/default/{path} HTTP/1.1",
            f"Host: {self._url.netloc}",
            f"Authorization: Bearer {TOKEN}",
            *([] if content is None else ["Content-Type: application/json", f"Content-Length: {len(body)}"]),
        ]
        started = time.perf_counter()
        self._writer.write("\r\n".join([*head, "\r\n"]).encode() + body)
        received = await self._reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", received)
        assert length
        answer: dict[str, Any] = json.loads(await self._reader.readexactly(int(length[1])))
        self.latencies.append(time.perf_counter() - started)
        status = int(received.split(b" ", 2)[1])
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise ConnectionError
        assert status in (HTTPStatus.OK, HTTPStatus.CREATED), answer
        return answer


async def creates(url: str) -> tuple[float, list[float], int]:
    """The seconds that all took together and each by itself, and how many ids came."""
    numbers = iter(range(CREATES))
    ids: set[str] = set()

    async def run(client: Client) -> None:
        async with client:
            for _ in numbers:
                ids.add((await client.send("POST", "sessions", {"displayName": "Who am I"}))["id"])

    clients = [Client(url) for _ in range(CLIENTS)]
    started = time.perf_counter()
    await asyncio.gather(*map(run, clients))
    return time.perf_counter() - started, [each for client in clients for each in client.latencies], len(ids)


async def mixed(url: str) -> tuple[list[float], int]:
    """How long each request took, and how many clients were refused, while many ask at once."""
    deadline = time.perf_counter() + MIXED_SECONDS
    refused = 0

    async def run(client: Client) -> None:
        nonlocal refused
        try:
            async with client:
                while time.perf_counter() < deadline:
                    await ask(client)
        except (OSError, EOFError):
            refused += 1

    async def ask(client: Client) -> None:
        session = (await client.send("POST", "sessions", {"displayName": "Who am I"}))["id"]
        await client.send("PATCH", f"sessions/{session}", {"displayName": session})
        await client.send("GET", f"sessions/{session}")
        prompt = (await client.send("POST", f"sessions/{session}/prompts", {"content": "Who am I?"}))["id"]
        evaluations = f"sessions/{session}/prompts/{prompt}/evaluations"
        evaluation = (await client.send("POST", evaluations, {}))["id"]
        await client.send("GET", f"{evaluations}/{evaluation}")
        await client.send("GET", "sessions?$top=10")
        await client.send("GET", f"sessions?$filter=displayName%20eq%20'{session}'&$count=true")

    clients = [Client(url) for _ in range(MANY_CLIENTS)]
    await asyncio.gather(*map(run, clients))
    return [each for client in clients for each in client.latencies], refused


def print_latencies(latencies: list[float]) -> None:
    """The median, and what is exceeded by one request in a hundred."""
    cuts = statistics.quantiles(latencies, n=100)
    print(f"    each: p50 {1000 * cuts[49]:.0f} ms, p99 {1000 * cuts[98]:.0f} ms")


def seconds_a_call(client: AuthenticatedClient) -> float:
    """The median of creates one after the other."""
    took = []
    for _ in range(CALLS):
        started = time.perf_counter()
        create_session.sync("default", client=client, body=SessionCreate(display_name="Who am I"))
        took.append(time.perf_counter() - started)
    return statistics.median(took)


def main() -> int:
    """Exit status 1 when something was lost or refused."""
    with serving() as url:
        took, latencies, ids = asyncio.run(creates(url))
        with AuthenticatedClient(base_url=url, token=TOKEN) as client:
            on_a_socket = seconds_a_call(client)
    with serving() as url:
        mixed_latencies, refused = asyncio.run(mixed(url))
    with AuthenticatedClient(token=TOKEN, httpx_args={"transport": EmulatorTransport()}) as client:
        in_process = seconds_a_call(client)
    print(f"{CREATES:,} creates by {CLIENTS} clients at once: {CREATES / took:,.0f} a second, {CREATES - ids} lost")
    print_latencies(latencies)
    rate = len(mixed_latencies) / MIXED_SECONDS
    print(f"all operations by {MANY_CLIENTS} clients at once: {rate:,.0f} requests a second, {refused} clients refused")
    print_latencies(mixed_latencies)
    print(f"a create by the client: in process {1e6 * in_process:,.0f} us, on a socket {1e6 * on_a_socket:,.0f} us")

    tracemalloc.start()
    store = Store()
    for number in range(SESSIONS):
        stored_sessions.create(store, f"session {number}")
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "data.json")
        started = time.perf_counter()
        store.write(file)
        saved = time.perf_counter()
        Store.saved(file)
        loaded = time.perf_counter()
        size = file.stat().st_size / 1e6
    print(f"{SESSIONS:,} sessions: {megabytes:.0f} MB of memory, a file of {size:.0f} MB")
    print(f"    saved in {saved - started:.1f} s, loaded in {loaded - saved:.1f} s")
    return int(ids != CREATES or refused > 0)


if __name__ == "__main__":
    sys.exit(main())
