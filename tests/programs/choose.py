"""Choose the steps of the profile live, by the broken servers that each catches.

    python -m tests.programs.choose

A witness of a server is a small set of steps that catches it. The search is greedy: it takes the witness that catches
the most servers for each request, until the limit is reached. Then it drops one step and fills the gap, as long as this
catches more. The result is written to chosen_steps.json; the steps of the profile read are left as they are.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from attrs import frozen

from security_copilot_contract.checks import plan_builder
from security_copilot_runtime.clock import SkippingClock, use
from tests.mutants.adapter import runner_of
from tests.mutants.faults import Mutant
from tests.mutants.reference import closure, full, sent, valid_steps
from tests.programs.matrix import ASKED, LIVE, every, prepare

Steps = frozenset[str]

FILE = Path(plan_builder.__file__).with_name("chosen_steps.json")
# The check must see that a request without a valid token is refused, though few broken servers are about that.
FORCED = frozenset({"sessions: no token"})
_LIVE_CREATES = frozenset({"sessions: create", "sessions: create again", "prompts: create"})
# With two evaluations or more. It costs nothing with one, for which the steps are chosen.
_MORE = frozenset({"evaluations: create again"})
_ASKED_CREATES = _LIVE_CREATES | {"prompts: create again", "evaluations: create"}
# A service takes longer than the emulator: an evaluation may be polled so often.
_POLLS = 10
_MOST_TIMES = 2 * _POLLS
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

    def filled(self, taken: Steps) -> Steps:
        """The steps with the best others that the limit allows."""
        while best := self._best(taken):
            taken |= best
        return taken

    def improved(self, taken: Steps, fixed: Steps) -> Steps:
        """The steps after all swaps that catch more; those in `fixed` stay."""
        caught = self.caught(taken)
        for swapped in self._swaps(taken, fixed):
            if self.caught(swapped) > caught:
                return self.improved(swapped, fixed)
        return taken

    def _best(self, taken: Steps) -> Steps | None:
        left = {witnesses: n for witnesses, n in self.servers.items() if not any(w <= taken for w in witnesses)}
        spent = self._cost(taken)
        rated: list[tuple[float, list[str]]] = []
        for missing in {w - taken for witnesses in left for w in witnesses}:
            cost = self._cost(missing)
            if spent + cost <= self.limit:
                more = taken | missing
                gain = sum(n for witnesses, n in left.items() if any(w <= more for w in witnesses))
                rated.append((-gain / cost, sorted(missing)))
        return frozenset(min(rated)[1]) if rated else None

    def _swaps(self, taken: Steps, fixed: Steps) -> Iterator[Steps]:
        needed = {name for step in taken for name in full()[step].needs}
        for name in sorted(taken - needed - fixed):
            yield self.filled(taken - {name})

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
        return (not sent()[name].creates or name in creates) and full()[name].times <= _MOST_TIMES

    steps = valid_steps(evaluations=evaluations)
    return frozenset(step.name for step in steps if all(map(allows, closure([step.name]))))


def witnesses_of_every() -> list[list[Steps]]:
    """The witnesses of each broken server."""
    with ProcessPoolExecutor(os.cpu_count(), initializer=prepare) as pool:
        return list(pool.map(_witnesses_of, every(), chunksize=8))


def _witnesses_of(name: str) -> list[Steps]:
    return witnesses(every()[name])


def _choice(found: Sequence[Collection[Steps]], allowed: Steps, limit: int) -> Choice:
    possible = [frozenset(each for each in witnesses if each <= allowed) for witnesses in found]
    costs = {name: _POLLS if full()[name].polls else each.requests for name, each in sent().items()}
    return Choice(Counter(filter(None, possible)), costs, limit)


def chosen(found: Sequence[Collection[Steps]]) -> dict[str, list[str]]:
    """The steps of the profile live, and those that it sends in addition with an evaluation."""
    assert LIVE.budget is not None
    assert ASKED.budget is not None
    choice = _choice(found, _allowed(evaluations=False), LIVE.budget)
    live = choice.improved(choice.filled(FORCED), FORCED)
    fixed = live | closure(["evaluations: poll"])
    choice = _choice(found, _allowed(), ASKED.budget)
    asked = choice.improved(choice.filled(fixed), fixed)
    return {"live": _in_order(live), "evaluations": _in_order((asked - live) | _MORE)}


def _in_order(names: Steps) -> list[str]:
    return [name for name in full() if name in names]


def main() -> int:
    steps = json.loads(FILE.read_text("utf-8")) | chosen(witnesses_of_every())
    FILE.write_text(json.dumps(steps, indent=1) + "\n", "utf-8", newline="\n")
    print(f"{len(steps['live'])} steps, and {len(steps['evaluations'])} with an evaluation: {FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
