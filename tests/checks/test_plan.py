"""The plan: made from the document, and consistent."""

import json
from pathlib import Path

import pytest

from security_copilot_contract.checks import plan_builder
from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.plan_builder import plan
from security_copilot_contract.checks.run import Settings
from security_copilot_contract.spec.document import document
from security_copilot_runtime.clock import SkippingClock, use
from tests.mutants import reference

CHOSEN = Path(plan_builder.__file__).with_name("chosen_steps.json")
FULL = plan(1, live=False)
NAMES = [step.name for step in FULL]


def test_every_operation_is_in_it() -> None:
    """Though the code that makes it names none."""
    assert {step.operation for step in FULL} == {operation.id for operation in document().operations}
    assert len(set(NAMES)) == len(NAMES)


def test_the_chosen_steps_exist() -> None:
    """A misspelled name would be ignored."""
    chosen = json.loads(CHOSEN.read_text("utf-8"))

    assert set(chosen) == {"read", "live", "evaluations"}
    for names in chosen.values():
        assert names == [name for name in NAMES if name in names]


@pytest.mark.parametrize(("evaluations", "most", "prompts"), [(None, 32, 1), (1, 50, 2)])
def test_the_live_plan_is_small(evaluations: int | None, most: int, prompts: int) -> None:
    """Even if it polls as often as it may. What it creates cannot be deleted."""
    steps = plan(1, live=True, evaluations=evaluations)
    creates = [step.operation for step in steps if reference.sent()[step.name].creates]
    budget = Settings("https://graph.microsoft.com/beta", "live", 1, evaluations=evaluations).budget()

    with use(SkippingClock()):
        for step in steps:
            for _ in range(step.times):
                budget.take(step.verb, document().operation(step.operation).path)
    assert budget.sent <= most
    assert budget.requests == most
    assert creates.count("createSession") <= 2
    assert creates.count("createPrompt") <= prompts
    assert creates.count("createEvaluation") == (evaluations or 0)


def test_the_live_plan_begins_with_a_read() -> None:
    """One that needs nothing, so nothing is created where there is no such service."""
    steps = plan(1, live=True)

    assert steps[0].verb == "GET"
    assert not steps[0].needs
    assert any(step.credential == "none" for step in steps)


@pytest.mark.parametrize(
    "steps", [FULL, plan(1, live=True), plan(1, live=True, evaluations=2)], ids=["full", "live", "asked"]
)
def test_every_step_that_is_referred_to_comes_before(steps: list[Step]) -> None:
    """Otherwise the reference has no value."""
    seen: set[str] = set()
    for step in steps:
        assert step.needs <= seen, step.name
        seen.add(step.name)


@pytest.mark.parametrize("most", [0, 1, 2])
@pytest.mark.parametrize("live", [True, False])
def test_evaluations_are_limited(live: bool, most: int) -> None:
    """Evaluations are billed."""
    assert sum(step.evaluates for step in plan(1, live=live, evaluations=most)) == most


@pytest.mark.parametrize(
    ("url", "profile", "given", "most"),
    [
        ("http://127.0.0.1:1/beta", "full", None, None),
        ("http://127.0.0.1:1/beta", "full", 3, 3),
        ("http://127.0.0.1:1/beta", "live", None, 0),
        ("https://gateway.example/beta", "full", None, 0),
        ("https://gateway.example/beta", "full", 2, 2),
        ("https://gateway.example/beta", "live", 1, 1),
    ],
)
def test_nobody_is_billed_unasked(url: str, profile: str, given: int | None, most: int | None) -> None:
    """An evaluation on another machine may cost money."""
    settings = Settings(url, "full" if profile == "full" else "live", 1, evaluations=given)

    assert settings.max_evaluations == settings.budget().evaluations == most
    assert settings.not_generated == ([] if most is None or profile == "live" else ["createEvaluation"])
