"""Once a session exists, the ids of what exists are on whatever `ask` and `wait` raise, and its class is unchanged."""

import asyncio
import copy
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from security_copilot_client import (
    AuthenticatedClient,
    AuthenticationError,
    Ids,
    InvalidResponseError,
    NoResponseError,
    NotAnsweredError,
    NotDoneError,
    NotFoundError,
    PermissionDeniedError,
    Progress,
    RateLimitError,
    SecurityCopilotError,
    ServiceError,
    ask,
    ask_async,
    wait,
)

from security_copilot_contract.emulator import TOKEN, Timing
from security_copilot_runtime.clock import use
from tests.asking.faulty_transport import (
    STEPS,
    Fault,
    FaultyTransport,
    PausesOnlyClock,
    answers,
    call_asyncio,
    call_sync,
    raises,
)

GUID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
IDS = Ids("default", GUID, GUID, GUID)
Call = Callable[..., Any]

CLASSES: dict[int, type[ServiceError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: RateLimitError,
}


def refuses(*statuses: int) -> dict[str, tuple[Fault, type[BaseException]]]:
    """The faults with these statuses."""
    return {str(status): (answers(status), CLASSES.get(status, ServiceError)) for status in statuses}


FAULTS: dict[str, tuple[Fault, type[BaseException]]] = {
    **refuses(400, 401, 403, 404, 409, 418, 451, 501, 599),
    "302": (answers(302, Location="https://login.example"), InvalidResponseError),
    "interrupt": (raises(KeyboardInterrupt), KeyboardInterrupt),
    "exit": (raises(SystemExit, 3), SystemExit),
    "bug": (raises(ZeroDivisionError, "a bug"), ZeroDivisionError),
}
# Those that end a create, but not the polling.
CREATE_FAULTS: dict[str, tuple[Fault, type[BaseException]]] = {
    **refuses(408, 429, 500, 502, 503, 504),
    "no connection": (raises(httpx.ConnectError, "refused"), NoResponseError),
    "timeout": (raises(httpx.ReadTimeout, "slow"), NoResponseError),
    "no JSON": (answers(201, "<html>"), InvalidResponseError),
    "no id": (answers(201, "{}"), InvalidResponseError),
}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with use(PausesOnlyClock()):
        yield


@pytest.fixture(params=[call_sync, call_asyncio], ids=["sync", "asyncio"])
def call(request: pytest.FixtureRequest) -> Call:
    """Call `ask` or `wait`, blocking or with asyncio."""
    function: Call = request.param
    return function


@pytest.mark.parametrize(
    ("step", "name"),
    [(step, name) for step in STEPS for name in (*FAULTS, *CREATE_FAULTS) if step != "poll" or name in FAULTS],
)
def test_each_fault_at_each_step(call: Call, step: str, name: str) -> None:
    """The ids are those that were reported before."""
    fault, expected = {**FAULTS, **CREATE_FAULTS}[name]
    reported: list[Progress] = []
    transport = FaultyTransport({step: [fault]}, Timing(1, 1))

    with pytest.raises(BaseException) as caught:  # noqa: PT011 - of any class
        call(ask, transport, "Who am I?", on_progress=reported.append)

    assert type(caught.value) is expected
    assert transport.seen.count(step) == 1
    known = STEPS.index(step)
    ids: Ids | None = caught.value.ids  # type: ignore[attr-defined]  # set by ask
    assert ids == (reported[-1].ids if reported else None)
    assert [bool(i) for i in ids or ()] == ([True] * (known + 1) + [False] * (3 - known) if known else [])


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_of_wait(call: Call, name: str) -> None:
    """All ids are known from the start."""
    fault, expected = FAULTS[name]

    with pytest.raises(expected) as caught:
        call(wait, FaultyTransport({"poll": [fault]}), *IDS)

    assert caught.value.ids == IDS  # type: ignore[attr-defined]  # set by ask


def test_an_existing_session_is_known_from_the_start(call: Call) -> None:
    """Though it is not reported as progress, since it was not created."""
    with pytest.raises(ServiceError) as caught:
        call(ask, FaultyTransport({"prompts": [answers(500)]}), "Who am I?", session_id=GUID)

    assert caught.value.ids == Ids("default", GUID)


@pytest.mark.parametrize("number", range(1, 6))
def test_the_token_provider_fails(call: Call, number: int) -> None:
    """With its own exception, at any request."""
    calls: list[None] = []
    reported: list[Progress] = []

    def token() -> str:
        calls.append(None)
        if len(calls) == number:
            raise LookupError("signed out")
        return TOKEN

    transport = FaultyTransport({}, Timing(60, 60))
    with pytest.raises(LookupError, match="signed out") as caught:
        call(ask, transport, "Who am I?", token=token, on_progress=reported.append)

    assert caught.value.ids == (reported[-1].ids if reported else None)  # type: ignore[attr-defined]  # set by ask
    notes = getattr(caught.value, "__notes__", [])
    assert notes == [f"{step.ids} (in the attribute `ids`)" for step in reported[-1:]]


def test_the_same_exception_again(call: Call) -> None:
    """It does not keep the ids of an earlier question."""
    failure = LookupError("signed out")

    def token() -> str:
        raise failure

    for ids in (Ids("default", GUID), None):
        with pytest.raises(LookupError):
            call(ask, FaultyTransport({}), "Who am I?", token=token, session_id=ids and ids.session_id)
        assert failure.ids == ids  # type: ignore[attr-defined]  # set by ask


def test_on_progress_fails(call: Call) -> None:
    """With the ids of what it was called for; no failure of it passes for one of a poll."""
    failure = NoResponseError("mine", httpx.Request("GET", "https://a.example"))

    def report(progress: Progress) -> None:
        if progress.evaluation is not None:
            raise failure

    transport = FaultyTransport({})
    with pytest.raises(NoResponseError) as caught:
        call(ask, transport, "Who am I?", on_progress=report)

    assert caught.value is failure
    assert caught.value.ids is not None
    assert caught.value.ids.evaluation_id
    assert transport.seen == list(STEPS[:3])


@pytest.mark.parametrize(
    ("outcome", "expected"), [("rejected", NotAnsweredError), ("pending", NotDoneError)], ids=["ended", "late"]
)
def test_no_answer(call: Call, outcome: str, expected: type[SecurityCopilotError]) -> None:
    """As with every other exception."""
    reported: list[Progress] = []

    with pytest.raises(expected) as caught:
        call(ask, FaultyTransport({}), f"[emulator: {outcome}]", deadline=60, on_progress=reported.append)

    assert caught.value.ids == reported[-1].ids


@pytest.mark.parametrize("step", STEPS[1:])
@pytest.mark.parametrize("way", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))], ids=["copied", "pickled"])  # noqa: S301 - our own
@pytest.mark.parametrize("name", ["404", "bug", "interrupt"])
def test_copies_have_the_ids(step: str, way: Call, name: str) -> None:
    """For process pools; of the client's exceptions and of all others."""
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - of any class
        call_sync(ask, FaultyTransport({step: [FAULTS[name][0]]}, Timing(1, 1)), "Who am I?")

    twin = way(caught.value)

    assert isinstance(twin.ids, Ids)
    assert twin.ids == caught.value.ids  # type: ignore[attr-defined]  # set by ask
    assert getattr(twin, "__notes__", None) == getattr(caught.value, "__notes__", None)


