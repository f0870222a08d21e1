"""What the generated cases of a run have exercised."""

from collections import Counter

from attrs import field, frozen

# The phases in which Schemathesis generates cases, by its own names.
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@frozen
class Coverage:
    """Generated cases by operation id and phase, and checks by name.

    `unavailable` counts, by status, further cases: those to which an intermediary may have responded in place of the
    service.
    """

    cases: Counter[tuple[str, str]] = field(factory=Counter)
    checks: Counter[str] = field(factory=Counter)
    unavailable: Counter[int] = field(factory=Counter)

    def not_exercised(self, operations: list[str]) -> list[tuple[str, str]]:
        """Each operation and phase in which no case ran."""
        return [(operation, phase) for operation in operations for phase in PHASES if not self.cases[operation, phase]]
