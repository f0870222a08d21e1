# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

WorkspaceProperty = Literal["displayName", "id"]

WORKSPACE_PROPERTY_VALUES: set[WorkspaceProperty] = {"displayName", "id"}


def check_workspace_property(value: str) -> WorkspaceProperty:
    if value in WORKSPACE_PROPERTY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WORKSPACE_PROPERTY_VALUES!r}")
