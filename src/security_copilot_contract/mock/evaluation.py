"""An evaluation as its polls show it."""

from typing import Any

import httpx
from attrs import define, field

from security_copilot_contract.mock.route import OperationRoute
from security_copilot_contract.spec.document import document

_SUCCESS = "success"


@define(eq=False)
class PolledEvaluation:
    """An evaluation that is running at first, and has ended as of poll number `polls`.

    The count restarts with each evaluation that is created.
    """

    create: OperationRoute
    polls: int
    running: dict[str, Any]
    ended: dict[str, Any]
    _created: int = field(init=False, default=0)
    _polled: int = field(init=False, default=0)

    def poll(self, request: httpx.Request) -> httpx.Response:
        """The response to the next poll."""
        if self._created != self.create.call_count:
            self._created, self._polled = self.create.call_count, 0
        self._polled += 1
        return httpx.Response(200, json=self.running if self._polled < self.polls else self.ended, request=request)


def ended(running: dict[str, Any], completed: dict[str, Any], end: str, content: str | None) -> dict[str, Any]:
    """A running evaluation as it is when it has ended; see SecurityCopilotMock.evaluate()."""
    states, types = (document().schemas[name]["enum"] for name in ("EvaluationState", "EvaluationResultType"))
    if end not in (*states, *types):
        raise ValueError(
            f"unknown end of an evaluation: {end!r}; expected one of {', '.join(dict.fromkeys([*states, *types]))}"
        )
    if end in states and end != completed["state"]:
        if content is not None:
            raise ValueError(f"an evaluation that ends as {end!r} has no content; leave it out")
        return {**running, "state": end, "isCancelled": end == "cancelled"}
    kind = end if end in types else _SUCCESS
    answer = completed["result"]["content"] if content is None and kind == _SUCCESS else content
    last = {name: completed[name] for name in ("state", "completedDateTime", "lastModifiedDateTime")}
    return {**running, **last, "result": {**completed["result"], "type": kind, "content": answer}}
