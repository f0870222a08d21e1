"""The documented session, for tests that need a valid one: a new property of it is in every test."""

from typing import Any

from security_copilot_contract.spec.exchange import exchanges


def documented_session() -> dict[str, Any]:
    """The properties of the documented session, without annotations, by their names in JSON."""
    (exchange,) = (exchange for exchange in exchanges() if exchange.name == "get_session")
    return {name: value for name, value in exchange.response.json().items() if not name.startswith("@")}
