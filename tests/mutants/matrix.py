"""How many of the broken servers the checks catch, and after how many requests.

    python tests/mutants/matrix.py [--curve] [--stock]

Each server gets the directed plan of both profiles. It is caught when a promise that it breaks says so; a failure
for another reason does not count. `--curve` shows the live profile request by request, `--stock` runs plain
`schemathesis run` as well, which takes long, on every server that its record does not have yet.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from attrs import frozen
from mutants import servers
from mutants.faults import MUTANTS, Mutant

from security_copilot_contract.checks.plan import plan
from security_copilot_contract.checks.walk import Walk
from security_copilot_contract.emulator import TOKEN, running
from security_copilot_contract.resources import DOCUMENT

assert servers  # registers them

STOCK = Path(__file__).with_name("stock.json")
SEED = 1
_GOAL = 0.9


@frozen
class Kill:
    """What became of a broken server: the request that caught it and the promise that said so, or neither."""

    mutant: str
    request: int | None
    promise: str | None
    requests: int
    creates: int


def kill(mutant: Mutant, *, live: bool) -> Kill:
    """Send a profile's plan to a broken server."""
    with running(mutant.app()) as url:
        return kill_at(url, mutant, live=live)


def kill_at(url: str, mutant: Mutant, *, live: bool) -> Kill:
    """The same, for a server that is running already."""
    walk = Walk(url, TOKEN)
    sent = list(walk.run(plan(SEED, live=live)))
    walk.close()
    creates = sum(s.request.method == "POST" for s in sent)
    for number, step in enumerate(sent, 1):
        for promise in mutant.promises & set(step.broken):
            return Kill(mutant.name, number, promise, len(sent), creates)
    return Kill(mutant.name, None, None, len(sent), creates)


def kills(*, live: bool) -> list[Kill]:
    """What becomes of each server that the profile can be expected to catch."""
    concerned = [mutant.name for mutant in MUTANTS.values() if mutant.lawful or not live]
    # Many only wait, as they are asked to by a Retry-After.
    with ProcessPoolExecutor(4 * (os.cpu_count() or 1), initializer=_quiet) as pool:
        return list(pool.map(_kill, concerned, [live] * len(concerned), chunksize=4))


def _quiet() -> None:
    # An answer that is cut off is a fault in the eyes of the server, too.
    logging.disable(logging.CRITICAL)


def _kill(name: str, live: bool) -> Kill:  # noqa: FBT001 - positional by the pool's interface
    return kill(MUTANTS[name], live=live)


def stock(recorded: Mapping[str, bool]) -> dict[str, bool]:
    """Whether plain Schemathesis fails on each server, as far as it is not recorded."""
    missing = [name for name in MUTANTS if name not in recorded]
    with ProcessPoolExecutor(os.cpu_count(), initializer=_quiet) as pool:
        caught = pool.map(_stock, missing, chunksize=1)
        found = dict(_with_progress(zip(missing, caught, strict=True), len(missing)))
    return {name: (found | dict(recorded))[name] for name in MUTANTS}


def _stock(name: str) -> bool:
    with running(MUTANTS[name].app()) as url, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "schemathesis.cli", "run", str(DOCUMENT), "--url", url]
        command += ["-H", f"Authorization: Bearer {TOKEN}", "--seed", str(SEED), "--max-failures", "1", "--no-shrink"]
        done = subprocess.run(command, capture_output=True, check=False, cwd=folder, timeout=600)
    return done.returncode == 1


def _with_progress(results: Iterator[tuple[str, bool]], total: int) -> Iterator[tuple[str, bool]]:
    for number, result in enumerate(results, 1):
        print(f"{number} of {total}", end="\r", file=sys.stderr, flush=True)
        yield result


def _rate(caught: int, of: int) -> str:
    return f"{caught:>4} of {of:<4} {caught / of:>6.1%}"


def main() -> int:
    parser = argparse.ArgumentParser(description="How many of the broken servers the checks catch.")
    parser.add_argument("--curve", action="store_true", help="show the live profile request by request")
    parser.add_argument("--stock", action="store_true", help="run plain schemathesis on them, and record it")
    options = parser.parse_args()
    recorded = json.loads(STOCK.read_text("utf-8"))
    if options.stock:
        same = recorded["schemathesis"] == version("schemathesis")
        recorded = {"schemathesis": version("schemathesis"), "caught": stock(recorded["caught"] if same else {})}
        STOCK.write_text(json.dumps(recorded, indent=1) + "\n", "utf-8", newline="\n")
    full, live = kills(live=False), kills(live=True)
    most, creates = max(k.requests for k in live), max(k.creates for k in live)
    print(f"\nBroken servers that are caught, for the right reason (seed {SEED})\n")
    print(f"  check --profile full   {_rate(sum(k.request is not None for k in full), len(full))}")
    print(
        f"  check --profile live   {_rate(sum(k.request is not None for k in live), len(live))}   "
        f"of those that a lawful client can see, with {most} requests and {creates} created sessions at most"
    )
    caught = recorded["caught"]
    print(
        f"  schemathesis run       {_rate(sum(caught.values()), len(caught))}   "
        f"failing for any reason; version {recorded['schemathesis']}, recorded by make stock"
    )
    survivors = [k.mutant for k in full + live if k.request is None]
    if survivors:
        print(f"\nNot caught: {', '.join(sorted(set(survivors)))}")
    if options.curve:
        _show_curve(live, most)
    enough = sum(k.request is not None for k in live) >= _GOAL * len(live)
    return 0 if enough and not any(k.request is None for k in full) else 1


def _show_curve(live: list[Kill], most: int) -> None:
    print("\nRequests of the live profile, and the broken servers that are caught by then\n")
    for requests in range(1, most + 1):
        caught = sum(k.request is not None and k.request <= requests for k in live)
        print(f"{requests:>4} {caught:>4} {caught / len(live):>6.1%}  {'#' * round(60 * caught / len(live))}")


if __name__ == "__main__":
    sys.exit(main())
