"""JSON as one may write it (RFC 8259), and not all that readers put up with."""

import json
from typing import Any


def loads(text: bytes) -> Any:
    """The value of a JSON text.

    ValueError for what is no JSON in UTF-8, what names a property twice, what nests too deeply to be read, and half
    of a surrogate pair, which is no text.
    """
    try:
        value = _STRICT.decode(text.decode("utf-8"))
    except RecursionError:
        raise ValueError("it nests too deeply") from None
    if b"\\u" in text:
        # Written without escapes, half of a pair cannot be encoded; nothing else is.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the property {next(name for name in names if names.count(name) > 1)!r} is given twice")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
