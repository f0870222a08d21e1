"""How much the emulator bears.

    python -m tests.programs.bench.emulator

Creates by 64 clients at once, of the command in a process of its own, by clients that do nothing else; a create by the
client of this project in process, beside the same on a socket; and the memory and the file of 100,000 sessions.
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
from pathlib import Path
from urllib.parse import urlsplit

from security_copilot_client import AuthenticatedClient
from security_copilot_client.api.sessions import create_session
from security_copilot_client.models import SessionCreate

from security_copilot_contract.emulator import TOKEN, EmulatorTransport, Store
from tests import stored_sessions

CLIENTS = 64
CREATES = 10_000
CALLS = 2_000
SESSIONS = 100_000
_BODY = b'{"displayName":"Who am I"}'


@contextmanager
def serving() -> Iterator[str]:
    """The base URL of the command, in a process of its own."""
    command = [sys.executable, "-m", "security_copilot_contract", "serve", "--port", "0", "--token", TOKEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        yield found[0]
        process.terminate()


async def creates(url: str) -> tuple[float, list[float], int]:
    """The seconds that all took together and each by itself, and how many ids came."""
    split = urlsplit(url)
    request = (
        f"POST {split.path}/security/securityCopilot/workspaces/default/sessions HTTP/1.1\r\nHost: {split.netloc}\r\n"
        f"Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nContent-Length: {len(_BODY)}\r\n\r\n"
    ).encode() + _BODY
    numbers = iter(range(CREATES))
    ids: set[str] = set()
    latencies = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection(split.hostname, split.port)
        for _ in numbers:
            started = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            assert head.startswith(b"HTTP/1.1 201 ")
            assert length
            body = await reader.readexactly(int(length[1]))
            latencies.append(time.perf_counter() - started)
            ids.add(json.loads(body)["id"])
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*[client() for _ in range(CLIENTS)])
    return time.perf_counter() - started, latencies, len(ids)


def seconds_a_call(client: AuthenticatedClient) -> float:
    """The median of creates one after the other."""
    took = []
    for _ in range(CALLS):
        started = time.perf_counter()
        create_session.sync("default", client=client, body=SessionCreate(display_name="Who am I"))
        took.append(time.perf_counter() - started)
    return statistics.median(took)


def main() -> int:
    """Exit status 1 when something was lost."""
    with serving() as url:
        took, latencies, ids = asyncio.run(creates(url))
        with AuthenticatedClient(base_url=url, token=TOKEN) as client:
            on_a_socket = seconds_a_call(client)
    with AuthenticatedClient(token=TOKEN, httpx_args={"transport": EmulatorTransport()}) as client:
        in_process = seconds_a_call(client)
    cuts = statistics.quantiles(latencies, n=100)
    print(f"{CREATES:,} creates by {CLIENTS} clients at once: {CREATES / took:,.0f} a second, {CREATES - ids} lost")
    print(f"    each: p50 {1000 * cuts[49]:.0f} ms, p99 {1000 * cuts[98]:.0f} ms")
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
    return int(ids != CREATES)


if __name__ == "__main__":
    sys.exit(main())
