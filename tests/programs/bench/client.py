"""The speed of the client, compared with a minimal baseline: bare httpx, json.loads, the imports of httpx and attrs.

Run by `make bench`. The sides of a row run in turn, in the same process (imports and first calls in new ones). The
ratio is the median of the pairs, so a temporarily slow machine does not affect it. Parsing is compared with pydantic 2
as well; no goal depends on that.
"""

import asyncio
import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import certifi
import httpx
from security_copilot_client import AuthenticatedClient
from security_copilot_client.api.sessions import create_session
from security_copilot_client.models import (
    Evaluation,
    EvaluationCollection,
    Plugin,
    PluginCollection,
    Prompt,
    PromptCollection,
    Session,
    SessionCollection,
    SessionCreate,
)

from security_copilot_contract.emulator import TOKEN, emulator, running
from security_copilot_contract.spec.exchange import exchanges
from security_copilot_runtime import parsing
from tests import tls
from tests.documented import documented_session
from tests.programs.bench import pydantic_models
from tests.programs.bench.emulator import serving

URL = "https://graph.microsoft.com/beta/security/securityCopilot/workspaces/default/sessions"
SESSION = documented_session() | {
    "@odata.context": "https://graph.microsoft.com/beta/$metadata#sessions/$entity",
    "id": "ecdfb9b3-58f5-457f-a18c-4a477890b252",
    "createdDateTime": "2025-10-22T20:10:54.4940649Z",
    "lastModifiedDateTime": "2025-10-22T20:10:54.4940649Z",
    "displayName": "API: who am I",
}
CREATED = json.dumps(SESSION).encode()
JSON = {"Content-Type": "application/json"}
# For each collection: the classes of its page and its item, the page in pydantic, the exchange that documents an item,
# and the goal. Unlike the client, json.loads creates no models and no times, and checks nothing.
COLLECTIONS: dict[str, tuple[Any, Any, Any, str, float]] = {
    "sessions": (SessionCollection, Session, pydantic_models.Collection[pydantic_models.Session], "get_session", 2.6),
    "prompts": (PromptCollection, Prompt, pydantic_models.Collection[pydantic_models.Prompt], "get_prompt", 4.0),
    "evaluations": (
        EvaluationCollection,
        Evaluation,
        pydantic_models.Collection[pydantic_models.Evaluation],
        "get_evaluation",
        4.0,
    ),
    "plugins": (PluginCollection, Plugin, pydantic_models.Collection[pydantic_models.Plugin], "list_plugins", 4.0),
}
PAIRS = 41
MOST_MICROSECONDS_OF_FACADE = 3.0
# In a plain installation there is no click, and httpx does not import its command.
PLAIN = "import sys; sys.modules['click'] = None; "
# The first call of a process, with the client and with bare httpx.
FIRST_CALL = """
from security_copilot_client import AuthenticatedClient
with AuthenticatedClient(token={token!r}, base_url={url!r}) as client:
    client.sessions.create("Who am I").id
"""
BARE_FIRST_CALL = """
import httpx, json
with httpx.Client(timeout=60, headers={{"Authorization": "Bearer {token}"}}) as client:
    url = "{url}/security/securityCopilot/workspaces/default/sessions"
    json.loads(client.post(url, json={{"displayName": "Who am I"}}).raise_for_status().content)["id"]
"""


