"""The speed of the client, compared with a minimal baseline: bare httpx, json.loads, and the required imports.

Run by `make bench`. The two sides of a row run in turn, in the same process (imports in new ones). The ratio is the
median of the pairs, so a temporarily slow machine does not affect it.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx
from security_copilot_client import AuthenticatedClient
from security_copilot_client.api.sessions import create_session
from security_copilot_client.models import (
    EvaluationCollection,
    PluginCollection,
    PromptCollection,
    SessionCollection,
    SessionCreate,
)

from security_copilot_contract.spec.exchange import exchanges
from tests.documented import documented_session

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
# For each collection: how to parse it, the exchange that documents an item of it, and the goal. Unlike the client,
# json.loads creates no models of nested objects, and checks no members of enumerations.
COLLECTIONS: dict[str, tuple[Callable[[dict[str, Any]], object], str, float]] = {
    "sessions": (SessionCollection.from_dict, "get_session", 4.0),
    "prompts": (PromptCollection.from_dict, "get_prompt", 6.0),
    "evaluations": (EvaluationCollection.from_dict, "get_evaluation", 6.0),
    "plugins": (PluginCollection.from_dict, "list_plugins", 6.0),
}
PAIRS = 41


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


def compare(name: str, ours: Callable[[], object], baseline: Callable[[], object], repeat: int, goal: float) -> bool:
    """Print a row; return whether it meets the goal."""
    for action in (ours, baseline):
        seconds(action, repeat)
    pairs = [(seconds(ours, repeat), seconds(baseline, repeat)) for _ in range(PAIRS)]
    ratio = statistics.median(a / b for a, b in pairs)
    a, b = (statistics.median(side) * 1e6 for side in zip(*pairs, strict=True))
    print(f"{name:<38}{a:>11.0f} us{b:>11.0f} us{ratio:>8.2f}x   goal {goal:.2f}x")
    return ratio <= goal


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


def parses(kind: str) -> tuple[Callable[[], object], Callable[[], object]]:
    from_dict, name, _ = COLLECTIONS[kind]
    (body,) = (exchange.response.json() for exchange in exchanges() if exchange.name == name)
    item = body["value"][0] if "value" in body else body
    items = [{name: value for name, value in item.items() if name[0] != "@"} for _ in range(1000)]
    page = json.dumps({"@odata.context": "", "value": items}).encode()
    return lambda: from_dict(json.loads(page)), lambda: json.loads(page)


def importing(modules: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, "-c", f"import {modules}"], check=True)


def main() -> int:
    """Exit status 1 if a goal is missed."""
    print(f"{'':<38}{'client':>14}{'baseline':>14}{'ratio':>9}")
    met = [
        compare("create, null transport, sync", *creates(), repeat=200, goal=1.10),
        compare("50 creates, null transport, asyncio", *async_creates(), repeat=3, goal=1.10),
        *(
            compare(f"1,000 {kind} parsed, json.loads", *parses(kind), repeat=10, goal=goal)
            for kind, (_, _, goal) in COLLECTIONS.items()
        ),
        compare("import, of httpx and attrs", importing("security_copilot_client"), importing("httpx, attrs"), 1, 1.25),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
