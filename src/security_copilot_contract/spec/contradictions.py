"""Where the documentation contradicts itself: known, and held against the exchanges that show it.

So a documented exchange is either legal by the document, or it is known why it is not, and either is verified.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen, validators

from security_copilot_contract.spec.document import Schema, document
from security_copilot_contract.spec.exchange import Exchange
from security_copilot_contract.spec.files import CONTRADICTIONS, read_yaml


@frozen
class Correction:
    """A change of a documented text that invents nothing."""

    replace: str
    by: str


@frozen
class Contradiction:
    """One contradiction; openapi/contradictions.yaml says what the fields mean."""

    place: str
    shows: str
    against: str
    takes: str = field(validator=validators.in_(("the statement", "both")))
    exchange: str | None = None
    problem: str | None = None
    rule: Schema | None = None
    correction: Correction | None = None
    fits: str | None = None

    def __attrs_post_init__(self) -> None:
        # One of them is what tells whether it still holds; and the document has no objection to what it takes.
        if (self.problem is None) == (self.rule is None) or (self.problem and self.takes == "both"):
            raise ValueError(f"{self}: give a problem or a rule, and no problem where the document takes both")

    def __str__(self) -> str:
        where = self.place if self.exchange is None else f"{self.exchange}, {self.place}"
        return f"{where}: {self.shows}"

    @property
    def stays(self) -> bool:
        """Whether the document objects, and no correction helps."""
        return self.problem is not None and self.correction is None

    def holds(self, exchange: Exchange | None) -> bool:
        """Whether the exchange still shows it. None when there is no such exchange."""
        if exchange is None:
            return self.exchange is None and self._breaks_rule(document().resolve({"$ref": self.place}))
        return (
            (self.problem is None or _begins(exchange_problems(exchange), self.problem))
            and (self.rule is None or self._breaks_rule(_value(exchange, self.place)))
            and (self.correction is None or not _begins(_problems(self.corrected(exchange)), self.problem or ""))
            and (self.fits is None or not _response_problems(exchange, self.fits))
        )

    def corrected(self, exchange: Exchange) -> Exchange:
        """The exchange with the correction made, if there is one."""
        if self.correction is None:
            return exchange
        text = _text(exchange, self.place).replace(self.correction.replace, self.correction.by)
        return _with_text(exchange, self.place, text)

    def _breaks_rule(self, value: object) -> bool:
        return bool(document().schema_problems(self.rule or {}, value))


@cache
def contradictions(path: Path = CONTRADICTIONS) -> tuple[Contradiction, ...]:
    """All that are known, in the order of the file."""
    return tuple(_read(entry) for entry in read_yaml(path))


def _read(entry: dict[str, Any]) -> Contradiction:
    if "correction" in entry:
        entry = {**entry, "correction": Correction(**entry["correction"])}
    return Contradiction(**entry)


def known(exchange: Exchange, place: str | None = None) -> list[Contradiction]:
    """What is known of an exchange, or of one place in it."""
    return [c for c in contradictions() if c.exchange == exchange.name and place in (None, c.place)]


def corrected(exchange: Exchange) -> Exchange:
    """The exchange as the document reads it: with every correction made."""
    for contradiction in known(exchange):
        exchange = contradiction.corrected(exchange)
    return exchange


def exchange_problems(exchange: Exchange) -> list[str]:
    """Why the document would not have an exchange, as it stands and as corrected; the known contradictions included."""
    return list(dict.fromkeys([*_problems(exchange), *_problems(corrected(exchange))]))


def disagreements(exchanges: Iterable[Exchange], listed: Iterable[Contradiction]) -> list[str]:
    """Where the exchanges contradict the document otherwise than listed, and what to do about it.

    A contradiction that is not listed is one, and so is a listed one that does not hold any more.
    """
    by_name = {exchange.name: exchange for exchange in exchanges}
    listed = list(listed)
    starts = {name: tuple(c.problem for c in listed if c.exchange == name and c.problem) for name in by_name}
    new = [
        f"{name}: {problem}. Let the document follow, or list it in openapi/{CONTRADICTIONS.name}."
        for name, exchange in by_name.items()
        for problem in exchange_problems(exchange)
        if not problem.startswith(starts[name])
    ]
    gone = [
        f"{c} That is listed in openapi/{CONTRADICTIONS.name} and no longer true. Take it out; see what of the "
        "document was due to it."
        for c in listed
        if not c.holds(by_name.get(c.exchange or ""))
    ]
    return new + gone


def _begins(problems: Iterable[str], start: str) -> bool:
    return any(problem.startswith(start) for problem in problems)


def _problems(exchange: Exchange) -> list[str]:
    request = exchange.request
    try:
        operation, _ = document().match(request.method, request.url)
    except LookupError as error:
        return [str(error.args[0])]
    problems = document().request_problems(request.method, request.url, request.headers, request.body)
    return problems + _response_problems(exchange, operation.id)


def _response_problems(exchange: Exchange, operation_id: str) -> list[str]:
    response = exchange.response
    operation = document().operation(operation_id)
    return document().response_problems(operation, response.status, response.headers, response.body)


def _text(exchange: Exchange, place: str) -> str:
    message, _, part = place.partition(" ")
    value = getattr(getattr(exchange, message), part)
    return value.decode() if isinstance(value, bytes) else str(value)


def _with_text(exchange: Exchange, place: str, text: str) -> Exchange:
    message, _, part = place.partition(" ")
    changed = evolve(getattr(exchange, message), **{part: text if part == "url" else text.encode()})
    return evolve(exchange, **{message: changed})


def _value(exchange: Exchange, place: str) -> Any:
    """What stands at a place, for a rule to judge."""
    message, _, part = place.partition(" ")
    return _text(exchange, place) if part == "url" else getattr(exchange, message).json()
