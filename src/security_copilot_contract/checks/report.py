"""The result of a check as text, to be read in ten seconds."""

from collections import Counter
from collections.abc import Iterator, Sequence

from security_copilot_contract.checks.documented_resource import documented_resources
from security_copilot_contract.checks.promises import GROUPS, PROMISES, finding
from security_copilot_contract.checks.run import Result, is_loopback
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.exchange import exchanges
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES
from security_copilot_contract.spec.violation import shown

_MAX_CREATED = 20
_MAX_STEPS = 5
_MAX_TEXT = 60


def summary(result: Result) -> Iterator[str]:
    """The lines that end a check: a table of operations, what is broken, what was not exercised, and the verdict."""
    yield from _table(result)
    yield from _broken(result)
    yield from _remarks(result)
    yield from _not_exercised(result)
    yield from _created(result)
    yield ""
    yield verdict(result)


def verdict(result: Result) -> str:
    """The last line."""
    run = result.run
    cases = f" and {run.coverage.cases.total()} generated cases" if run.generates else ""
    checks = sum(len(step.verdicts) for step in run.results) + run.coverage.checks.total()
    requests = f"{len(run.results)} requests of the plan{cases}"
    counts = f"{requests}, {checks} checks, {len(exchanges())} documented exchanges"
    bound = f", as far as {result.limit} allowed" if result.limit and result.signal is None else ""
    return " ".join([f"{_outcome(result)}{bound}: {counts}.", *_width(result)])


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
    missing = [o.id for o in document().operations if o.id not in result.exercised]
    if missing and result.signal is None:
        hint = _how_to_exercise(result, missing)
        yield f"{len(missing)} not exercised{f' ({hint})' if hint else ''}."
    accepted = {(step.step.operation, name) for step, name in result.run.accepted}
    if accepted:
        promises = "broken promise" if len(accepted) == 1 else "broken promises"
        yield f"{len(accepted)} {promises} accepted by {result.settings.baseline}."


def _how_to_exercise(result: Result, missing: Sequence[str]) -> str | None:
    if result.settings.profile == "read":
        return "--profile live creates what they need"
    billed = {o.id for r in documented_resources() if r.changes_by_itself for o in r.operations.values()}
    if result.settings.max_evaluations == 0 and set(missing) <= billed:
        return f"--evaluations 1 exercises {'it' if len(missing) == 1 else 'them'}, billed"
    return None


def header(result: Result) -> list[str]:
    """The names of the columns of the table."""
    return ["operation", "requests", *GROUPS, *(["generated"] if result.run.generates else [])]


def cells(result: Result) -> list[list[str]]:
    """A row for each operation: its id, the requests of the plan, a cell for each group, the generated cases."""
    rows = []
    for operation in document().operations:
        sent = [step for step in result.run.results if step.step.operation == operation.id]
        row = [operation.id, str(len(sent)), *(_cell(result, operation.id, group) for group in GROUPS)]
        rows.append([*row, _generated(result, operation.id)] if result.run.generates else row)
    return rows


def _cell(result: Result, operation: str, group: str) -> str:
    """The number of broken promises of a group, or else of the requests to which any of them applies."""
    names = {name for name, promise in PROMISES.items() if promise.group == group}
    broken = {n for step, n in result.run.broken if step.step.operation == operation and n in names}
    if broken:
        return f"{len(broken)} broken"
    verdicts = [step.verdicts for step in result.run.results if step.step.operation == operation]
    count = sum(len(names & set(verdict)) for verdict in verdicts)
    return f"ok {count}" if count else "-"


def _generated(result: Result, operation: str) -> str:
    coverage = result.run.coverage
    broken = len({check for name, check in coverage.failures if name == operation})
    if broken:
        return f"{broken} broken"
    cases = sum(count for (name, _), count in coverage.cases.items() if name == operation)
    return f"ok {cases}" if cases else "-"


