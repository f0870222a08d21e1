"""The search for the steps of the live profile: it takes those that catch most."""

import json

import pytest

from tests.mutants.reference import full
from tests.programs.choose import (
    CHOSEN,
    FORCED,
    Choice,
    catching,
    choices,
    chosen,
    corrected,
    fixed,
    recorded,
    witnesses,
)
from tests.programs.matrix import every

# Steps that refer to no other.
A, B, C = "workspaces: list", "plugins: list", "sessions: list"
TWO = Choice(
    {
        frozenset({frozenset({A}), frozenset({B})}): 2,
        frozenset({frozenset({A}), frozenset({C})}): 2,
        frozenset({frozenset({B})}): 1,
        frozenset({frozenset({C})}): 1,
    },
    dict.fromkeys((A, B, C), 1),
    limit=2,
)


def test_it_takes_what_catches_most() -> None:
    """Though two others together catch more."""
    assert TWO.filled(frozenset()) == {A, B}


def test_it_swaps_two_at_once() -> None:
    """Where a swap of one catches no more: half of a comparison shows nothing."""
    pair = frozenset({frozenset({"prompts: list", "evaluations: list"})})
    choice = Choice(
        {frozenset({frozenset({A})}): 1, frozenset({frozenset({B})}): 1, pair: 3},
        dict.fromkeys((A, B, "prompts: list", "evaluations: list", "sessions: create", "prompts: create"), 1),
        limit=2,
    )

    assert max(map(choice.caught, choice.swaps(frozenset({A, B}), frozenset()))) == 2
    assert choice.caught(choice.improved(frozenset({A, B}), fixed=frozenset())) == 3


def test_it_swaps_what_catches_less() -> None:
    """Which is why the search does not end with the greedy set."""
    assert TWO.improved(frozenset({A, B}), fixed=frozenset()) == {B, C}


def test_it_keeps_what_is_forced() -> None:
    """Even if a swap would catch more."""
    assert TWO.improved(frozenset({A, B}), fixed=frozenset({A})) == {A, B}


def test_a_witness_counts_only_as_a_whole() -> None:
    """Half of a comparison shows nothing."""
    both = Choice({frozenset({frozenset({A, B})}): 1}, {A: 1, B: 1}, limit=1)

    assert both.filled(frozenset()) == frozenset()
    assert both.caught(frozenset({A})) == 0
    assert both.caught(frozenset({A, B})) == 1


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("createSession: dropped id", {"sessions: create"}),
        ("update_renames_its_neighbour", {"sessions: create", "sessions: create again", "sessions: rename"}),
    ],
)
def test_a_witness_catches_its_server(name: str, steps: set[str]) -> None:
    """With all that it refers to, and with what it is compared with."""
    assert any(steps <= witness for witness in witnesses(every()[name]))


def test_the_plan_corrects_witnesses() -> None:
    """One that does not hold is dropped for good, and one that was not known is added."""
    wrong, right, elsewhere = map(
        frozenset, (["sessions: create"], ["sessions: create", "sessions: get"], ["prompts: list"])
    )
    name, dropped = "getSession: another_id", set[tuple[str, frozenset[str]]]()

    assert corrected({name: [wrong]}, dropped, wrong) == {name: []}
    assert dropped == {(name, wrong)}
    assert set(corrected({name: [elsewhere]}, dropped, right)[name]) == {elsewhere, right}


def test_no_swap_catches_more_than_the_committed_plan() -> None:
    """Of the recorded witnesses: neither without an evaluation nor with one."""
    committed = json.loads(CHOSEN.read_text("utf-8"))
    live = frozenset(committed["live"])
    asked = live | {name for name in committed["evaluations"] if name != "evaluations: create again"}

    for choice, taken, kept in zip(choices(recorded().values()), (live, asked), (FORCED, fixed(live)), strict=True):
        assert choice.filled(taken) == taken
        assert max(map(choice.caught, choice.swaps(taken, kept))) <= choice.caught(taken)


@pytest.mark.nightly
def test_the_committed_plan_is_what_the_search_gives() -> None:
    """Nobody has edited it."""
    committed = json.loads(CHOSEN.read_text("utf-8"))

    assert {**committed, **chosen(recorded().values())} == committed


def test_the_recorded_witnesses_are_of_this_plan() -> None:
    """And they catch their servers: those of a sample do."""
    found = recorded()

    assert {name for each in found.values() for witness in each for name in witness} <= set(full())
    for name in sorted(found)[::150]:
        assert catching(every()[name], found[name][0]), name
