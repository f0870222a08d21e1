"""Compares two services, or recordings of them, step by step."""

from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Literal

from attrs import define, field, frozen

from security_copilot_contract.checks.budget import spending
from security_copilot_contract.checks.check_service import refuse_unusable
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.observed import Observations
from security_copilot_contract.checks.promises import validate
from security_copilot_contract.checks.redaction import Secrets
from security_copilot_contract.checks.reporting.created import created_lines
from security_copilot_contract.checks.run import CannotCheckError, Settings
from security_copilot_contract.checks.runner import Runner
from security_copilot_contract.recording.comparison import Comparison
from security_copilot_contract.recording.interactions import is_unclear, of_exchanges, traffic
from security_copilot_contract.recording.recorder import recorded, stem_of
from security_copilot_contract.recording.redaction import Redaction
from security_copilot_contract.spec.exchange import Exchange
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES
from security_copilot_contract.spec.violation import Violation

Side = Literal["A", "B"]


@frozen
class Difference:
    """A difference in the responses to some operations, in these steps.

    `violation` has what A returned as `got`, and what B returned as `expected`. If `promise` is set, only the side
    `broken_by` breaks it.
    """

    operations: tuple[str, ...]
    steps: tuple[str, ...]
    violation: Violation
    promise: str = ""
    broken_by: Side = "A"


@define
class Compared:
    """How two services compare. `steps` were compared; `only` were sent to one of them alone."""

    steps: list[str] = field(factory=list)
    only: dict[str, Side] = field(factory=dict)
    differences: list[Difference] = field(factory=list)


def _ignored(lines: Iterator[str]) -> None:
    del lines


def of_service(
    settings: Settings, token: str, on_created: Callable[[Iterator[str]], None] = _ignored
) -> list[Exchange]:
    """Send the plan of a profile within its budget; what was exchanged, without secrets.

    `on_created` is called at the end, however it ends, with the lines about what was created, which cannot be deleted.
    CannotCheckError if the URL is unusable, or no request succeeds.
    """
    refuse_unusable(settings)
    redaction = Redaction(settings.base_url)
    found: list[Exchange] = []
    secrets = Secrets()
    secrets.add(token)
    runner = Runner(settings.base_url, token, client_cert=settings.client_cert, poll_wait=0.5)

    def on_exchange(step: str, interaction: Interaction) -> None:
        found.append(redaction.exchange(stem_of(len(found) + 1, step), traffic(interaction)))

    runner.on_exchange = on_exchange
    try:
        with spending(settings.budget(), secrets, headers=settings.headers):
            for _ in runner.run(settings.steps()):
                pass
    finally:
        runner.close()
        on_created(created_lines(runner, settings.host))
    if not found:
        raise CannotCheckError(f"{settings.url} has not responded")
    statuses = {exchange.response.status for exchange in found}
    if min(statuses) >= HTTPStatus.BAD_REQUEST:
        raise CannotCheckError(f"{settings.url} has refused every request ({', '.join(map(str, sorted(statuses)))})")
    return found


def of_recording(folder: Path) -> list[Exchange]:
    """The exchanges of a recording. CannotCheckError if the folder has none."""
    try:
        return recorded(folder)
    except ValueError as error:
        raise CannotCheckError(str(error)) from None


def compare(a: Sequence[Exchange], b: Sequence[Exchange]) -> Compared:
    """The differences of two services to which the same plan was sent."""
    ours, theirs = _by_step(a), _by_step(b)
    compared = Compared(only={step: "A" if step in ours else "B" for step in ours.keys() ^ theirs.keys()})
    comparison = Comparison()
    found: dict[Violation, list[tuple[str, str]]] = {}
    for step in (step for step in ours if step in theirs):
        compared.steps.append(step)
        for one, other in zip(ours[step], theirs[step], strict=False):
            for violation in comparison.exchange(one, other):
                found.setdefault(violation, []).append((_operation(one), step))
    for violation, places in found.items():
        operations, steps = (tuple(dict.fromkeys(names)) for names in zip(*places, strict=True))
        compared.differences.append(Difference(operations, steps, violation))
    compared.differences += _promises(a, b, set(compared.steps))
    return compared


def _by_step(listed: Sequence[Exchange]) -> dict[str, list[Exchange]]:
    """The exchanges of each step, in order, without those that an intermediary may have answered.

    Of the polls of an evaluation only the last: how many there are is up to the service.
    """
    steps: dict[str, list[Exchange]] = {}
    for exchange in listed:
        if exchange.response.status not in INTERMEDIARIES:
            step = _step(exchange)
            steps[step] = [exchange] if step.endswith("poll") else [*steps.get(step, ()), exchange]
    return steps


def _step(exchange: Exchange) -> str:
    return exchange.name.partition("-")[2]


def _operation(exchange: Exchange) -> str:
    operation = next(of_exchanges([exchange])).operation
    return f"{exchange.request.method} of no operation" if operation is None else operation.id


def _promises(a: Sequence[Exchange], b: Sequence[Exchange], steps: set[str]) -> Iterator[Difference]:
    """The promises that one of the two breaks, and the other does not."""
    broken = [_broken(listed, steps) for listed in (a, b)]
    sides: tuple[tuple[Side, int], ...] = (("A", 0), ("B", 1))
    for side, number in sides:
        for key, (violation, found) in broken[number].items():
            if key not in broken[1 - number]:
                yield Difference((key[0],), tuple(found), violation, key[1], side)


def _broken(listed: Sequence[Exchange], steps: set[str]) -> dict[tuple[str, str], tuple[Violation, list[str]]]:
    observed = Observations()
    found: dict[tuple[str, str], tuple[Violation, list[str]]] = {}
    for exchange, interaction in zip(listed, of_exchanges(listed), strict=True):
        verdicts = {} if is_unclear(interaction) else validate(interaction, observed)
        observed.record(interaction)
        for name, violations in verdicts.items():
            if violations and _step(exchange) in steps:
                found.setdefault((_operation(exchange), name), (violations[0], []))[1].append(_step(exchange))
    return found
