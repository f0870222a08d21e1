"""The client's models as JSON."""

import re
from collections.abc import Mapping
from typing import Any


def is_model(value: object) -> bool:
    """Whether a value is a model of the client, such as a Session."""
    return hasattr(value, "to_dict")


def as_json(value: Any) -> Any:
    """The value, with the client's models in it converted to JSON."""
    if is_model(value):
        return _with_z(value.to_dict())
    if isinstance(value, Mapping):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value


def _with_z(value: Any, name: str = "") -> Any:
    """The JSON of a model, with UTC written as the API writes it: `Z` for `+00:00`."""
    if isinstance(value, dict):
        return {key: _with_z(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_z(item) for item in value]
    return re.sub(r"\+00:00$", "Z", value) if name.endswith("DateTime") else value
