"""The command when its output cannot be written."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "security_copilot_contract"]
# Much output, and little, which Python buffers until the end.
PRINTING = [["document"], ["contradictions"], ["serve", "--port", "0"], ["ask", "Who am I?"]]

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_full_disk_is_reported(arguments: list[str]) -> None:
    """In one line, with exit code 2: 1 would mean a broken promise."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )

    assert done.returncode == 2
    assert (
        done.stderr.splitlines()[-1] == "security-copilot-contract: cannot continue: [Errno 28] No space left on device"
    )
    assert "Traceback" not in done.stderr


def test_a_closed_output_is_no_error() -> None:
    """The command runs, and its log goes nowhere else."""
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND]

    done = subprocess.run([*closed, "document"], capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_emulator_runs_without_output(tmp_path: Path) -> None:
    """A service may be started with both streams closed."""
    data = tmp_path / "data.json"
    command = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", *COMMAND, "serve", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command) as process:
        deadline = time.monotonic() + 20
        while not data.exists() and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.terminate()

    assert process.returncode == 0
