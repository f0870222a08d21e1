"""JSON without what readers of JSON disagree on."""

import json
from typing import Any


def loads(text: bytes) -> Any:
    """The value of a JSON text in UTF-8.

    ValueError for anything else, for names that an object has twice, NaN, infinities, and what is no text;
    RecursionError when it is too deep.
    """
    value = json.loads(text.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
    # A lone surrogate is legal in JSON's grammar and is no text.
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a property is given twice")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")
