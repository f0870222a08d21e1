"""The one form of a URL in which the document has it.

Microsoft Graph accepts two more forms at /beta: the `$` of a query option is optional, and a key may stand in
parentheses, as a string in which a quote is doubled. The document has `workspaces/default?$top=1` alone, which is what
the client sends; so does the canonical form of `workspaces('default')?top=1`.
"""

import re
from urllib.parse import unquote

# The collections of the API whose entities have a key in a path.
KEYED = ("workspaces", "sessions", "prompts", "evaluations")
# The query options that Microsoft Graph documents.
OPTIONS = ("count", "expand", "filter", "format", "orderby", "search", "select", "skip", "skiptoken", "top")

_QUOTE = "(?:'|%27)"
_OCTET = rf"(?:[^'%]|%(?!27)|{_QUOTE}{_QUOTE})"
_KEY = re.compile(rf"({'|'.join(KEYED)})(?:\(|%28){_QUOTE}({_OCTET}+){_QUOTE}(?:\)|%29)", re.ASCII)
_OPTION = re.compile(rf"(^|&)(?=(?:{'|'.join(OPTIONS)})(?:=|&|$))")


def canonical(url: str) -> str:
    """The URL, absolute or relative and percent-encoded, with each key as a segment and the `$` of each query option.

    Nothing else is changed: an encoded slash stays encoded. A link to a next page is opaque; do not pass it.
    `top=1&$top=2` becomes `$top=1&$top=2`, which is a repeated option.
    """
    path, question_mark, query = url.partition("?")
    if "('" in path or "%2" in path:
        path = "/".join(map(_segments, path.split("/")))
    return path + question_mark + (_OPTION.sub(r"\1$", query) if query else "")


def _segments(segment: str) -> str:
    found = _KEY.fullmatch(segment)
    if found is None:
        return segment
    key = re.sub(_QUOTE * 2, "'", found[2])
    # As segments these would mean something else: a key again, or another level of the path.
    ambiguous = _KEY.fullmatch(key) or unquote(key) in (".", "..")
    return segment if ambiguous else f"{found[1]}/{key}"
