# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

PluginPreviewStates = Literal["ga", "private", "public", "unknownFutureValue"]

PLUGIN_PREVIEW_STATES_VALUES: set[PluginPreviewStates] = {"ga", "private", "public", "unknownFutureValue"}


def check_plugin_preview_states(value: str) -> PluginPreviewStates:
    if value in PLUGIN_PREVIEW_STATES_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLUGIN_PREVIEW_STATES_VALUES!r}")
