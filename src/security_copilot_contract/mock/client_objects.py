"""Objects of the client as JSON."""

import re
from collections.abc import Mapping
from typing import Any


def is_object(value: object) -> bool:
    """Whether it is an object of the client: a Session, a Prompt, and so on."""
    return hasattr(value, "to_dict")


def plain(value: Any) -> Any:
    """The same JSON without objects of the client in it."""
    if is_object(value):
        return _with_z(value.to_dict())
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def _with_z(value: Any, name: str = "") -> Any:
    """What an object of the client writes, with moments as the API writes them: `Z` for `+00:00`."""
    if isinstance(value, dict):
        return {key: _with_z(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_z(item) for item in value]
    return re.sub(r"\+00:00$", "Z", value) if name.endswith("DateTime") else value
