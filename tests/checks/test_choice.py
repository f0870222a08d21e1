"""The search for the steps of the live profile: it takes those that catch most."""

import pytest

from tests.programs.choose import Choice, witnesses
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
