"""JSON as RFC 8259 defines it. The json module of Python accepts more."""

import json
from typing import Any


def loads(text: bytes) -> Any:
    """The value of a JSON text.

    ValueError if it is not JSON in UTF-8, names a property twice, nests too deeply to be read, or has half of a
    surrogate pair, which is no text.
    """
    try:
        value = _STRICT.decode(text.decode("utf-8"))
    except RecursionError:
        raise ValueError("it nests too deeply") from None
    if b"\\u" in text:
        # Half of a pair cannot be encoded, and only an escape can have produced it.
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