def findings(result: Result) -> list[str]:
    """What is broken, each promise once for each operation."""
    lines = _broken_promises(result)
    for (operation, check), count in sorted(result.run.coverage.failures.items()):
        lines.append(f"{operation}, {check}: {count} generated {'case' if count == 1 else 'cases'}, see above")
    lines += result.run.coverage.errors
    return lines + [f"The document disagrees with the documentation: {line}" for line in result.disagreements]


def _broken_promises(result: Result) -> list[str]:
    found: dict[str, str] = {}
    for step, name in result.run.broken:
        where = f"{step.step.operation}, {name}: {PROMISES[name].sentence}"
        text = finding(PROMISES[name], step.interaction, step.verdicts[name][0])
        found.setdefault(where, f"{where} ({step.step.name!r}) {text}")
    return list(found.values())


def _table(result: Result) -> Iterator[str]:
    rows = [header(result), *cells(result)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    settings = result.settings
    yield f"\nThe contract at {settings.url}, profile {settings.profile}, seed {settings.seed}\n"
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _broken(result: Result) -> Iterator[str]:
    found = findings(result)
    if found:
        yield f"\nBroken ({len(found)})\n"
        yield from (f"  {line}" for line in found)
    if result.run.accepted:
        names = sorted({name for _, name in result.run.accepted})
        yield f"\nBroken, and accepted by {result.settings.baseline}: {', '.join(names)}"


def _remarks(result: Result) -> Iterator[str]:
    """Responses that an intermediary may have sent, which break no promise."""
    interactions = [step.interaction for step in result.run.results]
    counts = Counter(i.status for i in interactions if i is not None and i.may_be_from_intermediary)
    counts += result.run.coverage.unavailable
    if not counts:
        return
    yield "\nNot validated, since an intermediary may have responded\n"
    for status, count in sorted(counts.items()):
        found = INTERMEDIARIES[status]
        responses = "response" if count == 1 else "responses"
        yield f"  {count} {responses} with {status}: {found.sender} may send it ({found.source})"


def _not_exercised(result: Result) -> Iterator[str]:
    applied = {name for step in result.run.results for name in step.verdicts}
    idle = [name for name in PROMISES if name not in applied]
    lines = [f"{name}: no response of the service, so nothing is known about it" for name in result.unknown]
    lines += [f"{operation} in {phase}" for operation, phase in result.not_exercised]
    for reason, steps in _skipped(result).items():
        many = len(steps) > _MAX_STEPS
        lines.append(f"{f'{len(steps)} steps' if many else ', '.join(map(repr, steps))} of the plan: {reason}")
    if idle:
        lines.append(f"no request exercised: {', '.join(idle)}")
    if lines:
        yield "\nNot exercised\n"
        yield from (f"  {line}" for line in lines)


def _skipped(result: Result) -> dict[str, list[str]]:
    """The steps that were not sent, by the reason."""
    reasons: dict[str, list[str]] = {}
    for step, reason in result.run.runner.skipped.items():
        reasons.setdefault(reason, []).append(step)
    return reasons


def _created(result: Result) -> Iterator[str]:
    runner = result.run.runner
    known = {str(entity.get("id")) for _, entity in runner.created}
    ours = [(place, entity.properties) for (place, _), entity in runner.observed.entities.items() if entity.ours]
    created = runner.created + [(place, entity) for place, entity in ours if str(entity.get("id")) not in known]
    if created:
        yield f"\nCreated (cannot be deleted): {len(created)}\n"
    # A check that ends early may have no report that lists the rest.
    shortens = result.signal is None and is_loopback(result.settings.host)
    listed = created[:_MAX_CREATED] if shortens else created
    for path, entity in listed:
        kind = path.rpartition("/")[2]
        text = next((entity[r.text] for r in documented_resources() if r.name == kind and r.text in entity), "")
        yield f"  {kind:<13}{entity.get('id')}  {_beginning(shown(text)) if text else ''}".rstrip()
    if len(created) > len(listed):
        yield f"  and {len(created) - len(listed)} by generated cases (--report har lists each)"
    if runner.unconfirmed:
        yield "\nMay have been created, since there was no response to the create\n"
        yield from (f"  POST {path}" for path in runner.unconfirmed)


def _beginning(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}..."
