"""JSON values, and the exceptions for wrong ones."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

_KINDS: Mapping[type, str] = {
    bool: "a boolean",
    dict: "an object",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "a string",
    type(None): "null",
}

# To look it up in the class each time takes as long as to parse.
_from_iso_format = datetime.fromisoformat


def properties(name: str, value: object) -> dict[str, Any]:
    """A copy of a whole object; TypeError if it is none."""
    if not isinstance(value, Mapping):
        raise wrong_type(name, value, "an object")
    return dict(value)


def timestamp(value: str) -> datetime:
    """An RFC 3339 timestamp, aware, cut to the microsecond; ValueError or TypeError for anything else."""
    moment = _from_iso_format(value)
    if moment.tzinfo is None:
        raise ValueError(f"the timestamp {value!r} has no time zone")
    return moment


def wrong_type(name: str, value: object, expected: str) -> TypeError:
    """The exception for a property, or a whole object, of the wrong JSON type."""
    return TypeError(f"{name}: expected {expected}, got {_KINDS.get(type(value), type(value).__name__)}")
