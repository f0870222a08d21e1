"""The hash of a text that is Microsoft's: it shows a change, and the repository holds none of the text."""

import hashlib
import json
from typing import Any


def digest(value: Any) -> str:
    """A short hash of JSON or text."""
    return f"sha256:{hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]}"
