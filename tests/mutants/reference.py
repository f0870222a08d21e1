"""What the plan shows of the emulator as it is, which regular broken servers are made from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from attrs import frozen

from security_copilot_contract.checks.documented_resource import documented_resource_of, documented_resources
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.plan_builder import plan
from security_copilot_contract.checks.runner import StepResult
from security_copilot_contract.spec.document import document
from security_copilot_runtime.clock import SkippingClock, use
from tests.mutants.adapter import runner_of
from tests.mutants.faults import Mutant
from tests.mutants.spoilers import Place, properties_in

SEED = 1
_EMULATOR = Mutant("the emulator", frozenset(), fault=None, detour=None)

Pair = tuple[str, str]


@frozen
class Sent:
    """What a step sends: the number of its requests, whether all are valid, and whether one creates something."""

    requests: int
    valid: bool
    creates: bool


@cache
def full() -> Mapping[str, Step]:
    """The steps of the full plan, by name."""
    return {step.name: step for step in plan(SEED, live=False)}


def pairs(steps: Sequence[Step]) -> frozenset[Pair]:
    """The pairs of a promise and an operation that these steps make reachable: the promise applies to a response."""
    return _pairs(_results(steps))


def _pairs(results: Iterable[StepResult]) -> frozenset[Pair]:
    return frozenset((promise, result.step.operation) for result in results for promise in result.verdicts)


@cache
def reachable() -> frozenset[Pair]:
    """The pairs that the full plan makes reachable."""
    return _pairs(_full_results())


@cache
def sent() -> Mapping[str, Sent]:
    """What each step of the full plan sends, by its name."""
    found: dict[str, Sent] = {}
    for result in _full_results():
        before = found.get(result.step.name, Sent(0, valid=True, creates=False))
        valid = result.interaction is not None and result.interaction.operation is not None
        creates = result.step.verb == "POST" and result.interaction is not None and result.interaction.succeeded
        found[result.step.name] = Sent(
            before.requests + 1,
            before.valid and valid and result.interaction is not None and result.interaction.is_valid,
            before.creates or creates,
        )
    return found


def closure(names: Iterable[str]) -> frozenset[str]:
    """The steps with all that they refer to."""
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += full()[name].needs
    return frozenset(found)


def valid_steps(*, evaluations: bool) -> list[Step]:
    """The steps that send valid requests only; without `evaluations` those to which no limit of evaluations applies."""
    creates = {r.operations["create"].id for r in documented_resources() if r.changes_by_itself}

    def is_valid(name: str) -> bool:
        return name in sent() and sent()[name].valid and (evaluations or full()[name].operation not in creates)

    return [step for name, step in full().items() if all(map(is_valid, closure([name])))]


@cache
def place_of(operation_id: str) -> Place:
    """What the emulator shows of an operation."""
    operation = document().operation(operation_id)
    resource = documented_resource_of(operation)
    role = next(role for role, each in resource.operations.items() if each is operation)
    interactions = [r.interaction for r in _full_results() if r.interaction and r.interaction.operation is operation]
    shown = frozenset(name for interaction in interactions for name in _shown(interaction))
    errors = frozenset(int(interaction.status) for interaction in interactions if not interaction.succeeded)
    return Place(operation, resource, role, shown, errors)


@cache
def _full_results() -> list[StepResult]:
    return _results(list(full().values()))


def _results(steps: Sequence[Step]) -> list[StepResult]:
    with use(SkippingClock()):
        return list(runner_of(_EMULATOR.app()).run(steps))


def _shown(interaction: Interaction) -> Iterator[str]:
    """The documented properties of the entities in a response that have a value."""
    properties = {} if interaction.resource is None else interaction.resource.properties
    for entity in interaction.entities:
        for name in set(properties) & set(entity):
            yield from _with_inner(name, set(properties_in(properties[name])), entity[name])


def _with_inner(name: str, inner: set[str], value: Any) -> Iterator[str]:
    if value is not None:
        yield name
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield from (f"{name}/{n}" for n in inner & set(each) if each[n] is not None and "@" not in n)
