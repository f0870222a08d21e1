"""What the SDK costs beside this client: the time to import it, and the first call of a process.

Each side runs in processes of its own, in turn; the printed times are medians.
"""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

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


def measure(ours: str, theirs: str, url: str) -> None:
    """Print both times of both sides; `ours` and `theirs` are their interpreters."""
    imports = {ours: "from security_copilot_client import AuthenticatedClient", theirs: "import msgraph_beta"}
    calls = {python: code.format(url=url, token=TOKEN) for python, code in ((ours, OURS), (theirs, THEIRS))}
    for name, programs in (("import", imports), ("a process that creates a session", calls)):
        times = medians(programs)
        print(f"{name:<34}{times[ours]:>7.2f} s this client{times[theirs]:>7.2f} s msgraph-beta-sdk")


def medians(programs: Mapping[str, str]) -> dict[str, float]:
    """The seconds of each interpreter with its program; a first round, which writes bytecode, does not count."""
    rounds = [{python: seconds(python, code) for python, code in programs.items()} for _ in range(ROUNDS + 1)]
    return {python: statistics.median(one[python] for one in rounds[1:]) for python in programs}


def seconds(python: str, code: str) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run([Path(python).absolute(), "-c", code], cwd=ROOT, env=environment, check=True)
    return time.perf_counter() - start
