# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""A client library for accessing Security Copilot"""

from importlib import import_module
from typing import TYPE_CHECKING

from security_copilot_runtime.odata import odata_string
from security_copilot_runtime.retry import Retry

from .client import AuthenticatedClient
from .errors import (
    AuthenticationError,
    InvalidResponseError,
    NoResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    SecurityCopilotError,
    ServiceError,
)

if TYPE_CHECKING:
    from security_copilot_asking import (
        Answer,
        EvaluationError,
        Ids,
        NotAnsweredError,
        NotDoneError,
        Progress,
        ask,
        ask_async,
        wait,
        wait_async,
    )

__version__ = "0.1.0"

__all__ = (
    "Answer",
    "AuthenticatedClient",
    "AuthenticationError",
    "EvaluationError",
    "Ids",
    "InvalidResponseError",
    "NoResponseError",
    "NotAnsweredError",
    "NotDoneError",
    "NotFoundError",
    "PermissionDeniedError",
    "Progress",
    "RateLimitError",
    "Retry",
    "SecurityCopilotError",
    "ServiceError",
    "ask",
    "ask_async",
    "odata_string",
    "wait",
    "wait_async",
)


# For type checkers this package has the names above and no others.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module("security_copilot_asking"), name)

    def __dir__() -> list[str]:
        return sorted({*__all__, "__version__"})
