"""From a question to its answer: a call that asks, and the wait for an evaluation.

Of this package it alone calls the operations, so nothing else here imports it; security_copilot_client shows it.

    SecurityCopilotError
    └── EvaluationError         an evaluation without an answer
        ├── NotAnsweredError    it has come to an end, or waits for a person
        └── NotDoneError        it goes on, but the deadline has passed
"""

import random
from collections.abc import Callable, Generator
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

import httpx
from attrs import define, field, frozen
from security_copilot_client.api.evaluations import create_evaluation, get_evaluation
from security_copilot_client.api.prompts import create_prompt
from security_copilot_client.api.sessions import create_session
from security_copilot_client.client import AuthenticatedClient
from security_copilot_client.errors import SecurityCopilotError, ServiceError
from security_copilot_client.models import Evaluation, EvaluationCreate, PromptCreate, SessionCreate

from security_copilot_runtime import clock, parsing
from security_copilot_runtime import deadline as limit

__all__ = [
    "Answer",
    "EvaluationError",
    "Ids",
    "NotAnsweredError",
    "NotDoneError",
    "Progress",
    "ask",
    "ask_async",
    "wait",
    "wait_async",
]

# The states in which there is nothing more to wait for. No operation gives an evaluation its input.
_LAST_STATES = frozenset({"completed", "cancelled", "waitingForInput"})
# The types of results that are no answer. Others may come, and a client must not fail on them.
_NO_ANSWERS = frozenset({"error", "needAdditionalClaims", "rejected", "timedOut", "capacityExceeded"})

_DEADLINE = 600.0
_FIRST_PAUSE = 0.5
_GROWTH = 1.5
_LONGEST_PAUSE = 5.0
_SHORTEST_PAUSE = 0.1
_LONGEST_NAME = 80


class Ids(NamedTuple):
    """Where an evaluation is: what `wait` and `get_evaluation` take, in their order."""

    workspace_id: str
    session_id: str
    prompt_id: str
    evaluation_id: str


@frozen
class Progress:
    """How far it has come: the ids of what there is so far, and the evaluation as it was last seen."""

    workspace_id: str
    session_id: str
    prompt_id: str | None = None
    evaluation_id: str | None = None
    evaluation: Evaluation | None = None


@frozen
class Answer:
    """An answer, and the evaluation that it came of.

    To ask on in the same session, give `ids.session_id` to the next `ask`.
    """

    content: str
    evaluation: Evaluation
    ids: Ids


OnProgress = Callable[[Progress], None]

T = TypeVar("T")


class EvaluationError(SecurityCopilotError):
    """There is no answer. `ids` say where the evaluation is, `evaluation` is as it was last seen."""

    def __init__(
        self,
        problem: str,
        request: httpx.Request,
        response: httpx.Response | None,
        ids: Ids,
        evaluation: Evaluation | None,
    ) -> None:
        self.ids = ids
        self.evaluation = evaluation
        super().__init__(problem, request, response)


class NotAnsweredError(EvaluationError):
    """The evaluation was cancelled, waits for a person's input, or its result is no answer."""

    evaluation: Evaluation


class NotDoneError(EvaluationError):
    """The deadline has passed before the evaluation came to an end.

    Nothing is lost: the evaluation goes on, and `wait(*error.ids, client=client)` goes on waiting. `evaluation` is
    None when none was seen. What kept the last look from being taken, if anything, is the `__cause__`.
    """


