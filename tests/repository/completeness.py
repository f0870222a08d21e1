"""Where each operation and each property has to be, and where one is missing.

A place is a part of one file (or a folder of files, one for each name) that has to have a row for every name of a
kind. What any place has, every other place must have. So whoever adds an operation to the document, or a property to
the emulator, gets a list of the files that are still to be edited.
"""

import ast
import copy
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from attrs import evolve, frozen

from security_copilot_contract.spec.exchange import parse
from security_copilot_contract.spec.files import read_yaml
from tests import ROOT

DOCUMENT = ROOT / "openapi" / "security-copilot.yaml"
EXCHANGES = ROOT / "openapi" / "exchanges"
FACTS = ROOT / "openapi" / "facts.yaml"
CLIENT = ROOT / "generated" / "security_copilot_client"
CONTRACT = ROOT / "src" / "security_copilot_contract"

GENERATE = "run `make generate`"
_HEADERS = {
    "request-id": "1",
    "client-request-id": "1",
    "content-type": "application/json",
    "authorization": "Bearer a",
}


@frozen
class Place:
    """A place, the names that it has, and what to write for a name that it has not.

    `{name}` in `file` and `write` is the name, `{snake}` the same in snake case.
    """

    file: str
    write: str
    names: frozenset[str]
    error: str = ""

    @classmethod
    def of(cls, path: Path, write: str, names: Callable[[], Iterable[str]]) -> "Place":
        """A place in the repository. While something is missing, its names may be unreadable; `error` is the reason."""
        file = path.relative_to(ROOT).as_posix()
        try:
            return cls(file, write, frozenset(names()))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
            return cls(file, write, frozenset(), f"{type(error).__name__}: {error}")

    def row(self, name: str) -> str:
        words = {"name": name, "snake": snake(name)}
        return f"{self.file.format(**words)}: {self.write.format(**words)}"


def missing(kind: str, places: Iterable[Place]) -> list[str]:
    """A paragraph for each name that some place has and another has not: what to edit, and what to write there."""
    places = list(places)
    readable = [place for place in places if not place.error]
    paragraphs = []
    for name in sorted(frozenset().union(*(place.names for place in readable))):
        rows = [place.row(name) for place in readable if name not in place.names]
        if rows:
            where = next(place.row(name).partition(":")[0] for place in readable if name in place.names)
            paragraphs.append("\n    ".join([f"{kind} {name}, which {where} has, is missing in", *rows]))
    return paragraphs + [
        f"each {kind} in {place.file} cannot be read: {place.error}" for place in places if place.error
    ]


def snake(name: str) -> str:
    return re.sub("(?=[A-Z])", "_", name).lower()


@cache
def facts() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(FACTS)
    return found


@cache
def raw() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(DOCUMENT)
    return found


# ---- operations


def operation_places() -> list[Place]:
    """Everything that has to know an operation."""
    return [
        Place.of(DOCUMENT, "add an operation with `operationId: {name}` under `paths`", _requests),
        Place.of(FACTS, "add a row `{name}` under `operations`", lambda: facts()["operations"]),
        Place.of(EXCHANGES / "{snake}.http", "add the documented request and response", _exchanged),
        Place.of(CLIENT / "api", f"{GENERATE}, which makes a module `{{snake}}.py` of the document", _generated),
        Place.of(
            CONTRACT / "emulator" / "app.py", "add its handler to the row of its resource in _OPERATIONS", _routed
        ),
        Place.of(CONTRACT / "mock" / "router.py", "add `{snake}: OperationRoute` to SecurityCopilotMock", _mocked),
        Place.of(CONTRACT / "checks" / "plan_builder.py", "add a step that sends it to _steps", _planned),
        Place.of(ROOT / "tests" / "mutants" / "servers.py", "add a server that answers it wrongly", _spoiled),
    ]


