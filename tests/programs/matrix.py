"""How many of the broken servers the checks catch, and after how many requests.

    python -m tests.programs.matrix [--curve] [--stock]

Each profile sends its plan to each server. A server is caught if a promise that it is known to break is reported as
broken; a failure for another reason does not count. The text of every violation is replaced, so no verdict can depend
on its wording. The exit code is 1 if a profile catches less, or sends more, than it should. `--curve` prints the live
profile request by request. `--stock` also runs plain `schemathesis run`, which takes long, on every server that is not
in its record.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.metadata import version

from attrs import frozen

from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.plan_builder import plan
from security_copilot_contract.checks.run import Settings
from security_copilot_contract.emulator import TOKEN, running
from security_copilot_contract.spec.files import DOCUMENT
from security_copilot_contract.spec.violation import Violation
from security_copilot_runtime.clock import SkippingClock, use
from tests import ROOT
from tests.mutants import resources, servers
from tests.mutants.adapter import runner_of
from tests.mutants.faults import MUTANTS, SESSIONS, Mutant

assert resources
assert servers  # registers them

STOCK = ROOT / "tests" / "mutants" / "stock.json"
SEED = 1
# What a profile must catch.
_GOAL = 0.9


@frozen
class Profile:
    """One way of checking: its options, and the servers that it is expected to catch."""

    name: str
    live: bool
    evaluations: int | None = None

    def steps(self) -> list[Step]:
        return plan(SEED, live=self.live, evaluations=self.evaluations)

    @property
    def most_requests(self) -> int | None:
        """The most that it sends, attempts at an unavailable service included."""
        return Settings("", "live", SEED, evaluations=self.evaluations).budget().requests if self.live else None

    def concerns(self, mutant: Mutant) -> bool:
        """Whether it is expected to catch a server: live sends mostly valid requests, and few evaluations."""
        seen = (mutant.on == "evaluations") == (self.evaluations is not None) or mutant.on is None
        return not self.live or (mutant.visible_to_valid and seen)


FULL, LIVE, ASKED = (
    Profile("full", live=False),
    Profile("live", live=True),
    Profile("live --evaluations 1", live=True, evaluations=1),
)


@frozen
class Kill:
    """The result for a broken server: the request that caught it and the promise that was broken, or neither."""

    mutant: str
    request: int | None
    promise: str | None

    @property
    def is_caught(self) -> bool:
        return self.request is not None


def kill(mutant: Mutant, profile: Profile) -> Kill:
    """Send a profile's plan to a broken server, until it is caught."""
    caught = Kill(mutant.name, None, None)
    if not profile.live and mutant.on is not None:
        # Most are caught by the steps for the resource that is broken, which are few.
        caught = _kill(mutant, profile, steps_for(profile, mutant.on))
    return caught if caught.is_caught else _kill(mutant, profile, steps_of(profile))


def _kill(mutant: Mutant, profile: Profile, steps: Sequence[Step]) -> Kill:
    runner = runner_of(mutant.app())
    with use(SkippingClock()):
        for number, result in enumerate(runner.run(steps), 1):
            # Beyond its budget, which the attempts at an unavailable service count towards, the check sends nothing.
            if number > (profile.most_requests or number):
                break
            found = mutant.promises & set(result.broken)
            if found:
                return Kill(mutant.name, number, min(found))
    return Kill(mutant.name, None, None)


@cache
def steps_of(profile: Profile) -> tuple[Step, ...]:
    """The plan of a profile."""
    return tuple(profile.steps())


@cache
def steps_for(profile: Profile, resource: str) -> tuple[Step, ...]:
    """The steps for one resource, with those that they refer to."""
    needed: set[str] = set()
    for step in reversed(steps_of(profile)):
        if step.name.startswith(f"{resource}: ") or step.name in needed:
            needed |= {step.name, *step.needs}
    return tuple(step for step in steps_of(profile) if step.name in needed)


def kills(profile: Profile) -> list[Kill]:
    """The results for each server that the profile is expected to catch."""
    concerned = [mutant.name for mutant in MUTANTS.values() if profile.concerns(mutant)]
    with ProcessPoolExecutor(os.cpu_count(), initializer=_prepare) as pool:
        return list(pool.map(_kill_by_name, concerned, [profile] * len(concerned), chunksize=8))


def _prepare() -> None:
    _quiet()
    hide_violations()


def hide_violations() -> None:
    """Replace the text of every violation in this process: no verdict may depend on it."""
    Violation.__str__ = lambda _: "x"  # type: ignore[method-assign]  # no code may decide by the wording


def _quiet() -> None:
    # The server reports a response that is cut off as an error, too.
    logging.disable(logging.CRITICAL)


def _kill_by_name(name: str, profile: Profile) -> Kill:
    return kill(MUTANTS[name], profile)


def stock(recorded: Mapping[str, bool]) -> dict[str, bool]:
    """Whether plain Schemathesis fails on each server that is wrong about sessions and is not recorded yet.

    The other servers would take hours.
    """
    concerned = [name for name, mutant in MUTANTS.items() if mutant.on == SESSIONS]
    missing = [name for name in concerned if name not in recorded]
    with ProcessPoolExecutor(os.cpu_count(), initializer=_quiet) as pool:
        caught = pool.map(_stock, missing, chunksize=1)
        found = dict(_with_progress(zip(missing, caught, strict=True), len(missing)))
    return {name: (found | dict(recorded))[name] for name in concerned}


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
    parser = argparse.ArgumentParser(description="Count the broken servers that the checks catch.")
    parser.add_argument("--curve", action="store_true", help="print the live profile request by request")
    parser.add_argument("--stock", action="store_true", help="run plain schemathesis on them, and record the results")
    options = parser.parse_args()
    recorded = json.loads(STOCK.read_text("utf-8"))
    if options.stock:
        same = recorded["schemathesis"] == version("schemathesis")
        recorded = {"schemathesis": version("schemathesis"), "caught": stock(recorded["caught"] if same else {})}
        STOCK.write_text(json.dumps(recorded, indent=1) + "\n", "utf-8", newline="\n")
    found = {profile: kills(profile) for profile in (FULL, LIVE, ASKED)}
    print(f"\nBroken servers that are caught, for the right reason (seed {SEED})\n")
    for profile, result in found.items():
        line = f"  check --profile {profile.name:<22}{_rate(sum(k.is_caught for k in result), len(result))}"
        if profile.live:
            line += f"   visible to valid requests; at most {profile.most_requests} requests"
        print(line)
    caught = recorded["caught"]
    print(
        f"  {'schemathesis run':<38}{_rate(sum(caught.values()), len(caught))}"
        f"   of sessions, for any reason; version {recorded['schemathesis']}, recorded by make stock"
    )
    survivors = {k.mutant for result in found.values() for k in result if not k.is_caught}
    if survivors:
        print(f"\nNot caught by each: {', '.join(sorted(survivors))}")
    if options.curve:
        _show_curve(found[LIVE])
    enough = all(sum(k.is_caught for k in result) >= _GOAL * len(result) for result in found.values())
    return 0 if enough and all(k.is_caught for k in found[FULL]) else 1


def _show_curve(live: list[Kill]) -> None:
    print("\nRequests of the live profile, and the broken servers caught by then\n")
    for requests in range(1, max(k.request or 0 for k in live) + 1):
        caught = sum(k.request is not None and k.request <= requests for k in live)
        print(f"{requests:>4} {caught:>4} {caught / len(live):>6.1%}  {'#' * round(60 * caught / len(live))}")


if __name__ == "__main__":
    sys.exit(main())
