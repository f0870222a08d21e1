"""What a Schemathesis run has exercised, counted as it runs."""

from collections import Counter
from contextvars import ContextVar

from attrs import field, frozen
from schemathesis import cli
from schemathesis.engine.events import EngineEvent, ScenarioFinished

# The phases of a run, as Schemathesis names them.
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@frozen
class Tally:
    """Test cases by operation id and phase, checks by name."""

    cases: Counter[tuple[str, str]] = field(factory=Counter)
    checks: Counter[str] = field(factory=Counter)

    def not_exercised(self, operations: list[str]) -> list[tuple[str, str]]:
        """Each operation and phase in which no case ran."""
        return [(operation, phase) for operation in operations for phase in PHASES if not self.cases[operation, phase]]


current: ContextVar[Tally] = ContextVar("current")


@cli.handler()
class _Count(cli.EventHandler[cli.ExecutionContext]):
    """Counts into the tally of the run that is going on, if it is one of ours."""

    def handle_event(self, ctx: cli.ExecutionContext, event: EngineEvent) -> None:
        del ctx  # the run's configuration, of no interest here
        tally = current.get(None)
        if tally is None or not isinstance(event, ScenarioFinished):
            return
        for node in event.recorder.cases.values():
            operation_id = node.value.operation.definition.raw["operationId"]
            tally.cases[operation_id, event.phase.value] += 1
        for checks in event.recorder.checks.values():
            tally.checks.update(check.name for check in checks)
