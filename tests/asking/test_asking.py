"""ask() and wait(), over a real socket, blocking and with asyncio.

The client's pauses take no time, and move the emulator's clock forward. It stands still otherwise.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import httpx
import pytest
from security_copilot_client import (
    AuthenticatedClient,
    EvaluationError,
    NoResponseError,
    NotAnsweredError,
    NotDoneError,
    Progress,
    Retry,
    SecurityCopilotError,
    ServiceError,
    ask,
    ask_async,
    wait,
    wait_async,
)
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.emulator import OUTCOMES, TOKEN, ManualClock, Store, Timing, emulator, running
from security_copilot_runtime import deadline as limit
from security_copilot_runtime.clock import Clock, SkippingClock, use
from tests import stored_sessions
from tests.asking.faulty_transport import PausesOnlyClock

SESSIONS = "workspaces/default/sessions"
CREATED = ["sessions", "prompts", "evaluations"]
ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
MOMENTS = ("created", "runStart", "completed", "lastModified")
Call = Callable[..., Any]


class SharedClock(PausesOnlyClock):
    """The clock of the client, which only pauses move forward; and with it the clock of the emulator."""

    def __init__(self) -> None:
        super().__init__()
        self.emulator_clock = ManualClock()

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.emulator_clock.advance(seconds)


@pytest.fixture
def clock() -> Iterator[SharedClock]:
    """The clock of a test."""
    with use(SharedClock()) as clock:
        yield clock


@pytest.fixture
def store(clock: SharedClock) -> Store:
    """An emulator's store. An evaluation starts after a second, and runs for two."""
    return Store(clock.emulator_clock, timing=Timing(created=1, running=2))


@pytest.fixture(params=["sync", "asyncio"])
def call(request: pytest.FixtureRequest) -> Call:
    """Call `ask` or `wait`, blocking or with asyncio, with a client for the URL."""
    twins: dict[Any, Callable[..., Awaitable[Any]]] = {ask: ask_async, wait: wait_async}

    def sync(function: Call, url: str, *arguments: Any, retry: Retry | None = None, **keywords: Any) -> Any:
        with AuthenticatedClient(base_url=url, token=TOKEN, retry=retry) as client:
            return function(*arguments, client=client, **keywords)

    async def run(function: Call, url: str, *arguments: Any, retry: Retry | None = None, **keywords: Any) -> Any:
        async with AuthenticatedClient(base_url=url, token=TOKEN, retry=retry) as client:
            return await twins[function](*arguments, client=client, **keywords)

    return sync if request.param == "sync" else lambda *a, **k: asyncio.run(run(*a, **k))


async def _never_awaited(progress: Progress) -> None: ...


Answering = Callable[[str], Response | None]


class Between:
    """An emulator; `answering` may answer in its place. `creates` are the creates that came."""

    def __init__(self, store: Store, answering: Answering = lambda _: None) -> None:
        self.app = emulator(store)
        self.answering = answering
        self.creates: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["path"].rpartition("/")[2] if scope["method"] == "POST" else "poll"
        self.creates += [kind] if scope["method"] == "POST" else []
        response = self.answering(kind)
        await (response or self.app)(scope, receive, send)


def evaluation(state: str) -> str:
    """The JSON of an evaluation without a result."""
    moments = "".join(f'"{name}DateTime": "2026-01-01T00:00:00Z",' for name in MOMENTS)
    return f'{{"id": "{ID}", {moments} "state": "{state}", "executionCount": 0, "isCancelled": false, "result": null}}'


def once(kind: str, response: Response, after: int = 0) -> Answering:
    """Answer one request of a kind, after `after` others that the emulator answers."""
    left = [None] * after + [response]
    return lambda came: left.pop(0) if came == kind and left else None


EXPECTED: dict[str, tuple[type[EvaluationError], str] | str] = {
    "success": "The emulator has evaluated: Who am I? [emulator: success]",
    "futureResult": "The emulator has evaluated: Who am I? [emulator: futureResult]",
    "error": (NotAnsweredError, "completed with a result of the type 'error'"),
    "rejected": (NotAnsweredError, "completed with a result of the type 'rejected'"),
    "timedOut": (NotAnsweredError, "completed with a result of the type 'timedOut'"),
    "capacityExceeded": (NotAnsweredError, "completed with a result of the type 'capacityExceeded'"),
    "needAdditionalClaims": (NotAnsweredError, "completed with a result of the type 'needAdditionalClaims'"),
    "cancelled": (NotAnsweredError, "was cancelled"),
    "waitingForInput": (NotAnsweredError, "waits for input"),
    "pending": (NotDoneError, "is still 'pending' after 60 seconds"),
    "deferred": (NotDoneError, "is still 'deferred' after 60 seconds"),
    "futureState": (NotDoneError, "is still 'paused' after 60 seconds"),
}


