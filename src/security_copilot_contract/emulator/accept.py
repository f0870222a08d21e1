"""The header Accept (RFC 9110, section 12.5.1)."""

import re

# The most specific range that matches counts.
_RANGES = ("application/json", "application/*", "*/*")
_WEIGHT = re.compile(r"q=(0(\.[0-9]{0,3})?|1(\.0{0,3})?)")


def accepts_json(accept: str) -> bool:
    """Whether a client takes application/json. Parameters other than the weight are ignored."""
    weights: dict[str, float] = {}
    for media_range in accept.lower().split(","):
        kind, *parameters = (part.strip() for part in media_range.split(";"))
        weights[kind] = max(weights.get(kind, 0.0), _weight(parameters))
    return next((weights[kind] > 0 for kind in _RANGES if kind in weights), False)


def _weight(parameters: list[str]) -> float:
    """The weight among the parameters of a range; 1 if there is none, or none that is valid."""
    return next((float(weight[1]) for weight in map(_WEIGHT.fullmatch, parameters) if weight), 1.0)
