"""Evaluations: how they progress as time passes, and how they end."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen

from security_copilot_contract.emulator.clock import TICK, timestamp

_DIRECTIVE = re.compile(r"\[emulator: *(\w+)\]")
# As documented for a running evaluation.
_NO_RESULT = {"content": None, "type": "unknown", "previewState": "ga"}
# A year. Longer times could exceed the range of datetime.
MOST_SECONDS = 31_536_000


@frozen
class Timing:
    """How many seconds an evaluation stays `created`, and then `running`."""

    created: float = 0.3
    running: float = 1.2


@frozen
class Outcome:
    """How an evaluation ends: its last state, and its result if that is `completed`.

    `content` is the answer; None makes one from the prompt. With `runs=False` the evaluation goes from `created`
    straight to its last state.
    """

    state: str = "completed"
    type: str = "success"
    content: str | None = None
    runs: bool = True


OUTCOMES: Mapping[str, Outcome] = {
    "success": Outcome(),
    **{
        name: Outcome(type=name, content=f"The emulator was asked for a result of the type {name}.")
        for name in ("error", "rejected", "timedOut", "capacityExceeded", "needAdditionalClaims")
    },
    "cancelled": Outcome("cancelled"),
    "waitingForInput": Outcome("waitingForInput"),
    "pending": Outcome("pending", runs=False),
    "deferred": Outcome("deferred", runs=False),
    # Undocumented members, which no client can know.
    "futureState": Outcome("paused"),
    "futureResult": Outcome(type="partialSuccess"),
}


def outcome_of(content: str, otherwise: Outcome) -> Outcome:
    """The outcome that a prompt asks for by `[emulator: NAME]` in its content; ValueError for an unknown name."""
    directive = _DIRECTIVE.search(content)
    if directive is None:
        return otherwise
    if directive[1] not in OUTCOMES:
        raise ValueError(f"The emulator has no outcome {directive[1]!r}; it has {', '.join(OUTCOMES)}.")
    return OUTCOMES[directive[1]]


@frozen
class Execution:
    """The execution of an evaluation; its state depends on the time alone.

    `began` is the time of the clock, and `created` the evaluation's createdDateTime, which is later if two writes would
    otherwise have had the same time.
    """

    began: datetime
    created: datetime
    content: str
    outcome: Outcome
    timing: Timing

    def at(self, now: datetime) -> dict[str, Any]:
        """The properties that differ at that time from those at its creation."""
        start = self.began + timedelta(seconds=self.timing.created)
        end = start + timedelta(seconds=self.timing.running)
        # Each change moves lastModifiedDateTime, however short the states.
        started = max(start, self.created + TICK)
        ended = timestamp(max(end, started + TICK))
        if now < start:
            return {}
        if not self.outcome.runs:
            return {"state": self.outcome.state, "lastModifiedDateTime": timestamp(started)}
        running = {
            "state": "running",
            "runStartDateTime": timestamp(started),
            "lastModifiedDateTime": timestamp(started),
            "result": _NO_RESULT,
        }
        return running if now < end else {**running, **self._end(ended)}

    def has_ended(self, now: datetime) -> bool:
        """Whether nothing changes any more after that time."""
        return now >= self.began + timedelta(seconds=self.timing.created + self.timing.running)

    def _end(self, ended: str) -> dict[str, Any]:
        last = {"state": self.outcome.state, "lastModifiedDateTime": ended}
        if self.outcome.state == "cancelled":
            return {**last, "isCancelled": True}
        return {**last, "completedDateTime": ended, "result": self._result()} if self._completes else last

    @property
    def _completes(self) -> bool:
        return self.outcome.state == "completed"

    def _result(self) -> dict[str, Any]:
        answer = f"The emulator has evaluated: {self.content}" if self.outcome.content is None else self.outcome.content
        return {"content": answer, "type": self.outcome.type, "previewState": "private"}
