"""The changelog as a table: an entry for each announcement."""

import json
from typing import Any

from tests.programs.upstream.digest import digest
from tests.programs.upstream.sources import SourceError


def changelog_table(content: bytes) -> dict[str, Any]:
    """Each announcement by its id. SourceError if the text is no changelog, or an empty one."""
    try:
        entries = json.loads(content)["changelog"]
        table = {f"{entry['CreatedDateTime']} {entry['Id']}": digest(entry) for entry in entries}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"the changelog is not understood: {error!r}") from None
    if not table:
        raise SourceError("the changelog has no entries")
    return table
