"""What `learn` and `compare` find out about the servers in tests/mutants.

    python -m tests.programs.fidelity [NAME ...]

Each broken server is recorded and learned from. The recording is that of `check --profile live --evaluations 1`, first
of the steps for the broken resource, then of all; if that agrees with every claim, that of the full plan, likewise. A
server whose recordings all agree must have a reason in `UNSEEN`. `compare` compares the emulator with each valid
variant, whose differences must be those in `DIFFERENT`, and with each broken server that is written by hand.

It fails if a server without a reason agrees, and if a reason does not hold any more.
"""

import argparse
import logging
import os
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from fnmatch import fnmatchcase
from functools import cache

from attrs import frozen

from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.plan_builder import plan
from security_copilot_contract.recording.comparing import compare
from security_copilot_contract.recording.interactions import traffic
from security_copilot_contract.recording.learning import of_exchanges
from security_copilot_contract.recording.recorder import stem_of
from security_copilot_contract.recording.redaction import Redaction
from security_copilot_contract.spec.exchange import Exchange
from security_copilot_runtime.clock import SkippingClock, use
from tests.mutants import variants
from tests.mutants.adapter import URL, runner_of
from tests.mutants.faults import MUTANTS, VARIANTS, Mutant
from tests.mutants.reference import SEED, closure, full
from tests.programs.matrix import every

assert variants  # registers them

PLANS = ("live", "full")

# Why a recording of a server agrees with every claim, by the reason: the servers, as patterns.
UNSEEN: Mapping[str, Collection[str]] = {
    # What a create or an update has written is in later responses, so these are seen.
    "a response that is cut off is in no recording": ("is_cut_off", "list*: cut_off", "get*: cut_off"),
}
# The same for `compare` and the servers that are written by hand.
EQUAL: Mapping[str, Collection[str]] = {
    "a response that is cut off is in no recording": ("is_cut_off",),
}
_MORE_PROPERTIES = tuple(f"body unknownProperty{n} additional" for n in (1, 2, 3, 4, 6))
# What differs in the valid variants that do more than what the document leaves open: part, name and kind of each
# difference. All others are equal to the emulator.
DIFFERENT: Mapping[str, Collection[str]] = {
    "there_are_more_properties": ("body unknownProperty1 additional",),
    "there_are_properties_of_any_type": _MORE_PROPERTIES,
    "pages_have_other_properties": _MORE_PROPERTIES,
    "errors_have_other_properties": _MORE_PROPERTIES,
    "errors_are_detailed": tuple(f"body {name} additional" for name in ("code", "details", "innerError", "target")),
    "errors_have_their_id_in_the_header_alone": ("body innerError required",),
    "errors_have_their_id_in_the_body_alone": ("header request-id required",),
    "inner_errors_are_in_lower_case": ("body innerError required", "body innererror additional"),
    "only_content_type_is_sent": ("header client-request-id required", "header request-id required"),
    "foreign_workspaces_are_400": ("status value",),
    "foreign_workspaces_are_403": ("status value",),
    "filter_is_refused": (*(f"body {n} required" for n in ("client-request-id", "date", "target")), "status value"),
    "top_is_refused": ("status value",),
    "top_is_not_implemented": ("status value",),
    # A create to which they respond with 429 has been done all the same, so there is another session.
    "throttles_and_says_how_long": ("body value value",),
    "throttles_until_a_date": ("body value value",),
    "throttles_for_less_than_a_second": ("body value value",),
    "the_last_page_is_empty": ("body @odata.nextLink additional",),
}


@frozen
class Seen:
    """What is seen of a broken server: how many exchanges of the recording of a plan agree.

    `differences` is their number in the comparison with the emulator; None if they were not compared.
    """

    name: str
    plan: str
    agreeing: int
    exchanges: int
    differences: int | None

    @property
    def agrees(self) -> bool:
        """Whether every exchange agrees with every claim."""
        return self.agreeing == self.exchanges


def recording(mutant: Mutant, steps: Sequence[Step]) -> list[Exchange]:
    """A recording of a plan, which is sent to a new server in this process."""
    redaction = Redaction(URL)
    found: list[Exchange] = []
    runner = runner_of(mutant.app(), promises=())

    def on_exchange(step: str, interaction: Interaction) -> None:
        found.append(redaction.exchange(stem_of(len(found) + 1, step), traffic(interaction)))

    runner.on_exchange = on_exchange
    with use(SkippingClock()):
        for _ in runner.run(steps):
            pass
    return found


@cache
def live() -> tuple[Step, ...]:
    """The steps of the profile live with an evaluation."""
    return tuple(plan(SEED, live=True, evaluations=1))


@cache
def _emulator(plan_name: str) -> list[Exchange]:
    return recording(VARIANTS["nothing_differs"], _steps(plan_name))


@cache
def _steps(plan_name: str) -> Sequence[Step]:
    profile, _, resource = plan_name.partition(" of ")
    steps = live() if profile == "live" else tuple(full().values())
    needed = closure(step.name for step in steps if step.name.startswith(f"{resource}: ") or not resource)
    return [step for step in steps if step.name in needed]


