"""From an evaluation that has ended to an answer."""

from attrs import frozen
from security_copilot_client.models import Evaluation

from security_copilot_asking.errors import NotAnsweredError
from security_copilot_asking.polling import Poll
from security_copilot_runtime.ids import Ids

# The types of results that are no answer. The service may add types, and a client must not fail on them.
_NO_ANSWERS = frozenset({"error", "needAdditionalClaims", "rejected", "timedOut", "capacityExceeded"})


@frozen
class Answer:
    """An answer, and the evaluation that it comes from.

    To ask another question in the same session, pass `ids.session_id` to the next `ask`.
    """

    content: str
    evaluation: Evaluation
    ids: Ids


def answer(last: Poll, ids: Ids) -> Answer:
    """The answer in the last poll of an evaluation; NotAnsweredError if there is none."""
    content = content_of(last.evaluation)
    if content is not None:
        return Answer(content, last.evaluation, ids)
    problem = f"no answer: the evaluation {end_of(last.evaluation)}"
    raise NotAnsweredError(problem, last.response.request, last.response, ids, last.evaluation)


def content_of(evaluation: Evaluation) -> str | None:
    """The answer in an evaluation that has ended; None if there is none."""
    result = evaluation.result
    if evaluation.state != "completed" or result is None or result.type_ in _NO_ANSWERS:
        return None
    return result.content


def end_of(evaluation: Evaluation) -> str:
    """How an evaluation without an answer ended, for messages."""
    if evaluation.state == "cancelled":
        return "was cancelled"
    if evaluation.state == "waitingForInput":
        return "waits for input ('waitingForInput'), which needs a human"
    if evaluation.result is None:
        return "was completed without a result"
    return f"was completed with a result of the type {evaluation.result.type_!r}"
