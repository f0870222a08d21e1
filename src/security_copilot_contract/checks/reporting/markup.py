"""HTML in which every text is escaped, and the texts that XML and HTML can have."""

import html
import re

# What XML 1.0 cannot have; HTML would show it as something else, or not at all.
_INVALID = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Markup(str):
    """Text that is HTML already. Only `element` makes it."""

    __slots__ = ()


def valid(text: str) -> str:
    """The text, with an escape for each character that XML cannot have."""
    return _INVALID.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def element(tag: str, *children: str, **attributes: str) -> Markup:
    """An element. Children that are no markup are text. An attribute's name may have `_` at its end or for a hyphen."""
    given = "".join(f' {name.rstrip("_").replace("_", "-")}="{_escaped(value)}"' for name, value in attributes.items())
    return Markup(f"<{tag}{given}>{fragment(*children)}</{tag}>")


def fragment(*children: str) -> Markup:
    """Several nodes, one after another."""
    return Markup("".join(child if isinstance(child, Markup) else _escaped(child) for child in children))


def _escaped(text: str) -> str:
    return html.escape(valid(text))