def seen(name: str) -> Seen:
    """What is seen of a broken server, by the first plan that shows anything."""
    mutant = every()[name]
    for plan_name in PLANS if mutant.on is None else [f"{p}{of}" for p in PLANS for of in (f" of {mutant.on}", "")]:
        recorded = recording(mutant, _steps(plan_name))
        learned = of_exchanges(recorded)
        if learned.disagreements:
            break
    differences = len(compare(recorded, _emulator(plan_name)).differences) if name in MUTANTS else None
    return Seen(name, plan_name, learned.agreeing, len(learned.exchanges), differences)


def differences(name: str) -> set[str]:
    """How a valid variant differs from the emulator: part, name and kind of each difference."""
    found = compare(recording(VARIANTS[name], live()), _emulator("live")).differences
    return {" ".join(filter(None, (each.violation.part, each.violation.name, each.violation.kind))) for each in found}


def unexplained(results: Sequence[Seen]) -> list[str]:
    """A line for each server that should have a reason, or has one that does not hold."""
    alike = {
        "learn": (UNSEEN, [(r.name, r.agrees) for r in results]),
        "compare": (EQUAL, [(r.name, not r.differences) for r in results if r.differences is not None]),
    }
    found = []
    for command, (reasons, listed) in alike.items():
        for name, is_alike in listed:
            reason = reason_for(name, reasons)
            if is_alike and reason is None:
                found.append(f"{name}: {command} finds nothing, and there is no reason")
            if reason is not None and not is_alike:
                found.append(f"{name}: {command} finds something, so this does not hold: {reason}")
    return found


def unused(names: Collection[str]) -> list[str]:
    """A line for each reason that is for no server."""
    return [
        f"{pattern}: no such server, so this is for none: {reason}"
        for reasons in (UNSEEN, EQUAL)
        for reason, patterns in reasons.items()
        for pattern in patterns
        if not any(fnmatchcase(name, pattern) for name in names)
    ]


def reason_for(name: str, reasons: Mapping[str, Collection[str]]) -> str | None:
    """Why nothing is found out about a server; None if something must be."""
    return next((r for r, patterns in reasons.items() if any(fnmatchcase(name, p) for p in patterns)), None)


def wrong_differences(names: Iterable[str], found: Iterable[set[str]]) -> list[str]:
    """A line for each valid variant that differs from the emulator in another way than expected."""
    pairs = ((name, set(DIFFERENT.get(name, ())), got) for name, got in zip(names, found, strict=True))
    return [f"{name}: expected the differences {sorted(e)}, got {sorted(got)}" for name, e, got in pairs if e != got]


def _quiet() -> None:
    logging.disable(logging.CRITICAL)


def main() -> int:
    parser = argparse.ArgumentParser(description="Show what learn and compare find out about the servers of the tests.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these servers")
    names = parser.parse_args().names or [*every(), *VARIANTS]
    broken, valid = ([name for name in names if name in servers] for servers in (every(), VARIANTS))
    with ProcessPoolExecutor(os.cpu_count(), initializer=_quiet) as pool:
        wrong = wrong_differences(valid, pool.map(differences, valid, chunksize=4))
        results = []
        for number, result in enumerate(pool.map(seen, broken, chunksize=4), 1):
            results.append(result)
            print(f"{number} of {len(broken)}", end="\r", file=sys.stderr, flush=True)
    for result in results:
        print(f"  {result.agreeing / result.exchanges:>6.1%} of {result.exchanges:>3}  {result.plan:<20} {result.name}")
    print("\n".join(_summary(results, valid, len(wrong))))
    wrong += unexplained(results) + (unused(names) if len(names) > len(MUTANTS) else [])
    print(*wrong, sep="\n")
    return 1 if wrong else 0


def _summary(results: Sequence[Seen], valid: Sequence[str], wrong: int) -> Iterator[str]:
    seen_in = Counter("none" if r.agrees else r.plan.partition(" ")[0] for r in results)
    yield f"\nlearn, of {len(results)} broken servers"
    yield f"  {seen_in['live']:>5} disagree in the recording of --profile live --evaluations 1"
    yield f"  {seen_in['full']:>5} disagree in that of the full plan only"
    reasons = Counter(reason_for(r.name, UNSEEN) for r in results if r.agrees)
    yield from (f"  {count:>5} agree: {reason}" for reason, count in reasons.items())
    compared = [r for r in results if r.differences is not None]
    yield f"compare, of {len(compared)} broken servers written by hand"
    yield f"  {sum(bool(r.differences) for r in compared):>5} differ from the emulator"
    alike = Counter(reason_for(r.name, EQUAL) for r in compared if not r.differences)
    yield from (f"  {count:>5} are equal: {reason}" for reason, count in alike.items())
    yield f"compare, of {len(valid)} valid variants"
    yield f"  {len(valid) - wrong:>5} differ as expected, of them {len(set(valid) - set(DIFFERENT))} not at all"


if __name__ == "__main__":
    sys.exit(main())