def _requests() -> dict[str, str]:
    """Method and path of the document's operations by their id, without the path that all have in common."""
    root = facts()["server"]["root"][0]
    return {
        operation["operationId"]: f"{method.upper()} {path.removeprefix(root)}"
        for path, item in raw()["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict)
    }


def _documented_requests() -> dict[str, str]:
    rows = facts()["operations"].items()
    return {row["request"][0]: name for name, row in rows} | {request: name for name, request in _requests().items()}


def _camel(stem: str) -> str:
    first, *others = stem.split("_")
    return first + "".join(word.capitalize() for word in others)


def _exchanged() -> set[str]:
    return {_camel(path.stem) for path in EXCHANGES.glob("*.http")}


def _generated() -> set[str]:
    return {_camel(path.stem) for path in (CLIENT / "api").glob("*/*.py") if path.stem != "__init__"}


def _routed() -> set[str]:
    from security_copilot_contract.emulator import app  # noqa: PLC0415 - only if it is asked for

    known = _documented_requests()
    requests = {
        f"{method} /{path}"
        for resource, on_many, on_one in app._OPERATIONS  # noqa: SLF001 - the table of routes
        for path, methods in (
            (resource.template, on_many),
            (f"{resource.template}/{{{resource.parameter}}}", on_one),
        )
        for method in methods
    }
    return {known.get(request, request) for request in requests}


def _mocked() -> set[str]:
    tree = ast.parse((CONTRACT / "mock" / "router.py").read_text("utf-8"))
    return {_camel(name) for name, type_ in _annotations(tree, "SecurityCopilotMock") if type_ == "OperationRoute"}


def _planned() -> set[str]:
    from security_copilot_contract.checks.plan_builder import plan  # noqa: PLC0415 - likewise

    return {step.operation for step in plan(1, live=False) if step.method is None}


def _annotations(tree: ast.AST, name: str) -> list[tuple[str, str]]:
    """The annotated attributes of a class, with their types as they are written."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == name]
    statements = [statement for node in classes for statement in node.body if isinstance(statement, ast.AnnAssign)]
    return [(ast.unparse(statement.target), ast.unparse(statement.annotation)) for statement in statements]


# ---- properties


def property_places(resource: str) -> list[Place]:
    """Everything that has to know a property of a resource, or of a part of one."""
    schema, row = _read_schema(resource), f"add a row `{{name}}` to `{resource}` under `types`"
    places = [
        Place.of(DOCUMENT, f"add `{{name}}` to the properties of {schema}", lambda: _documented(resource)),
        Place.of(FACTS, row, lambda: facts()["types"][resource]),
        Place.of(CLIENT / "models" / f"{snake(resource)}.py", GENERATE, lambda: _modelled(resource)),
    ]
    return [*places, *_places_of_what_is_sent(resource)] if resource in entities() else places


def _places_of_what_is_sent(resource: str) -> list[Place]:
    """Everything that has to know a property of an entity, unless it is documented as unsupported."""
    name, schemas = _schema_name(resource), raw()["components"]["schemas"]
    unsupported = [name for name, row in facts()["types"][resource].items() if "supported" in row]
    emulated = f"add `{{name}}` to the properties of {resource.upper()}"
    places = [
        Place.of(
            DOCUMENT, f"add `{{name}}` to the enumeration {name}Property", lambda: schemas[f"{name}Property"]["enum"]
        ),
        Place.of(DOCUMENT, f"add `{{name}}` to what {name} requires", lambda: schemas[name]["allOf"][1]["required"]),
        Place.of(CONTRACT / "emulator" / "resource.py", emulated, lambda: _emulated(resource)),
        *_shown_in_exchanges(resource),
    ]
    return [evolve(place, names=place.names.union(unsupported)) for place in places]


def entities() -> list[str]:
    """The resources that operations return, without the parts of them."""
    returned = [row["returns"][0].rpartition(" ")[2] for row in facts()["operations"].values()]
    return [resource for resource in facts()["types"] if resource in returned]


def _schema_name(resource: str) -> str:
    return resource[0].upper() + resource[1:]


def _read_schema(resource: str) -> str:
    """The schema that has the properties: of an entity, that of which nothing is required."""
    projected = f"Projected{_schema_name(resource)}"
    return projected if projected in raw()["components"]["schemas"] else _schema_name(resource)


def _documented(resource: str) -> list[str]:
    schema = raw()["components"]["schemas"].get(_read_schema(resource), {})
    return _without_annotations(schema.get("properties", ()))


def _without_annotations(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith("@")]


def _modelled(resource: str) -> list[str]:
    """The properties that the client's model has, as far as anything else knows them."""
    path = CLIENT / "models" / f"{snake(resource)}.py"
    if not path.exists():
        return []
    annotations = _annotations(ast.parse(path.read_text("utf-8")), _schema_name(resource))
    attributes = {name.removesuffix("_") for name, _ in annotations}
    return [name for name in {*_documented(resource), *facts()["types"][resource]} if snake(name) in attributes]


def _emulated(resource: str) -> list[str]:
    from security_copilot_contract.emulator.resource import RESOURCES  # noqa: PLC0415 - likewise

    return [name for r in RESOURCES.values() if r.name == resource for name in r.properties]


def _shown_in_exchanges(resource: str) -> list[Place]:
    """A place for each documented response that shows an entity, and for the same example in the document."""
    places = []
    for operation, row in facts()["operations"].items():
        path = EXCHANGES / f"{snake(operation)}.http"
        if row["returns"][0].rpartition(" ")[2] == resource and path.exists():
            shown = _json(parse(path.stem, path.read_text("utf-8")).response.body)
            example = f"{_schema_name(operation)}Response"
            copied = raw()["components"]["examples"].get(example, {}).get("value", shown)
            places += [
                Place.of(path, "add `{name}` to the response, as it is documented", partial(_items, shown)),
                Place.of(
                    DOCUMENT, f"add `{{name}}` to the example {example}, as in {path.name}", partial(_items, copied)
                ),
            ]
    return places


def _items(body: Mapping[str, Any]) -> list[str]:
    """What each entity of a body has."""
    names = [set(_without_annotations(entity)) for entity in body.get("value", [body])]
    return sorted(set.intersection(*names)) if names else []


# ---- broken servers


def _spoiled() -> set[str]:
    """The operations that a broken server answers wrongly, or takes for another, unlike others of their resource."""
    spoiled = set()
    for mutant in _mutants():
        by_kind: dict[str, dict[str, bool]] = {}
        for name, (asked, answer) in _samples().items():
            by_kind.setdefault(answer.kind, {})[name] = _changes(mutant, asked, answer)
        for changes in by_kind.values():
            if not all(changes.values()) or len(changes) == 1:
                spoiled |= {name for name, changed in changes.items() if changed}
    return spoiled


def _mutants() -> list[Any]:
    from tests.mutants import resources, servers  # noqa: PLC0415 - likewise
    from tests.mutants.faults import MUTANTS  # noqa: PLC0415 - likewise

    assert resources
    assert servers
    return list(MUTANTS.values())


@cache
def _samples() -> Mapping[str, tuple[Any, Any]]:
    """The documented request and response of each operation, as a broken server sees them."""
    from security_copilot_contract.emulator import Store  # noqa: PLC0415 - likewise
    from security_copilot_contract.spec.exchange import exchanges  # noqa: PLC0415 - likewise
    from tests.mutants.faults import Answer, Asked  # noqa: PLC0415 - likewise

    found = {}
    for exchange in exchanges():
        request, response = exchange.request, exchange.response
        url = urlsplit(request.url)
        sent, body = _json(request.body), _json(response.body)
        if body is not None and exchange.name.startswith("list_") and "value" not in body:
            body = {"value": [body]}
        query = dict(parse_qsl(url.query))
        headers = {**_HEADERS, **response.headers}
        store = Store.documented(exchanges())
        asked = Asked(request.method, url.path, url.query, {**_HEADERS, **request.headers}, request.body)
        answer = Answer(
            request.method, url.path, query, sent, "Bearer", response.status, headers, body, store, {"turn": 1}
        )
        found[_camel(exchange.name)] = (asked, answer)
    return found


def _changes(mutant: Any, asked: Any, answer: Any) -> bool:
    """Whether the mutant changes the request or the response, or cannot do without what they have not."""
    if mutant.on not in {None, answer.kind}:
        return False
    spoil, message = (mutant.detour, asked) if mutant.fault is None else (mutant.fault, answer)
    changed = copy.deepcopy(message, {id(answer.store): answer.store})
    with suppress(Exception):
        spoil(changed)
        return bool(changed != message)
    return False


def _json(body: bytes) -> Any:
    """The JSON of a documented body; None where there is none, or what is documented is no JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return None


@cache
def everything_missing() -> tuple[str, ...]:
    """A paragraph for each operation and each property that some place has and another has not."""
    found = missing("operation", operation_places())
    for resource in facts()["types"]:
        found += missing(f"property of {resource}", property_places(resource))
    return tuple(found)
