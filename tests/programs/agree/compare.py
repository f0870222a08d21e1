"""Compares what all parties say of messages, and counts what the messages have exercised."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from attrs import define, field, frozen
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from security_copilot_contract.spec.document import Operation, document
from tests.programs.agree import client, requests, responses, rules, services, verdict
from tests.programs.agree.requests import RequestCase
from tests.programs.agree.responses import ResponseCase
from tests.programs.agree.rules import Rule
from tests.programs.agree.verdict import Name, Verdict

Case = RequestCase | ResponseCase

# How many times as many messages have such a change as have another: it has many forms.
_OFTEN = {
    "as documented": 4,
    "another type": 4,
    "null": 3,
    "missing": 2,
    "odd text": 8,
    "value of an option": 8,
    "media type": 2,
    "status": 2,
}
# Of an operation's messages, how many the document is to take at the least, and to refuse.
_SHARE = 0.1


@frozen
class Direction:
    """Requests or responses: what can be changed in one, how it is generated, who validates it, and by which rules."""

    changes: Callable[[Operation], list[str]]
    generate: Callable[[Operation, str], SearchStrategy[Any]]
    parties: Mapping[Name, Callable[[Any], Verdict]]
    rules: tuple[Rule, ...]


DIRECTIONS: Mapping[str, Direction] = {
    "requests": Direction(
        requests.changes,
        requests.requests,
        {
            "document": verdict.of_request,
            "emulator": services.emulator_of_request,
            "mock": services.mock_of_request,
            "client": client.of_request,
        },
        rules.REQUESTS,
    ),
    "responses": Direction(
        responses.changes,
        responses.responses,
        {
            "document": verdict.of_response,
            "emulator": services.emulator_of_response,
            "mock": services.mock_of_response,
            "client": client.of_response,
        },
        rules.RESPONSES,
    ),
}
OPERATIONS = [operation.id for operation in document().operations]


class DisagreementError(AssertionError):
    """A message of which two parties do not say the same."""

    def __init__(self, case: Case, verdicts: Iterable[Verdict]) -> None:
        said = "\n".join(f"  {v.party} {v.says}{': ' if v.why else ''}{v.why}" for v in verdicts)
        super().__init__(f"{case.operation.id}, {case.change}:\n\n{case}\n\n{said}\n")


@define
class Tally:
    """What has come of messages: how often the document took each change, and refused it, and each rule was needed."""

    taken: Counter[str] = field(factory=Counter)
    refused: Counter[str] = field(factory=Counter)
    rules: Counter[str] = field(factory=Counter)
    disagreements: list[str] = field(factory=list)

    def add(self, case: Case, verdicts: Iterable[Verdict], known: Iterable[Rule]) -> None:
        """Count a message; DisagreementError when another party does not say what the document says, and by no rule."""
        documented, *others = verdicts
        needed = []
        for other in others:
            if other.says in (documented.says, "abstains"):
                continue
            rule = next((rule.name for rule in known if rule.allows(case, other)), None)
            if rule is None:
                raise DisagreementError(case, verdicts)
            needed.append(rule)
        self.rules.update(needed)
        (self.taken if documented.says == "takes" else self.refused)[case.change] += 1


def compare(name: str, operation_id: str, count: int, seed_: int) -> Tally:
    """Compare the parties on at least so many messages to an operation; the same seed gives the same messages."""
    direction, operation = DIRECTIONS[name], document().operation(operation_id)
    tally = Tally()
    shares = {change: _OFTEN.get(change, 1) for change in direction.changes(operation)}
    each = -(-count // sum(shares.values()))
    for change, share in shares.items():

        @seed(f"{seed_} {name} {operation_id} {change}")
        @settings(
            max_examples=each * share,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        @given(direction.generate(operation, change))
        def compared(case: Case) -> None:
            verdicts = [_said(party, judge, case) for party, judge in direction.parties.items()]
            tally.add(case, verdicts, direction.rules)

        try:
            compared()
        except* DisagreementError as found:
            # By itself, or in a group by which Hypothesis says that it does not come each time.
            tally.disagreements += map(str, found.exceptions)
    return tally


def _said(party: Name, judge: Callable[[Any], Verdict], case: Case) -> Verdict:
    try:
        return judge(case)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is shown with the message
        return Verdict(party, "fails", repr(error))


def lacking(name: str, tallies: Mapping[str, Tally]) -> Iterator[str]:
    """What the messages in one direction, by operation, should have brought about and did not."""
    direction = DIRECTIONS[name]
    for rule in direction.rules:
        if not any(tally.rules[rule.name] for tally in tallies.values()):
            yield f"{name}: nothing needs the rule {rule.name!r}"
    for operation_id, tally in tallies.items():
        for change in direction.changes(document().operation(operation_id)):
            if change not in tally.taken | tally.refused:
                yield f"{name} to {operation_id}: none has {change!r} changed"
        for what, count in (("taken", tally.taken.total()), ("refused", tally.refused.total())):
            if count < _SHARE * (tally.taken.total() + tally.refused.total()):
                yield f"{name} to {operation_id}: only {count} are {what}"
