"""The exceptions of `ask` and `wait`.

SecurityCopilotError
└── EvaluationError         an evaluation without an answer
    ├── NotAnsweredError    it has ended, or needs a human
    └── NotDoneError        it goes on, but the deadline has passed
"""

import httpx
from security_copilot_client.models import Evaluation

from security_copilot_runtime.errors import SecurityCopilotError
from security_copilot_runtime.ids import Ids


class EvaluationError(SecurityCopilotError):
    """There is no answer. `ids` locate the evaluation; `evaluation` is its state as of the last poll."""

    ids: Ids

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
    """The evaluation was cancelled, waits for a human's input, or its result is no answer."""

    evaluation: Evaluation


class NotDoneError(EvaluationError):
    """The deadline passed before the evaluation ended.

    Nothing is lost: the evaluation goes on, and `wait(*error.ids, client=client)` continues to poll it. `evaluation` is
    None if no poll succeeded. If the last poll failed, its exception is the `__cause__`.
    """
