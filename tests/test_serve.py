"""`security-copilot-contract serve`: the emulator as a command."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from security_copilot_contract.emulator import TOKEN, listen

COMMAND = [sys.executable, "-m", "security_copilot_contract", "serve"]
SESSIONS = "security/securityCopilot/workspaces/default/sessions"


@contextmanager
def serving(*arguments: str, token: str | None = None) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The running command, and the two lines that it prints at the start."""
    environment = {name: value for name, value in os.environ.items() if name != "SECURITY_COPILOT_TOKEN"}
    if token:
        environment["SECURITY_COPILOT_TOKEN"] = token
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        try:
            yield process, [process.stdout.readline(), process.stdout.readline()]
        finally:
            process.kill()


def url_in(line: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/beta", line)
    assert found, line
    return found[0]


def test_says_where_it_listens_and_answers_there() -> None:
    """The URL that it prints works, with the token that it prints."""
    with serving("--port", "0") as (_, lines):
        answer = httpx.get(f"{url_in(lines[0])}/{SESSIONS}", headers={"Authorization": f"Bearer {TOKEN}"})

        assert answer.status_code == 200
        assert f'"Authorization: Bearer {TOKEN}" {url_in(lines[0])}/{SESSIONS}' in lines[1]


def test_accepts_a_token_of_ones_own_without_telling_it() -> None:
    """The token comes by the environment and stays there."""
    with serving("--port", "0", token="t0ps3cret") as (_, lines):
        url = f"{url_in(lines[0])}/{SESSIONS}"

        assert httpx.get(url, headers={"Authorization": "Bearer t0ps3cret"}).status_code == 200
        assert httpx.get(url, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 401
        assert "t0ps3cret" not in "".join(lines)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("signal_name", ["SIGINT", "SIGTERM"])
def test_stops_cleanly(signal_name: str) -> None:
    """Without a word."""
    with serving("--port", "0") as (process, _):
        process.send_signal(getattr(signal, signal_name))

        output, _ = process.communicate(timeout=10)
        assert output == ""


def test_says_that_a_port_is_taken() -> None:
    """One line, exit code 2."""
    with listen("127.0.0.1", 0) as sock:
        port = str(sock.getsockname()[1])
        done = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 2
    assert done.stderr.startswith(f"security-copilot-contract: cannot listen at 127.0.0.1:{port}: ")
    assert done.stderr.endswith("Try --port 0.\n")
    assert done.stderr.count("\n") == 1


def test_says_which_extra_is_missing() -> None:
    """The client alone installs the command, but not what it needs."""
    without = "import sys; sys.modules['uvicorn'] = None; from security_copilot_contract.__main__ import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", without, "serve"], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.stderr == (
        'security-copilot-contract: uvicorn is not installed; run: pip install "security-copilot-client[contract]"\n'
    )
