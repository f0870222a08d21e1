"""What a run has found, in a form that can be read in ten seconds."""

from collections.abc import Iterator

from security_copilot_contract.checks.documented_resource import resources
from security_copilot_contract.checks.promises import GROUPS, PROMISES
from security_copilot_contract.checks.promises.registry import shown
from security_copilot_contract.checks.run import Outcome
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.exchange import exchanges

_MAX_CREATED = 20
_MAX_STEPS = 5


def summary(outcome: Outcome) -> Iterator[str]:
    """The lines that end a run: operations by checks, what is broken, what was not exercised, the verdict."""
    yield from _table(outcome)
    yield from _broken(outcome)
    yield from _not_exercised(outcome)
    yield from _created(outcome)
    yield ""
    yield verdict(outcome)


def verdict(outcome: Outcome) -> str:
    """The last line."""
    run = outcome.run
    cases = f" and {run.tally.cases.total()} generated cases" if run.generated else ""
    said = sum(len(sent.verdicts) for sent in run.sent) + run.tally.checks.total()
    count = f"{len(run.sent)} requests of the plan{cases}"
    sent = f"{count}, {said} checks, {len(exchanges())} documented exchanges"
    bound = f", as far as {outcome.capped} let it be checked" if outcome.capped else ""
    return f"The contract is {'kept' if outcome else 'broken'}{bound}: {sent}."


def cells(outcome: Outcome) -> list[list[str]]:
    """A row for each operation: its id, requests of the plan, a cell for each group, the generated cases."""
    rows = []
    for operation in document().operations:
        sent = [sent for sent in outcome.run.sent if sent.step.operation == operation.id]
        row = [operation.id, str(len(sent))]
        for group in GROUPS:
            names = {name for name, promise in PROMISES.items() if promise.group == group}
            concerned = sum(len(names & set(s.verdicts)) for s in sent)
            broken = {n for s, n in outcome.run.broken if s.step.operation == operation.id and n in names}
            row.append(f"{len(broken)} broken" if broken else f"ok {concerned}" if concerned else "-")
        if outcome.run.generated:
            row.append(_generated(outcome, operation.id))
        rows.append(row)
    return rows


def header(outcome: Outcome) -> list[str]:
    """The names of the columns."""
    return ["operation", "requests", *GROUPS, *(["generated"] if outcome.run.generated else [])]


def findings(outcome: Outcome) -> list[str]:
    """What is broken, each promise once for each operation."""
    found: dict[str, str] = {}
    for sent, name in outcome.run.broken:
        promise = PROMISES[name]
        where = f"{sent.step.operation}, {name}: {promise.sentence}"
        found.setdefault(where, f"{where} ({sent.step.name!r}) {sent.verdicts[name][0]}")
    lines = list(found.values())
    for (operation, check), count in sorted(outcome.run.tally.failures.items()):
        lines.append(f"{operation}, {check}: {count} generated {'case' if count == 1 else 'cases'}, see above")
    lines += [f"{error}" for error in outcome.run.tally.errors]
    lines += [f"{name}: not exercised at all, so nothing is known of it" for name in outcome.idle]
    return lines + [f"The document against the documentation: {problem}" for problem in outcome.exchange_problems]


def _generated(outcome: Outcome, operation: str) -> str:
    tally = outcome.run.tally
    cases = sum(count for (name, _), count in tally.cases.items() if name == operation)
    broken = len({check for name, check in tally.failures if name == operation})
    return f"{broken} broken" if broken else f"ok {cases}" if cases else "-"


def _table(outcome: Outcome) -> Iterator[str]:
    rows = [header(outcome), *cells(outcome)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    settings = outcome.settings
    yield f"\nThe contract at {settings.url}, profile {settings.profile}, seed {settings.seed}\n"
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _broken(outcome: Outcome) -> Iterator[str]:
    found = findings(outcome)
    if found:
        yield f"\nBroken ({len(found)})\n"
        yield from (f"  {line}" for line in found)
    if outcome.run.accepted:
        names = sorted({name for _, name in outcome.run.accepted})
        yield f"\nBroken, and accepted by {outcome.settings.baseline}: {', '.join(names)}"


def _not_exercised(outcome: Outcome) -> Iterator[str]:
    said = {name for sent in outcome.run.sent for name in sent.verdicts}
    idle = [name for name in PROMISES if name not in said]
    lines = [f"{operation} in {phase}" for operation, phase in outcome.not_exercised]
    for reason, steps in _skipped(outcome).items():
        many = len(steps) > _MAX_STEPS
        lines.append(f"{f'{len(steps)} steps' if many else ', '.join(map(repr, steps))} of the plan: {reason}")
    if idle:
        lines.append(f"no request showed: {', '.join(idle)}")
    if lines:
        yield "\nNot exercised\n"
        yield from (f"  {line}" for line in lines)


def _skipped(outcome: Outcome) -> dict[str, list[str]]:
    """The steps that were not sent, by the reason."""
    reasons: dict[str, list[str]] = {}
    for step, reason in outcome.run.walk.skipped.items():
        reasons.setdefault(reason, []).append(step)
    return reasons


def _created(outcome: Outcome) -> Iterator[str]:
    walk = outcome.run.walk
    ours = [entity.properties for entity in walk.known.entities.values() if entity.ours]
    if not ours:
        return
    yield f"\nCreated, and not to be deleted: {len(ours)}\n"
    for path, entity in walk.created[:_MAX_CREATED]:
        kind = path.rpartition("/")[2]
        text = next((entity[r.text] for r in resources() if r.name == kind and r.text in entity), "")
        yield f"  {kind:<13}{entity.get('id')}  {shown(text, 60) if text else ''}".rstrip()
    if len(ours) > len(walk.created[:_MAX_CREATED]):
        yield f"  and {len(ours) - len(walk.created[:_MAX_CREATED])} by generated cases (--report har has each)"
