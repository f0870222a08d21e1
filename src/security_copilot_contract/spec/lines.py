"""The lines of the document: where somebody changes it."""

from collections.abc import Sequence
from functools import cache

import yaml

from security_copilot_contract.spec.files import DOCUMENT


def line_of(path: Sequence[str | int]) -> int:
    """The line of a key or an item of the document, or of the nearest place above it that exists."""
    node = _root()
    line = 1
    for key in path:
        found = _child(node, key)
        if found is None:
            return line
        line, node = found
    return line


@cache
def _root() -> yaml.Node | None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.compose(DOCUMENT.read_text("utf-8"), loader)


def _child(node: yaml.Node | None, key: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for name, inner in node.value:
            if name.value == str(key):
                return name.start_mark.line + 1, inner
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key].start_mark.line + 1, node.value[key]
    return None
