"""A clock that is set back, while the emulator runs or between two runs."""

from datetime import datetime
from pathlib import Path

import pytest

from security_copilot_contract.emulator import ManualClock, Store, Timing
from security_copilot_contract.emulator.clock import BEGINNING
from security_copilot_contract.spec.exchange import exchanges

SESSION = "workspaces/default/sessions/ecdfb9b3-58f5-457f-a18c-4a477890b252"
PROMPT = f"{SESSION}/prompts/76a9b8c6-6656-4ef4-a4c7-7ed07fb93e01"
HOUR = 3600


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(clock: ManualClock) -> Store:
    return Store(clock, timing=Timing(created=1, running=2)).load(exchanges())


def states(store: Store) -> list[str]:
    """The states of all evaluations, oldest first."""
    return [evaluation["state"] for _, evaluation in store.latest(f"{PROMPT}/evaluations")][::-1]


def test_a_completed_evaluation_stays_completed(store: Store, clock: ManualClock) -> None:
    """Time goes on from the last moment that a client has seen, also for the next evaluation."""
    before = len(states(store))
    first = store.evaluate(PROMPT)
    clock.advance(3)
    assert states(store)[before:] == ["completed"]

    clock.advance(-HOUR)
    assert states(store)[before:] == ["completed"]
    second = store.evaluate(PROMPT)
    assert second["createdDateTime"] > first["createdDateTime"]
    clock.advance(1)
    assert states(store)[before:] == ["completed", "running"]
    clock.advance(-HOUR)
    assert states(store)[before:] == ["completed", "running"]
    clock.advance(2)
    assert states(store)[before:] == ["completed", "completed"]


def test_a_clock_that_is_corrected_counts_again(store: Store, clock: ManualClock) -> None:
    """The time of the store does not run ahead for ever."""
    store.evaluate(PROMPT)
    clock.advance(-HOUR)
    states(store)
    clock.advance(2 * HOUR)

    created = store.insert("workspaces/default/sessions", {"displayName": "a"})["createdDateTime"]
    assert (datetime.fromisoformat(created) - BEGINNING).total_seconds() == HOUR


def test_an_evaluation_goes_on_in_the_next_run(store: Store, clock: ManualClock, tmp_path: Path) -> None:
    """Although it was created in the future."""
    before = len(states(store))
    store.evaluate(PROMPT)
    store.write(tmp_path / "data.json")
    clock.advance(-HOUR)

    loaded = Store(clock).read(tmp_path / "data.json")

    assert states(loaded)[before:] == ["created"]
    clock.advance(3)
    assert states(loaded)[before:] == ["completed"]


@pytest.mark.parametrize(
    ("created", "modified"), [("2030-01-01T00:00:00Z", "0001-01-01T00:00:00Z"), ("2030-01-01T00:00:00.5Z",) * 2]
)
def test_a_change_is_later_than_the_creation(store: Store, created: str, modified: str) -> None:
    """Also of what was created in the future, in an earlier run or by hand; others have the time of the clock."""
    id_ = "00000001-0000-0000-0000-000000000000"
    times = {"createdDateTime": created, "lastModifiedDateTime": modified}
    store.add("workspaces/default/sessions", {"id": id_, **times})

    changed = store.change(f"workspaces/default/sessions/{id_}", {"displayName": "a"})

    assert datetime.fromisoformat(changed["lastModifiedDateTime"]) > datetime.fromisoformat(created)
    other = store.insert("workspaces/default/sessions", {"displayName": "a"})
    assert other["createdDateTime"].startswith("2026-")
