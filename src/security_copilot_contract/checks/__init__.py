"""The contract checks: the promises, the plan that tests them, and Schemathesis against a service."""

from security_copilot_contract.checks.check_service import check
from security_copilot_contract.checks.run import CannotCheckError, Result, Settings

__all__ = ["CannotCheckError", "Result", "Settings", "check"]
