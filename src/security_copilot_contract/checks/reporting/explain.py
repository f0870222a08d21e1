"""Explains a promise: what it says, where that is documented, and how a service breaks it."""

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from security_copilot_contract.checks.promises import GROUPS, PROMISES
from security_copilot_contract.checks.reporting.style import safe, wrapped
from security_copilot_contract.checks.run import CannotCheckError

# Recorded by `make breaks`, from broken servers.
BREAKS = Path(__file__).with_name("breaks.json")


def explained(name: str) -> Iterator[str]:
    """The lines about a promise. CannotCheckError if there is none of that name."""
    promise = PROMISES.get(name)
    if promise is None:
        close = difflib.get_close_matches(name, PROMISES, 3)
        hint = f"; did you mean {' or '.join(close)}?" if close else "; --explain alone lists them"
        raise CannotCheckError(f"--explain: there is no promise {name!r}{hint}")
    yield name
    yield from wrapped(promise.sentence, "  ", "  ")
    yield ""
    yield from wrapped(f"Source: {promise.place}", "  ", "    ")
    yield from wrapped(f"Confidence: {promise.confidence}. {promise.source.text}", "  ", "    ")
    example = json.loads(BREAKS.read_text("utf-8")).get(name)
    if example is not None:
        yield "\n  An example of a break"
        yield safe(f"    {unquote(example['request'])} ({example['status']})")
        yield from wrapped(example["problem"], "      ", "      ")


def listed() -> Iterator[str]:
    """The lines that list the promises, in their groups."""
    for group in GROUPS:
        yield f"{group}\n"
        for promise in (promise for promise in PROMISES.values() if promise.group == group):
            yield f"  {promise.name}\n      {promise.sentence}\n      ({promise.confidence}: {promise.place})\n"
    yield f"{len(PROMISES)} promises; the full profile adds the checks of Schemathesis."
