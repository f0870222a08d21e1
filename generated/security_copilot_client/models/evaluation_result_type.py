# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

EvaluationResultType = Literal[
    "capacityExceeded",
    "error",
    "needAdditionalClaims",
    "rejected",
    "success",
    "timedOut",
    "unknown",
    "unknownFutureValue",
]

EVALUATION_RESULT_TYPE_VALUES: set[EvaluationResultType] = {
    "capacityExceeded",
    "error",
    "needAdditionalClaims",
    "rejected",
    "success",
    "timedOut",
    "unknown",
    "unknownFutureValue",
}


def check_evaluation_result_type(value: str) -> EvaluationResultType:
    if value in EVALUATION_RESULT_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVALUATION_RESULT_TYPE_VALUES!r}")
