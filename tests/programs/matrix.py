"""How many of the broken servers the checks catch, and after how many requests.

    python -m tests.programs.matrix [--curve] [--stock] [NAME ...]

Each profile sends its plan to each server. A server is caught if a promise that it is known to break is reported as
broken; a failure for another reason does not count. The text of every violation is replaced, so no verdict can depend
on its wording. The profile full must catch all. The profile live must catch most of what valid requests can show: those
of the full plan, without the evaluations if it has none. `--curve` prints the live profile request by request.
`--stock` also runs plain `schemathesis run`, which takes long, on every server that is not in its record.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.metadata import version
from typing import Literal, TypeVar

from attrs import frozen

from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.plan_builder import plan, read_plan
from security_copilot_contract.checks.run import Settings
from security_copilot_contract.emulator import TOKEN, running
from security_copilot_contract.spec.files import DOCUMENT
from security_copilot_contract.spec.violation import Violation
from security_copilot_runtime.clock import SkippingClock, use
from tests import ROOT
from tests.mutants import reference, resources, servers
from tests.mutants.adapter import runner_of
from tests.mutants.faults import MUTANTS, SESSIONS, Mutant
from tests.mutants.reference import SEED
from tests.mutants.regular import regular

assert resources
assert servers  # registers them

Result = TypeVar("Result")

STOCK = ROOT / "tests" / "mutants" / "stock.json"
# The share of the servers that a profile must catch, of those that it can.
_GOAL = 0.95


@frozen
class Profile:
    """One way of checking.

    `within`: the steps that show all that its kind of requests can show; None if it must catch every server. `budget`:
    the most requests that it sends, attempts at an unavailable service included.
    """

    name: str
    steps: Callable[[], Sequence[Step]]
    within: Callable[[], Sequence[Step]] | None = None
    budget: int | None = None

    def can_catch(self, mutant: Mutant) -> bool:
        """Whether its requests make reachable what is wrong, as far as is known of a regular server."""
        return mutant.pair not in reference.reachable() or mutant.pair in _pairs(self)


def _limit(profile: Literal["read", "live"], evaluations: int | None = None) -> int | None:
    return Settings("", profile, SEED, evaluations=evaluations).budget().requests


FULL = Profile("full", lambda: plan(SEED, live=False))
LIVE = Profile("live", lambda: plan(SEED, live=True), lambda: reference.valid_steps(evaluations=False), _limit("live"))
ASKED = Profile(
    "live --evaluations 1",
    lambda: plan(SEED, live=True, evaluations=1),
    lambda: reference.valid_steps(evaluations=True),
    _limit("live", 1),
)
READ = Profile("read", lambda: read_plan(SEED), budget=_limit("read"))
_PROFILES = (FULL, ASKED, LIVE, READ)


@cache
def every() -> dict[str, Mutant]:
    """All broken servers, by name."""
    return {**MUTANTS, **regular()}


@frozen
class Kill:
    """The result for a broken server: the request that caught it and the promise that was broken, or neither."""

    mutant: str
    request: int | None = None
    promise: str | None = None

    @property
    def is_caught(self) -> bool:
        return self.request is not None


def kill(mutant: Mutant, profile: Profile) -> Kill:
    """Send a profile's plan to a broken server, until it is caught."""
    if not profile.can_catch(mutant):
        return Kill(mutant.name)
    if profile is FULL and mutant.on is not None:
        # Most are caught by the steps for the resource that is broken, which are few.
        caught = _kill(mutant, _steps_for(profile, mutant.on), profile.budget)
        if caught.is_caught:
            return caught
    return _kill(mutant, _steps(profile), profile.budget)


def is_visible(mutant: Mutant, profile: Profile) -> bool:
    """Whether the kind of requests that a profile sends can catch a server."""
    within = Profile(profile.name, profile.within or profile.steps)
    return within.can_catch(mutant) and kill(mutant, within).is_caught


def _kill(mutant: Mutant, steps: Sequence[Step], budget: int | None) -> Kill:
    runner = runner_of(mutant.app(), mutant.promises)
    with use(SkippingClock()):
        for number, result in enumerate(runner.run(steps), 1):
            # Beyond its budget, which the attempts at an unavailable service count towards, the check sends nothing.
            if budget is not None and number > budget:
                break
            found = mutant.promises & set(result.broken)
            if found:
                return Kill(mutant.name, number, min(found))
    return Kill(mutant.name)


@cache
def _steps(profile: Profile) -> tuple[Step, ...]:
    return tuple(profile.steps())


@cache
def _pairs(profile: Profile) -> frozenset[tuple[str, str]]:
    return reference.pairs(_steps(profile))


@cache
def _steps_for(profile: Profile, resource: str) -> tuple[Step, ...]:
    """The steps for one resource, with those that they refer to."""
    needed = reference.closure(step.name for step in _steps(profile) if step.name.startswith(f"{resource}: "))
    return tuple(step for step in _steps(profile) if step.name in needed)


def results() -> dict[Profile, list[Kill]]:
    """The results of each profile for the servers that it catches or can catch."""
    with ProcessPoolExecutor(os.cpu_count(), initializer=prepare) as pool:
        found = list(pool.map(_results_of, every(), chunksize=4))
    return {profile: [each[profile.name] for each in found if profile.name in each] for profile in _PROFILES}


