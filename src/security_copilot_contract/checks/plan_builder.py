"""Makes the plan from the document: the same steps for each resource that has the operations."""

import importlib.resources
import json
from collections.abc import Collection, Iterator, Mapping

from security_copilot_contract.checks import refused_steps, valid_steps
from security_copilot_contract.checks.documented_resource import documented_resources
from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.step_maker import StepMaker

# The steps that catch the most broken servers (`make curve`), by the profile; "evaluations" are those that the profile
# live sends in addition if it may create evaluations.
_CHOSEN: Mapping[str, Collection[str]] = json.loads(
    importlib.resources.files(__package__).joinpath("chosen_steps.json").read_text("utf-8")
)


def read_plan(seed: int) -> list[Step]:
    """The steps of the profile read."""
    return [step for step in plan(seed, live=False) if step.name in _CHOSEN["read"]]


def plan(seed: int, *, live: bool, evaluations: int | None = None) -> list[Step]:
    """The steps of a profile. The names of the created entities contain the seed.

    `evaluations` limits how many evaluations are created. None means no limit in the full profile, and no evaluation in
    the live profile. Resources with the most operations come first, because the others need their entities.
    """
    limit = 0 if live and evaluations is None else evaluations
    # An administrator who finds such an entity must see what it is.
    mark = f"Contract check {seed}, may be ignored"
    resources = sorted(documented_resources(), key=lambda resource: -len(resource.operations))
    steps = [step for resource in resources for step in _steps(StepMaker(resource, mark))]
    if live:
        chosen = {*_CHOSEN["live"], *(_CHOSEN["evaluations"] if limit else ())}
        steps = [step for step in steps if step.name in chosen]
    return list(_within(steps, limit))


def _steps(maker: StepMaker) -> Iterator[Step]:
    """All steps for a resource, in the order in which they are sent."""
    yield maker.list_step("list", "list what exists", {"$count": "true"})
    if not maker.is_nested:
        yield from valid_steps.small_pages(maker)
    if maker.has("create"):
        yield from valid_steps.creating(maker)
    yield from valid_steps.reading(maker)
    if maker.has("update"):
        yield from valid_steps.updating(maker)
    yield from refused_steps.reads(maker)
    if maker.has("create"):
        yield from refused_steps.creates(maker)
    if maker.has("update"):
        yield from refused_steps.updates(maker)
    yield from refused_steps.methods(maker)
    if maker.has("create") and maker.has("get") and maker.has("delete"):
        yield from valid_steps.deleting(maker)
    yield from valid_steps.reading_again(maker)


def _within(steps: list[Step], evaluations: int | None) -> Iterator[Step]:
    left = evaluations
    for step in steps:
        if left is None or not step.evaluates:
            yield step
        elif left > 0:
            left -= 1
            yield step
