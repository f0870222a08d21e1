"""How often the checks cry wolf: the unbroken emulator, checked with one seed after another.

    python tests/benchmarks/seeds.py [COUNT] [FIRST]

A seed is red when the check ends with anything but 0; its output is shown.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed


def check(seed: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "security_copilot_contract", "check", "--seed", str(seed)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, check=False, encoding="utf-8", env=environment)


def main(count: int = 200, first: int = 1) -> int:
    started = time.monotonic()
    red = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {pool.submit(check, seed): seed for seed in range(first, first + count)}
        for done, run in enumerate(as_completed(runs), 1):
            result = run.result()
            if result.returncode:
                red.append(runs[run])
                print(f"\nseed {runs[run]} is red:\n{result.stdout}{result.stderr}", flush=True)
            minutes = (time.monotonic() - started) / 60
            print(f"{done} of {count} seeds, {len(red)} red, {minutes:.1f} min", end="\r", flush=True)
    print(f"\n{len(red)} of {count} seeds from {first} are red{': ' if red else ''}{', '.join(map(str, sorted(red)))}")
    return bool(red)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