def _results_of(name: str) -> dict[str, Kill]:
    """The results for a server, by the name of the profile."""
    mutant = every()[name]
    found = {profile.name: kill(mutant, profile) for profile in _PROFILES}
    visible = True
    for profile in (ASKED, LIVE):
        if not found[profile.name].is_caught:
            # What does not show with an evaluation does not show without one.
            visible = visible and is_visible(mutant, profile)
            if not visible:
                del found[profile.name]
    return found


def prepare() -> None:
    _quiet()
    hide_violations()


def hide_violations() -> None:
    """Replace the text of every violation in this process: no verdict may depend on it."""
    Violation.__str__ = lambda _: "x"  # type: ignore[method-assign]  # no code may decide by the wording


def _quiet() -> None:
    # The server reports a response that is cut off as an error, too.
    logging.disable(logging.CRITICAL)


def stock(recorded: Mapping[str, bool]) -> dict[str, bool]:
    """Whether plain Schemathesis fails on each server that is wrong about sessions and is not recorded yet.

    The other servers would take hours.
    """
    concerned = [name for name, mutant in MUTANTS.items() if mutant.on == SESSIONS]
    missing = [name for name in concerned if name not in recorded]
    with ProcessPoolExecutor(os.cpu_count(), initializer=_quiet) as pool:
        caught = pool.map(_stock, missing, chunksize=1)
        found = dict(zip(missing, with_progress(caught, len(missing)), strict=True))
    return {name: (found | dict(recorded))[name] for name in concerned}


def _stock(name: str) -> bool:
    with running(MUTANTS[name].app()) as url, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "schemathesis.cli", "run", str(DOCUMENT), "--url", url]
        command += ["-H", f"Authorization: Bearer {TOKEN}", "--seed", str(SEED), "--max-failures", "1", "--no-shrink"]
        done = subprocess.run(command, capture_output=True, check=False, cwd=folder, timeout=600)
    return done.returncode == 1


def with_progress(results: Iterable[Result], total: int) -> Iterator[Result]:
    """The same results; prints how many have come."""
    for number, result in enumerate(results, 1):
        print(f"{number} of {total}", end="\r", file=sys.stderr, flush=True)
        yield result


def _rate(caught: int, of: int) -> str:
    return f"{caught:>4} of {of:<4} {caught / of:>6.1%}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Count the broken servers that the checks catch.")
    parser.add_argument("--curve", action="store_true", help="print the live profile request by request")
    parser.add_argument("--stock", action="store_true", help="run plain schemathesis on them, and record the results")
    parser.add_argument("names", nargs="*", metavar="NAME", help="send the full plan to these servers only")
    options = parser.parse_args()
    if options.names:
        return _show([kill(every()[name], FULL) for name in options.names])
    recorded = json.loads(STOCK.read_text("utf-8"))
    if options.stock:
        same = recorded["schemathesis"] == version("schemathesis")
        recorded = {"schemathesis": version("schemathesis"), "caught": stock(recorded["caught"] if same else {})}
        STOCK.write_text(json.dumps(recorded, indent=1) + "\n", "utf-8", newline="\n")
    found = results()
    print(f"\nBroken servers that are caught, for the right reason (seed {SEED})\n")
    for profile, result in found.items():
        rate = _rate(sum(k.is_caught for k in result), len(result))
        print(f"  check --profile {profile.name:<22}{rate}{_remark(profile)}")
    caught = recorded["caught"]
    print(
        f"  {'schemathesis run':<38}{_rate(sum(caught.values()), len(caught))}"
        f"   of sessions, for any reason; version {recorded['schemathesis']}, recorded by make stock"
    )
    for profile in (FULL, ASKED, LIVE):
        survivors = sorted(kill.mutant for kill in found[profile] if not kill.is_caught)
        if survivors:
            print(f"\nNot caught by {profile.name}: {', '.join(survivors)}")
    if options.curve:
        for profile in (LIVE, ASKED):
            _show_curve(profile, found[profile])
    goals = {FULL: 1.0, ASKED: _GOAL, LIVE: _GOAL}
    enough = all(sum(k.is_caught for k in found[p]) >= goal * len(found[p]) for p, goal in goals.items())
    return 0 if enough else 1


def _show(found: list[Kill]) -> int:
    for each in found:
        print(f"{each.mutant}: {f'caught by {each.promise}' if each.is_caught else 'not caught'}")
    return 0 if all(each.is_caught for each in found) else 1


def _remark(profile: Profile) -> str:
    if profile.within is None:
        return "" if profile.budget is None else f"   by at most {profile.budget} reads"
    return f"   of those that valid requests can show; by at most {profile.budget} requests"


def _show_curve(profile: Profile, found: list[Kill]) -> None:
    print(f"\nRequests of {profile.name}, and the broken servers caught by then\n")
    for requests in range(1, max(k.request or 0 for k in found) + 1):
        caught = sum(k.request is not None and k.request <= requests for k in found)
        print(f"{requests:>4} {caught:>4} {caught / len(found):>6.1%}  {'#' * round(60 * caught / len(found))}")


if __name__ == "__main__":
    sys.exit(main())
