# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

EvaluationState = Literal[
    "cancelled",
    "completed",
    "created",
    "deferred",
    "pending",
    "running",
    "unknown",
    "unknownFutureValue",
    "waitingForInput",
]

EVALUATION_STATE_VALUES: set[EvaluationState] = {
    "cancelled",
    "completed",
    "created",
    "deferred",
    "pending",
    "running",
    "unknown",
    "unknownFutureValue",
    "waitingForInput",
}


def check_evaluation_state(value: str) -> EvaluationState:
    if value in EVALUATION_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVALUATION_STATE_VALUES!r}")
