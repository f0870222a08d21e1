# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

PromptType = Literal["context", "feedback", "prompt", "skill", "unknown", "unknownFutureValue"]

PROMPT_TYPE_VALUES: set[PromptType] = {"context", "feedback", "prompt", "skill", "unknown", "unknownFutureValue"}


def check_prompt_type(value: str) -> PromptType:
    if value in PROMPT_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PROMPT_TYPE_VALUES!r}")
