"""A finished check in few words: a row for each operation, what was not exercised and how to, and the verdict."""

from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import frozen

from security_copilot_contract.checks.documented_resource import documented_resources
from security_copilot_contract.checks.promises import PROMISES
from security_copilot_contract.checks.reporting.style import Mark, plural
from security_copilot_contract.checks.run import PLAN, Result
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.exchange import exchanges
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES

_MAX_LISTED = 3


@frozen
class Row:
    """What is known of an operation: requests of the plan, generated cases, and the checks that it fails."""

    operation: str
    mark: Mark
    planned: int
    generated: int
    broken: Sequence[str]

    @property
    def text(self) -> str:
        """The row after its mark and the id of the operation."""
        if self.mark == "not exercised":
            return self.mark
        sent = [plural(self.planned, "request")] if self.planned else []
        sent += [f"{self.generated} generated"] if self.generated else []
        return ", ".join([*sent, *([f"{len(self.broken)} broken"] if self.broken else [])])


def rows(result: Result) -> list[Row]:
    """A row for each operation, in the order of the document."""
    planned = Counter(step.step.operation for step in result.run.results)
    generated = Counter[str]()
    for (operation, _), count in result.run.coverage.cases.items():
        generated[operation] += count
    exercised = set(result.exercised)
    found = []
    for operation in (o.id for o in document().operations):
        broken = [g.check.name for g in result.groups if operation in g.operations and not g.accepted]
        mark: Mark = "broken" if broken else "kept" if operation in exercised else "not exercised"
        found.append(Row(operation, mark, planned[operation], generated[operation], broken))
    return found


def not_exercised(result: Result) -> Iterator[str]:
    """A line for each reason why something was not exercised, with what would exercise it."""
    yield from (f"{name}: {reason}" for name, reason in result.unknown.items())
    missing = [operation for operation in _missing(result) if operation not in result.unknown]
    billed = [operation for operation in missing if operation in _billed()]
    hint = _how_to_exercise(result, missing)
    if not hint and _how_to_exercise(result, billed):
        yield f"{', '.join(billed)}: {_how_to_exercise(result, billed)}"
        missing = [operation for operation in missing if operation not in billed]
    if missing:
        yield f"{', '.join(missing)}: {hint or 'nothing was sent'}"
    phases: dict[str, list[str]] = {}
    for operation, phase in result.not_exercised:
        if phase != PLAN and operation in result.exercised:
            phases.setdefault(phase, []).append(operation)
    yield from (f"no case of {phase}: {', '.join(operations)}" for phase, operations in phases.items())
    yield from _skipped(result)
    applied = {name for step in result.run.results for name in step.verdicts}
    idle = [name for name in PROMISES if name not in applied]
    if idle:
        more = f" and {len(idle) - _MAX_LISTED} more" if len(idle) > _MAX_LISTED else ""
        yield f"promises that no request exercised: {', '.join(idle[:_MAX_LISTED])}{more}"
    yield from _intermediaries(result)


def _missing(result: Result) -> list[str]:
    return [o.id for o in document().operations if o.id not in result.exercised]


def _how_to_exercise(result: Result, missing: Sequence[str]) -> str | None:
    if not missing:
        return None
    them = "it" if len(missing) == 1 else "them"
    if result.settings.profile == "read":
        return f"--profile live creates what {'it needs' if len(missing) == 1 else 'they need'}"
    if result.settings.max_evaluations == 0 and set(missing) <= _billed():
        return f"--evaluations 1 exercises {them}, billed"
    return None


def _billed() -> set[str]:
    """The operations that only a billed create can exercise."""
    return {o.id for r in documented_resources() if r.changes_by_itself for o in r.operations.values()}


def _skipped(result: Result) -> Iterator[str]:
    """The steps that were not sent, by the reason."""
    reasons: dict[str, list[str]] = {}
    for step, reason in result.run.runner.skipped.items():
        reasons.setdefault(reason, []).append(step)
    most_steps_first = sorted(reasons.items(), key=lambda item: -len(item[1]))
    for reason, steps in most_steps_first[:_MAX_LISTED]:
        many = len(steps) > _MAX_LISTED
        yield f"{f'{len(steps)} steps' if many else ', '.join(map(repr, steps))} of the plan: {reason}"
    others = sum(len(steps) for _, steps in most_steps_first[_MAX_LISTED:])
    if others:
        yield f"{plural(others, 'other step')} of the plan, for want of what those would have returned"


def _intermediaries(result: Result) -> Iterator[str]:
    """Responses that an intermediary may have sent, which break no promise."""
    interactions = [step.interaction for step in result.run.results]
    counts = Counter(i.status for i in interactions if i is not None and i.may_be_from_intermediary)
    counts += result.run.coverage.unavailable
    for status, count in sorted(counts.items()):
        found = INTERMEDIARIES[status]
        yield f"{plural(count, 'response')} with {status}, not validated: {found.sender} may send it ({found.source})"


def verdict(result: Result) -> str:
    """The result in a few sentences, as wide as the evidence."""
    run = result.run
    cases = f" and {run.coverage.cases.total()} generated cases" if run.generates else ""
    checks = sum(len(step.verdicts) for step in run.results) + run.coverage.checks.total()
    requests = f"{plural(len(run.results), 'request')} of the plan{cases}"
    counts = f"{requests}, {checks} checks, {len(exchanges())} documented exchanges"
    bound = f", as far as {result.limit} allowed" if result.limit and result.signal is None else ""
    return " ".join([f"{_outcome(result)}{bound}: {counts}.", *_width(result)])


def mark(result: Result) -> Mark:
    """The mark of the whole check."""
    return "kept" if result else "broken" if result.is_broken else "not exercised"


def _outcome(result: Result) -> str:
    if result.signal is not None:
        return f"Interrupted, {'the contract is broken' if result.is_broken else 'no promise is broken so far'}"
    if result.is_broken:
        return "The contract is broken"
    if result.unknown:
        return f"Could not check {', '.join(result.unknown)}"
    return f"The contract is kept by {len(result.exercised)} of {len(document().operations)} operations"


def _width(result: Result) -> Iterator[str]:
    """What the verdict leaves out: cases, operations that were not exercised, and what a baseline accepts."""
    unavailable = result.run.coverage.unavailable
    if unavailable:
        statuses = ", ".join(map(str, sorted(unavailable)))
        yield f"{unavailable.total()} more cases were not validated: the service was not available ({statuses})."
    missing = _missing(result)
    if missing and result.signal is None:
        hint = _how_to_exercise(result, missing)
        yield f"{len(missing)} not exercised{f' ({hint})' if hint else ''}."
    accepted = sum(len(group.operations) for group in result.groups if group.accepted)
    if accepted:
        yield f"{plural(accepted, 'broken promise')} accepted by {result.settings.baseline}."
