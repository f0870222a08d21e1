"""The listed contradictions are exactly those of the documentation, and every difference is reported."""

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


def test_the_list_of_contradictions_is_complete_and_current() -> None:
    """No disagreement is reported."""
    assert disagreements(exchanges(), contradictions()) == []


def test_an_unlisted_contradiction_is_reported(exchange: Exchange) -> None:
    """The message explains what to do."""
    reported = disagreements([exchange], [])

    assert len(reported) == sum(c.kind is not None for c in known(exchange))
    assert all(problem.startswith(f"{exchange.name}: ") for problem in reported)
    assert all(problem.endswith("or list the contradiction in openapi/contradictions.yaml.") for problem in reported)


def test_an_entry_excuses_no_other_contradiction() -> None:
    """Another violation in the same exchange is reported."""
    exchange = EXCHANGES["create_prompt"]
    response = evolve(exchange.response, body=exchange.response.body.replace(b'"who am I"', b"1"))

    reported = disagreements([evolve(exchange, response=response)], known(exchange))

    assert len(reported) == 1
    assert reported[0].startswith("create_prompt: response: content: expected a string or null, got 1. ")


@pytest.mark.parametrize(
    "changed", [{"part": "query"}, {"kind": "type"}, {"pointer": "/id"}, {"place": "request body"}]
)
def test_a_contradiction_is_one_violation_at_one_place(changed: dict[str, Any]) -> None:
    """Another part, kind, pointer or message is another violation."""
    contradiction = next(c for c in contradictions() if c.pointer)
    exchange = shown_by(contradiction)
    others = [c for c in known(exchange) if c is not contradiction]

    assert contradiction.is_shown_by(exchange)
    assert not evolve(contradiction, **changed).is_shown_by(exchange)
    assert len(disagreements([exchange], [*others, evolve(contradiction, **changed)])) == 2


def test_no_contradiction_is_found_by_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Violations may be worded in any way."""
    monkeypatch.setattr(Violation, "__str__", lambda _: "x")

    assert disagreements(exchanges(), contradictions()) == []
    assert len(disagreements(exchanges(), [])) == sum(c.kind is not None for c in contradictions())


@pytest.mark.parametrize("contradiction", contradictions(), ids=str)
def test_a_missing_exchange_is_reported(contradiction: Contradiction) -> None:
    """The message names the entry, and what to do."""
    left_over = evolve(contradiction, exchange="gone")
    gone = "This is listed in openapi/contradictions.yaml, but no longer true. Remove the entry, and "

    reported = disagreements(exchanges(), [left_over])

    assert reported[-1] == f"{left_over} {gone}check which part of the document depends on it."
    assert reported[:-1] == disagreements(exchanges(), [])


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
        ("create_prompt", "response", b'"inputs"', b'"other"'),
        ("get_evaluation", "response", b'"result": {', b'"result": [], "other": {'),
        ("list_plugins", "response", b'"settings": []', b'"settings": [], "supportedAuthTypes": "none"'),
    ],
)
def test_a_corrected_message_is_reported(name: str, place: str, old: bytes, new: bytes) -> None:
    """Once the documentation is correct, its entry must be removed."""
    exchange = EXCHANGES[name]
    message = getattr(exchange, place)
    assert message.body.count(old) == 1
    right = evolve(exchange, **{place: evolve(message, body=message.body.replace(old, new))})

    reported = disagreements([right], known(exchange))

    assert [problem for problem in reported if "This is listed" in problem]


@pytest.mark.parametrize(
    ("name", "old", "new"), [("list_evaluations", "/evaluations/", "/evaluations"), ("list_plugins", "+", "%20")]
)
def test_a_corrected_url_is_reported(name: str, old: str, new: str) -> None:
    """Its entry must be removed."""
    exchange = EXCHANGES[name]
    request = evolve(exchange.request, url=exchange.request.url.replace(old, new))

    reported = disagreements([evolve(exchange, request=request)], known(exchange))

    assert len(reported) == 1
    assert reported[0].startswith(f"{name}, request url: ")


def test_corrections_remove_their_violations(exchange: Exchange) -> None:
    """They change nothing else. Violations without a correction remain."""
    right = corrected(exchange)

    corrections = [c for c in known(exchange) if c.correction is not None]
    assert (right == exchange) is (not corrections)
    assert right.response == exchange.response or any(c.place == "response body" for c in corrections)
    assert len(exchange_violations(right)) == sum(c.stays for c in known(exchange))


@pytest.mark.parametrize("change", [Correction("no such text", ""), Correction('"who am I"', "'who am I'")])
def test_a_useless_correction_is_reported(change: Correction) -> None:
    """A correction must change the text and remove the violation."""
    contradiction = next(c for c in known(EXCHANGES["create_prompt"]) if c.correction)

    assert contradiction.is_shown_by(shown_by(contradiction))
    assert not evolve(contradiction, correction=change).is_shown_by(shown_by(contradiction))


def test_a_response_fits_the_listed_operation() -> None:
    """An entry that names another operation is not shown by the exchange."""
    contradiction = next(c for c in contradictions() if c.fits)

    assert contradiction.is_shown_by(shown_by(contradiction))
    assert not evolve(contradiction, fits="listSessions").is_shown_by(shown_by(contradiction))


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
        {**VIOLATION, "takes": "both"},
        {**VIOLATION, "takes": "what is shown"},
        {"rule": {}, "takes": "the example"},
    ],
)
def test_an_entry_has_a_violation_or_a_rule(wrong: dict[str, object]) -> None:
    """It must not have both, and a violation only if the document takes the statement."""
    with pytest.raises(ValueError, match=r"give a violation or a rule|give a violation by|'(takes|kind|part)' must be"):
        Contradiction(**{**DEFAULTS, **wrong})  # type: ignore[arg-type]  # the mistake


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
    """Each with the request that shows it."""
    assert cli.main(["contradictions"]) == 0

    reported = capsys.readouterr().out
    for contradiction in contradictions():
        assert f"{contradiction.shows}\n      But: {contradiction.against}\n" in reported
        if contradiction.correction is not None:
            assert f"\n      Expected {contradiction.correction.by!r} instead of " in reported
        if contradiction.fits is not None:
            assert f"\n      It would match {contradiction.fits}.\n" in reported
    for takes in ("accepts both", "follows the statement", "follows what is shown"):
        count = sum(takes.endswith(c.takes) for c in contradictions())
        assert count
        assert reported.count(f"\n      The document {takes}.\n") == count
    for exchange in exchanges():
        assert (f"{exchange.name}: {exchange.request.method} {exchange.request.url}\n" in reported) is bool(
            known(exchange)
        )
    assert reported.endswith(
        f"{len(contradictions())} contradictions. The tests fail when one disappears or a new one appears.\n"
    )
