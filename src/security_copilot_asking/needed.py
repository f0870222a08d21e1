"""What `ask` and `wait` need of a response, and no more: nothing else that is missing or malformed stops them."""

from contextlib import suppress
from typing import Any

import httpx
from security_copilot_client.models import Evaluation

from security_copilot_runtime import parsing
from security_copilot_runtime.values import wrong_type

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError)
_NOT_YET = "0001-01-01T00:00:00Z"
# What an evaluation has at first, by the documentation; it stands in for what is missing.
_AT_FIRST: dict[str, Any] = {
    "createdDateTime": _NOT_YET,
    "runStartDateTime": _NOT_YET,
    "completedDateTime": _NOT_YET,
    "lastModifiedDateTime": _NOT_YET,
    "executionCount": 0,
    "isCancelled": False,
}


def created_id(response: httpx.Response) -> str:
    """The id of what was created. Any 2xx with an id is a success."""
    if not response.is_success:
        raise parsing.failure(response)
    return parsing.parse(response, _id)


def created_evaluation(response: httpx.Response) -> Evaluation | None:
    """The evaluation that was created; None if it must be polled to be known."""
    with suppress(*_MALFORMED):
        return _evaluation(response.json())
    return None


def polled_evaluation(response: httpx.Response) -> Evaluation:
    """The evaluation: `id`, `state` and `result` are the service's, and all else that is well-formed."""
    if not response.is_success:
        raise parsing.failure(response)
    return parsing.parse(response, _evaluation)


def _id(data: Any) -> str:
    if not isinstance(data, dict):
        raise wrong_type("the body", data, "an object")
    found = data["id"]
    if not isinstance(found, str) or not found:
        raise TypeError(f"expected an id, got {found!r}")
    return found


def _evaluation(data: Any) -> Evaluation:
    try:
        return Evaluation.from_dict(data)
    except _MALFORMED:
        needed = {"id": _id(data), "state": data["state"], "result": _result(data.get("result"))}
    complete = {name: value for name, value in data.items() if not name.startswith("@")} | needed
    for name, value in _AT_FIRST.items():
        try:
            Evaluation.from_dict({**_AT_FIRST, **needed, name: data[name]})
        except _MALFORMED:
            complete[name] = value
    return Evaluation.from_dict(complete)


def _result(data: Any) -> Any:
    """A result whose release stage, which nobody needs, is a string."""
    if not isinstance(data, dict) or isinstance(data.get("previewState"), str):
        return data
    return {**data, "previewState": "unknownFutureValue"}
