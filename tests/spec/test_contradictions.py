"""The contradictions of the documentation: each is there, each is told when it is gone, and no other is."""

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from security_copilot_contract import cli
from security_copilot_contract.spec.contradictions import (
    Contradiction,
    Correction,
    contradictions,
    corrected,
    disagreements,
    exchange_violations,
    known,
)
from security_copilot_contract.spec.exchange import Exchange, exchanges
from security_copilot_contract.spec.violation import Violation

EXCHANGES = {exchange.name: exchange for exchange in exchanges()}
VIOLATION = {"part": "body", "kind": "type"}
DEFAULTS = {"place": "response body", "shows": "Some.", "against": "Some other.", "takes": "both"}


def shown_by(contradiction: Contradiction) -> Exchange:
    assert contradiction.exchange is not None
    return EXCHANGES[contradiction.exchange]


def test_the_documentation_contradicts_itself_as_listed_and_not_otherwise() -> None:
    """Nothing has to be done."""
    assert disagreements(exchanges(), contradictions()) == []


def test_a_contradiction_that_is_not_listed_is_told(exchange: Exchange) -> None:
    """With what to do about it."""
    told = disagreements([exchange], [])

    assert len(told) == sum(c.kind is not None for c in known(exchange))
    assert all(problem.startswith(f"{exchange.name}: ") for problem in told)
    assert all(problem.endswith("or list it in openapi/contradictions.yaml.") for problem in told)


def test_another_contradiction_is_not_taken_for_a_listed_one() -> None:
    """What is known of an exchange excuses nothing else in it."""
    exchange = EXCHANGES["create_prompt"]
    response = evolve(exchange.response, body=exchange.response.body.replace(b'"who am I"', b"1"))

    told = disagreements([evolve(exchange, response=response)], known(exchange))

    assert len(told) == 1
    assert told[0].startswith("create_prompt: response: content: expected a string or null, got 1. ")


@pytest.mark.parametrize(
    "changed", [{"part": "query"}, {"kind": "type"}, {"pointer": "/id"}, {"place": "request body"}]
)
def test_a_contradiction_is_one_violation_at_one_place(changed: dict[str, Any]) -> None:
    """Another part, kind, pointer or message is another violation."""
    contradiction = next(c for c in contradictions() if c.pointer)
    exchange = shown_by(contradiction)
    others = [c for c in known(exchange) if c is not contradiction]

    assert contradiction.holds(exchange)
    assert not evolve(contradiction, **changed).holds(exchange)
    assert len(disagreements([exchange], [*others, evolve(contradiction, **changed)])) == 2


