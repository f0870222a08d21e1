# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

PluginAuthTypes = Literal[
    "aad",
    "aadDelegated",
    "aPIKey",
    "basic",
    "none",
    "oAuthAuthorizationCodeFlow",
    "oAuthClientCredentialsFlow",
    "oAuthPasswordGrantFlow",
    "serviceHttp",
    "unknownFutureValue",
]

PLUGIN_AUTH_TYPES_VALUES: set[PluginAuthTypes] = {
    "aad",
    "aadDelegated",
    "aPIKey",
    "basic",
    "none",
    "oAuthAuthorizationCodeFlow",
    "oAuthClientCredentialsFlow",
    "oAuthPasswordGrantFlow",
    "serviceHttp",
    "unknownFutureValue",
}


def check_plugin_auth_types(value: str) -> PluginAuthTypes:
    if value in PLUGIN_AUTH_TYPES_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLUGIN_AUTH_TYPES_VALUES!r}")
