"""A hook of MkDocs: links that leave docs/ lead to the forge, since the site does not have the files they name."""

import re
from typing import Any


def on_page_markdown(markdown: str, *, config: Any, **_: Any) -> str:
    """The page, with absolute links in place of `../`."""
    return re.sub(r"\]\(\.\./", f"]({config.repo_url}/blob/main/", markdown)
