"""The data file of an emulator: a JSON object that maps the path of each collection to its entities.

    {
    "workspaces/default/sessions": [
    {"id": "...", "displayName": "Who am I"}
    ]
    }

An entity may leave out properties with their default value. An evaluation that had not ended has its execution in the
annotation `@emulator.execution`. A running emulator begins the file with
`"@emulator.generation": "7 1f2e3d4c"`: how often it was written, and by whom.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from security_copilot_contract.emulator import data_file_schema, file_writing
from security_copilot_contract.emulator.clock import timestamp
from security_copilot_contract.emulator.evaluation import Execution, Outcome, Timing
from security_copilot_contract.emulator.resource import RESOURCES, WORKSPACE, Entity, canonical
from security_copilot_contract.spec import strict_json

# A collection's path, and its entities in the order of their creation.
Collections = Iterable[tuple[str, Iterable[tuple[Entity, Execution | None]]]]

_MOST_SHOWN = 200
_COLLECTIONS = ", ".join(
    resource.template.replace(f"{{{WORKSPACE.parameter}}}", next(iter(WORKSPACE.aliases)))
    for resource in RESOURCES.values()
)
_GENERATION = re.compile(rb'\s*{\s*"%b"\s*:\s*"([^"]*)"' % re.escape(data_file_schema.GENERATION).encode())
_HEAD_BYTES = 200
# Of JSON: texts, and what is needed to find the names among them.
_SYMBOL = re.compile(r'"(?:[^"\\]|\\.)*"|[{}:\n]')
_encode = json.JSONEncoder(ensure_ascii=False).encode


@frozen
class Row:
    """An entity of a file, its collection, and the execution of a running evaluation."""

    collection: str
    entity: Entity
    execution: Execution | None


def read(path: Path) -> list[Row]:
    """The entities of a file, parents first.

    OSError if it cannot be read; ValueError, with the location, if the content is not valid.
    """
    text = path.read_bytes()
    try:
        content = strict_json.loads(text)
    except ValueError as error:
        raise ValueError(f"{path} is not JSON in UTF-8: {error}{_repetition(text)}") from None
    for name in content if isinstance(content, dict) else ():
        if name != data_file_schema.GENERATION and not data_file_schema.is_collection(name):
            raise ValueError(f"{path}: there is no collection {name[:_MOST_SHOWN]!r}, only {_COLLECTIONS}")
    problem = next(data_file_schema.validator().iter_errors(content), None)
    if problem is not None:
        raise ValueError(f"{path}: {_place(problem.instance_path)}: {problem.message[:_MOST_SHOWN]}")
    content.pop(data_file_schema.GENERATION, None)
    seen: dict[str, str] = {}
    rows = []
    for collection in sorted(content, key=lambda name: name.count("/")):
        key = RESOURCES[collection.rpartition("/")[2]].key
        for number, entity in enumerate(content[collection]):
            at = canonical(f"{collection}/{entity.get(key, number)}")
            place = _place([collection, number])
            if at in seen:
                raise ValueError(f"{path}: {place}: {seen[at]} already has the {key} {entity[key]!r}")
            seen[at] = place
            rows.append(Row(collection, *_parsed(entity)))
    return rows


def latest(rows: Iterable[Row]) -> datetime:
    """The latest timestamp in the rows; the year 1 if there is none."""
    moments = (value for row in rows for name, value in row.entity.items() if name.endswith("DateTime"))
    return max(map(datetime.fromisoformat, moments), default=datetime.min.replace(tzinfo=UTC))


def write(path: Path, collections: Collections, generation: str | None = None) -> None:
    """Write a file completely or not at all. OSError if that fails."""
    file_writing.write(path, _lines(collections, generation))


def generation(path: Path) -> str | None:
    """The generation of a file; None if it has none. OSError if it cannot be read."""
    with path.open("rb") as file:
        found = _GENERATION.match(file.read(_HEAD_BYTES))
    return None if found is None else found[1].decode("utf-8", "replace")


def _lines(collections: Collections, generation: str | None) -> Iterator[str]:
    """The lines of the file, one for each entity, so that two versions can be compared."""
    separator = "{"
    if generation is not None:
        yield f"{separator}\n{_encode(data_file_schema.GENERATION)}: {_encode(generation)}"
        separator = ","
    for path, entities in collections:
        yield f"{separator}\n{_encode(_by_alias(path))}: ["
        for number, row in enumerate(entities):
            yield f"{',' if number else ''}\n{_encode(_shown(*row))}"
        yield "\n]"
        separator = ","
    yield "\n}\n"


def _by_alias(path: str) -> str:
    for alias, key in WORKSPACE.aliases.items():
        path = re.sub(f"^{WORKSPACE.collection}/{key}", f"{WORKSPACE.collection}/{alias}", path)
    return path


def _shown(entity: Entity, execution: Execution | None) -> Entity:
    if execution is None:
        return entity
    return {**entity, data_file_schema.EXECUTION: attrs.asdict(execution, value_serializer=_serialized)}


def _serialized(_: object, __: object, value: Any) -> Any:
    return timestamp(value) if isinstance(value, datetime) else value


def _parsed(written: Mapping[str, Any]) -> tuple[Entity, Execution | None]:
    entity = dict(written)
    execution = entity.pop(data_file_schema.EXECUTION, None)
    if execution is None:
        return entity, None
    began, created = (datetime.fromisoformat(execution[name]) for name in ("began", "created"))
    return entity, Execution(
        began, created, execution["content"], Outcome(**execution["outcome"]), Timing(**execution["timing"])
    )


def _repetition(text: bytes) -> str:
    """The line of a name that its object already has, as the end of a message; empty if there is none."""
    names: list[set[str]] = []
    line, last = 1, ""
    for symbol in _SYMBOL.findall(text.decode("utf-8", "replace")):
        if symbol == "\n":
            line += 1
        elif symbol == "{":
            names.append(set())
        elif symbol == "}":
            names[-1:] = []
        elif symbol != ":":
            last = symbol
        elif names:
            if last in names[-1]:
                return f" (line {line}: {last[:_MOST_SHOWN]})"
            names[-1].add(last)
    return ""


def _place(path: Iterable[str | int]) -> str:
    """A location in a file, such as `workspaces/default/sessions[0].displayName`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".") or "the whole"
