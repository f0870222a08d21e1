"""Compares what Microsoft publishes about the API with the facts, the document and the exchanges of this repository.

    python -m tests.programs.upstream [FOLDER] [--only PART,PART] [--record]

The parts are the schema, the permissions, the changelog and the pages. Each is read from FOLDER, or from GitHub by
plain GET, and compared whole: with openapi/facts.yaml and openapi/exchanges as far as they state it, else with
record.json, which `--record` renews after somebody has looked at the differences. accepted.yaml has the differences
that have a reason. Each difference is one line.

The exit code is 0 if there is none, 1 if there are some, or an accepted one is gone, and 2 if a source is absent,
cannot be read or is not understood.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from attrs import frozen

from security_copilot_contract.spec.facts import Fact, facts
from security_copilot_contract.spec.files import EXCHANGES
from tests.programs.upstream.changelog import changelog_table
from tests.programs.upstream.comparison import (
    Accepted,
    differences,
    example_facts,
    permission_facts,
    schema_facts,
    to_record,
)
from tests.programs.upstream.pages import Example, example_table, page_table
from tests.programs.upstream.permissions import permission_table, routes
from tests.programs.upstream.schema import schema_table
from tests.programs.upstream.sources import (
    CHANGELOG,
    PERMISSIONS,
    PROVISIONING,
    SCHEMA,
    FolderReader,
    NetworkReader,
    Reader,
    SourceError,
)

_HERE = Path(__file__).parent
RECORD = _HERE / "record.json"
ACCEPTED = _HERE / "accepted.yaml"

_Table = Mapping[str, Any]


@frozen
class Stated:
    """What this repository states: facts, exchanges, accepted differences, and what was recorded, by part."""

    facts: Mapping[str, Fact]
    exchanges: Mapping[str, Example]
    accepted: Sequence[Accepted]
    recorded: Mapping[str, _Table]


def _schema(reader: Reader, stated: Stated) -> tuple[_Table, _Table]:
    return schema_facts(stated.facts), schema_table(reader.chunks(SCHEMA))


def _permissions(reader: Reader, stated: Stated) -> tuple[_Table, _Table]:
    table = permission_table(reader.read(PERMISSIONS), reader.read(PROVISIONING), routes(stated.facts))
    return permission_facts(stated.facts), table


def _changelog(reader: Reader, stated: Stated) -> tuple[_Table, _Table]:
    del stated
    return {}, changelog_table(reader.read(CHANGELOG))


def _pages(reader: Reader, stated: Stated) -> tuple[_Table, _Table]:
    table: dict[str, Any] = {}
    examples: list[Example] = []
    for name, text in reader.pages():
        sections, shown = page_table(name, text)
        table |= sections
        examples += shown
    return example_facts(stated.exchanges), table | example_table(examples, dict(stated.exchanges))


# Each gives what is expected of a part, and what its source says.
PARTS: Mapping[str, Callable[[Reader, Stated], tuple[_Table, _Table]]] = {
    "csdl": _schema,
    "permissions": _permissions,
    "changelog": _changelog,
    "pages": _pages,
}


@frozen
class Outcome:
    """The lines to print, the exit code, and what `--record` would write."""

    lines: tuple[str, ...]
    exit_code: int
    record: Mapping[str, _Table]


def compare(reader: Reader, parts: Sequence[str], stated: Stated) -> Outcome:
    """Compare some parts. A source that cannot be used is a line, and the other parts are compared all the same."""
    lines: list[str] = []
    record = dict(stated.recorded)
    problems: list[str] = []
    for part in parts:
        accepted = [each for each in stated.accepted if each.part == part]
        try:
            expected, got = PARTS[part](reader, stated)
        except SourceError as error:
            problems.append(f"{part}: could not compare: {error}")
            continue
        lines += _lines(part, expected, stated.recorded.get(part, {}), got, accepted)
        record[part] = to_record(expected, got, accepted)
    return Outcome((*lines, *problems), 2 if problems else 1 if lines else 0, record)


def _lines(part: str, expected: _Table, recorded: _Table, got: _Table, accepted: Sequence[Accepted]) -> Iterator[str]:
    unused = list(accepted)
    for difference in differences(part, expected, recorded, got):
        reason = next((each for each in unused if each.covers(difference)), None)
        if reason is None:
            yield str(difference)
        else:
            unused.remove(reason)
    for each in unused:
        yield f"{part}: {each.place}: the accepted difference is gone; remove it from {ACCEPTED.name}"


def stated() -> Stated:
    """What the repository states now."""
    examples = {}
    for path in sorted(EXCHANGES.glob("*.http")):
        request, _, response = path.read_text("utf-8").partition("\nHTTP/1.1 ")
        examples[f"{path.stem} request"] = Example("request", request.strip())
        examples[f"{path.stem} response"] = Example("response", f"HTTP/1.1 {response.strip()}")
    accepted = [
        Accepted(row["part"], place, got, row["reason"])
        for row in yaml.safe_load(ACCEPTED.read_text("utf-8"))
        for place, got in row["differences"].items()
    ]
    return Stated(facts(), examples, accepted, json.loads(RECORD.read_text("utf-8")))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.programs.upstream", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folder", nargs="?", type=Path, help="read the sources from this folder, not from GitHub")
    parser.add_argument("--only", default=",".join(PARTS), help="the parts to compare (default: %(default)s)")
    parser.add_argument("--record", action="store_true", help="write what the facts do not state to record.json")
    options = parser.parse_args(arguments)
    parts = options.only.split(",")
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; the parts are {', '.join(PARTS)}")
    if options.folder is not None and not options.folder.is_dir():
        parser.error(f"{options.folder} is no folder")
    reader = NetworkReader() if options.folder is None else FolderReader(options.folder)
    outcome = compare(reader, parts, stated())
    for line in outcome.lines:
        print(line)
    if options.record:
        RECORD.write_text(json.dumps(outcome.record, indent=1) + "\n", "utf-8")
    print(_summary(outcome, parts))
    return outcome.exit_code


def _summary(outcome: Outcome, parts: Sequence[str]) -> str:
    compared = ", ".join(parts)
    match outcome.exit_code:
        case 0:
            return f"No differences in {compared}."
        case 1:
            return f'Differences in {compared}: {len(outcome.lines)}. See CONTRIBUTING.md, "When Microsoft changes it".'
    return "Could not compare everything, see above."


if __name__ == "__main__":
    sys.exit(main())
