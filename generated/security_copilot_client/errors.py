# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""The exceptions of the client. security_copilot_runtime.errors describes when each is raised."""

from security_copilot_runtime.errors import (
    AuthenticationError,
    InvalidResponseError,
    NoResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    SecurityCopilotError,
    ServiceError,
)

__all__ = [
    "AuthenticationError",
    "InvalidResponseError",
    "NoResponseError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitError",
    "SecurityCopilotError",
    "ServiceError",
]
