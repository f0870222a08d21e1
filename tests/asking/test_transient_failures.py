"""Polling goes on through failures that may pass, and ends with any other."""

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

import httpx
import pytest
from security_copilot_client import (
    Ids,
    InvalidResponseError,
    NoResponseError,
    NotDoneError,
    Progress,
    Retry,
    SecurityCopilotError,
    ServiceError,
    ask,
    wait,
)

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
ENDED = f'{{"id": "{GUID}", "state": "completed", "result": {{"content": "Yes.", "type": "success"}}}}'
ANSWERED = answers(200, ENDED)
Call = Callable[..., Any]

TRANSIENT: dict[str, Fault] = {
    **{str(status): answers(status) for status in (408, 429, 500, 502, 503, 504)},
    "502 of a gateway": answers(502, "<html>Bad Gateway</html>", **{"Content-Type": "text/html"}),
    **{kind.__name__: raises(kind, "no") for kind in (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError)},
    **{kind.__name__: raises(kind, "no") for kind in (httpx.ConnectTimeout, httpx.ReadTimeout, httpx.PoolTimeout)},
    "empty": answers(200),
    "204": answers(204),
    "HTML": answers(200, "<html>"),
    "cut off": answers(200, ENDED[:50]),
    "a list": answers(200, "[]"),
    "null": answers(200, "null"),
    "no id": answers(200, '{"state": "completed"}'),
    "no state": answers(200, f'{{"id": "{GUID}", "result": null}}'),
    "a result that is none": answers(200, f'{{"id": "{GUID}", "state": "completed", "result": "Yes."}}'),
    "compressed badly": answers(200, "no gzip", **{"Content-Encoding": "gzip"}),
}
FINAL: dict[str, tuple[Fault, type[SecurityCopilotError]]] = {
    **{str(status): (answers(status), ServiceError) for status in (400, 401, 403, 404, 405, 409, 410, 418, 425, 451)},
    **{str(status): (answers(status), ServiceError) for status in (501, 505, 507, 511, 520, 599)},
    **{str(status): (answers(status), InvalidResponseError) for status in (300, 301, 302, 304, 307, 308)},
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[PausesOnlyClock]:
    """Pauses take no time."""
    with use(PausesOnlyClock()) as clock:
        yield clock


@pytest.fixture(params=[call_sync, call_asyncio], ids=["sync", "asyncio"])
def call(request: pytest.FixtureRequest) -> Call:
    """Call `ask` or `wait`, blocking or with asyncio."""
    function: Call = request.param
    return function


@pytest.mark.parametrize("name", TRANSIENT)
def test_a_failure_that_passes(call: Call, name: str, clock: PausesOnlyClock) -> None:
    """The next poll gives the evaluation, after the pause between polls."""
    transport = FaultyTransport({"poll": [TRANSIENT[name], ANSWERED]})

    evaluation = call(wait, transport, *IDS)

    assert evaluation.result.content == "Yes."
    assert transport.seen == ["poll"] * 2
    (pause,) = clock.pauses
    assert 0.4 <= pause <= 0.5


@pytest.mark.parametrize("name", TRANSIENT)
def test_a_failure_that_passes_while_asking(call: Call, name: str) -> None:
    """Nothing is created again."""
    transport = FaultyTransport({"poll": [TRANSIENT[name]] * 3})

    assert call(ask, transport, "Who am I?").content == "The emulator has evaluated: Who am I?"
    assert transport.seen == [*STEPS, "poll", "poll", "poll"]


@pytest.mark.parametrize("name", TRANSIENT)
def test_twenty_in_a_row_end_it(call: Call, name: str) -> None:
    """Without a deadline; the exception of the last one is raised, with the ids."""
    transport = FaultyTransport({"poll": repeat(TRANSIENT[name])})

    with pytest.raises((ServiceError, NoResponseError, InvalidResponseError)) as caught:
        call(wait, transport, *IDS, deadline=None)

    assert len(transport.seen) == 20
    assert caught.value.ids == IDS


def test_failures_that_are_not_in_a_row_are_counted_anew(call: Call) -> None:
    """A poll between them shows that the service lives."""
    pending = answers(200, f'{{"id": "{GUID}", "state": "running"}}')
    rounds = [*[TRANSIENT["500"]] * 19, pending] * 3

    assert call(wait, FaultyTransport({"poll": [*rounds, ANSWERED]}), *IDS, deadline=None).state == "completed"


@pytest.mark.parametrize("name", TRANSIENT)
def test_the_deadline_ends_it(call: Call, name: str, clock: PausesOnlyClock) -> None:
    """However many failures there were; the last of them is the cause."""
    transport = FaultyTransport({"poll": repeat(TRANSIENT[name])})

    with pytest.raises(NotDoneError, match="could not be polled after 120 seconds; it goes on") as caught:
        call(wait, transport, *IDS, deadline=120)

    assert len(transport.seen) > 20
    assert 110 < sum(clock.pauses) < 120
    cause = caught.value.__cause__
    assert isinstance(cause, SecurityCopilotError)
    assert (caught.value.status_code, caught.value.ids) == (cause.status_code, IDS)


@pytest.mark.parametrize("name", FINAL)
def test_other_failures_end_it_at_once(call: Call, name: str) -> None:
    """With the ids."""
    fault, expected = FINAL[name]
    transport = FaultyTransport({"poll": [fault]})

    with pytest.raises(expected) as caught:
        call(wait, transport, *IDS)

    assert caught.value.status_code == int(name)
    assert caught.value.ids == IDS
    assert transport.seen == ["poll"]


def test_the_last_failure_before_the_deadline(call: Call) -> None:
    """After a poll that succeeded: the exception has its evaluation, and the failure as its cause."""
    running = answers(200, f'{{"id": "{GUID}", "state": "running"}}')

    with pytest.raises(NotDoneError, match="is still 'running' after 60 seconds") as caught:
        call(wait, FaultyTransport({"poll": [running, *[TRANSIENT["502"]] * 100]}), *IDS, deadline=60)

    assert caught.value.evaluation is not None
    assert isinstance(caught.value.__cause__, ServiceError)
    assert caught.value.status_code == 502


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_retry_after_is_kept(call: Call, status: int, clock: PausesOnlyClock) -> None:
    """By the pause between polls, too, if the client does not retry."""
    busy = answers(status, **{"Retry-After": "30"})

    call(wait, FaultyTransport({"poll": [busy, ANSWERED]}), *IDS)

    assert clock.pauses == [30]


def test_the_clients_retries_come_first(call: Call) -> None:
    """A failure is one of a whole call, with its attempts."""
    transport = FaultyTransport({"poll": repeat(TRANSIENT["503"])})

    with pytest.raises(ServiceError):
        call(wait, transport, *IDS, deadline=None, retry=Retry(attempts=3))

    assert len(transport.seen) == 60


BODIES: dict[str, str] = {
    "no more than is needed": ENDED,
    "null moments": ENDED[:-1] + ', "createdDateTime": null, "completedDateTime": null}',
    "moments that are none": ENDED[:-1] + ', "createdDateTime": "yesterday", "runStartDateTime": 5}',
    "a count that is none": ENDED[:-1] + ', "executionCount": "many", "isCancelled": "no"}',
    "control information": ENDED[:-1] + ', "@odata.context": 5, "@odata.type": null, "@microsoft.graph.tips": []}',
    "an unknown stage": ENDED.replace('"type"', '"previewState": null, "type"'),
}


@pytest.mark.parametrize("name", BODIES)
def test_nothing_else_is_needed_of_an_evaluation(call: Call, name: str) -> None:
    """It stands for an evaluation whose other properties are as at first."""
    evaluation = call(wait, FaultyTransport({"poll": [answers(200, BODIES[name])]}), *IDS)

    assert (evaluation.id, evaluation.state, evaluation.result.content) == (GUID, "completed", "Yes.")
    assert (evaluation.execution_count, evaluation.is_cancelled) == (0, False)
    assert evaluation.created_date_time.year == 1
    assert evaluation.to_dict()["result"]["type"] == "success"


def test_what_is_well_formed_is_kept(call: Call) -> None:
    """Though something beside it is not."""
    body = ENDED[:-1] + ', "executionCount": 3, "createdDateTime": "2026-01-01T00:00:00Z", "isCancelled": 5, "new": 1}'

    evaluation = call(wait, FaultyTransport({"poll": [answers(200, body)]}), *IDS)

    assert (evaluation.execution_count, evaluation.created_date_time.year) == (3, 2026)
    assert evaluation.additional_properties["new"] == 1


@pytest.mark.parametrize("status", [200, 201, 202])
def test_only_the_id_is_needed_of_what_is_created(call: Call, status: int) -> None:
    """Any 2xx with an id is a success: the object exists, and is billed."""
    created = answers(status, f'{{"id": "{GUID}"}}')
    reported: list[Progress] = []
    transport = FaultyTransport(
        {"sessions": [created], "prompts": [created], "evaluations": [created], "poll": [ANSWERED]}
    )

    answer = call(ask, transport, "Who am I?", on_progress=reported.append)

    assert answer.content == "Yes."
    assert answer.ids == IDS
    assert transport.seen == list(STEPS)
    assert [(step.ids, step.evaluation and step.evaluation.state) for step in reported] == [
        (Ids("default", GUID), None),
        (Ids("default", GUID, GUID), None),
        (IDS, None),
        (IDS, "completed"),
    ]


@pytest.mark.parametrize("body", ["", "null", "[]", "{}", '{"id": null}', '{"id": ""}', '{"id": 5}', "<html>"])
@pytest.mark.parametrize("step", STEPS[:3])
def test_a_create_without_an_id(call: Call, step: str, body: str) -> None:
    """It may exist, but nobody knows where; nothing more is created."""
    transport = FaultyTransport({step: [answers(201, body)]})

    with pytest.raises(InvalidResponseError, match=r"^201 with.*; the request has created an object"):
        call(ask, transport, "Who am I?")
    assert transport.seen == list(STEPS[: STEPS.index(step) + 1])
