"""A caller's day: what an application does with the client, each of the twelve operations and `ask` at least once.

Some creates come twice, so that each list has several items.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from itertools import islice
from typing import Any

from attrs import frozen
from security_copilot_client import AuthenticatedClient, ask, ask_async
from security_copilot_client.api.evaluations import create_evaluation, get_evaluation, list_evaluations
from security_copilot_client.api.plugins import list_plugins
from security_copilot_client.api.prompts import create_prompt, get_prompt, list_prompts
from security_copilot_client.api.sessions import create_session, get_session, list_sessions, update_session
from security_copilot_client.api.workspaces import list_workspaces
from security_copilot_client.models import EvaluationCreate, PromptCreate, SessionCreate, SessionUpdate

_WORKSPACE = "default"
# A list that never ends is abandoned after so many items.
_MAX_ITEMS = 300
# Of an answer, in seconds.
_DEADLINE = 60


@frozen
class Step:
    """One call of the client, blocking and with asyncio."""

    name: str
    call: Callable[[AuthenticatedClient], Any]
    acall: Callable[[AuthenticatedClient], Awaitable[Any]]


@frozen
class Stop:
    """A step of the day that raised."""

    step: str
    error: Exception


def day(client: AuthenticatedClient) -> list[Stop]:
    """The stops of a day, in order. A step is left out if it needs the result of one that has stopped."""
    return list(_day(client))


def _day(client: AuthenticatedClient) -> Iterator[Stop]:
    steps, result = _steps(), None
    while (step := _next(steps, result)) is not None:
        try:
            result = step.call(client)
        except Exception as error:  # noqa: BLE001 - any exception ends the step
            result = None
            yield Stop(step.name, error)


async def aday(client: AuthenticatedClient) -> list[Stop]:
    """Like `day`, for asyncio."""
    stops: list[Stop] = []
    steps, result = _steps(), None
    while (step := _next(steps, result)) is not None:
        try:
            result = await step.acall(client)
        except Exception as error:  # noqa: BLE001 - likewise
            result = None
            stops.append(Stop(step.name, error))
    return stops


Steps = Generator[Step, Any, None]


def _next(steps: Steps, result: Any) -> Step | None:
    try:
        return steps.send(result)
    except StopIteration:
        return None


def _steps() -> Steps:
    """Each step of the day. It gets the result of the step, or None after a stop."""
    yield _list("list workspaces", list_workspaces)
    yield _list("list plugins", list_plugins, _WORKSPACE)
    session = yield _one("create session", create_session, _WORKSPACE, body=SessionCreate(display_name="A day"))
    if session is not None:
        yield from _in_session(session.id)
    yield _list("list sessions", list_sessions, _WORKSPACE)
    yield _ask()


def _in_session(session_id: str) -> Steps:
    session = (_WORKSPACE, session_id)
    yield _one("read session", get_session, *session)
    yield _one("rename session", update_session, *session, body=SessionUpdate(display_name="The day after"))
    yield _one("create prompt", create_prompt, *session, body=PromptCreate(content="Who are you?"))
    prompt = yield _one("create prompt", create_prompt, *session, body=PromptCreate(content="Who am I?"))
    if prompt is not None:
        yield from _in_prompt(*session, prompt.id)
    yield _list("list prompts", list_prompts, *session)


def _in_prompt(*prompt: str) -> Steps:
    yield _one("read prompt", get_prompt, *prompt)
    yield _one("create evaluation", create_evaluation, *prompt, body=EvaluationCreate())
    evaluation = yield _one("create evaluation", create_evaluation, *prompt, body=EvaluationCreate())
    if evaluation is not None:
        yield _one("read evaluation", get_evaluation, *prompt, evaluation.id)
    yield _list("list evaluations", list_evaluations, *prompt)


def _one(name: str, module: Any, *ids: str, **body: Any) -> Step:
    return Step(
        name,
        lambda client: module.sync(*ids, client=client, **body),
        lambda client: module.asyncio(*ids, client=client, **body),
    )


def _list(name: str, module: Any, *ids: str) -> Step:
    return Step(
        name,
        lambda client: list(islice(module.iterate(*ids, client=client), _MAX_ITEMS)),
        lambda client: _first(module.aiterate(*ids, client=client)),
    )


async def _first(items: AsyncIterator[Any]) -> list[Any]:
    found: list[Any] = []
    async for item in items:
        found.append(item)
        if len(found) == _MAX_ITEMS:
            break
    return found


def _ask() -> Step:
    return Step(
        "ask",
        lambda client: ask("Who am I?", client=client, deadline=_DEADLINE),
        lambda client: ask_async("Who am I?", client=client, deadline=_DEADLINE),
    )
