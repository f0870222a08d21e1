# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""A client library for accessing Security Copilot"""

from security_copilot_runtime.retry import Retry

from .client import AuthenticatedClient
from .errors import InvalidResponseError, NoResponseError, SecurityCopilotError, ServiceError

__version__ = "0.1.0"

__all__ = (
    "AuthenticatedClient",
    "InvalidResponseError",
    "NoResponseError",
    "Retry",
    "SecurityCopilotError",
    "ServiceError",
)