class Null(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport that responds without a network."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        del request
        return httpx.Response(201, headers=JSON, content=CREATED)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


def seconds(action: Callable[[], object], repeat: int) -> float:
    start = time.perf_counter()
    for _ in range(repeat):
        action()
    return (time.perf_counter() - start) / repeat


def compare(
    name: str,
    sides: Sequence[Callable[[], object]],
    repeat: int,
    goal: float = math.inf,
) -> bool:
    """Print a row of the client, the baseline, and pydantic if there is a third side; whether it meets the goal."""
    for action in sides:
        seconds(action, repeat)
    rounds = [[seconds(action, repeat) for action in sides] for _ in range(PAIRS)]
    ours, baseline, *_ = (statistics.median(side) * 1e6 for side in zip(*rounds, strict=True))
    ratio, *others = (statistics.median(one[i] / one[1] for one in rounds) for i in (0, 2) if i < len(sides))
    beside = f"   pydantic {others[0]:.2f}x" if others else ""
    bound = f"   goal {goal:.2f}x" if goal < math.inf else ""
    print(f"{name:<38}{ours:>11.0f} us{baseline:>11.0f} us{ratio:>8.2f}x{bound}{beside}")
    return ratio <= goal


def compare_facade() -> bool:
    """Print what `client.sessions.create` takes beyond the function of the module; whether it meets the goal."""
    client = AuthenticatedClient(token="token", httpx_args={"transport": Null()})

    def of_module() -> None:
        create_session.sync("default", client=client, body=SessionCreate(display_name="Who am I"))

    def of_client() -> None:
        client.sessions.create("Who am I")

    for action in (of_client, of_module):
        seconds(action, 200)
    pairs = [(seconds(of_client, 100) - seconds(of_module, 100)) * 1e6 for _ in range(3 * PAIRS)]
    more = statistics.median(pairs)
    goal = MOST_MICROSECONDS_OF_FACADE
    print(f"{'client.sessions.create, beyond create':<38}{more:>11.1f} us{'':>22}   goal {goal:.0f} us")
    return more <= goal


def creates() -> tuple[Callable[[], object], Callable[[], object]]:
    client = AuthenticatedClient(token="token", httpx_args={"transport": Null()})
    bare = httpx.Client(transport=Null(), timeout=60, headers={"Authorization": "Bearer token"})
    documented = {"@odata.type": "#microsoft.graph.security.securityCopilot.session", "displayName": "Who am I"}
    return (
        lambda: create_session.sync("default", client=client, body=SessionCreate(display_name="Who am I")),
        lambda: json.loads(bare.post(URL, json=documented).content),
    )


def async_creates() -> tuple[Callable[[], object], Callable[[], object]]:
    loop = asyncio.new_event_loop()
    client = AuthenticatedClient(token="token", httpx_args={"transport": Null()})
    bare = httpx.AsyncClient(transport=Null(), timeout=60, headers={"Authorization": "Bearer token"})
    documented = {"@odata.type": "#microsoft.graph.security.securityCopilot.session", "displayName": "Who am I"}

    async def ours() -> None:
        for _ in range(50):
            await create_session.asyncio("default", client=client, body=SessionCreate(display_name="Who am I"))

    async def baseline() -> None:
        for _ in range(50):
            json.loads((await bare.post(URL, json=documented)).content)

    return lambda: loop.run_until_complete(ours()), lambda: loop.run_until_complete(baseline())


def parses(kind: str) -> list[Callable[[], object]]:
    page_class, item_class, in_pydantic, name, _ = COLLECTIONS[kind]
    (body,) = (exchange.response.json() for exchange in exchanges() if exchange.name == name)
    item = body["value"][0] if "value" in body else body
    items = [{name: value for name, value in item.items() if name[0] != "@"} for _ in range(1000)]
    page = json.dumps({"@odata.context": "", "value": items}).encode()
    return [
        # As the operations parse a page without `select`.
        lambda: parsing.whole_page(json.loads(page), page_class, item_class),
        lambda: json.loads(page),
        lambda: in_pydantic.model_validate_json(page),
    ]


def first_calls(url: str, **variables: str) -> list[Callable[[], object]]:
    return [process(code.format(url=url, token=TOKEN), **variables) for code in (FIRST_CALL, BARE_FIRST_CALL)]


@contextmanager
def over_tls() -> Iterator[tuple[str, str]]:
    """The base URL of an emulator over TLS, and a file of the authorities of certifi and that of its certificate."""
    with TemporaryDirectory() as folder:
        certificate, key = tls.certificate(Path(folder))
        authorities = Path(folder, "authorities.pem")
        authorities.write_bytes(Path(certifi.where()).read_bytes() + certificate.read_bytes())
        with serving("--tls-cert", str(certificate), "--tls-key", str(key)) as url:
            yield url, str(authorities)


def process(code: str, **variables: str) -> Callable[[], object]:
    """Run a program in a new process. The first run writes bytecode: an installed client has it, like its libraries."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | variables
    return lambda: subprocess.run([sys.executable, "-c", PLAIN + code], check=True, env=environment)


def main() -> int:
    """Exit status 1 if a goal is missed."""
    print(f"{'':<38}{'client':>14}{'baseline':>14}{'ratio':>9}")
    met = [
        compare("create, null transport, sync", creates(), 200, 1.00),
        compare("50 creates, null transport, asyncio", async_creates(), 3, 1.05),
        compare_facade(),
        *(
            compare(f"1,000 {kind} parsed, json.loads", parses(kind), 10, goal)
            for kind, (*_, goal) in COLLECTIONS.items()
        ),
        # The generator's own clients import these two.
        compare(
            "import, of httpx and attrs",
            [process("import security_copilot_client"), process("import httpx, attrs")],
            1,
            1.15,
        ),
    ]
    with running(emulator()) as url:
        met.append(compare("a process that creates a session", first_calls(url), 1, 1.15))
    with over_tls() as (url, authorities):
        compare("the same over TLS", first_calls(url, SSL_CERT_FILE=authorities), 1)
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
