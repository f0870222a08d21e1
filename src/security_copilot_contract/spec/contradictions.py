"""The contradictions in the documentation, each verified against the exchange that shows it.

A documented exchange either conforms to the document, or a listed contradiction explains why not.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from attrs import evolve, field, frozen, validators

from security_copilot_contract.spec.document import Schema, document
from security_copilot_contract.spec.exchange import Exchange
from security_copilot_contract.spec.files import CONTRADICTIONS, read_yaml
from security_copilot_contract.spec.violation import Kind, Part, Violation


@frozen
class Correction:
    """A change that corrects a documented text without inventing anything."""

    replace: str
    by: str


@frozen
class Contradiction:
    """One contradiction; openapi/contradictions.yaml describes the fields."""

    place: str
    shows: str
    against: str
    takes: str = field(validator=validators.in_(("the statement", "what is shown", "both")))
    exchange: str | None = None
    part: Part | None = field(default=None, validator=validators.optional(validators.in_(get_args(Part))))
    kind: Kind | None = field(default=None, validator=validators.optional(validators.in_(get_args(Kind))))
    pointer: str = ""
    rule: Schema | None = None
    correction: Correction | None = None
    fits: str | None = None

    def __attrs_post_init__(self) -> None:
        # A violation or a rule shows whether the contradiction still exists. With a violation the document takes the
        # statement.
        if (self.part is None) != (self.kind is None):
            raise ValueError(f"{self}: give a violation by part and kind")
        if (self.kind is None) == (self.rule is None) or (self.kind and self.takes != "the statement"):
            raise ValueError(
                f"{self}: give a violation or a rule, and a violation only if the document takes the statement"
            )

    def __str__(self) -> str:
        where = self.place if self.exchange is None else f"{self.exchange}, {self.place}"
        return f"{where}: {self.shows}"

    @property
    def stays(self) -> bool:
        """Whether it is a violation of the document without a correction."""
        return self.kind is not None and self.correction is None

    def explains(self, found: "ExchangeViolation") -> bool:
        """Whether this contradiction is the cause of a violation of its exchange."""
        violation = found.violation
        return found.message == self.place.partition(" ")[0] and (self.part, self.kind, self.pointer) == (
            violation.part,
            violation.kind,
            violation.pointer,
        )

    def is_shown_by(self, exchange: Exchange | None) -> bool:
        """Whether the exchange still shows the contradiction; `exchange` is None if it does not exist."""
        if exchange is None:
            return self.exchange is None and self._breaks_rule(document().resolve({"$ref": self.place}))
        return (
            (self.kind is None or any(map(self.explains, exchange_violations(exchange))))
            and (self.rule is None or self._breaks_rule(_value(exchange, self.place)))
            and (self.correction is None or not any(map(self.explains, _violations(self.corrected(exchange)))))
            and (self.fits is None or not _response_violations(exchange, self.fits))
        )

    def corrected(self, exchange: Exchange) -> Exchange:
        """The exchange with the correction applied, if there is one."""
        if self.correction is None:
            return exchange
        text = _text(exchange, self.place).replace(self.correction.replace, self.correction.by)
        return _with_text(exchange, self.place, text)

    def _breaks_rule(self, value: object) -> bool:
        return bool(document().schema_violations(self.rule or {}, value))


@frozen
class ExchangeViolation:
    """A violation in the request or the response of an exchange."""

    message: Literal["request", "response"]
    violation: Violation

    def __str__(self) -> str:
        return f"{self.message}: {self.violation}"


@cache
def contradictions(path: Path = CONTRADICTIONS) -> tuple[Contradiction, ...]:
    """All known contradictions, in the order of the file."""
    return tuple(_read(entry) for entry in read_yaml(path))


def _read(entry: dict[str, Any]) -> Contradiction:
    if "correction" in entry:
        entry = {**entry, "correction": Correction(**entry["correction"])}
    return Contradiction(**entry)


def known(exchange: Exchange, place: str | None = None) -> list[Contradiction]:
    """The listed contradictions of an exchange, or of one place in it."""
    return [c for c in contradictions() if c.exchange == exchange.name and place in (None, c.place)]


def corrected(exchange: Exchange) -> Exchange:
    """The exchange with all corrections applied."""
    for contradiction in known(exchange):
        exchange = contradiction.corrected(exchange)
    return exchange


def exchange_violations(exchange: Exchange) -> list[ExchangeViolation]:
    """The violations of an exchange, as documented and as corrected, including listed contradictions."""
    found = _violations(exchange)
    return found + [violation for violation in _violations(corrected(exchange)) if violation not in found]


def disagreements(exchanges: Iterable[Exchange], listed: Iterable[Contradiction]) -> list[str]:
    """The differences between the exchanges' contradictions and the listed ones, each with what to do about it.

    A difference is an unlisted contradiction, or a listed one that no longer exists.
    """
    by_name = {exchange.name: exchange for exchange in exchanges}
    listed = list(listed)
    new = [
        f"{name}: {found}. Change the document, or list the contradiction in openapi/{CONTRADICTIONS.name}."
        for name, exchange in by_name.items()
        for found in exchange_violations(exchange)
        if not any(c.exchange == name and c.explains(found) for c in listed)
    ]
    gone = [
        f"{c} This is listed in openapi/{CONTRADICTIONS.name}, but no longer true. Remove the entry, and check which "
        "part of the document depends on it."
        for c in listed
        if not c.is_shown_by(by_name.get(c.exchange or ""))
    ]
    return new + gone


def _violations(exchange: Exchange) -> list[ExchangeViolation]:
    request = exchange.request
    violations = document().request_violations(request.method, request.url, request.headers, request.body)
    found = [ExchangeViolation("request", violation) for violation in violations]
    try:
        operation, _ = document().match(request.method, request.url)
    except LookupError:
        return found
    return found + _response_violations(exchange, operation.id)


def _response_violations(exchange: Exchange, operation_id: str) -> list[ExchangeViolation]:
    response = exchange.response
    operation = document().operation(operation_id)
    violations = document().response_violations(operation, response.status, response.headers, response.body)
    return [ExchangeViolation("response", violation) for violation in violations]


def _text(exchange: Exchange, place: str) -> str:
    message, _, part = place.partition(" ")
    value = getattr(getattr(exchange, message), part)
    return value.decode() if isinstance(value, bytes) else str(value)


def _with_text(exchange: Exchange, place: str, text: str) -> Exchange:
    message, _, part = place.partition(" ")
    changed = evolve(getattr(exchange, message), **{part: text if part == "url" else text.encode()})
    return evolve(exchange, **{message: changed})


def _value(exchange: Exchange, place: str) -> Any:
    """The value at a place, for validation by a rule."""
    message, _, part = place.partition(" ")
    return _text(exchange, place) if part == "url" else getattr(exchange, message).json()