class TestAsk:
    """Questions, and their results."""

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_outcomes(self, call: Call, serve: Callable[[ASGIApp], str], store: Store, outcome: str) -> None:
        """An answer, or an exception with the evaluation and its ids."""
        expected = EXPECTED[outcome]
        url = serve(emulator(store))
        content = f"Who am I? [emulator: {outcome}]"

        if isinstance(expected, str):
            answer = call(ask, url, content, deadline=60)
            assert answer.content == expected
            came = answer
        else:
            kind, message = expected
            with pytest.raises(SecurityCopilotError, match=message) as caught:
                call(ask, url, content, deadline=60)
            assert type(caught.value) is kind
            came = caught.value
        assert came.evaluation.state == OUTCOMES[outcome].state
        assert came.evaluation.id == came.ids.evaluation_id
        assert store.find("workspaces/{}/sessions/{}/prompts/{}/evaluations/{}".format(*came.ids)) is not None

    def test_an_answer_without_content_is_none(self, call: Call, serve: Callable[[ASGIApp], str], store: Store) -> None:
        """A completed evaluation may have no result; then there is nothing to return."""
        url = serve(Between(store, once("poll", Response(evaluation("completed"), media_type="application/json"))))

        with pytest.raises(NotAnsweredError, match="was completed without a result"):
            call(ask, url, "Who am I?")

    def test_everything_is_created_once(self, call: Call, serve: Callable[[ASGIApp], str], store: Store) -> None:
        """Though each request is throttled once, and retried."""
        throttled = {kind: [Response(status_code=429, headers={"Retry-After": "3"})] for kind in (*CREATED, "poll")}
        between = Between(store, lambda kind: throttled[kind].pop() if throttled[kind] else None)

        answer = call(ask, serve(between), "Who am I?", retry=Retry())

        prompts = f"{SESSIONS}/{answer.ids.session_id}/prompts"
        assert between.creates == [kind for kind in CREATED for _ in range(2)]
        assert (stored_sessions.count(store), store.count(prompts)) == (1, 1)
        assert store.count(f"{prompts}/{answer.ids.prompt_id}/evaluations") == 1

    @pytest.mark.parametrize("kind", ["sessions", "prompts", "evaluations"])
    def test_a_create_that_fails_is_the_end(
        self, call: Call, serve: Callable[[ASGIApp], str], store: Store, kind: str
    ) -> None:
        """It is not retried, since the service may have created something, and nothing else is created."""
        between = Between(store, once(kind, Response(status_code=500)))

        with pytest.raises(ServiceError, match="500"):
            call(ask, serve(between), "Who am I?", retry=Retry())

        assert between.creates == CREATED[: CREATED.index(kind) + 1]

    def test_each_step_is_reported(self, call: Call, serve: Callable[[ASGIApp], str], store: Store) -> None:
        """With the ids, so that an interrupted caller can find what was created."""
        reported: list[Progress] = []

        answer = call(ask, serve(emulator(store)), "Who am I?", on_progress=reported.append)

        assert [
            (step.ids.session_id, step.ids.prompt_id, step.ids.evaluation_id, step.evaluation and step.evaluation.state)
            for step in reported
        ] == [
            (answer.ids.session_id, "", "", None),
            (answer.ids.session_id, answer.ids.prompt_id, "", None),
            (*answer.ids[1:], "created"),
            (*answer.ids[1:], "created"),
            (*answer.ids[1:], "running"),
            (*answer.ids[1:], "running"),
            (*answer.ids[1:], "completed"),
        ]
        assert {step.ids.workspace_id for step in reported} == {"default"}
        assert reported[-1].evaluation == answer.evaluation

    def test_in_an_existing_session(self, call: Call, serve: Callable[[ASGIApp], str], store: Store) -> None:
        """No other session is created."""
        session = stored_sessions.create(store, "Mine")
        reported: list[Progress] = []

        answer = call(ask, serve(emulator(store)), "Who am I?", session_id=session.id, on_progress=reported.append)

        assert answer.ids.session_id == session.id
        assert stored_sessions.count(store) == 1
        assert reported[0].ids.prompt_id

    @pytest.mark.parametrize(
        ("content", "display_name", "expected"),
        [
            ("Who am I?", None, "Who am I?"),
            ("  Who am I?\r\nIn detail, please.", None, "Who am I?"),
            ("x" * 80, None, "x" * 80),
            ("x" * 81, None, "x" * 79 + "…"),
            ("Who am I?", "Mine", "Mine"),
        ],
    )
    def test_the_new_session_has_a_name(
        self,
        call: Call,
        serve: Callable[[ASGIApp], str],
        store: Store,
        content: str,
        display_name: str | None,
        expected: str,
    ) -> None:
        """The first line of the question; the prompt has all of it."""
        answer = call(ask, serve(emulator(store)), content, display_name=display_name)

        assert [session.display_name for session in stored_sessions.newest_first(store)] == [expected]
        prompt = store.find(f"{SESSIONS}/{answer.ids.session_id}/prompts/{answer.ids.prompt_id}")
        assert prompt is not None
        assert prompt["content"] == content

    @pytest.mark.parametrize("content", ["", " ", "\r\n\t", "\u2003", None, b"Who am I?", 5])
    @pytest.mark.parametrize("session_id", [None, ID])
    def test_no_question(
        self, call: Call, serve: Callable[[ASGIApp], str], store: Store, content: Any, session_id: str | None
    ) -> None:
        """It is refused before anything is created."""
        between = Between(store)

        with pytest.raises((ValueError, TypeError), match="content must be a"):
            call(ask, serve(between), content, session_id=session_id)
        assert between.creates == []

    @pytest.mark.parametrize(
        ("keywords", "message"),
        [
            ({"deadline": 0}, "deadline must be a number of seconds above 0"),
            ({"on_progress": "a"}, "on_progress must be a function, which is called without await, not str"),
            ({"on_progress": _never_awaited}, "called without await, not a coroutine function"),
            ({"session_id": "..", "display_name": None}, "session_id must be an id"),
            ({"session_id": "a", "display_name": "b"}, "pass only one of them"),
        ],
    )
    def test_invalid_arguments(
        self, call: Call, serve: Callable[[ASGIApp], str], store: Store, keywords: dict[str, Any], message: str
    ) -> None:
        """Reported before anything is created."""
        between = Between(store)

        with pytest.raises((TypeError, ValueError), match=message):
            call(ask, serve(between), "Who am I?", **keywords)
        assert between.creates == []


