"""The arguments of operations: mistakes that would otherwise fail far from their cause, or reach the service."""

from typing import TypeVar

T = TypeVar("T")
BodyT = TypeVar("BodyT")


def body(value: BodyT, model: type[BodyT]) -> BodyT:
    """The body of a request; TypeError if it is not of its model."""
    if not isinstance(value, model):
        name = model.__name__
        raise TypeError(f"body must be a {name}, not {type(value).__name__}: pass {name}(...) or {name}.from_dict(...)")
    return value


def names(argument: str, value: T) -> T:
    """A list of names, or nothing; TypeError for anything else, such as one name as a string."""
    if isinstance(value, (str, bytes, set, frozenset, dict)):
        raise TypeError(f"{argument} must be a list of names, such as ['id'], not {value!r}")
    if isinstance(value, (list, tuple)):
        for name in value:
            if not isinstance(name, str):
                raise TypeError(f"{argument} must be a list of names, which are strings, not {name!r}")
    return value
