"""What holds for evaluations: what they show while they go on, and when they have come to an end."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from security_copilot_contract.checks.documented_resource import Resource, members, properties
from security_copilot_contract.checks.interaction import Call, moment
from security_copilot_contract.checks.observed import Knowledge
from security_copilot_contract.checks.promises.registry import Verdict, phrase, promise, wrong

# The states that lead to no other. Of the rest, and of those that will be new, nobody can say so.
ENDED = frozenset({"completed", "cancelled"})

_EVALUATION = "the resource type evaluation"
_ENUMERATIONS = "the enumerations: evolvable, with Prefer: include-unknown-enum-members"
_NOT_YET = "the resources: 0001-01-01T00:00:00Z has not happened yet"
_GOING_ON = frozenset({"created", "running", "pending", "deferred", "waitingForInput"})
_INCLUDE = "include-unknown-enum-members"


@promise("entities", _ENUMERATIONS)
def members_are_documented(call: Call, known: Knowledge) -> Verdict:
    """Who does not ask for unknown members of an enumeration gets documented ones, or unknownFutureValue."""
    del known
    if call.resource is None or not call.shown or _INCLUDE in call.request_headers.get("prefer", ""):
        return None
    found = [each for entity in call.shown for each in _enumerated(call.resource, entity)]
    if not found:
        return None
    return [
        wrong(name, due=phrase(f"one of {', '.join(due)}"), came=came) for name, due, came in found if came not in due
    ]


def _enumerated(resource: Resource, entity: dict[str, Any]) -> Iterator[tuple[str, list[str], str]]:
    """Each value that is of an enumeration, with its name and the members."""
    for name, schema in resource.properties.items():
        inner = entity.get(name)
        for value in inner if isinstance(inner, list) else [inner]:
            if isinstance(value, str) and members(schema):
                yield name, members(schema), value
            elif isinstance(value, dict):
                found = ((nested, members(of), value.get(nested)) for nested, of in properties(schema).items())
                yield from ((f"{name}/{n}", due, came) for n, due, came in found if due and isinstance(came, str))


@promise("evaluations", _NOT_YET)
def completion_is_told(call: Call, known: Knowledge) -> Verdict:
    """completedDateTime is a moment that has come when the state is completed, and not while it goes on."""
    del known
    return _told(call, "completedDateTime", come=frozenset({"completed"}), not_yet=_GOING_ON)


@promise("evaluations", _NOT_YET)
def start_is_told(call: Call, known: Knowledge) -> Verdict:
    """runStartDateTime is a moment that has come when the state is running or completed, and not before."""
    del known
    return _told(call, "runStartDateTime", come=frozenset({"running", "completed"}), not_yet=frozenset({"created"}))


def _told(call: Call, name: str, *, come: frozenset[str], not_yet: frozenset[str]) -> Verdict:
    concerned = [(str(e.get("state")), m) for e in _evaluations(call) if (m := moment(e.get(name))) is not None]
    if not any(state in come | not_yet for state, _ in concerned):
        return None
    return [
        wrong(name, due=phrase(f"{'a moment' if state in come else 'not yet'}, being {state}"), came=phrase(str(m)))
        for state, m in concerned
        if (state in come and m.year == 1) or (state in not_yet and m.year > 1)
    ]


@promise("evaluations", _EVALUATION)
def moments_are_in_order(call: Call, known: Knowledge) -> Verdict:
    """An evaluation is created, then starts, then is completed; it is never changed before any of it."""
    del known
    order = ("createdDateTime", "runStartDateTime", "completedDateTime", "lastModifiedDateTime")
    problems = []
    for evaluation in _evaluations(call):
        moments = [(name, m) for name in order if (m := moment(evaluation.get(name))) is not None and m.year > 1]
        for (earlier, before), (later, after) in pairwise(moments):
            if after < before:
                problems.append(wrong(later, due=phrase(f"not before {earlier}, {before}"), came=phrase(str(after))))
    return problems if _evaluations(call) else None


@promise("evaluations", _EVALUATION)
def result_comes_at_the_end(call: Call, known: Knowledge) -> Verdict:
    """A completed evaluation has a result, a success has content, and while it goes on there is no content."""
    del known
    concerned = [e for e in _evaluations(call) if "result" in e and e.get("state") in {"completed"} | _GOING_ON]
    if not concerned:
        return None
    problems = []
    for evaluation in concerned:
        result = evaluation["result"] if isinstance(evaluation["result"], dict) else {}
        content, state = result.get("content"), evaluation["state"]
        if state == "completed" and result.get("type") in {None, "unknown"}:
            problems.append(wrong("result", due=phrase("one, being completed"), came=evaluation["result"]))
        elif result.get("type") == "success" and not content:
            problems.append(wrong("result/content", due=phrase("an answer, being a success"), came=content))
        elif state != "completed" and content is not None:
            problems.append(wrong("result/content", due=phrase(f"none, being {state}"), came=content))
    return problems


@promise("evaluations", _EVALUATION)
def cancellation_is_told(call: Call, known: Knowledge) -> Verdict:
    """An evaluation that is cancelled says so in isCancelled, and a completed one does not."""
    del known
    due = {"cancelled": True, "completed": False}
    concerned = [e for e in _evaluations(call) if e.get("state") in due and "isCancelled" in e]
    if not concerned:
        return None
    return [
        wrong("isCancelled", due=due[e["state"]], came=e["isCancelled"])
        for e in concerned
        if e["isCancelled"] is not due[e["state"]]
    ]


@promise("evaluations", _EVALUATION, needs_history=True)
def an_end_is_final(call: Call, known: Knowledge) -> Verdict:
    """An evaluation that is completed or cancelled changes no more."""
    pairs = [(before, now) for before, now in _known(call, known) if before.get("state") in ENDED]
    if not pairs:
        return None
    return [
        wrong(name, due=before[name], came=now[name])
        for before, now in pairs
        for name in sorted(set(before) & set(now))
        if before[name] != now[name]
    ]


@promise("evaluations", _EVALUATION, needs_history=True)
def states_lead_on(call: Call, known: Knowledge) -> Verdict:
    """What has begun is never again only created, and what has started keeps the moment at which it did."""
    pairs = _known(call, known)
    if not pairs:
        return None
    again = [
        wrong("state", due=phrase(f"not created, after {before['state']}"), came="created")
        for before, now in pairs
        if now.get("state") == "created" and before.get("state", "created") != "created"
    ]
    name = "runStartDateTime"
    begun = [(before[name], now[name]) for before, now in pairs if name in before and name in now]
    started = [(before, now) for before, now in begun if (m := moment(before)) is not None and m.year > 1]
    return again + [wrong(name, due=before, came=now) for before, now in started if now != before]


def _evaluations(call: Call) -> list[dict[str, Any]]:
    return call.shown if call.resource is not None and call.resource.changes_by_itself else []


def _known(call: Call, known: Knowledge) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each evaluation in an answer as it was and as it is."""
    found = ((known.at(f"{call.collection}/{e.get(call.key)}"), e) for e in _evaluations(call))
    return [(before.properties, now) for before, now in found if before is not None]
