"""The promises: what the documentation says of the service, each a sentence and a small function."""

from security_copilot_contract.checks.promises import collections, entities, error_responses, evaluations, messages
from security_copilot_contract.checks.promises.registry import GROUPS, PROMISES, Promise

__all__ = ["GROUPS", "PROMISES", "Promise", "collections", "entities", "error_responses", "evaluations", "messages"]
