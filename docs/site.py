"""A hook of MkDocs: what reads well in the repository, and would not on the site."""

import re
from pathlib import Path
from typing import Any


def on_page_markdown(markdown: str, *, config: Any, **_: Any) -> str:
    """The page, with links to the forge in place of `../`, and with titles in place of the names of pages' files."""

    def title(link: re.Match[str]) -> str:
        heading = Path(config.docs_dir, link[1]).read_text("utf-8").partition("\n")[0]
        return f"[{heading.removeprefix('# ')}]({link[1]}"

    markdown = re.sub(r"\[([\w-]+\.md)\]\(\1", title, markdown)
    return re.sub(r"\]\(\.\./", f"]({config.extra['source']}/blob/main/", markdown)
