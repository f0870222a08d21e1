"""What becomes of the command when nobody takes what it prints."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "security_copilot_contract"]
# Much, and so little that Python keeps it back until the end.
PRINTING = [["document"], ["docs"], ["serve", "--port", "0"], ["ask", "Who am I?"]]

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="There is no such device, or no such shell")


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_full_disk_is_told(arguments: list[str]) -> None:
    """In a line, exit code 2: with 1 a promise would be broken."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "security-copilot-contract: cannot go on: [Errno 28] No space left on device"
    assert "Traceback" not in done.stderr


def test_who_closes_its_output_hears_nothing() -> None:
    """It does its work all the same, and its log does not turn up elsewhere."""
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND]

    done = subprocess.run([*closed, "document"], capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_emulator_runs_without_output(tmp_path: Path) -> None:
    """As a service that is started with both closed."""
    data = tmp_path / "data.json"
    command = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", *COMMAND, "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command) as process:
        deadline = time.monotonic() + 20
        while not data.exists() and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.terminate()

    assert process.returncode == 0
