"""The contract checks: the documented exchanges against the document, Schemathesis against a service."""

from security_copilot_contract.checks.run import CannotRunError, Outcome, check

__all__ = ["CannotRunError", "Outcome", "check"]
