# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

EvaluationProperty = Literal[
    "completedDateTime",
    "createdDateTime",
    "executionCount",
    "id",
    "isCancelled",
    "lastModifiedDateTime",
    "result",
    "runStartDateTime",
    "state",
]

EVALUATION_PROPERTY_VALUES: set[EvaluationProperty] = {
    "completedDateTime",
    "createdDateTime",
    "executionCount",
    "id",
    "isCancelled",
    "lastModifiedDateTime",
    "result",
    "runStartDateTime",
    "state",
}


def check_evaluation_property(value: str) -> EvaluationProperty:
    if value in EVALUATION_PROPERTY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVALUATION_PROPERTY_VALUES!r}")
