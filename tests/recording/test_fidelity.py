"""The program that counts what `learn` and `compare` find out: a fast part of it, and how it fails."""

import pytest

from security_copilot_contract.recording.learning import of_exchanges
from tests.mutants.faults import MUTANTS
from tests.programs.fidelity import (
    DIFFERENT,
    UNSEEN,
    Seen,
    differences,
    live,
    recording,
    unexplained,
    unused,
    wrong_differences,
)


@pytest.mark.parametrize("name", ["throttles_until_soon", "error_has_an_empty_code"])
def test_what_redaction_must_keep(name: str) -> None:
    """A Retry-After that is invalid stays so, also that of an intermediary; a blank text stays blank."""
    learned = of_exchanges(recording(MUTANTS[name], live()))

    promises = {found.promise for found in learned.disagreements if found.promise}
    assert promises == MUTANTS[name].promises


@pytest.mark.parametrize("name", ["top_is_refused", "several_challenges", "is_down_and_says_how_long"])
def test_a_valid_variant(name: str) -> None:
    """It differs from the emulator as the data says, which is not at all for most."""
    assert differences(name) == set(DIFFERENT.get(name, ()))


def test_a_server_without_a_reason_fails() -> None:
    """Whether `learn` or `compare` finds nothing."""
    assert unexplained([Seen("x", "live", 45, 46, 1), Seen("y", "live", 45, 46, None)]) == []
    assert unexplained([Seen("x", "full", 46, 46, 0)]) == [
        "x: learn finds nothing, and there is no reason",
        "x: compare finds nothing, and there is no reason",
    ]


def test_a_reason_that_does_not_hold_fails() -> None:
    """Also one that is for no server."""
    reason = next(reason for reason, names in UNSEEN.items() if "is_cut_off" in names)
    assert unexplained([Seen("is_cut_off", "full", 46, 46, 0)]) == []
    assert unexplained([Seen("is_cut_off", "live", 45, 46, 0)]) == [
        f"is_cut_off: learn finds something, so this does not hold: {reason}"
    ]
    assert f"is_cut_off: no such server, so this is for none: {reason}" in unused(["another"])


def test_another_difference_fails() -> None:
    """Of a valid variant, and one that is missing."""
    assert wrong_differences(["nothing_differs", "top_is_refused"], [set(), {"status value"}]) == []
    assert wrong_differences(["nothing_differs", "top_is_refused"], [{"status value"}, set()]) == [
        "nothing_differs: expected the differences [], got ['status value']",
        "top_is_refused: expected the differences ['status value'], got []",
    ]
