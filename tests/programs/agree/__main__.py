"""Whether document, emulator, mock and client say the same of generated requests and responses.

    python -m tests.programs.agree [COUNT] [SEED]

Half of the messages are requests and half responses, as many to each operation, some as documented and the others
with one thing changed. A message of which two parties do not say the same, and by no rule, is shrunk and shown. The
exit code is 1 when there is one, or when something that should have occurred did not.
"""

import os
import random
import sys
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import product

from tests.programs.agree.compare import DIRECTIONS, OPERATIONS, Tally, compare, lacking

Tallies = Mapping[str, Mapping[str, Tally]]


def compare_all(count: int, seed: int) -> Tallies:
    """Compare the parties on so many messages; the results by direction and operation."""
    each = -(-count // (len(DIRECTIONS) * len(OPERATIONS)))
    tallies: dict[str, dict[str, Tally]] = {name: dict.fromkeys(OPERATIONS, Tally()) for name in DIRECTIONS}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = {pool.submit(compare, *job, each, seed): job for job in product(DIRECTIONS, OPERATIONS)}
        for done, job in enumerate(as_completed(jobs), 1):
            name, operation_id = jobs[job]
            tallies[name][operation_id] = job.result()
            print(f"{done} of {len(jobs)}: {name} to {operation_id:<20}", end="\r", flush=True)
    return tallies


def show(tallies: Tallies) -> None:
    print(f"{'':<20}{'requests':>18}{'responses':>22}")
    print(f"{'':<20}" + f"{'taken':>9}{'refused':>9}    " * 2 + "disagreements")
    for operation_id in OPERATIONS:
        of_it = [tallies[name][operation_id] for name in DIRECTIONS]
        counts = "".join(f"{tally.taken.total():>9}{tally.refused.total():>9}    " for tally in of_it)
        print(f"{operation_id:<20}{counts}{sum(len(tally.disagreements) for tally in of_it):>13}")
    for name, direction in DIRECTIONS.items():
        needed = sum((tally.rules for tally in tallies[name].values()), Counter())
        print(f"\n{name} of which a party may say something else than the document, and why")
        for rule in direction.rules:
            print(f"{needed[rule.name]:>7}  {rule.name}: the {rule.party} {rule.says} it. {rule.reason}")


def main(count: int = 10_000, seed: int | None = None) -> int:
    seed = random.randrange(1_000_000) if seed is None else seed  # noqa: S311 - not a secret
    print(f"seed {seed}")
    tallies = compare_all(count, seed)
    show(tallies)
    all_ = [tally for of_it in tallies.values() for tally in of_it.values()]
    disagreements = [disagreement for tally in all_ for disagreement in tally.disagreements]
    missed = [problem for name, of_it in tallies.items() for problem in lacking(name, of_it)]
    print("", *disagreements, *missed, sep="\n")
    messages = sum(tally.taken.total() + tally.refused.total() for tally in all_)
    print(f"{messages:,} messages, seed {seed}: {len(disagreements)} disagreements, {len(missed)} things did not occur")
    return bool(disagreements or missed)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
