"""Record an example of how each promise can be broken, for `check --explain`.

    python -m tests.programs.breaks

Each example is the first request of the plan to which a broken server responds in such a way.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from security_copilot_contract.checks.plan_builder import plan
from security_copilot_contract.checks.promises import PROMISES, RESPONSE_ARRIVES
from security_copilot_contract.checks.reporting.explain import BREAKS
from security_copilot_contract.checks.runner import StepResult
from security_copilot_contract.spec.document import document
from security_copilot_runtime.clock import SkippingClock, use
from tests.mutants import resources, servers
from tests.mutants.adapter import runner_of
from tests.mutants.faults import MUTANTS, SESSIONS, Mutant

assert resources
assert servers  # registers them

# Those that break more than the one promise show less clearly what it is about.
_CLEAR = sorted(MUTANTS.values(), key=lambda mutant: (len(mutant.promises), mutant.on != SESSIONS, mutant.name))


def example_of(promise: str) -> dict[str, Any]:
    """The first example of a promise."""
    return next(_examples(promise))


def _examples(promise: str) -> Iterator[dict[str, Any]]:
    for mutant in _CLEAR:
        if promise in mutant.promises:
            yield from (_example(result, promise) for result in _results(mutant) if promise in result.broken)


def _results(mutant: Mutant) -> Iterator[StepResult]:
    with use(SkippingClock()):
        yield from runner_of(mutant.app()).run(plan(1, live=False))


def _example(result: StepResult, promise: str) -> dict[str, Any]:
    interaction = result.interaction
    assert interaction is not None
    path = document().operation(result.step.operation).path
    query = urlsplit(interaction.url).query
    return {
        "request": f"{interaction.method} {path}{f'?{query}' if query else ''}",
        "status": interaction.status,
        "problem": str(result.broken[promise][0]),
    }


def main() -> int:
    examples = {name: example_of(name) for name in sorted(PROMISES) if name != RESPONSE_ARRIVES}
    BREAKS.write_text(json.dumps(examples, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
