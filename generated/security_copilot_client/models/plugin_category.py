# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

PluginCategory = Literal[
    "hidden", "microsoft", "microsoftConnectors", "other", "plugin", "testing", "unknownFutureValue", "web"
]

PLUGIN_CATEGORY_VALUES: set[PluginCategory] = {
    "hidden",
    "microsoft",
    "microsoftConnectors",
    "other",
    "plugin",
    "testing",
    "unknownFutureValue",
    "web",
}


def check_plugin_category(value: str) -> PluginCategory:
    if value in PLUGIN_CATEGORY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLUGIN_CATEGORY_VALUES!r}")
