"""The arguments of operations: mistakes that would otherwise fail far from their cause, or reach the service."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol, Self, TypeVar
from uuid import UUID

T = TypeVar("T")
_PLAIN = {bool: "True or False", int: "an integer, such as 10", str: "a string"}


class _Model(Protocol):
    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self: ...
    def to_dict(self) -> dict[str, Any]: ...


def client(value: T) -> T:
    """The client of a call; TypeError for anything else."""
    if not hasattr(value, "arequest"):
        raise TypeError(f"client must be an AuthenticatedClient, not {type(value).__name__}")
    return value


def body(value: object, model: type[_Model]) -> dict[str, Any]:
    """The JSON of a request body; TypeError if it is not of its model, or a value in it is of the wrong type."""
    if not isinstance(value, model):
        name = model.__name__
        raise TypeError(f"body must be a {name}, not {type(value).__name__}: pass {name}(...) or {name}.from_dict(...)")
    written = value.to_dict()
    try:
        model.from_dict(written)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{model.__name__}: {error}") from None
    return written


def names(argument: str, value: T) -> T:
    """A list of names, or None; TypeError for anything else, such as one name as a string."""
    if value is None:
        return value
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{argument} must be a list of names, such as ['id'], not {value!r}")
    for name in value:
        if not isinstance(name, str):
            raise TypeError(f"{argument} must be a list of names, which are strings, not {name!r}")
    return value


def plain(argument: str, value: T, kind: type[bool | int | str]) -> T:
    """A value of the type, or None; TypeError for anything else. True and False are no integers."""
    if value is None or type(value) is kind or (isinstance(value, kind) and not isinstance(value, bool)):
        return value
    raise TypeError(f"{argument} must be {_PLAIN[kind]}, not {value!r}")


def guid(argument: str, value: T) -> T:
    """A UUID, or the same as a string, or None; TypeError for anything else."""
    if value is None or isinstance(value, UUID):
        return value
    with suppress(ValueError):
        if isinstance(value, str) and str(UUID(value)) == value.lower():
            return value
    raise TypeError(f"{argument} must be a UUID, such as uuid.uuid4(), not {value!r}")
