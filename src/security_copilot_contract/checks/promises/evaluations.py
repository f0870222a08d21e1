"""Promises about evaluations while they run and after they have ended."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from security_copilot_contract.checks.documented_resource import DocumentedResource, members, properties
from security_copilot_contract.checks.facts import FINAL_STATES
from security_copilot_contract.checks.interaction import Interaction, timestamp
from security_copilot_contract.checks.observed import Observations
from security_copilot_contract.checks.promises.registry import Verdict, in_body, promise
from security_copilot_contract.spec.violation import Description, Violation, pointer

_EVALUATION = "the resource type evaluation"
_ENUMERATIONS = "the enumerations: evolvable, with Prefer: include-unknown-enum-members"
_NOT_YET = "the resources: 0001-01-01T00:00:00Z means not yet"
_UNFINISHED = frozenset({"created", "running", "pending", "deferred", "waitingForInput"})
_INCLUDE = "include-unknown-enum-members"


@promise("entities", "guidance", _ENUMERATIONS)
def enum_members_are_documented(interaction: Interaction) -> Verdict:
    """A client that does not request unknown members of enumerations gets documented ones or unknownFutureValue."""
    if interaction.resource is None or _INCLUDE in interaction.request_headers.get("prefer", ""):
        return None
    entities = interaction.located_entities.items()
    found = [each for at, entity in entities for each in _enumerated(interaction.resource, at, entity)]
    if not found:
        return None
    return [
        in_body(at, expected=Description(f"one of {', '.join(expected)}"), got=got)
        for at, expected, got in found
        if got not in expected
    ]


def _enumerated(resource: DocumentedResource, at: str, entity: dict[str, Any]) -> Iterator[tuple[str, list[str], str]]:
    """Each value of an enumeration: its JSON pointer, the members, and the value."""
    for name, schema in resource.properties.items():
        where, inner = at + pointer(name), entity.get(name)
        listed = enumerate(inner) if isinstance(inner, list) else [("", inner)]
        for n, value in listed:
            here = where if n == "" else where + pointer(n)
            if isinstance(value, str) and members(schema):
                yield here, members(schema), value
            elif isinstance(value, dict):
                found = ((nested, members(of), value.get(nested)) for nested, of in properties(schema).items())
                yield from ((here + pointer(n), of, got) for n, of, got in found if of and isinstance(got, str))


@promise("evaluations", "not yet", _NOT_YET)
def completion_is_reported(interaction: Interaction) -> Verdict:
    """completedDateTime is in the past once the state is completed, and not set before."""
    return _is_set(interaction, "completedDateTime", once=frozenset({"completed"}), before=_UNFINISHED)


@promise("evaluations", "not yet", _NOT_YET)
def start_is_reported(interaction: Interaction) -> Verdict:
    """runStartDateTime is in the past once the state is running or completed, and not set before."""
    return _is_set(
        interaction, "runStartDateTime", once=frozenset({"running", "completed"}), before=frozenset({"created"})
    )


def _is_set(interaction: Interaction, name: str, *, once: frozenset[str], before: frozenset[str]) -> Verdict:
    found = [
        (at, str(evaluation.get("state")), time)
        for at, evaluation in _evaluations(interaction).items()
        if (time := timestamp(evaluation.get(name))) is not None
    ]
    if not any(state in once | before for _, state, _ in found):
        return None
    return [
        in_body(
            at + pointer(name),
            expected=Description(f"{'a time' if state in once else 'not set'} in state {state}"),
            got=Description(str(time)),
        )
        for at, state, time in found
        if (state in once and time.year == 1) or (state in before and time.year > 1)
    ]


@promise("evaluations", "meaning", _EVALUATION)
def times_are_in_order(interaction: Interaction) -> Verdict:
    """The times of an evaluation are in order: created, started, completed, last modified."""
    evaluations = _evaluations(interaction)
    if not evaluations:
        return None
    return [violation for at, evaluation in evaluations.items() for violation in _disordered(at, evaluation)]


def _disordered(at: str, evaluation: dict[str, Any]) -> Iterator[Violation]:
    order = ("createdDateTime", "runStartDateTime", "completedDateTime", "lastModifiedDateTime")
    times = [(name, t) for name in order if (t := timestamp(evaluation.get(name))) is not None and t.year > 1]
    for (earlier, before), (later, after) in pairwise(times):
        if after < before:
            expected = Description(f"not before {earlier}, {before}")
            yield in_body(at + pointer(later), expected=expected, got=Description(str(after)))


@promise("evaluations", "meaning", _EVALUATION)
def result_matches_the_state(interaction: Interaction) -> Verdict:
    """A completed evaluation has a result, a success has content, and an unfinished evaluation has no content."""
    found = {
        at: evaluation
        for at, evaluation in _evaluations(interaction).items()
        if "result" in evaluation and str(evaluation.get("state")) in {"completed"} | _UNFINISHED
    }
    if not found:
        return None
    return [violation for at, evaluation in found.items() for violation in _wrong_result(at, evaluation)]


def _wrong_result(at: str, evaluation: dict[str, Any]) -> Iterator[Violation]:
    result = evaluation["result"] if isinstance(evaluation["result"], dict) else {}
    content, state = result.get("content"), evaluation["state"]
    if state == "completed" and result.get("type") in (None, "unknown"):
        expected = Description("a result in state completed")
        yield in_body(f"{at}/result", expected=expected, got=evaluation["result"])
    elif result.get("type") == "success" and not content:
        yield in_body(f"{at}/result/content", expected=Description("an answer, for a success"), got=content)
    elif state != "completed" and content is not None:
        yield in_body(f"{at}/result/content", expected=Description(f"no content in state {state}"), got=content)


@promise("evaluations", "meaning", _EVALUATION)
def cancellation_is_reported(interaction: Interaction) -> Verdict:
    """isCancelled is true for a cancelled evaluation, and false for a completed one."""
    expected = {"cancelled": True, "completed": False}
    found = {
        at: evaluation
        for at, evaluation in _evaluations(interaction).items()
        if str(evaluation.get("state")) in expected and "isCancelled" in evaluation
    }
    if not found:
        return None
    return [
        in_body(f"{at}/isCancelled", expected=expected[e["state"]], got=e["isCancelled"])
        for at, e in found.items()
        if e["isCancelled"] is not expected[e["state"]]
    ]


@promise("evaluations", "meaning", _EVALUATION)
def final_state_is_final(interaction: Interaction, observed: Observations) -> Verdict:
    """A completed or cancelled evaluation never changes."""
    ended = [each for each in _compared(interaction, observed) if str(each[1].get("state")) in FINAL_STATES]
    if not ended:
        return None
    return [
        in_body(at + pointer(name), expected=before[name], got=now[name])
        for at, before, now in ended
        for name in sorted(set(before) & set(now))
        if before[name] != now[name]
    ]


@promise("evaluations", "meaning", _EVALUATION)
def states_never_go_back(interaction: Interaction, observed: Observations) -> Verdict:
    """An evaluation never returns to the state created, and its start time never changes."""
    compared = _compared(interaction, observed)
    if not compared:
        return None
    reset = [
        in_body(f"{at}/state", expected=Description(f"not created, after {before['state']}"), got="created")
        for at, before, now in compared
        if now.get("state") == "created" and before.get("state", "created") != "created"
    ]
    name = "runStartDateTime"
    both = [(at, before[name], now[name]) for at, before, now in compared if name in before and name in now]
    started = [each for each in both if (time := timestamp(each[1])) is not None and time.year > 1]
    return reset + [in_body(f"{at}/{name}", expected=was, got=now) for at, was, now in started if now != was]


def _evaluations(interaction: Interaction) -> dict[str, dict[str, Any]]:
    """The evaluations in a response, by the JSON pointer to each."""
    changes = interaction.resource is not None and interaction.resource.changes_by_itself
    return interaction.located_entities if changes else {}


def _compared(interaction: Interaction, observed: Observations) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each evaluation that was observed before: its JSON pointer, its earlier and its current value."""
    found = (
        (at, observed.at(f"{interaction.collection}/{evaluation.get(interaction.key)}"), evaluation)
        for at, evaluation in _evaluations(interaction).items()
    )
    return [(at, before.properties, now) for at, before, now in found if before is not None]
