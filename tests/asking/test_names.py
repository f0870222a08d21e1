"""The names that the client has from its runtime and from `ask`: users import them from security_copilot_client."""

import copy
import inspect
import pickle
import subprocess
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import security_copilot_client
from security_copilot_client import (
    Answer,
    AuthenticationError,
    EvaluationError,
    Ids,
    InvalidResponseError,
    NoResponseError,
    NotAnsweredError,
    NotDoneError,
    NotFoundError,
    PermissionDeniedError,
    Progress,
    RateLimitError,
    Retry,
    SecurityCopilotError,
    ServiceError,
)
from security_copilot_client.models import Evaluation

NAMES = [name for name in security_copilot_client.__all__ if name != "AuthenticatedClient"]
REQUEST = httpx.Request("GET", "https://graph.microsoft.com/beta/a", headers={"client-request-id": "1"})
REFUSED = httpx.Response(
    404, headers={"request-id": "2"}, json={"error": {"code": "notFound", "message": "None."}}, request=REQUEST
)
IDS = Ids("default", "a", "b", "c")
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
EVALUATION = Evaluation(
    id="c",
    created_date_time=MOMENT,
    run_start_date_time=MOMENT,
    completed_date_time=MOMENT,
    last_modified_date_time=MOMENT,
    state="completed",
    execution_count=1,
    is_cancelled=False,
    result=None,
)

ERRORS: list[SecurityCopilotError] = [
    SecurityCopilotError("it failed", REQUEST),
    NoResponseError("no response", REQUEST),
    InvalidResponseError("malformed", REQUEST, REFUSED),
    ServiceError(REQUEST, REFUSED, 7.0),
    AuthenticationError(REQUEST, REFUSED, None),
    PermissionDeniedError(REQUEST, REFUSED, None),
    NotFoundError(REQUEST, REFUSED, None),
    RateLimitError(REQUEST, REFUSED, 7.0),
    EvaluationError("no answer", REQUEST, REFUSED, IDS, EVALUATION),
    NotAnsweredError("no answer", REQUEST, REFUSED, IDS, EVALUATION),
    NotDoneError("not done", REQUEST, None, IDS, None),
]


@pytest.mark.parametrize("name", NAMES)
def test_they_belong_to_the_client(name: str) -> None:
    """In their `__module__`, which reprs and tracebacks print, and where pickle looks for them."""
    thing = getattr(security_copilot_client, name)

    assert thing.__module__ == "security_copilot_client"
    assert pickle.loads(pickle.dumps(thing)) is thing  # noqa: S301 - our own


def test_a_traceback_names_what_to_catch() -> None:
    printed = traceback.format_exception_only(ERRORS[1])

    assert printed[0].startswith("security_copilot_client.NoResponseError: no response")


@pytest.mark.parametrize("value", [IDS, Retry(attempts=2), Progress(IDS), Answer("Yes.", EVALUATION, IDS)])
def test_values_can_be_pickled(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own
    assert copy.deepcopy(value) == value


def test_a_model_is_the_same_after_it() -> None:
    """A property that is absent stays absent."""
    for twin in (pickle.loads(pickle.dumps(EVALUATION)), copy.deepcopy(EVALUATION)):  # noqa: S301 - our own
        assert twin.to_dict() == EVALUATION.to_dict()


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("way", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))], ids=["copied", "pickled"])  # noqa: S301 - our own
def test_exceptions_can_be_pickled(error: SecurityCopilotError, way: Any) -> None:
    """As a process pool does: message, ids, statuses and codes are kept."""
    twin = way(error)

    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert twin.__dict__.keys() == error.__dict__.keys()
    plain = error.__dict__.keys() - {"request", "response"}
    assert {name: twin.__dict__[name] for name in plain} == {name: error.__dict__[name] for name in plain}
    assert twin.request.url == error.request.url
    assert (twin.response and twin.response.content) == (error.response and error.response.content)


def test_every_exception_is_pickled_above() -> None:
    exceptions = {
        thing
        for name in NAMES
        if inspect.isclass(thing := getattr(security_copilot_client, name)) and issubclass(thing, Exception)
    }

    assert {type(error) for error in ERRORS} == exceptions


def test_a_new_process_can_read_a_pickle() -> None:
    """Before it has imported anything of ours."""
    program = "import pickle, sys; print(pickle.load(sys.stdin.buffer))"
    done = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(ERRORS[-2]), capture_output=True, check=True
    )

    assert done.stdout.decode().strip() == str(ERRORS[-2])


def test_dir_lists_what_is_imported_late() -> None:
    program = "import security_copilot_client, sys; print('ask' in dir(security_copilot_client), *sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)

    listed, *modules = done.stdout.split()
    assert listed == "True"
    assert "security_copilot_asking" not in modules
