# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Literal

SessionProperty = Literal["createdDateTime", "displayName", "id", "lastModifiedDateTime"]

SESSION_PROPERTY_VALUES: set[SessionProperty] = {"createdDateTime", "displayName", "id", "lastModifiedDateTime"}


def check_session_property(value: str) -> SessionProperty:
    if value in SESSION_PROPERTY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SESSION_PROPERTY_VALUES!r}")
