"""Compares a recording with all that this project claims: document, client, emulator and promises."""

import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import httpx
from attrs import define, field, fields, has
from security_copilot_client import SecurityCopilotError

from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.observed import Observations
from security_copilot_contract.checks.promises import PROMISES, validate
from security_copilot_contract.recording import changes, recorder
from security_copilot_contract.recording.comparison import Comparison
from security_copilot_contract.recording.interactions import is_unclear, valid_tokens
from security_copilot_contract.recording.interactions import of_exchanges as interactions_of
from security_copilot_contract.recording.replay import Replay
from security_copilot_contract.spec.exchange import Exchange
from security_copilot_contract.spec.operation import Operation
from security_copilot_contract.spec.violation import Description, Violation, pointer

Claim = Literal["document", "client", "emulator", "promise"]


@define
class Disagreement:
    """One way in which responses of an operation differ from a claim, with the first violation of this way.

    `change` is the file and line to change; `exchanges` names those that differ in this way.
    """

    operation: str
    claim: Claim
    violation: Violation
    change: str
    promise: str = ""
    exchanges: list[str] = field(factory=list, kw_only=True)

    @property
    def text(self) -> str:
        """For people: what differs."""
        return f"{self.promise}: {self.violation}" if self.promise else str(self.violation)


@define
class Learned:
    """What a recording shows.

    `skipped` has the exchanges that an intermediary may have answered. Those in `unclear` are compared with document
    and client alone, since a part
    of a text has a stand-in that shows nothing about the texts that contain it.
    """

    exchanges: list[str] = field(factory=list)
    skipped: list[str] = field(factory=list)
    unclear: list[str] = field(factory=list)
    _found: dict[tuple[object, ...], Disagreement] = field(factory=dict, init=False)

    def add(self, exchange: str, found: Disagreement) -> None:
        """Add a disagreement of an exchange."""
        key = (found.operation, found.claim, found.promise, found.change, *_way(found.violation))
        names = self._found.setdefault(key, found).exchanges
        if exchange not in names:
            names.append(exchange)

    @property
    def disagreements(self) -> list[Disagreement]:
        """All that differs, each with the exchanges concerned."""
        return list(self._found.values())

    @property
    def left_out(self) -> dict[str, list[str]]:
        """The exchanges that were not compared with everything, by the reason."""
        reasons = {
            "Not compared, since an intermediary may have responded": self.skipped,
            "Not compared with emulator and promises, since the filter has a part of a text": self.unclear,
        }
        return {reason: names for reason, names in reasons.items() if names}

    @property
    def agreeing(self) -> int:
        """The number of exchanges that agree with every claim."""
        return len(set(self.exchanges) - {name for found in self.disagreements for name in found.exchanges})

    @property
    def fidelity(self) -> float:
        """The share of exchanges that agree; 0 without any."""
        return self.agreeing / len(self.exchanges) if self.exchanges else 0.0


def _way(violation: Violation) -> tuple[object, ...]:
    """What violations have in common that are one way to differ: all but the number of an item, and data."""
    place = re.sub(r"/\d+(?=/|$)", "/0", violation.pointer)
    values = (value for value in (violation.expected, violation.got) if isinstance(value, int | Description))
    return (violation.part, violation.kind, violation.name, place, *values)


def learn(folder: Path) -> Learned:
    """Compare each exchange of a recording. ValueError if the folder has no recording, or a file is no exchange."""
    return of_exchanges(recorder.recorded(folder))


