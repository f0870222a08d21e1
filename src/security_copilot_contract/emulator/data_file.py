"""What an emulator remembers, in a file: a JSON object, by path, with the entities of each collection.

    {
    "workspaces/default/sessions": [
    {"id": "...", "displayName": "Who am I"}
    ]
    }

An entity may leave out what has its default. What is going on with an evaluation that had not ended is in the
annotation `@emulator.run`.
"""

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from security_copilot_contract.emulator import schema
from security_copilot_contract.emulator.clock import timestamp
from security_copilot_contract.emulator.evaluation import Outcome, Pace, Run
from security_copilot_contract.emulator.resource import RESOURCES, WORKSPACE, Entity, canonical
from security_copilot_contract.spec import strict_json

# A collection's path, and its entities in the order of their creation.
Collections = Iterable[tuple[str, Iterable[tuple[Entity, Run | None]]]]

_MOST_SHOWN = 200


@frozen
class Row:
    """An entity of a file, the collection that it is in, and the run of an evaluation."""

    collection: str
    entity: Entity
    run: Run | None


def read(path: Path) -> list[Row]:
    """The entities of a file, parents first.

    OSError when it cannot be read; ValueError when it holds anything else, with the place in it.
    """
    try:
        content = strict_json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path} is not JSON in UTF-8: {error}") from None
    problem = next(schema.validator().iter_errors(content), None)
    if problem is not None:
        raise ValueError(f"{path}: {_place(problem.instance_path)}: {problem.message[:_MOST_SHOWN]}")
    seen: set[str] = set()
    rows = []
    for collection in sorted(content, key=lambda name: name.count("/")):
        key = RESOURCES[collection.rpartition("/")[2]].key
        for number, entity in enumerate(content[collection]):
            at = canonical(f"{collection}/{entity.get(key, number)}")
            if at in seen:
                raise ValueError(f"{path}: {_place([collection, number])}: the {key} {entity[key]!r} is there twice")
            seen.add(at)
            rows.append(Row(collection, *_parsed(entity)))
    return rows


def latest(rows: Iterable[Row]) -> datetime:
    """The latest moment of all that the rows tell; the year one when they tell none."""
    told = (value for row in rows for name, value in row.entity.items() if name.endswith("DateTime"))
    return max(map(datetime.fromisoformat, told), default=datetime.min.replace(tzinfo=UTC))


def write(path: Path, collections: Collections) -> None:
    """Write a file, whole or not at all. OSError when that cannot be done."""
    # What a link leads to, and not the link, is replaced.
    path = path.resolve()
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with new.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_lines(collections))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, new)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _lines(collections: Collections) -> Iterator[str]:
    """The file, a line for each entity, so that two versions can be compared."""
    separator = "{"
    for path, entities in collections:
        yield f"{separator}\n{json.dumps(_by_alias(path))}: ["
        for number, row in enumerate(entities):
            yield f"{',' if number else ''}\n{json.dumps(_shown(*row), ensure_ascii=False)}"
        yield "\n]"
        separator = ","
    yield "\n}\n"


def _by_alias(path: str) -> str:
    for alias, key in WORKSPACE.aliases.items():
        path = re.sub(f"^{WORKSPACE.collection}/{key}", f"{WORKSPACE.collection}/{alias}", path)
    return path


def _shown(entity: Entity, run: Run | None) -> Entity:
    return entity if run is None else {**entity, schema.RUN: attrs.asdict(run, value_serializer=_serialized)}


def _serialized(_: object, __: object, value: Any) -> Any:
    return timestamp(value) if isinstance(value, datetime) else value


def _parsed(written: Mapping[str, Any]) -> tuple[Entity, Run | None]:
    entity = dict(written)
    run = entity.pop(schema.RUN, None)
    if run is None:
        return entity, None
    began, created = (datetime.fromisoformat(run[name]) for name in ("began", "created"))
    return entity, Run(began, created, run["content"], Outcome(**run["outcome"]), Pace(**run["pace"]))


def _place(path: Iterable[str | int]) -> str:
    """A place in a file, as `workspaces/default/sessions[0].displayName`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".") or "the whole"
