"""What a promise is."""

from collections.abc import Callable
from typing import Any

from attrs import frozen

from security_copilot_contract.checks.interaction import Call
from security_copilot_contract.checks.observed import Knowledge

# What a judge says: None when the promise does not concern the call, else what is wrong with it, if anything.
Verdict = list[str] | None
Judge = Callable[[Call, Knowledge], Verdict]


@frozen
class Promise:
    """A sentence of the documentation, and the function that holds a call against it.

    `known_to_schemathesis`: one of its own checks does the same for the cases that it generates.
    `needs_history`: it compares with earlier answers, so it is for calls whose order is known.
    """

    name: str
    group: str
    sentence: str
    source: str
    judge: Judge
    known_to_schemathesis: bool = False
    needs_history: bool = False


GROUPS = ("answer", "tracing", "errors", "entities", "times", "evaluations", "context", "query options", "paging")

PROMISES: dict[str, Promise] = {}


def promise(group: str, source: str, **traits: bool) -> Callable[[Judge], Judge]:
    """Make a judge known as a promise; its docstring is the sentence that it enforces."""
    if group not in GROUPS:
        raise ValueError(f"{group!r} is no group of promises; there are {', '.join(GROUPS)}")

    def register(judge: Judge) -> Judge:
        name = judge.__name__
        PROMISES[name] = Promise(name, group, (judge.__doc__ or "").strip(), source, judge, **traits)
        return judge

    return register


def wrong(what: str, *, due: object, came: object) -> str:
    """How every problem is told."""
    return f"{what}: due {shown(due)}, came {shown(came)}"


def shown(value: object, limit: int = 300) -> str:
    """A value for a person's eyes: text in quotes, cut when it is long."""
    text = value if isinstance(value, _Phrase) else repr(value)
    return text if len(text) <= limit else f"{text[:limit]}..."


class _Phrase(str):
    """Words of ours, which are shown without quotes."""

    __slots__ = ()


def phrase(text: str) -> Any:
    """Words that `shown` leaves as they are."""
    return _Phrase(text)