class TestWait:
    """Polling an existing evaluation."""

    @staticmethod
    def _ids(store: Store, content: str = "Who am I?") -> tuple[str, str, str, str]:
        session = stored_sessions.create(store, "Mine")
        prompts = f"{SESSIONS}/{session.id}/prompts"
        prompt = store.insert(prompts, {"content": content})
        return "default", session.id, prompt["id"], store.evaluate(f"{prompts}/{prompt['id']}")["id"]

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_it_returns_every_end(
        self, call: Call, serve: Callable[[ASGIApp], str], store: Store, outcome: str
    ) -> None:
        """Only an evaluation that does not end raises; the result may be no answer."""
        ids = self._ids(store, f"[emulator: {outcome}]")
        endless = OUTCOMES[outcome].state in {"pending", "deferred", "paused"}

        if endless:
            with pytest.raises(NotDoneError, match="after 600 seconds") as caught:
                call(wait, serve(emulator(store)), *ids)
            seen = caught.value.evaluation
        else:
            seen = call(wait, serve(emulator(store)), *ids)
        assert seen is not None
        assert (seen.id, seen.state) == (ids[3], OUTCOMES[outcome].state)

    def test_pauses_grow_to_five_seconds(
        self, call: Call, serve: Callable[[ASGIApp], str], store: Store, clock: SharedClock
    ) -> None:
        """By a half each time, less a random part of up to a fifth. The first poll is immediate."""
        store.timing = Timing(created=0, running=30)
        polls: list[int] = []

        call(wait, serve(emulator(store)), *self._ids(store), on_progress=lambda _: polls.append(len(clock.pauses)))

        longest = [min(0.5 * 1.5**number, 5.0) for number in range(len(clock.pauses))]
        assert longest[-1] == 5.0
        assert all(0.8 * most <= pause <= most for pause, most in zip(clock.pauses, longest, strict=True))
        assert len({pause / most for pause, most in zip(clock.pauses, longest, strict=True)}) > 3
        assert polls == list(range(len(clock.pauses) + 1))

    def test_an_evaluation_that_has_ended(
        self, call: Call, serve: Callable[[ASGIApp], str], store: Store, clock: SharedClock
    ) -> None:
        """One poll, without a pause."""
        ids = self._ids(store)
        clock.emulator_clock.advance(10)

        assert call(wait, serve(emulator(store)), *ids).state == "completed"
        assert clock.pauses == []

    def test_after_the_deadline_polling_can_continue(
        self, call: Call, serve: Callable[[ASGIApp], str], store: Store, clock: SharedClock
    ) -> None:
        """The exception has the evaluation and its ids. One or two last polls are shortly before the deadline."""
        store.timing = Timing(created=0, running=60)
        url = serve(emulator(store))

        with pytest.raises(NotDoneError, match="is still 'running' after 20 seconds") as caught:
            call(wait, url, *self._ids(store), deadline=20)

        assert 19 < sum(clock.pauses) < 20
        assert len(clock.pauses) <= 11
        assert caught.value.evaluation is not None
        assert caught.value.evaluation.state == "running"
        assert caught.value.client_request_id is not None
        assert call(wait, url, *caught.value.ids).state == "completed"

    def test_no_deadline_is_no_limit(
        self, call: Call, serve: Callable[[ASGIApp], str], store: Store, clock: SharedClock
    ) -> None:
        """It polls as long as it takes."""
        store.timing = Timing(created=0, running=2000)

        assert call(wait, serve(emulator(store)), *self._ids(store), deadline=None).state == "completed"
        assert sum(clock.pauses) >= 2000

    @pytest.mark.parametrize("status", [429, 503])
    def test_a_throttled_poll_is_retried(
        self, call: Call, serve: Callable[[ASGIApp], str], store: Store, clock: SharedClock, status: int
    ) -> None:
        """By the client's retry policy, in addition to the pauses between polls."""
        busy = Response(status_code=status, headers={"Retry-After": "7"})
        between = Between(store, once("poll", busy, after=2))
        polls: list[Progress] = []

        call(wait, serve(between), *self._ids(store), retry=Retry(), on_progress=polls.append)

        assert clock.pauses[2:] == [7.0]
        assert [step.evaluation and step.evaluation.state for step in polls] == ["created", "created", "completed"]

    def test_throttling_beyond_the_deadline_is_the_deadline(
        self, call: Call, serve: Callable[[ASGIApp], str], store: Store, clock: SharedClock
    ) -> None:
        """The cause is the response of the last poll."""
        busy = Response(status_code=429, headers={"Retry-After": "70"})
        url = serve(Between(store, once("poll", busy, after=1)))

        with pytest.raises(NotDoneError) as caught:
            call(wait, url, *self._ids(store), deadline=60, retry=Retry())

        assert isinstance(caught.value.__cause__, ServiceError)
        assert caught.value.evaluation is not None
        assert caught.value.status_code == 429
        assert len(clock.pauses) == 1

    def test_a_server_that_goes_away(self, call: Call, store: Store) -> None:
        """In the middle, and does not come back before the deadline."""
        states: list[str] = []
        with ExitStack() as stack:
            url = stack.enter_context(running(emulator(store)))

            def stop(progress: Progress) -> None:
                assert progress.evaluation
                states.append(progress.evaluation.state)
                if progress.evaluation.state == "running":
                    stack.close()

            with pytest.raises(NotDoneError, match="is still 'running' after 60 seconds") as caught:
                call(wait, url, *self._ids(store), retry=Retry(attempts=2), on_progress=stop, deadline=60)

        assert states[-1] == "running"
        assert isinstance(caught.value.__cause__, NoResponseError)
        assert caught.value.response is None

    def test_a_server_that_comes_back(self, call: Call, store: Store, clock: SharedClock) -> None:
        """At the same address, after some failures."""
        ids = self._ids(store)
        with running(emulator(store)) as url:
            port = httpx.URL(url).port or 0

        class Restarting(SkippingClock):
            def sleep(self, seconds: float) -> None:
                clock.sleep(seconds)
                if len(clock.pauses) == 3:
                    again.enter_context(running(emulator(store), port=port))

        with ExitStack() as again, use(Restarting()):
            assert call(wait, url, *ids).id == ids[3]
        assert len(clock.pauses) > 3


