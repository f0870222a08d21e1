# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

PluginProperty = Literal[
    "authorization",
    "catalogScope",
    "category",
    "description",
    "displayName",
    "isEnabled",
    "name",
    "previewState",
    "settings",
]

PLUGIN_PROPERTY_VALUES: set[PluginProperty] = {
    "authorization",
    "catalogScope",
    "category",
    "description",
    "displayName",
    "isEnabled",
    "name",
    "previewState",
    "settings",
}


def check_plugin_property(value: str) -> PluginProperty:
    if value in PLUGIN_PROPERTY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLUGIN_PROPERTY_VALUES!r}")
