"""Choose the steps of the profile live, by the broken servers that each catches.

    python -m tests.programs.choose

A witness of a server is a small set of steps that catches it. The search is greedy: it takes the witness that catches
the most servers for each request, until the limit is reached. Then it drops a step or two and fills the gap, as long as
this catches more, or the same with more reads, or more often. The plan so chosen is sent to each server: a witness that
does not hold in it is dropped, one for a server that it catches without a known one is added, and the search begins
again, until it gives a plan that has been sent. The result is written to chosen_steps.json as it is, and the witnesses
are recorded; the steps of the profile read are left as they are.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import combinations
from pathlib import Path

from attrs import frozen

from security_copilot_contract.checks import plan_builder
from security_copilot_runtime.clock import SkippingClock, use
from tests import ROOT
from tests.mutants.adapter import runner_of
from tests.mutants.faults import Mutant
from tests.mutants.reference import closure, full, sent, valid_steps
from tests.programs.matrix import ASKED, LIVE, every, prepare, with_progress

Steps = frozenset[str]
Witnesses = dict[str, list[Steps]]

CHOSEN = Path(plan_builder.__file__).with_name("chosen_steps.json")
WITNESSES = ROOT / "tests" / "mutants" / "witnesses.json"
# The plan begins with a read that needs nothing, so a service that is none gets no create. And it must see that a
# request without a valid token is refused, though few broken servers are about that.
FORCED = frozenset({"sessions: list small", "sessions: no token"})
_LIVE_CREATES = frozenset({"sessions: create", "sessions: create again", "prompts: create"})
# With two evaluations or more. It costs nothing with one, for which the steps are chosen.
_MORE = frozenset({"evaluations: create again"})
_ASKED_CREATES = _LIVE_CREATES | {"prompts: create again", "evaluations: create"}
_MOST_TIMES = 10
# How many of the steps that catch a server are tried with earlier ones.
_TRIED = 6


@frozen
class Choice:
    """What to choose from: the witnesses of each server with the number of such servers, and the limit of requests."""

    servers: Mapping[frozenset[Steps], int]
    costs: Mapping[str, int]
    limit: int

    def caught(self, taken: Steps) -> int:
        """The number of servers that these steps catch."""
        return sum(n for witnesses, n in self.servers.items() if any(w <= taken for w in witnesses))

    def worth(self, taken: Steps) -> tuple[int, int, int]:
        """The number of servers that these steps catch, that of their reads, and how often they catch the servers.

        A read leaves nothing in a service, and what is caught twice does not depend on one response.
        """
        reads = sum(full()[name].verb == "GET" for name in taken)
        often = sum(n * sum(w <= taken for w in witnesses) for witnesses, n in self.servers.items())
        return self.caught(taken), reads, often

    def filled(self, taken: Steps) -> Steps:
        """The steps with the best others that the limit allows."""
        while best := self._best(taken):
            taken |= best
        return taken

    def improved(self, taken: Steps, fixed: Steps) -> Steps:
        """The steps after all swaps of one or two that are worth more; those in `fixed` stay."""
        for number in (1, 2):
            best = max(self.swaps(taken, fixed, number), key=self.worth, default=taken)
            if self.worth(best) > self.worth(taken):
                return self.improved(best, fixed)
        return taken

    def swaps(self, taken: Steps, fixed: Steps, number: int = 1) -> Iterator[Steps]:
        """The steps with the best others in place of each one, or of so many, that no other refers to."""
        for dropped in combinations(sorted(taken - fixed), number):
            kept = taken.difference(dropped)
            if closure(kept) == kept:
                yield self.filled(kept)

    def _best(self, taken: Steps) -> Steps | None:
        left = {witnesses: n for witnesses, n in self.servers.items() if not any(w <= taken for w in witnesses)}
        spent = self._cost(taken)
        rated: dict[Steps, float] = {}
        for missing in {w - taken for witnesses in left for w in witnesses}:
            cost = self._cost(missing)
            if spent + cost <= self.limit:
                more = taken | missing
                rated[missing] = sum(n for witnesses, n in left.items() if any(w <= more for w in witnesses)) / cost
        best = [missing for missing, rate in rated.items() if rate == max(rated.values())]
        return max(sorted(best, key=sorted), key=lambda missing: self.worth(taken | missing), default=None)

    def _cost(self, names: Iterable[str]) -> int:
        return sum(self.costs[name] for name in names)


def witnesses(mutant: Mutant) -> list[Steps]:
    """Small sets of valid steps that catch a server, each with all that it refers to; none if nothing catches it."""
    own = closure(name for name in _allowed() if mutant.on is None or name.startswith(f"{mutant.on}: "))
    for names in (own, frozenset(_allowed())):
        if caught := catching(mutant, names):
            found = [_small(mutant, name, names) for name in caught[:_TRIED]]
            return found + [each for name in caught[_TRIED:] if catching(mutant, each := closure([name]))]
    return []


def catching(mutant: Mutant, names: Collection[str]) -> list[str]:
    """The steps that catch a server, if these steps are sent."""
    with use(SkippingClock()):
        results = runner_of(mutant.app(), mutant.promises).run([full()[name] for name in full() if name in names])
        return list(dict.fromkeys(result.step.name for result in results if mutant.promises & set(result.broken)))


def _small(mutant: Mutant, name: str, among: Steps) -> Steps:
    """A small set of steps of which this one catches a server; most need nothing but what it refers to."""
    order = [each for each in full() if each in among]
    before = order[: order.index(name)]
    for others in ([], *([each] for each in before if each in _ASKED_CREATES)):
        names = closure([name, *others])
        if name in catching(mutant, names):
            return names
    names = closure([name, *before])
    for each in before:
        fewer = frozenset(kept for kept in names if each not in closure([kept]))
        if name in fewer and name in catching(mutant, fewer):
            names = fewer
    return names


@cache
def _allowed(*, evaluations: bool = True) -> Steps:
    """The valid steps that the profile live may send; without `evaluations` none that would be one."""
    creates = _ASKED_CREATES if evaluations else _LIVE_CREATES

    def allows(name: str) -> bool:
        step = full()[name]
        # The budget counts each create of an evaluation, even one that the service must refuse.
        may_create = sent()[name].creates or (step.verb == "POST" and step.operation == "createEvaluation")
        return step.times <= _MOST_TIMES and (name in creates or not may_create)

    steps = valid_steps(evaluations=evaluations)
    return frozenset(step.name for step in steps if all(map(allows, closure([step.name]))))


def witnesses_of_every() -> Witnesses:
    """The witnesses of each broken server, by its name."""
    with ProcessPoolExecutor(os.cpu_count(), initializer=prepare) as pool:
        found = pool.map(_witnesses_of, every(), chunksize=8)
        return dict(zip(every(), with_progress(found, len(every())), strict=True))


def _witnesses_of(name: str) -> list[Steps]:
    return witnesses(every()[name])


def corrected(found: Mapping[str, Collection[Steps]], dropped: set[tuple[str, Steps]], *plans: Steps) -> Witnesses:
    """The witnesses without those that do not hold in these plans, and with those that were missing.

    A step that a witness does not have may keep it from catching its server. What was `dropped` is not added again.
    """
    visible = [name for name, each in found.items() if each]
    with ProcessPoolExecutor(os.cpu_count(), initializer=prepare) as pool:
        seen = pool.map(_witnesses_in, visible, [plans] * len(visible), chunksize=8)
        better = {name: set(each) for name, each in found.items()}
        for name, of_plans in zip(visible, with_progress(seen, len(visible)), strict=True):
            for steps, witness in zip(plans, of_plans, strict=True):
                holding = {each for each in better[name] if each <= steps}
                if witness is None:
                    dropped |= {(name, each) for each in holding}
                elif not holding and (name, witness) not in dropped:
                    better[name].add(witness)
    return {name: [w for w in each if (name, w) not in dropped] for name, each in better.items()}


def _witnesses_in(name: str, plans: Iterable[Steps]) -> list[Steps | None]:
    """The witness of a server in each plan, or None if the plan does not catch it."""
    return [_small(every()[name], caught[0], p) if (caught := catching(every()[name], p)) else None for p in plans]


def record(found: Mapping[str, Collection[Steps]]) -> None:
    """Write the witnesses to their file, in which servers with the same ones share an entry."""
    servers: dict[frozenset[Steps], list[str]] = {}
    for name, each in found.items():
        servers.setdefault(frozenset(each), []).append(name)
    entries = [{"servers": names, "witnesses": sorted(map(_in_order, w))} for w, names in servers.items() if w]
    lines = ",\n".join(map(json.dumps, entries))
    WITNESSES.write_text(f"[\n{lines}\n]\n", "utf-8", newline="\n")


def recorded() -> Witnesses:
    """The witnesses in their file, by the name of the server."""
    entries = json.loads(WITNESSES.read_text("utf-8"))
    return {name: list(map(frozenset, each["witnesses"])) for each in entries for name in each["servers"]}


def choices(found: Iterable[Collection[Steps]]) -> tuple[Choice, Choice]:
    """What to choose from without an evaluation, and with one."""
    assert LIVE.budget is not None
    assert ASKED.budget is not None
    every_one = list(found)
    return _choice(every_one, _allowed(evaluations=False), LIVE.budget), _choice(every_one, _allowed(), ASKED.budget)


def _choice(found: Sequence[Collection[Steps]], allowed: Steps, limit: int) -> Choice:
    possible = [frozenset(each for each in witnesses if each <= allowed) for witnesses in found]
    return Choice(Counter(filter(None, possible)), {name: step.times for name, step in full().items()}, limit)


def fixed(live: Steps) -> Steps:
    """The steps that are sent with an evaluation in any case."""
    return live | closure(["evaluations: poll"])


def chosen(found: Iterable[Collection[Steps]]) -> dict[str, list[str]]:
    """The steps of the profile live, and those that it sends in addition with an evaluation."""
    without, with_one = choices(found)
    live = without.improved(without.filled(FORCED), FORCED)
    asked = with_one.improved(with_one.filled(fixed(live)), fixed(live))
    return {"live": _in_order(live), "evaluations": _in_order((asked - live) | _MORE)}


def _in_order(names: Steps) -> list[str]:
    return [name for name in full() if name in names]


def agreed(found: Witnesses) -> tuple[Witnesses, dict[str, list[str]]]:
    """The witnesses once they have been corrected by the plans that the search gives, and these plans."""
    dropped: set[tuple[str, Steps]] = set()
    sent_plans: set[Steps] = set()
    while True:
        steps = chosen(found.values())
        live = frozenset(steps["live"])
        plans = {live, live.union(steps["evaluations"]) - _MORE} - sent_plans
        if not plans:
            return found, steps
        better = corrected(found, dropped, *plans)
        changed = sum(set(found[name]) != set(better[name]) for name in found)
        print(f"The plan corrects the witnesses of {changed} servers", flush=True)
        found = better
        sent_plans |= plans


def main() -> int:
    found, steps = agreed(witnesses_of_every())
    record(found)
    read = json.loads(CHOSEN.read_text("utf-8"))["read"]
    steps = {"read": _in_order(frozenset(read)), **steps}
    CHOSEN.write_text(json.dumps(steps, indent=1) + "\n", "utf-8", newline="\n")
    print(f"{len(steps['live'])} steps, and {len(steps['evaluations'])} with an evaluation: {CHOSEN.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
