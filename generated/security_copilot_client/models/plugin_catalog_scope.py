# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

PluginCatalogScope = Literal[
    "geoGlobal", "global", "none", "tenant", "unknownFutureValue", "user", "userWorkspace", "workspace"
]

PLUGIN_CATALOG_SCOPE_VALUES: set[PluginCatalogScope] = {
    "geoGlobal",
    "global",
    "none",
    "tenant",
    "unknownFutureValue",
    "user",
    "userWorkspace",
    "workspace",
}


def check_plugin_catalog_scope(value: str) -> PluginCatalogScope:
    if value in PLUGIN_CATALOG_SCOPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLUGIN_CATALOG_SCOPE_VALUES!r}")
