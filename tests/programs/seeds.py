"""Count the false alarms of the checks.

    python -m tests.programs.seeds [COUNT] [FIRST]

The emulator is checked with one seed after another, then each server that behaves differently but correctly. A run is
red if its exit code is not 0; its output is printed.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial

from security_copilot_contract.credentials import TOKEN_VARIABLE
from security_copilot_contract.emulator import TOKEN, running
from tests.mutants import variants
from tests.mutants.faults import VARIANTS, Mutant

assert variants  # registers them

Done = subprocess.CompletedProcess[str]


def check(*arguments: str) -> Done:
    command = [sys.executable, "-m", "security_copilot_contract", "check", *arguments]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", TOKEN_VARIABLE: TOKEN}
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(command, capture_output=True, check=False, cwd=folder, encoding="utf-8", env=environment)


def check_variant(variant: Mutant) -> Done:
    with running(variant.app()) as url:
        return check(url)


def main(count: int = 200, first: int = 1) -> int:
    jobs = {f"seed {seed}": partial(check, "--seed", str(seed)) for seed in range(first, first + count)}
    jobs |= {name: partial(check_variant, variant) for name, variant in VARIANTS.items()}
    red = []
    started = time.monotonic()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {pool.submit(job): name for name, job in jobs.items()}
        for done, run in enumerate(as_completed(runs), 1):
            result = run.result()
            if result.returncode:
                red.append(runs[run])
                print(f"\n{runs[run]} is red:\n{result.stdout}{result.stderr}", flush=True)
            minutes = (time.monotonic() - started) / 60
            print(f"{done} of {len(jobs)} runs, {len(red)} red, {minutes:.1f} min", end="\r", flush=True)
    print(f"\n{count} seeds from {first} and {len(VARIANTS)} other valid servers: {len(red)} red {', '.join(red)}")
    return bool(red)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
