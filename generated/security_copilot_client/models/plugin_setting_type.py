# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

PluginSettingType = Literal["array", "bool", "enum", "secretString", "string", "unknownFutureValue"]

PLUGIN_SETTING_TYPE_VALUES: set[PluginSettingType] = {
    "array",
    "bool",
    "enum",
    "secretString",
    "string",
    "unknownFutureValue",
}


def check_plugin_setting_type(value: str) -> PluginSettingType:
    if value in PLUGIN_SETTING_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLUGIN_SETTING_TYPE_VALUES!r}")
