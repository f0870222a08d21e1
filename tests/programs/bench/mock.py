"""The time that the mock adds to a test run with pytest, httpx and respx.

Run by `make bench`. Runs with and without the mock alternate, each in a new process. The cost is the median of the
differences.
"""

import statistics
import subprocess
import sys
import time
import timeit

from security_copilot_contract import SecurityCopilotMock

BASELINE = "import pytest, httpx, respx"
PLUGIN = f"{BASELINE}; import security_copilot_contract.pytest_plugin"
MOCK = f"{PLUGIN}; from security_copilot_contract import SecurityCopilotMock as Mock; Mock().start()"
PAIRS = 21
GOAL = 150.0


def milliseconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return (time.perf_counter() - start) * 1e3


def added(baseline: str, code: str) -> float:
    for warm_up in (baseline, code):
        milliseconds(warm_up)
    return statistics.median(milliseconds(code) - milliseconds(baseline) for _ in range(PAIRS))


def another() -> None:
    with SecurityCopilotMock():
        pass


def main() -> int:
    """Exit status 1 if the goal is missed."""
    print(f"{'the plugin, in each run of pytest':<50}{added(BASELINE, PLUGIN):>7.1f} ms")
    first_use = added(BASELINE, MOCK)
    print(f"{'the plugin and the first mock, with its document':<50}{first_use:>7.1f} ms   goal {GOAL:.0f} ms")
    each = min(timeit.repeat(another, number=100, repeat=5)) / 100 * 1e3
    print(f"{'each further mock':<50}{each:>7.1f} ms")
    return 0 if first_use <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