def of_exchanges(recorded: Sequence[Exchange]) -> Learned:
    """The same for exchanges in their order."""
    learned = Learned()
    observed = Observations()
    replay = Replay(recorded, valid_tokens(recorded))
    comparison = Comparison(same_data=True, sent=frozenset(exchange.request.url for exchange in recorded))
    for exchange, interaction in zip(recorded, interactions_of(recorded), strict=True):
        operation = interaction.operation
        found = [] if is_unclear(interaction) else list(_against_promises(interaction, observed))
        observed.record(interaction)
        if interaction.may_be_from_intermediary:
            # The only promises about these are about throttling.
            (learned.exchanges if found else learned.skipped).append(exchange.name)
        else:
            learned.exchanges.append(exchange.name)
            found = [*_against_document(interaction), *_against_client(interaction), *found]
            if is_unclear(interaction):
                learned.unclear.append(exchange.name)
            else:
                found += _against_emulator(operation, comparison.exchange(exchange, replay.send(exchange)))
        name = f"{interaction.method} of no operation" if operation is None else operation.id
        for rest in found:
            learned.add(exchange.name, Disagreement(name, *rest))
    return learned


_Found = tuple[Claim, Violation, str] | tuple[Claim, Violation, str, str]


def _against_document(interaction: Interaction) -> Iterator[_Found]:
    operation = interaction.operation
    if operation is not None and interaction.succeeded:
        for violation in interaction.request_violations:
            yield "document", violation, changes.of_request(operation, violation)
    for violation in interaction.response_violations:
        yield "document", violation, changes.of_response(operation, interaction.status, violation)


def _against_client(interaction: Interaction) -> Iterator[_Found]:
    """What the client cannot parse, and what lands in additional properties."""
    operation = interaction.operation
    if operation is None or not interaction.succeeded:
        return
    try:
        parsed = _parse(operation, interaction)
    except SecurityCopilotError as error:
        violation = Violation("body", "value", expected=Description("a body that the client parses"), got=str(error))
        yield "client", violation, changes.of_client(operation, interaction.status, violation)
        return
    for at in dict.fromkeys(_additional(parsed, ())):
        name = at[-1]
        violation = Violation("body", "additional", pointer(*at), str(name), got=Description("one"))
        yield "client", violation, changes.of_client(operation, interaction.status, violation)


def _parse(operation: Operation, interaction: Interaction) -> Any:
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation.id)
    tag = operation.definition["tags"][0]
    module = import_module(f"security_copilot_client.api.{tag}.{words}")
    response = httpx.Response(
        interaction.status,
        headers=[(name, value) for name, values in interaction.headers.items() for value in values],
        content=interaction.response_body,
        request=httpx.Request(interaction.method, interaction.base_url),
    )
    # As the client calls it for this request.
    selected = (True,) if interaction.selected is not None else ()
    return module._parse_response(response, *selected)  # noqa: SLF001 - the generated functions are the client


def _additional(value: Any, at: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """The places of the properties that a parsed value keeps, and that the document does not have."""
    if isinstance(value, list):
        for item in value:
            yield from _additional(item, (*at, 0))
    if at[-1:] == ("inputs",):
        # The document leaves open what they are.
        return
    for name in getattr(value, "additional_properties", ()):
        if "@" not in name:
            yield (*at, name)
    for name in (attribute.name for attribute in (fields(type(value)) if has(type(value)) else ())):
        inner = getattr(value, name)
        if hasattr(inner, "additional_properties") or isinstance(inner, list):
            yield from _additional(inner, (*at, _json_name(name)))


def _json_name(attribute: str) -> str:
    first, *rest = attribute.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _against_promises(interaction: Interaction, observed: Observations) -> Iterator[_Found]:
    for name, violations in validate(interaction, observed).items():
        for violation in violations:
            yield "promise", violation, _line_of_promise(name), name


def _line_of_promise(name: str) -> str:
    function = PROMISES[name]._function  # noqa: SLF001 - where its code is
    module = Path(function.__code__.co_filename).name
    return f"src/security_copilot_contract/checks/promises/{module}:{function.__code__.co_firstlineno}"


def _against_emulator(operation: Operation | None, differences: Sequence[Violation]) -> Iterator[_Found]:
    for violation in differences:
        yield "emulator", violation, changes.of_emulator(operation, violation)