def wait(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    deadline: float | None = _DEADLINE,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Wait until an evaluation has come to an end.

    It is looked at at once, then after half a second, and then after ever longer pauses of up to five seconds.
    States that are not documented are waited through.

    Args:
        workspace_id: The word `default`, or the GUID of a workspace.
        session_id: The GUID of a session.
        prompt_id: The GUID of a prompt.
        evaluation_id: The GUID of an evaluation.
        client: The client to look with; its retries hold for each look.
        deadline: How many seconds to wait, with everything in it. None is no limit.
        on_progress: Is called with each look.

    Raises:
        NotDoneError: If the deadline passes first.
        errors.ServiceError: If the service refuses or fails.
        errors.InvalidResponseError: If a response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Returns:
        The evaluation, in the state `completed`, `cancelled`, or `waitingForInput`, which only a person can give. Its
        result may be no answer; `ask` would raise then.
    """
    watch = _Watch(Ids(workspace_id, session_id, prompt_id, evaluation_id), deadline, on_progress)
    return _run(watch.until_over(), client, deadline).evaluation


async def wait_async(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    deadline: float | None = _DEADLINE,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Like `wait`, for asyncio."""
    watch = _Watch(Ids(workspace_id, session_id, prompt_id, evaluation_id), deadline, on_progress)
    return (await _arun(watch.until_over(), client, deadline)).evaluation


def ask(
    content: str,
    *,
    client: AuthenticatedClient,
    workspace_id: str = "default",
    session_id: str | None = None,
    display_name: str | None = None,
    deadline: float | None = _DEADLINE,
    on_progress: OnProgress | None = None,
) -> Answer:
    """Ask a question, and wait for the answer.

    It creates a prompt and an evaluation, in a new session or in one that there is. **The evaluation is billed, and
    nothing of it can be deleted.** A create that may have arrived is not repeated.

    Args:
        content: The question.
        client: The client to ask with.
        workspace_id: The word `default`, or the GUID of a workspace.
        session_id: The GUID of the session to ask in; a new one is created when it is left out.
        display_name: The name of the new session; when it is left out, the first line of the question, cut to 80
            characters.
        deadline: How many seconds it may take, with everything in it. None is no limit.
        on_progress: Is called when session, prompt and evaluation have been created, and with each look at the
            evaluation. So whoever interrupts it has the ids.

    Raises:
        NotAnsweredError: If the evaluation ends without an answer, or waits for a person's input.
        NotDoneError: If the deadline passes first. The evaluation goes on.
        errors.ServiceError: If the service refuses or fails.
        errors.InvalidResponseError: If a response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes; before there is an evaluation, for the deadline as well.

    Returns:
        The answer. A type of result that is not documented passes for one, when there is content.
    """
    steps = _Question(content, workspace_id, session_id, display_name).until_answered(deadline, on_progress)
    return _run(steps, client, deadline)


async def ask_async(
    content: str,
    *,
    client: AuthenticatedClient,
    workspace_id: str = "default",
    session_id: str | None = None,
    display_name: str | None = None,
    deadline: float | None = _DEADLINE,
    on_progress: OnProgress | None = None,
) -> Answer:
    """Like `ask`, for asyncio: the evaluation is billed, and nothing of it can be deleted."""
    steps = _Question(content, workspace_id, session_id, display_name).until_answered(deadline, on_progress)
    return await _arun(steps, client, deadline)


# What is to be done, whoever does it: requests to send, each coming back as its response, and seconds to wait.
_Steps = Generator[dict[str, Any] | float, Any, T]


def _run(steps: _Steps[T], client: AuthenticatedClient, deadline: float | None) -> T:
    with limit.within(deadline):
        go_on = partial(steps.send, None)
        while True:
            try:
                step = go_on()
            except StopIteration as end:
                outcome: T = end.value
                return outcome
            try:
                if isinstance(step, float):
                    clock.sleep(step)
                    go_on = partial(steps.send, None)
                else:
                    go_on = partial(steps.send, client.request(**step))
            except SecurityCopilotError as error:
                go_on = partial(steps.throw, error)


async def _arun(steps: _Steps[T], client: AuthenticatedClient, deadline: float | None) -> T:
    with limit.within(deadline):
        go_on = partial(steps.send, None)
        while True:
            try:
                step = go_on()
            except StopIteration as end:
                outcome: T = end.value
                return outcome
            try:
                if isinstance(step, float):
                    await clock.asleep(step)
                    go_on = partial(steps.send, None)
                else:
                    go_on = partial(steps.send, await client.arequest(**step))
            except SecurityCopilotError as error:
                go_on = partial(steps.throw, error)


@frozen
class _Look:
    """An evaluation as it was seen, and the response that showed it."""

    response: httpx.Response
    evaluation: Evaluation


@define(eq=False)
class _Watch:
    """The wait for an evaluation: its last look, and the longest that the next pause may be."""

    ids: Ids
    deadline: float | None
    on_progress: OnProgress | None
    last: _Look | None = field(init=False, default=None)
    longest_pause: float = field(init=False, default=_FIRST_PAUSE)

    def until_over(self) -> _Steps[_Look]:
        look = get_evaluation._get_kwargs(*self.ids)
        while self.last is None or self.last.evaluation.state not in _LAST_STATES:
            if self.last is not None:
                yield self.pause(self.last.response)
            try:
                response = yield look
                evaluation = _looked_at(response)
            except SecurityCopilotError as error:
                if _is_late(error):
                    raise self.not_done(error.request, error.response) from error
                raise
            self.saw(response, evaluation)
        return self.last

    def saw(self, response: httpx.Response, evaluation: Evaluation) -> None:
        self.last = _Look(response, evaluation)
        _tell(self.on_progress, Progress(*self.ids, evaluation))

    def pause(self, response: httpx.Response) -> float:
        """The seconds until the next look; NotDoneError when the deadline leaves no time for one."""
        # Less a random part, so that those who began together do not look together.
        pause = self.longest_pause * random.uniform(0.8, 1)  # noqa: S311 - jitter, not a secret
        self.longest_pause = min(self.longest_pause * _GROWTH, _LONGEST_PAUSE)
        # The last look needs some time, too.
        pause = min(pause, limit.left() * 0.9)
        if pause < _SHORTEST_PAUSE:
            raise self.not_done(response.request, response)
        return pause

    def not_done(self, request: httpx.Request, response: httpx.Response | None) -> NotDoneError:
        evaluation = None if self.last is None else self.last.evaluation
        seen = "was not seen" if evaluation is None else f"is still {evaluation.state!r}"
        deadline = "" if self.deadline is None else f" after {self.deadline:g} seconds"
        problem = f"the evaluation {seen}{deadline}; it goes on, and can be waited for again"
        return NotDoneError(problem, request, response, self.ids, evaluation)


@frozen
class _Question:
    """What is asked, and where."""

    content: str
    workspace_id: str
    session_id: str | None
    display_name: str | None

    def until_answered(self, deadline: float | None, on_progress: OnProgress | None) -> _Steps[Answer]:
        session_id = self.session_id
        if session_id is None:
            response = yield create_session._get_kwargs(self.workspace_id, body=self.session())
            session_id = create_session._parse_response(response).id
            _tell(on_progress, Progress(self.workspace_id, session_id))
        elif self.display_name is not None:
            raise ValueError("display_name names a new session, session_id is one that there is: give one of them")
        response = yield create_prompt._get_kwargs(self.workspace_id, session_id, body=PromptCreate(self.content))
        prompt_id = create_prompt._parse_response(response).id
        place = (self.workspace_id, session_id, prompt_id)
        _tell(on_progress, Progress(*place))
        response = yield create_evaluation._get_kwargs(*place, body=EvaluationCreate())
        evaluation = create_evaluation._parse_response(response)
        watch = _Watch(Ids(*place, evaluation.id), deadline, on_progress)
        watch.saw(response, evaluation)
        return _answer((yield from watch.until_over()), watch.ids)

    def session(self) -> SessionCreate:
        """The session to create, named after the question unless it has a name."""
        if self.display_name is not None:
            return SessionCreate(self.display_name)
        line = self.content.strip().partition("\n")[0].rstrip()
        return SessionCreate(line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…")


def _answer(last: _Look, ids: Ids) -> Answer:
    evaluation, result = last.evaluation, last.evaluation.result
    content = None if result is None or result.type_ in _NO_ANSWERS else result.content
    if evaluation.state == "completed" and content is not None:
        return Answer(content, evaluation, ids)
    problem = f"no answer: the evaluation {_ending(evaluation)}"
    raise NotAnsweredError(problem, last.response.request, last.response, ids, evaluation)


def _ending(evaluation: Evaluation) -> str:
    if evaluation.state == "cancelled":
        return "was cancelled"
    if evaluation.state == "waitingForInput":
        return "waits for input ('waitingForInput'), which only a person can give"
    if evaluation.result is None:
        return "was completed without a result"
    return f"was completed with a result of the type {evaluation.result.type_!r}"


def _looked_at(response: httpx.Response) -> Evaluation:
    # The operation itself takes less than a whole evaluation, for those who select.
    if response.status_code == HTTPStatus.OK:
        return parsing.parse(response, Evaluation.from_dict)
    raise parsing.failure(response)


def _is_late(error: SecurityCopilotError) -> bool:
    """Whether it failed for the deadline: it has passed, or will have when the service may be asked again."""
    wait = error.retry_after if isinstance(error, ServiceError) else None
    return limit.left() <= (wait or 0.0)


def _tell(on_progress: OnProgress | None, progress: Progress) -> None:
    if on_progress is not None:
        on_progress(progress)