def test_no_contradiction_is_found_by_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Violations may be worded in any way."""
    monkeypatch.setattr(Violation, "__str__", lambda _: "x")

    assert disagreements(exchanges(), contradictions()) == []
    assert len(disagreements(exchanges(), [])) == sum(c.kind is not None for c in contradictions())


@pytest.mark.parametrize("contradiction", contradictions(), ids=str)
def test_an_exchange_that_is_gone_is_told(contradiction: Contradiction) -> None:
    """With what to do about what is known of it."""
    left_over = evolve(contradiction, exchange="gone")
    gone = "That is listed in openapi/contradictions.yaml and no longer true. Remove the entry; "

    told = disagreements(exchanges(), [left_over])

    assert told[-1] == f"{left_over} {gone}check which part of the document followed from it."
    assert told[:-1] == disagreements(exchanges(), [])


@pytest.mark.parametrize(
    ("name", "place", "old", "new"),
    [
        ("create_prompt", "request", b",\n}", b"\n}"),
        ("list_evaluations", "response", b'"id"', b'"value": [], "id"'),
        ("list_evaluations", "response", b"/$entity", b""),
        ("list_evaluations", "response", b'"running"', b"1"),
        ("list_workspaces", "response", b'"value"', b'"@odata.context": "https://host/#x", "value"'),
        ("list_workspaces", "response", b'"@odata.type"', b'"type"'),
        ("list_sessions", "response", b'"displayName": null', b'"displayName": "a"'),
    ],
)
def test_a_documentation_that_is_put_right_is_told(name: str, place: str, old: bytes, new: bytes) -> None:
    """The entry of what was wrong is to be taken out."""
    exchange = EXCHANGES[name]
    message = getattr(exchange, place)
    assert message.body.count(old) == 1
    right = evolve(exchange, **{place: evolve(message, body=message.body.replace(old, new))})

    told = disagreements([right], known(exchange))

    assert [problem for problem in told if "That is listed" in problem]


@pytest.mark.parametrize(
    ("name", "old", "new"), [("list_evaluations", "/evaluations/", "/evaluations"), ("list_plugins", "+", "%20")]
)
def test_a_url_that_is_put_right_is_told(name: str, old: str, new: str) -> None:
    """Likewise."""
    exchange = EXCHANGES[name]
    request = evolve(exchange.request, url=exchange.request.url.replace(old, new))

    told = disagreements([evolve(exchange, request=request)], known(exchange))

    assert len(told) == 1
    assert told[0].startswith(f"{name}, request url: ")


def test_a_correction_leaves_nothing_but_what_stays(exchange: Exchange) -> None:
    """It is made where it is due, and nothing else is changed."""
    right = corrected(exchange)

    corrections = [c for c in known(exchange) if c.correction is not None]
    assert (right == exchange) is (not corrections)
    assert right.response == exchange.response or any(c.place == "response body" for c in corrections)
    assert len(exchange_violations(right)) == sum(c.stays for c in known(exchange))


@pytest.mark.parametrize("change", [Correction("no such text", ""), Correction('"who am I"', "'who am I'")])
def test_a_correction_helps(change: Correction) -> None:
    """One that is not due, or does not make the objection go away, is told."""
    contradiction = next(c for c in known(EXCHANGES["create_prompt"]) if c.correction)

    assert contradiction.holds(shown_by(contradiction))
    assert not evolve(contradiction, correction=change).holds(shown_by(contradiction))


def test_a_response_fits_what_it_is_said_to_fit() -> None:
    """And that is told when it does not."""
    contradiction = next(c for c in contradictions() if c.fits)

    assert contradiction.holds(shown_by(contradiction))
    assert not evolve(contradiction, fits="listSessions").holds(shown_by(contradiction))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {**VIOLATION, "rule": {}, "takes": "the statement"},
        VIOLATION,
        {"kind": "type", "takes": "the statement"},
        {"part": "body", "takes": "the statement"},
        {**VIOLATION, "kind": "a", "takes": "the statement"},
        {**VIOLATION, "part": "a", "takes": "the statement"},
        {"rule": {}, "takes": "the example"},
    ],
)
def test_an_entry_is_verified_by_a_violation_or_by_a_rule(wrong: dict[str, object]) -> None:
    """By one of them, and by no violation where the document takes both sides."""
    with pytest.raises(ValueError, match=r"give a violation or a rule|give a violation by|'(takes|kind|part)' must be"):
        Contradiction(**{**DEFAULTS, **wrong})  # type: ignore[arg-type]


def test_entries_are_read_from_a_file(tmp_path: Path) -> None:
    """A correction becomes an object."""
    path = tmp_path / "contradictions.yaml"
    path.write_text(
        "- {place: request body, shows: A., against: B., takes: the statement, part: body, kind: not_json, "
        "correction: {replace: d, by: e}}"
    )

    (entry,) = contradictions(path)

    assert entry.correction is not None
    assert (entry.correction.replace, entry.correction.by) == ("d", "e")
    assert str(entry) == "request body: A."


def test_the_command_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    """With the request that shows them, to be reported."""
    assert cli.main(["docs"]) == 0

    told = capsys.readouterr().out
    for contradiction in contradictions():
        assert f"{contradiction.shows}\n      But: {contradiction.against}\n" in told
        if contradiction.correction is not None:
            assert f"\n      Should be {contradiction.correction.by!r} instead of " in told
        if contradiction.fits is not None:
            assert f"\n      It would fit {contradiction.fits}.\n" in told
    assert told.count("\n      The document sides with both.\n") == sum(c.takes == "both" for c in contradictions())
    for exchange in exchanges():
        assert (f"{exchange.name}: {exchange.request.method} {exchange.request.url}\n" in told) is bool(known(exchange))
    assert told.endswith(
        f"{len(contradictions())} contradictions. Every check tells when one is gone, or when there is another.\n"
    )
