"""JSON values, and the exceptions for wrong ones."""

from datetime import datetime


def timestamp(value: str) -> datetime:
    """An RFC 3339 timestamp, aware, cut to the microsecond; ValueError or TypeError for anything else."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"the timestamp {value!r} has no time zone")
    return moment


def wrong_type(name: str, value: object) -> TypeError:
    """The exception for a property, or a whole object, of the wrong JSON type."""
    return TypeError(f"{name} must not be of type {type(value).__name__}")
