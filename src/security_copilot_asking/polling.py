"""The steps that poll an evaluation until it ends."""

import random
from http import HTTPStatus

import httpx
from attrs import define, field, frozen
from security_copilot_client.api.evaluations import get_evaluation
from security_copilot_client.models import Evaluation

from security_copilot_asking.driver import Steps
from security_copilot_asking.errors import NotDoneError
from security_copilot_asking.progress import Reporter
from security_copilot_runtime import deadline as limit
from security_copilot_runtime import parsing
from security_copilot_runtime.errors import SecurityCopilotError, ServiceError
from security_copilot_runtime.ids import Ids

# The states in which polling ends. No operation gives an evaluation the input that it waits for.
_LAST_STATES = frozenset({"completed", "cancelled", "waitingForInput"})

# The pauses between polls, in seconds.
_FIRST_PAUSE = 0.5
_GROWTH = 1.5
_LONGEST_PAUSE = 5.0
_SHORTEST_PAUSE = 0.1


@frozen
class Poll:
    """A response with the evaluation, and the evaluation."""

    response: httpx.Response
    evaluation: Evaluation


@define(eq=False)
class Polling:
    """The polls of one evaluation: the last of them, and the upper bound of the next pause in seconds."""

    ids: Ids
    deadline: float | None
    reporter: Reporter
    last: Poll | None = field(init=False, default=None)
    longest_pause: float = field(init=False, default=_FIRST_PAUSE)

    def until_ended(self) -> Steps[Poll]:
        """Poll until the evaluation is in one of its last states; NotDoneError if the deadline passes first."""
        request = get_evaluation._get_kwargs(*self.ids)
        while self.last is None or self.last.evaluation.state not in _LAST_STATES:
            if self.last is not None:
                yield self._pause(self.last.response)
            try:
                response = yield request
                evaluation = _evaluation(response)
            except SecurityCopilotError as error:
                if _is_late(error):
                    raise self._not_done(error.request, error.response) from error
                raise
            self.record(response, evaluation)
        return self.last

    def record(self, response: httpx.Response, evaluation: Evaluation) -> None:
        """Take the evaluation for the newest, and report it."""
        self.last = Poll(response, evaluation)
        self.reporter.report(self.ids, evaluation)

    def _pause(self, response: httpx.Response) -> float:
        """The seconds until the next poll; NotDoneError if the deadline leaves no time for one."""
        # Less a random part, so that clients that began together do not poll together.
        pause = self.longest_pause * random.uniform(0.8, 1)  # noqa: S311 - jitter, not a secret
        self.longest_pause = min(self.longest_pause * _GROWTH, _LONGEST_PAUSE)
        # The last poll needs some time, too.
        pause = min(pause, limit.left() * 0.9)
        if pause < _SHORTEST_PAUSE:
            raise self._not_done(response.request, response)
        return pause

    def _not_done(self, request: httpx.Request, response: httpx.Response | None) -> NotDoneError:
        evaluation = None if self.last is None else self.last.evaluation
        state = "could not be polled" if evaluation is None else f"is still {evaluation.state!r}"
        deadline = "" if self.deadline is None else f" after {self.deadline:g} seconds"
        problem = f"the evaluation {state}{deadline}; it goes on, and wait() can continue to poll it"
        return NotDoneError(problem, request, response, self.ids, evaluation)


def _evaluation(response: httpx.Response) -> Evaluation:
    # The operation itself accepts incomplete evaluations, for callers that select properties.
    if response.status_code == HTTPStatus.OK:
        return parsing.parse(response, Evaluation.from_dict)
    raise parsing.failure(response)


def _is_late(error: SecurityCopilotError) -> bool:
    """Whether the deadline is the cause: it has passed, or will have when the service may be polled again."""
    wait = error.retry_after if isinstance(error, ServiceError) else None
    return limit.left() <= (wait or 0.0)
