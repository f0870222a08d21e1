"""What a check has found, as data. Every reporter prints or writes this, and derives nothing by itself.

`Result.groups` has a group for each promise that is broken, in the order of the promises, then the checks of
Schemathesis that failed; groups that a baseline accepts are separate ones. A group has its findings, one for each
operation and kind of violation:

    for group in result.groups:
        group.check.name, group.check.sentence, group.operations, group.requests, group.accepted
        for finding in group.findings:
            finding.id            # the same in each run: for reports that are compared
            finding.text          # 'displayName: expected "a", got "b"'
            finding.violation     # pointer, name, expected and got; None for a check of Schemathesis
            finding.confidence    # "documented", "seen", ...; None for a check of Schemathesis
            finding.example       # request and response, without the token; None if nothing was sent
            curl(finding.example) # the lines of one command, from reporting.curl

All of it is without secrets: the token is `$SECURITY_COPILOT_TOKEN` in requests, and `[Filtered]` in responses.
"""

import hashlib
import re
from collections.abc import Sequence

from attrs import define, evolve, field, frozen

from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.promises import GROUPS, PROMISES, Promise
from security_copilot_contract.checks.reporting.example import Example
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.facts import Confidence
from security_copilot_contract.spec.violation import Violation


@frozen
class Check:
    """What was checked: a promise, or a check of Schemathesis, whose `place` is empty.

    `place` is the place in the documentation that has the sentence.
    """

    name: str
    sentence: str
    place: str = ""

    @classmethod
    def of(cls, promise: Promise) -> "Check":
        """The check of a promise."""
        return cls(promise.name, promise.sentence, promise.place)

    @property
    def is_promise(self) -> bool:
        """Whether it is a promise."""
        return self.name in PROMISES


@frozen
class Problem:
    """One thing that is wrong with an interaction.

    `kind` says what is wrong if there is no violation: it has no values that differ from run to run. `hint` is empty if
    documentation or a schema says what is violated; it is a part of the text.
    """

    text: str
    violation: Violation | None = None
    confidence: Confidence | None = None
    kind: str = ""
    hint: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two problems the same, whatever the values are: items of a list count as one."""
        if self.violation is None:
            return (self.kind,)
        at = re.sub(r"/\d+(?=/|$)", "/*", self.violation.pointer)
        return self.violation.part, self.violation.kind, at, self.violation.name


@frozen
class BrokenRequest:
    """A request that fails a check, and all that is wrong with it. `generated`: it is not of the plan."""

    check: Check
    operation: str
    problems: Sequence[Problem]
    example: Example | None = None
    generated: bool = False
    accepted: bool = False


@frozen
class Finding:
    """A problem of one operation. `operation` is an operationId, or "" if it is of none.

    `planned` and `generated` count the requests of the plan and the generated cases that have it. `accepted`: a
    baseline accepts it. `example` is the smallest one, of the plan if there is one, and the problem is that of the
    example.
    """

    check: Check
    operation: str
    problem: Problem
    example: Example | None
    planned: int
    generated: int
    accepted: bool

    @property
    def id(self) -> str:
        """A hash of check, operation and kind of problem, the same in each run."""
        return hashlib.sha256("\0".join((self.check.name, self.operation, *self.problem.key)).encode()).hexdigest()[:12]

    @property
    def requests(self) -> int:
        """How many requests have it."""
        return self.planned + self.generated

    @property
    def text(self) -> str:
        """The problem in a line."""
        return self.problem.text

    @property
    def violation(self) -> Violation | None:
        """The violation; None for a check of Schemathesis."""
        return self.problem.violation

    @property
    def confidence(self) -> Confidence | None:
        """The confidence of the source of what is violated; None for a check of Schemathesis."""
        return self.problem.confidence

    def merged(self, other: "Finding") -> "Finding":
        """The same finding in another request, with the better example of the two."""
        better = other if _rank(other) < _rank(self) else self
        return evolve(better, planned=self.planned + other.planned, generated=self.generated + other.generated)


def _rank(finding: Finding) -> tuple[bool, int]:
    return not finding.planned, 0 if finding.example is None else finding.example.size


@define
class Group:
    """The findings of one check; `requests` have at least one of them."""

    check: Check
    accepted: bool
    requests: int = 0
    _found: dict[str, Finding] = field(factory=dict, repr=False)

    @property
    def findings(self) -> list[Finding]:
        """The findings, by operation in the order of the document."""
        order = [operation.id for operation in document().operations]
        return sorted(self._found.values(), key=lambda f: order.index(f.operation) if f.operation in order else -1)

    @property
    def operations(self) -> list[str]:
        """The ids of the operations, in the order of the document."""
        return list(dict.fromkeys(finding.operation for finding in self.findings if finding.operation))

    @property
    def example(self) -> Example | None:
        """The example of the first finding, one of the plan if there is one."""
        return min(self.findings, key=_rank).example

    def add(self, finding: Finding) -> None:
        """Add a finding, or count it if it is there."""
        found = self._found.get(finding.id)
        self._found[finding.id] = finding if found is None else found.merged(finding)


@define
class Findings:
    """All that a check has found, collected while it runs."""

    _groups: dict[tuple[str, bool], Group] = field(factory=dict)

    @property
    def groups(self) -> list[Group]:
        """The groups: promises in their order, then the checks of Schemathesis; those that are accepted last."""
        order = [promise.name for group in GROUPS for promise in PROMISES.values() if promise.group == group]
        return sorted(
            self._groups.values(),
            key=lambda g: (g.accepted, order.index(g.check.name) if g.check.is_promise else len(order), g.check.name),
        )

    def add(self, broken: BrokenRequest) -> None:
        """Add the problems of one request."""
        check, accepted = broken.check, broken.accepted
        group = self._groups.setdefault((check.name, accepted), Group(check, accepted))
        group.requests += 1
        planned, generated = int(not broken.generated), int(broken.generated)
        distinct: dict[tuple[str, ...], Problem] = {}
        for problem in broken.problems:
            distinct.setdefault(problem.key, problem)
        for problem in distinct.values():
            group.add(Finding(check, broken.operation, problem, broken.example, planned, generated, accepted))


def problems_of(promise: Promise, interaction: Interaction | None, violations: Sequence[Violation]) -> list[Problem]:
    """The violations of a promise as problems."""
    return [_problem(promise, interaction, violation) for violation in violations]


def _problem(promise: Promise, interaction: Interaction | None, violation: Violation) -> Problem:
    source = promise.source
    if interaction is not None and interaction.operation is not None:
        source = promise.source_of(violation, interaction.operation.id, interaction.status)
    return Problem(f"{violation} {source.hint}".rstrip(), violation, source.confidence, hint=source.hint)
