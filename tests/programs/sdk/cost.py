"""What the SDK costs beside this client: the time to import it, and the first call of a process.

Each side runs in processes of its own, in turn. The printed times are medians, in seconds that have passed and, since
other programs do not change it much, in CPU time.
"""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from security_copilot_contract.emulator import TOKEN
from tests import ROOT

ROUNDS = 9
OURS = """
from security_copilot_client import AuthenticatedClient
with AuthenticatedClient(token={token!r}, base_url={url!r}) as client:
    client.sessions.create("Who am I")
"""
THEIRS = """
import asyncio
from msgraph_beta.generated.models.security.security_copilot.session import Session
from tests.programs.sdk.official import client
workspace = client({url!r}, {token!r}).security.security_copilot.workspaces.by_workspace_id("default")
asyncio.run(workspace.sessions.post(Session(display_name="Who am I")))
"""


@frozen
class Cost:
    """Of one process: the seconds that passed, and its CPU time."""

    passed: float
    cpu: float


def measure(ours: str, theirs: str, url: str) -> None:
    """Print both times of both sides; `ours` and `theirs` are their interpreters."""
    names = {ours: "this client", theirs: "msgraph-beta-sdk"}
    imports = {ours: "from security_copilot_client import AuthenticatedClient", theirs: "import msgraph_beta"}
    calls = {python: code.format(url=url, token=TOKEN) for python, code in ((ours, OURS), (theirs, THEIRS))}
    for name, programs in (("import", imports), ("first call: create a session", calls)):
        for python, cost in medians(programs).items():
            print(f"{name:<30}{names[python]:<18}{cost.passed:>6.2f} s{cost.cpu:>6.2f} s CPU")


def medians(programs: Mapping[str, str]) -> dict[str, Cost]:
    """The cost of each interpreter with its program; a first round, which writes bytecode, does not count."""
    rounds = [{python: cost(python, code) for python, code in programs.items()} for _ in range(ROUNDS + 1)][1:]
    return {
        python: Cost(
            statistics.median(one[python].passed for one in rounds),
            statistics.median(one[python].cpu for one in rounds),
        )
        for python in programs
    }


def cost(python: str, code: str) -> Cost:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start, before = time.perf_counter(), os.times()
    subprocess.run([Path(python).absolute(), "-c", code], cwd=ROOT, env=environment, check=True)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - start, cpu)
