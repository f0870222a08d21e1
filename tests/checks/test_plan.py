"""The plan: made from the document, and consistent."""

import pytest

from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.plan_builder import LIVE, LIVE_EVALUATIONS, plan
from security_copilot_contract.checks.run import Settings
from security_copilot_contract.spec.document import document

FULL = plan(1, live=False)
NAMES = [step.name for step in FULL]


def test_every_operation_is_in_it() -> None:
    """Though the code that makes it names none."""
    assert {step.operation for step in FULL} == {operation.id for operation in document().operations}
    assert len(set(NAMES)) == len(NAMES)


def test_the_steps_of_the_live_profile_exist() -> None:
    """A misspelled name would be ignored."""
    wanted = {f"{resource}: {kind}" for resource, kinds in LIVE.items() for kind in kinds}
    wanted |= {f"evaluations: {kind}" for kind in LIVE_EVALUATIONS}

    assert wanted <= set(NAMES)


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
def test_evaluations_are_limited(live: bool, most: int) -> None:  # noqa: FBT001
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
