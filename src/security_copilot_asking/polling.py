"""The steps that poll an evaluation until it ends."""

import logging
import random

import httpx
from attrs import define, field, frozen
from security_copilot_client.api.evaluations import get_evaluation
from security_copilot_client.models import Evaluation

from security_copilot_asking.driver import Steps
from security_copilot_asking.errors import NotDoneError
from security_copilot_asking.needed import polled_evaluation
from security_copilot_asking.progress import Reporter
from security_copilot_runtime import deadline as limit
from security_copilot_runtime.errors import SecurityCopilotError, ServiceError
from security_copilot_runtime.ids import Ids

_logger = logging.getLogger("security_copilot_client")

# The states in which polling ends. No operation gives an evaluation the input that it waits for.
_LAST_STATES = frozenset({"completed", "cancelled", "waitingForInput"})

# The pauses between polls, in seconds.
_FIRST_PAUSE = 0.5
_GROWTH = 1.5
_LONGEST_PAUSE = 5.0
_SHORTEST_PAUSE = 0.1

# The statuses after which the next poll may succeed, and the successes, whose body may be whole then.
_TRANSIENT = frozenset({*range(200, 300), 408, 429, 500, 502, 503, 504})
# The failures in a row that end the polling if no deadline does.
_MOST_FAILURES = 20


@frozen
class Poll:
    """A response with the evaluation, and the evaluation."""

    response: httpx.Response
    evaluation: Evaluation

    @property
    def request(self) -> httpx.Request:
        """The request that was answered."""
        return self.response.request


@define(eq=False)
class Polling:
    """The polls of one evaluation, and the upper bound of the next pause in seconds.

    `last` is the last poll that succeeded; `latest` the last of all, or its exception if it failed.
    """

    ids: Ids
    deadline: float | None
    reporter: Reporter
    last: Poll | None = field(init=False, default=None)
    latest: Poll | SecurityCopilotError | None = field(init=False, default=None)
    failures: int = field(init=False, default=0)
    longest_pause: float = field(init=False, default=_FIRST_PAUSE)

    def until_ended(self) -> Steps[Poll]:
        """Poll until the evaluation is in one of its last states; NotDoneError if the deadline passes first."""
        request = get_evaluation._get_kwargs(*self.ids)
        while self.last is None or self.last.evaluation.state not in _LAST_STATES:
            if self.latest is not None:
                yield self._pause(self.latest)
            try:
                response = yield request
                evaluation = polled_evaluation(response)
            except SecurityCopilotError as error:
                self._fail(error)
            else:
                self.record(response, evaluation)
        return self.last

    def begin(self, response: httpx.Response, evaluation: Evaluation | None) -> None:
        """Begin with the response to the create; without its evaluation, the first poll is immediate."""
        if evaluation is None:
            self.reporter.report(self.ids)
        else:
            self.record(response, evaluation)

    def record(self, response: httpx.Response, evaluation: Evaluation) -> None:
        """Take the evaluation for the newest, and report it."""
        self.last = self.latest = Poll(response, evaluation)
        self.failures = 0
        self.reporter.report(self.ids, evaluation)

    def _fail(self, error: SecurityCopilotError) -> None:
        """Raise the failure of a poll, unless a later poll may succeed."""
        if error.status_code is not None and error.status_code not in _TRANSIENT:
            raise error
        self.latest = error
        self.failures += 1
        if limit.left() <= _retry_after(error):
            raise self._not_done(error)
        if limit.left() == float("inf") and self.failures >= _MOST_FAILURES:
            raise error

    def _pause(self, latest: Poll | SecurityCopilotError) -> float:
        """The seconds until the next poll; NotDoneError if the deadline leaves no time for one."""
        # Less a random part, so that clients that began together do not poll together.
        pause = self.longest_pause * random.uniform(0.8, 1)  # noqa: S311 - jitter, not a secret
        self.longest_pause = min(self.longest_pause * _GROWTH, _LONGEST_PAUSE)
        # The last poll needs some time, too.
        pause = max(min(pause, limit.left() * 0.9), _retry_after(latest))
        if pause < _SHORTEST_PAUSE:
            raise self._not_done(latest)
        if isinstance(latest, SecurityCopilotError):
            _logger.info("%s; next poll in %.1f s", latest, pause)
        return pause

    def _not_done(self, latest: Poll | SecurityCopilotError) -> NotDoneError:
        evaluation = None if self.last is None else self.last.evaluation
        state = "could not be polled" if evaluation is None else f"is still {evaluation.state!r}"
        deadline = "" if self.deadline is None else f" after {self.deadline:g} seconds"
        problem = f"the evaluation {state}{deadline}; it goes on, and wait() can continue to poll it"
        error = NotDoneError(problem, latest.request, latest.response, self.ids, evaluation)
        error.__cause__ = latest if isinstance(latest, SecurityCopilotError) else None
        return error


def _retry_after(latest: Poll | SecurityCopilotError) -> float:
    """The seconds that the service asked to wait."""
    return (latest.retry_after or 0.0) if isinstance(latest, ServiceError) else 0.0
