"""JSON as RFC 8259 defines it. The json module of Python accepts more.

Reading takes linear time, whatever the text is.
"""

import json
import math
import re
from typing import Any

# What int() and str() convert under every limit that Python can be set to (sys.set_int_max_str_digits).
MOST_DIGITS = 640

_LONGEST_NAME = 100
# An escape of JSON: a surrogate pair, half of one (the group), or another one. Valid JSON has them in strings only.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)


def loads(content: bytes) -> Any:
    """The value of a JSON text.

    ValueError if it is not JSON in UTF-8, names a property twice, nests too deeply to be read, or has half of a
    surrogate pair, which is no text; and for an integer of more than 640 digits or a number beyond a double.
    """
    text = content.decode("utf-8")
    try:
        value = _STRICT.decode(text)
    except RecursionError:
        raise ValueError("it nests too deeply") from None
    # The scan is not recursive, so a value that could be read is also one that can be checked.
    if "\\u" in text and any(escape[1] for escape in _ESCAPE.finditer(text)):
        raise ValueError("it has half of a surrogate pair")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise ValueError(f"the property {name[:_LONGEST_NAME]!r} is given twice")
            seen.add(name)
    return value


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"a number has {len(text):,} digits, more than can be read")
    return int(text)


def _double(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"the number {text[:_LONGEST_NAME]} is too large")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


_STRICT = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_integer, parse_float=_double, parse_constant=_no_constant
)
