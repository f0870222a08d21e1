"""The class Promise, and the registration of functions that validate promises."""

from collections.abc import Callable, Iterable
from inspect import Parameter, signature
from typing import TypeVar

from attrs import frozen

from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.observed import Observations
from security_copilot_contract.spec.facts import Confidence, Source, fact_of, sources
from security_copilot_contract.spec.violation import Violation

# None if the promise does not apply to the interaction; otherwise its violations, empty if the promise is kept.
Verdict = list[Violation] | None
# A function with the second parameter compares with earlier responses, so the order of requests must be known. If the
# parameter is optional, the function accepts more without history.
Function = Callable[[Interaction], Verdict] | Callable[[Interaction, Observations], Verdict]
FunctionT = TypeVar("FunctionT", bound=Function)


@frozen
class Promise:
    """A sentence of the documentation, and the function that validates it.

    `source` is the source of the sentence in openapi/facts.yaml, and `place` the place in it. `follows_facts`: a
    violation contradicts a fact of its own, which has its own sources.
    `checked_by_schemathesis`: a check of Schemathesis does the same for the cases that it generates.
    `uses_history`: the function compares with earlier responses; `needs_history`: it cannot run without them.
    """

    name: str
    group: str
    sentence: str
    source: Source
    place: str
    follows_facts: bool
    uses_history: bool
    needs_history: bool
    checked_by_schemathesis: bool
    _function: Callable[..., Verdict]

    def validate(self, interaction: Interaction, observed: Observations | None) -> Verdict:
        """The violations of the promise by an interaction; None if the promise does not apply to it."""
        return self._function(interaction, observed) if self.uses_history else self._function(interaction)

    @property
    def confidence(self) -> Confidence:
        """The confidence of the source."""
        return self.source.confidence

    def source_of(self, violation: Violation, operation: str, status: int) -> Source:
        """The source of what a violation of the promise contradicts, in the response of an operation with a status."""
        fact = fact_of(operation, violation, status) if self.follows_facts else None
        return self.source if fact is None else fact.source


GROUPS = ("response", "tracing", "errors", "entities", "times", "evaluations", "context", "query options", "paging")

PROMISES: dict[str, Promise] = {}


def promise(
    group: str, source: str, place: str, *, follows_facts: bool = False, checked_by_schemathesis: bool = False
) -> Callable[[FunctionT], FunctionT]:
    """Register a function that validates a promise; its docstring is the sentence of the promise.

    `source` is the name of a source in openapi/facts.yaml.
    """
    if group not in GROUPS:
        raise ValueError(f"{group!r} is not a group of promises; the groups are {', '.join(GROUPS)}")
    if source not in sources():
        raise ValueError(f"{source!r} is not a source in openapi/facts.yaml; those are {', '.join(sources())}")

    def register(function: FunctionT) -> FunctionT:
        parameters = [*signature(function).parameters.values()]
        PROMISES[function.__name__] = Promise(
            name=function.__name__,
            group=group,
            sentence=(function.__doc__ or "").strip(),
            source=sources()[source],
            place=place,
            follows_facts=follows_facts,
            uses_history=len(parameters) > 1,
            needs_history=len(parameters) > 1 and parameters[1].default is Parameter.empty,
            checked_by_schemathesis=checked_by_schemathesis,
            function=function,
        )
        return function

    return register


def validate(
    interaction: Interaction, observed: Observations, promises: Iterable[Promise] = PROMISES.values()
) -> dict[str, list[Violation]]:
    """The violations of each promise that applies to an interaction, by name; empty if the promise is kept."""
    verdicts = {promise.name: promise.validate(interaction, observed) for promise in promises}
    return {name: verdict for name, verdict in verdicts.items() if verdict is not None}


def finding(promise: Promise, interaction: Interaction | None, violation: Violation) -> str:
    """A violation of a promise as text; with the confidence of its source, unless that is documentation or a schema."""
    operation = None if interaction is None else interaction.operation
    if interaction is None or operation is None:
        source = promise.source
    else:
        source = promise.source_of(violation, operation.id, interaction.status)
    return f"{violation} {source.hint}".rstrip()


def in_status(*, expected: object, got: object) -> Violation:
    """A violation in the status of a response."""
    return Violation("status", "value", expected=expected, got=got)


def in_header(name: str, *, expected: object, got: object) -> Violation:
    """A violation in a header of a response; `got` is None if the header is missing."""
    return Violation("header", "required" if got is None else "value", name=name, expected=expected, got=got)


def in_body(at: str, *, expected: object, got: object) -> Violation:
    """A violation in the body of a response; `at` is the JSON pointer of the value."""
    return Violation("body", "value", at, at.rpartition("/")[2], expected, got)
