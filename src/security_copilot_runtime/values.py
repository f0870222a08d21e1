"""JSON values, and the exceptions for wrong ones."""

from collections.abc import Mapping
from datetime import datetime

_KINDS: Mapping[type, str] = {
    bool: "a boolean",
    dict: "an object",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "a string",
    type(None): "null",
}


def timestamp(value: str) -> datetime:
    """An RFC 3339 timestamp, aware, cut to the microsecond; ValueError or TypeError for anything else."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"the timestamp {value!r} has no time zone")
    return moment


def wrong_type(name: str, value: object, expected: str) -> TypeError:
    """The exception for a property, or a whole object, of the wrong JSON type."""
    return TypeError(f"{name}: expected {expected}, got {_KINDS.get(type(value), type(value).__name__)}")
