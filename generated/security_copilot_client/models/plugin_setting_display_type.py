# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

PluginSettingDisplayType = Literal["checkbox", "dropdown", "none", "textbox", "unknownFutureValue"]

PLUGIN_SETTING_DISPLAY_TYPE_VALUES: set[PluginSettingDisplayType] = {
    "checkbox",
    "dropdown",
    "none",
    "textbox",
    "unknownFutureValue",
}


def check_plugin_setting_display_type(value: str) -> PluginSettingDisplayType:
    if value in PLUGIN_SETTING_DISPLAY_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLUGIN_SETTING_DISPLAY_TYPE_VALUES!r}")
