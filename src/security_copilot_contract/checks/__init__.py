"""The contract checks: the promises, the directed plan that tests them, and Schemathesis against a service."""

from security_copilot_contract.checks.run import CannotRunError, Outcome, Settings, check

__all__ = ["CannotRunError", "Outcome", "Settings", "check"]
