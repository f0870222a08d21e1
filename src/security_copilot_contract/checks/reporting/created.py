"""What a check has created, none of which can be deleted."""

from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from security_copilot_contract.checks.documented_resource import documented_resources
from security_copilot_contract.checks.reporting.style import WIDTH, cut, plural, safe, wrapped
from security_copilot_contract.checks.run import is_loopback
from security_copilot_contract.checks.runner import Runner
from security_copilot_contract.spec.violation import shown


@frozen
class Created:
    """Something that was created: `kind` is its collection, such as `sessions`; `text` is what people know it by."""

    kind: str
    id: str
    text: str | None


def created(runner: Runner) -> list[Created]:
    """Everything that the plan and the generated cases have created."""
    known = {str(entity.get("id")) for _, entity in runner.created}
    ours = [(place, entity.properties) for (place, _), entity in runner.observed.entities.items() if entity.ours]
    found = []
    for place, entity in runner.created + [(p, e) for p, e in ours if str(e.get("id")) not in known]:
        kind = place.rpartition("/")[2]
        text = next((entity[r.text] for r in documented_resources() if r.name == kind and r.text in entity), None)
        found.append(Created(kind, str(entity.get("id")), None if text is None else str(text)))
    return found


def created_lines(runner: Runner, host: str, *, interrupted: bool = False) -> Iterator[str]:
    """One line for this machine; on any other, or after an interruption, a line for each."""
    found = created(runner)
    counts = Counter(each.kind for each in found)
    text = ", ".join(plural(count, kind.removesuffix("s")) for kind, count in counts.items())
    here = is_loopback(host)
    if found:
        yield from wrapped(f"Created{' on this machine' if here else ''}, cannot be deleted: {text}", "", "  ")
    if interrupted or not here:
        for each in found:
            text = "" if each.text is None else shown(each.text)
            yield cut(safe(f"  {each.kind:<13}{each.id}  {text}").rstrip(), WIDTH)
    if runner.unconfirmed:
        yield "May have been created, since there was no response to the create"
        yield from (f"  POST {path}" for path in runner.unconfirmed)