class FrozenError(Exception):
    """An exception that cannot be changed."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in ("ids", "__notes__"):
            raise AttributeError(name)
        super().__setattr__(name, value)


def test_an_exception_that_cannot_be_changed(call: Call) -> None:
    """It is raised as it is."""
    with pytest.raises(FrozenError, match="frozen"):
        call(wait, FaultyTransport({"poll": [raises(FrozenError, "frozen")]}), *IDS)


async def test_cancelling_a_task() -> None:
    """Whoever awaits the task gets the ids, and a traceback shows them."""
    polled = asyncio.Event()

    def report(progress: Progress) -> None:
        if progress.evaluation is not None:
            polled.set()

    transport = FaultyTransport({}, Timing(60, 60))
    async with AuthenticatedClient(token=TOKEN, httpx_args={"transport": transport}) as client:
        task = asyncio.create_task(ask_async("Who am I?", client=client, on_progress=report))
        await polled.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task

    ids: Ids = caught.value.ids  # type: ignore[attr-defined]  # set by ask
    assert ids.evaluation_id
    assert f"evaluation {ids.evaluation_id}" in traceback.format_exception(caught.value)[-1]


def test_ids_without_an_evaluation_cannot_be_waited_for(call: Call) -> None:
    """Nothing is sent."""
    transport = FaultyTransport({})

    with pytest.raises(ValueError, match="evaluation_id must be an id"):
        call(wait, transport, *Ids("default", GUID, GUID))
    assert transport.seen == []
