# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

SkillPreviewState = Literal["ga", "private", "public", "unknownFutureValue"]

SKILL_PREVIEW_STATE_VALUES: set[SkillPreviewState] = {"ga", "private", "public", "unknownFutureValue"}


def check_skill_preview_state(value: str) -> SkillPreviewState:
    if value in SKILL_PREVIEW_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SKILL_PREVIEW_STATE_VALUES!r}")
