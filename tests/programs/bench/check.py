"""Compare the time of a full check with plain Schemathesis: same document, same server, same seed.

    python -m tests.programs.bench.check [ROUNDS]

The whole process is timed, from its start to its end, and both take turns. A case is a generated request; for the
check, the requests of the plan count as well.
"""

import os
import re
import subprocess
import sys
import tempfile
import time

from security_copilot_contract.credentials import TOKEN_VARIABLE
from security_copilot_contract.emulator import TOKEN, emulator, running
from security_copilot_contract.spec.files import DOCUMENT

SEED = "1"
PYTHON = [sys.executable, "-m"]
STOCK = [*PYTHON, "schemathesis.cli", "run", str(DOCUMENT), "--seed", SEED, "-H", f"Authorization: Bearer {TOKEN}"]
OURS = [*PYTHON, "security_copilot_contract", "check", "--profile", "full", "--seed", SEED]
# What each says of the cases that it ran, and the command without and with its URL.
COMMANDS = {
    "schemathesis run": (STOCK, "--url", r"(\d+) generated"),
    "check --profile full": (OURS, None, r"(\d+) requests of the plan and (\d+) generated"),
}
_MOST_SECONDS = 60


def timed(command: list[str], option: str | None, cases: str) -> tuple[float, int]:
    """Run a command on an emulator of its own: the seconds it took, and how many cases it ran."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120", TOKEN_VARIABLE: TOKEN}
    with running(emulator()) as url, tempfile.TemporaryDirectory() as folder:
        where = [url] if option is None else [option, url]
        started = time.perf_counter()
        done = subprocess.run(
            [*command, *where], capture_output=True, check=False, cwd=folder, encoding="utf-8", env=environment
        )
        seconds = time.perf_counter() - started
    found = re.search(cases, done.stdout)
    if found is None:
        sys.exit(f"{' '.join(command)} ran no cases:\n{done.stdout}{done.stderr}")
    return seconds, sum(map(int, found.groups()))


def main(rounds: int = 3) -> int:
    best: dict[str, tuple[float, int]] = {}
    for number in range(rounds):
        for name, (command, option, cases) in COMMANDS.items():
            print(f"round {number + 1} of {rounds}: {name:<30}", end="\r", file=sys.stderr, flush=True)
            result = timed(command, option, cases)
            best[name] = min(best.get(name, result), result)
    print(f"The faster of {rounds} rounds, {os.cpu_count()} cores{'':<30}\n")
    per_case = {}
    for name, (seconds, count) in best.items():
        per_case[name] = 1000 * seconds / count
        print(f"  {name:<22}{seconds:>6.1f} s {count:>7,} cases {per_case[name]:>7.2f} ms a case")
    ours, stock = per_case["check --profile full"], per_case["schemathesis run"]
    print(f"\n  a case of the check takes {ours / stock:.2f} of the time")
    return 0 if ours <= stock and best["check --profile full"][0] <= _MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
