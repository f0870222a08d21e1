"""What the mock costs a test run beyond pytest, httpx and respx.

Run by `make bench`. Both sides run in turn, in fresh processes, and the cost is the median of the differences.
"""

import statistics
import subprocess
import sys
import time
import timeit

from security_copilot_contract import SecurityCopilotMock

FLOOR = "import pytest, httpx, respx"
PLUGIN = f"{FLOOR}; import security_copilot_contract.pytest_plugin"
MOCK = f"{PLUGIN}; from security_copilot_contract import SecurityCopilotMock as Mock; Mock().start()"
PAIRS = 21
GOAL = 150.0


def milliseconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return (time.perf_counter() - start) * 1e3


def beyond(floor: str, code: str) -> float:
    for warm_up in (floor, code):
        milliseconds(warm_up)
    return statistics.median(milliseconds(code) - milliseconds(floor) for _ in range(PAIRS))


def another() -> None:
    with SecurityCopilotMock():
        pass


def main() -> int:
    """Exit status 1 when the goal is missed."""
    print(f"{'the plugin, in each run of pytest':<50}{beyond(FLOOR, PLUGIN):>7.1f} ms")
    first_use = beyond(FLOOR, MOCK)
    print(f"{'the plugin and the first mock, with its document':<50}{first_use:>7.1f} ms   goal {GOAL:.0f} ms")
    each = min(timeit.repeat(another, number=100, repeat=5)) / 100 * 1e3
    print(f"{'each further mock':<50}{each:>7.1f} ms")
    return 0 if first_use <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
