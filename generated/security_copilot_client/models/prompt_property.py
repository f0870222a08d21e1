# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

PromptProperty = Literal[
    "content", "createdDateTime", "id", "inputs", "lastModifiedDateTime", "skillInputDescriptors", "skillName", "type"
]

PROMPT_PROPERTY_VALUES: set[PromptProperty] = {
    "content",
    "createdDateTime",
    "id",
    "inputs",
    "lastModifiedDateTime",
    "skillInputDescriptors",
    "skillName",
    "type",
}


def check_prompt_property(value: str) -> PromptProperty:
    if value in PROMPT_PROPERTY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PROMPT_PROPERTY_VALUES!r}")
