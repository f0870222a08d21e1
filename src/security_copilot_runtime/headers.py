"""Headers that a caller gives."""

from collections.abc import Mapping


def joined(headers: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Both; `more` replaces those of the same name, whose case does not matter."""
    replaced = {name.lower() for name in more}
    return {name: value for name, value in headers.items() if name.lower() not in replaced} | dict(more)
