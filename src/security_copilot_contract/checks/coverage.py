"""What a Schemathesis run has exercised, counted as it runs."""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import field, frozen
from schemathesis import cli
from schemathesis.engine._baseline import is_known
from schemathesis.engine.events import EngineEvent, NonFatalError, ScenarioFinished

# The suite as which the steps of the walk are told to Schemathesis.
WALK = uuid.UUID("5ec0917f-0000-4000-8000-000000000000")

# The phases of a run, as Schemathesis names them.
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@frozen
class Tally:
    """Generated test cases by operation id and phase, checks by name, failures by operation id and check.

    A failure that a baseline accepts is none. `errors` has what kept a case from being judged, a sentence each.
    """

    cases: Counter[tuple[str, str]] = field(factory=Counter)
    checks: Counter[str] = field(factory=Counter)
    failures: Counter[tuple[str, str]] = field(factory=Counter)
    errors: list[str] = field(factory=list)

    def not_exercised(self, operations: list[str]) -> list[tuple[str, str]]:
        """Each operation and phase in which no case ran."""
        return [(operation, phase) for operation in operations for phase in PHASES if not self.cases[operation, phase]]


_current: ContextVar[Tally] = ContextVar("current")


@contextmanager
def counting(tally: Tally) -> Iterator[None]:
    """Count what Schemathesis does meanwhile."""
    token = _current.set(tally)
    try:
        yield
    finally:
        _current.reset(token)


@cli.handler()
class _Count(cli.EventHandler[cli.ExecutionContext]):
    """Counts into the tally of the run that is going on, if it is one of ours."""

    def handle_event(self, ctx: cli.ExecutionContext, event: EngineEvent) -> None:
        tally = _current.get(None)
        if tally is None:
            return
        if isinstance(event, NonFatalError):
            tally.errors.append(f"{event.label}: {event.info.title}: {event.info.message}")
        if not isinstance(event, ScenarioFinished) or event.suite_id == WALK:
            return
        cases = event.recorder.cases
        ids = {case_id: node.value.operation.definition.raw["operationId"] for case_id, node in cases.items()}
        tally.cases.update((operation_id, event.phase.value) for operation_id in ids.values())
        for case_id, checks in event.recorder.checks.items():
            tally.checks.update(check.name for check in checks)
            operation_id = ids.get(case_id, "")
            baseline = ctx.config.load_baseline()
            new = [c for c in checks if c.failure_info and not is_known(c.failure_info.failure, c.name, baseline)]
            tally.failures.update((operation_id, check.name) for check in new)
