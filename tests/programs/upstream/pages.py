"""The pages of the documentation as a table: their sections, and their examples of HTTP."""

import json
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from attrs import frozen

from tests.programs.upstream.digest import digest
from tests.programs.upstream.sources import SourceError

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
# A comment with JSON stands before each block of HTTP; the language is written "``` http" or "```http".
_EXAMPLE = re.compile(r"<!--\s*(\{(?:(?!-->).)*\})\s*-->\s*^``` ?http\n(.*?)^```", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->|^```.*?^```", re.DOTALL | re.MULTILINE)
_TABLE = re.compile(r"^\|.*\|\s*\n\|[ :|-]+\|\s*\n(?!\|)", re.MULTILINE)
# Texts that are less alike are two examples, not one that has changed.
_ALIKE = 0.6


@frozen
class Example:
    """A documented request or response."""

    kind: str
    text: str


def page_table(name: str, text: str) -> tuple[dict[str, Any], list[Example]]:
    """The sections of a page without the examples, and the examples.

    SourceError if it is no page, or a table in it has no rows.
    """
    body = _FRONT_MATTER.sub("", text)
    if not _HEADING.search(body):
        raise SourceError(f"{name}: no heading, so it is no page")
    if _TABLE.search(body):
        raise SourceError(f"{name}: a table without rows")
    examples = list(_examples(name, body))
    prose = _EXAMPLE.sub("", body)
    return {f"{name}: {heading}": digest(section) for heading, section in _sections(prose)}, examples


def _sections(body: str) -> Iterator[tuple[str, str]]:
    """The heading of each section, and its text up to the next heading. Headings in code are none."""
    masked = _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), body)
    starts = [(match.start(), match.group(1)) for match in _HEADING.finditer(masked)]
    counts: dict[str, int] = {}
    for index, (start, heading) in enumerate([(0, "(beginning)"), *starts]):
        end = starts[index][0] if index < len(starts) else len(body)
        section = "\n".join(line.rstrip() for line in body[start:end].strip().splitlines())
        counts[heading] = counts.get(heading, 0) + 1
        if section:
            yield heading if counts[heading] == 1 else f"{heading} ({counts[heading]})", section


def _examples(name: str, body: str) -> Iterator[Example]:
    for match in _EXAMPLE.finditer(body):
        try:
            kind = json.loads(match.group(1))["blockType"]
        except (ValueError, KeyError) as error:
            raise SourceError(f"{name}: a comment before an example is not understood: {error!r}") from None
        if kind in ("request", "response"):
            yield Example(kind, match.group(2).strip())


def example_table(examples: list[Example], exchanges: dict[str, Example]) -> dict[str, Any]:
    """The digest of each example, by the exchange that it is or resembles; of the others by the first line."""
    left = dict(exchanges)
    table: dict[str, Any] = {}
    changed = []
    for example in examples:
        name = next((name for name, known in left.items() if known == example), None)
        if name is not None:
            table[name] = digest(left.pop(name).text)
        elif example not in exchanges.values():
            changed.append(example)
    for example in changed:
        name = max(left, key=lambda each: _likeness(left[each], example), default=None)
        if name is not None and _likeness(left[name], example) >= _ALIKE:
            del left[name]
        else:
            name = f"{example.kind} {example.text.partition(chr(10))[0]}"
        table[name] = digest(example.text)
    return table


def _likeness(one: Example, other: Example) -> float:
    return SequenceMatcher(None, one.text, other.text).ratio() if one.kind == other.kind else 0.0
