"""The course of an evaluation, as looks at it show it."""

from typing import Any

import httpx
from attrs import define, field

from security_copilot_contract.mock.route import OperationRoute
from security_copilot_contract.spec.document import document

_SUCCESS = "success"


@define(eq=False)
class Course:
    """What looks at an evaluation show: that it runs, and from so many looks on how it has ended.

    It begins anew with each evaluation that is created.
    """

    create: OperationRoute
    polls: int
    running: dict[str, Any]
    ended: dict[str, Any]
    _number: int = field(init=False, default=0)
    _looks: int = field(init=False, default=0)

    def look(self, request: httpx.Request) -> httpx.Response:
        """The answer to the next look."""
        if self._number != self.create.call_count:
            self._number, self._looks = self.create.call_count, 0
        self._looks += 1
        return httpx.Response(200, json=self.running if self._looks < self.polls else self.ended, request=request)


def ended(running: dict[str, Any], completed: dict[str, Any], end: str, content: str | None) -> dict[str, Any]:
    """What a running evaluation is at its end; see SecurityCopilotMock.evaluate()."""
    states, types = (document().schemas[name]["enum"] for name in ("EvaluationState", "EvaluationResultType"))
    if end not in (*states, *types):
        raise ValueError(
            f"an evaluation does not end as {end!r}; it does as {', '.join(dict.fromkeys([*states, *types]))}"
        )
    if end in states and end != completed["state"]:
        if content is not None:
            raise ValueError(f"an evaluation that ends as {end!r} has no content")
        return {**running, "state": end, "isCancelled": end == "cancelled"}
    kind = end if end in types else _SUCCESS
    answer = completed["result"]["content"] if content is None and kind == _SUCCESS else content
    last = {name: completed[name] for name in ("state", "completedDateTime", "lastModifiedDateTime")}
    return {**running, **last, "result": {**completed["result"], "type": kind, "content": answer}}
