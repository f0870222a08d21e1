"""The promises of the documentation, each a sentence and a small function that validates it."""

from security_copilot_contract.checks.promises import (
    collections,
    entities,
    error_responses,
    evaluations,
    messages,
    times,
)
from security_copilot_contract.checks.promises.messages import may_refuse, response_arrives
from security_copilot_contract.checks.promises.registry import GROUPS, PROMISES, Promise, finding, validate

__all__ = [
    "GROUPS",
    "PROMISES",
    "RESPONSE_ARRIVES",
    "Promise",
    "collections",
    "entities",
    "error_responses",
    "evaluations",
    "finding",
    "may_refuse",
    "messages",
    "times",
    "validate",
]

# A request without a response breaks this promise. It has no interaction that could be validated.
RESPONSE_ARRIVES = response_arrives.__name__
