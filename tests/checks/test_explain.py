"""`check --explain`: what a promise says, where that is documented, and how a service breaks it."""

import json

import pytest

from security_copilot_contract import cli
from security_copilot_contract.checks.promises import PROMISES, RESPONSE_ARRIVES
from security_copilot_contract.checks.reporting.explain import BREAKS, explained
from tests.programs.breaks import example_of

EXAMPLES = json.loads(BREAKS.read_text("utf-8"))


def test_every_promise_has_an_example() -> None:
    """Except that a request without a response has nothing to show."""
    assert set(EXAMPLES) == set(PROMISES) - {RESPONSE_ARRIVES}


@pytest.mark.parametrize("name", ["written_is_returned", "unknown_is_404", "count_is_correct"])
def test_an_example_is_one_of_a_broken_server(name: str) -> None:
    """The recorded one is what the server does today; ids and times are others, so it is one without any."""
    assert example_of(name) == EXAMPLES[name]


@pytest.mark.parametrize("name", PROMISES)
def test_a_promise_is_explained(name: str) -> None:
    """With its sentence, the place and the confidence of its source, and the problem of a broken server."""
    lines = list(explained(name))

    text = " ".join(" ".join(lines).split())
    promise = PROMISES[name]
    assert lines[0] == name
    assert promise.sentence in text
    assert f"Source: {promise.place} Confidence: {promise.confidence}. {promise.source.text}" in text
    assert (f"An example of a break {EXAMPLES[name]['request'].split()[0]} " if name in EXAMPLES else "") in text


def test_the_command_explains(capsys: pytest.CaptureFixture[str]) -> None:
    """It needs no service and no token."""
    assert cli.main(["check", "--explain", "written_is_returned"]) == 0
    assert capsys.readouterr().out == "\n".join(explained("written_is_returned")) + "\n"


def test_without_a_name_they_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """As by the command `promises`."""
    printed = []
    for command in (["check", "--explain"], ["promises"]):
        assert cli.main(command) == 0
        printed.append(capsys.readouterr().out)

    assert printed[0] == printed[1]
    assert all(f"  {name}\n" in printed[0] for name in PROMISES)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("writen_is_returned", "did you mean written_is_returned"), ("xyz", "--explain alone lists them")],
)
def test_a_name_that_no_promise_has_is_refused(name: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the names that are close to it."""
    assert cli.main(["check", "--explain", name]) == 2

    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"there is no promise '{name}'; {hint}" in printed.err