class Stalling:
    """An emulator that does not answer requests with a method."""

    def __init__(self, method: str) -> None:
        self.app = emulator(Store())
        self.method = method

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != self.method:
            await self.app(scope, receive, send)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                while (await receive())["type"] != "http.disconnect":
                    pass


class TestRealTime:
    """Tests that need real time."""

    def test_the_deadline_ends_a_poll(self, call: Call, serve: Callable[[ASGIApp], str]) -> None:
        """Though the client's own deadline is minutes later."""
        start = time.monotonic()

        with pytest.raises(NotDoneError, match=r"the evaluation could not be polled after 0\.3 seconds") as caught:
            call(wait, serve(Stalling("GET")), "default", ID, ID, ID, deadline=0.3)

        assert time.monotonic() - start < 5
        assert caught.value.evaluation is None
        assert isinstance(caught.value.__cause__, NoResponseError)
        assert caught.value.response is None

    def test_the_deadline_ends_a_create(self, call: Call, serve: Callable[[ASGIApp], str]) -> None:
        """There is no evaluation yet, so it is a NoResponseError."""
        start = time.monotonic()

        with pytest.raises(NoResponseError, match=r"not done within the deadline of 0\.[23]\d* seconds"):
            call(ask, serve(Stalling("POST")), "Who am I?", deadline=0.3)

        assert time.monotonic() - start < 5

    def test_each_call_has_its_own_deadline(self, call: Call, base_url: str) -> None:
        """The deadline of one call does not affect the next."""
        with pytest.raises(NotDoneError):
            call(ask, base_url, "Who am I?", deadline=0.2)

        assert call(ask, base_url, "Who am I?").evaluation.state == "completed"

    async def test_it_is_cancelled_at_once(self, base_url: str) -> None:
        """With asyncio, during a pause."""
        reported: list[Progress] = []
        polled = asyncio.Event()

        def report(progress: Progress) -> None:
            reported.append(progress)
            if len(reported) > len(CREATED):
                polled.set()

        async with AuthenticatedClient(base_url=base_url, token=TOKEN) as client:
            task = asyncio.create_task(ask_async("[emulator: pending]", client=client, on_progress=report))
            await asyncio.wait_for(polled.wait(), 20)
            start = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        assert time.monotonic() - start < 0.2
        assert reported[-1].ids.evaluation_id

    async def test_tasks_that_progress_starts_have_no_deadline(self, base_url: str) -> None:
        """Such as saving the ids: they may take longer than the question."""
        started: list[asyncio.Task[float | None]] = []

        async def save() -> float | None:
            return limit.sooner(None)

        async with AuthenticatedClient(base_url=base_url, token=TOKEN) as client:
            await ask_async(
                "Who am I?",
                client=client,
                deadline=20,
                on_progress=lambda _: started.append(asyncio.create_task(save())),
            )

        assert set(await asyncio.gather(*started)) == {None}
        assert len(started) > len(CREATED)

    async def test_concurrent_questions(self, base_url: str) -> None:
        """Ten take hardly longer than one; each has its own deadline."""
        start = time.monotonic()
        async with AuthenticatedClient(base_url=base_url, token=TOKEN) as client:
            asked = [ask_async(f"Question {number}", client=client, deadline=30 + number) for number in range(10)]
            answers = await asyncio.gather(*asked)

        assert [answer.content[-10:] for answer in answers] == [f"Question {number}" for number in range(10)]
        assert time.monotonic() - start < 8

    def test_an_interrupt_comes_through(self, base_url: str) -> None:
        """Blocking, during a pause; the progress before has the ids."""

        class Interrupted(Clock):
            def sleep(self, seconds: float) -> None:
                raise KeyboardInterrupt(seconds)

        reported: list[Progress] = []
        with (
            use(Interrupted()),
            AuthenticatedClient(base_url=base_url, token=TOKEN) as client,
            pytest.raises(KeyboardInterrupt),
        ):
            ask("Who am I?", client=client, on_progress=reported.append)

        assert reported[-1].ids.evaluation_id


@pytest.mark.parametrize("function", [ask, wait])
async def test_a_client_that_is_none(function: Call) -> None:
    arguments = ["Who am I?"] if function is ask else ["default", ID, ID, ID]
    twins: dict[Call, Call] = {ask: ask_async, wait: wait_async}

    with pytest.raises(TypeError, match="client must be an AuthenticatedClient, not NoneType"):
        function(*arguments, client=None)
    with pytest.raises(TypeError, match="client must be an AuthenticatedClient, not NoneType"):
        await twins[function](*arguments, client=None)
