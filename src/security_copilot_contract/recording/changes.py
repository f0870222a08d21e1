"""Where to change this project when a service behaves differently: the file and its line."""

import re
from functools import cache
from pathlib import Path

from security_copilot_contract import emulator
from security_copilot_contract.checks.documented_resource import documented_resource_of
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.lines import line_of
from security_copilot_contract.spec.operation import Operation
from security_copilot_contract.spec.violation import Violation

_DOCUMENT = "openapi/security-copilot.yaml"
_EMULATOR = "src/security_copilot_contract/emulator"
_JSON = "application/json"
Path_ = tuple[str | int, ...]


def of_request(operation: Operation, violation: Violation) -> str:
    """The line of the document that a request contradicts, although the service accepts it."""
    root = ("paths", operation.path, operation.method.lower())
    if violation.part != "body":
        return f"{_DOCUMENT}:{line_of((*root, 'parameters'))}"
    return _of_schema((*root, "requestBody", "content", _JSON, "schema"), violation.pointer)


def of_response(operation: Operation | None, status: int, violation: Violation) -> str:
    """The line of the document that a response contradicts."""
    if operation is None:
        return f"{_DOCUMENT}:{line_of(['paths'])}"
    response: Path_ = ("paths", operation.path, operation.method.lower(), "responses", str(status))
    root = _resolved(response)
    if violation.part == "header":
        return f"{_DOCUMENT}:{line_of((*root, 'headers', violation.name))}"
    if violation.part != "body":
        return f"{_DOCUMENT}:{line_of(response)}"
    return _of_schema((*root, "content", _JSON, "schema"), violation.pointer)


def _of_schema(root: Path_, pointer: str) -> str:
    """The line of the schema of the value at a pointer, or of the nearest one above it."""
    places = _expanded([root])
    for segment in pointer.split("/")[1:]:
        inner = [p for place in places for p in _inner(place, segment.replace("~1", "/").replace("~0", "~"))]
        if not inner:
            break
        places = _expanded(inner)
    return f"{_DOCUMENT}:{line_of(next((p for p in places if _has_own(p)), root))}"


def of_client(operation: Operation | None, status: int, violation: Violation) -> str:
    """The template by which the parser was generated; or the line of the document, if that lacks a property."""
    if violation.kind == "additional":
        return of_response(operation, status, violation)
    return "openapi/templates/model.py.jinja"


def of_emulator(operation: Operation | None, violation: Violation) -> str:
    """The line of the emulator that makes the response differ."""
    if violation.part == "header":
        return _found("middleware.py", re.escape(violation.name)) or _found("refusal.py", violation.name) or _app()
    if violation.part == "body" and violation.pointer.split("/")[1:2] == ["error"]:
        return _found("refusal.py", "error = {") or _app()
    if violation.part == "body" and violation.name.startswith("@"):
        return _found("responses.py", re.escape(violation.name)) or _found("responses.py", "content = ") or _app()
    if violation.part == "body" and operation is not None:
        name = documented_resource_of(operation).name.removesuffix("s")
        resource = _found("resource.py", f"^{name.upper()} = Resource")
        return _found("resource.py", f'"{re.escape(violation.name)}": Property', resource) or resource or _app()
    return _app(operation)


def _app(operation: Operation | None = None) -> str:
    """The handler of an operation."""
    verb = re.match("[a-z]+", "" if operation is None else operation.id)
    name = "" if verb is None else verb[0]
    handler = "_evaluate" if operation is not None and operation.id == "createEvaluation" else f"_{name}"
    return _found("app.py", rf"^async def {handler}\b") or f"{_EMULATOR}/app.py:1"


def _found(file: str, pattern: str, after: str = "") -> str:
    """The first line of a file of the emulator that matches; empty if none does."""
    start = int(after.rpartition(":")[2]) if after else 0
    lines = _lines(file)
    number = next((n for n, line in enumerate(lines[start:], start + 1) if re.search(pattern, line)), None)
    return "" if number is None else f"{_EMULATOR}/{file}:{number}"


@cache
def _lines(file: str) -> list[str]:
    return (Path(emulator.__file__).parent / file).read_text("utf-8").splitlines()


def _node(path: Path_) -> object:
    node: object = document().raw
    for key in path:
        node = node[key] if isinstance(node, dict | list) else {}  # type: ignore[index]  # a name, or a number in a list
    return node


def _resolved(path: Path_) -> Path_:
    try:
        node = _node(path)
    except (KeyError, IndexError):
        return path
    reference = node.get("$ref") if isinstance(node, dict) else None
    return path if reference is None else _resolved(tuple(reference.removeprefix("#/").split("/")))


def _expanded(paths: list[Path_]) -> list[Path_]:
    """The schemas at these places, and all that are combined in them."""
    found: list[Path_] = []
    left = list(paths)
    while left:
        path = left.pop(0)
        try:
            node = _node(path)
        except (KeyError, IndexError):
            continue
        if not isinstance(node, dict):
            continue
        if "$ref" in node:
            left.insert(0, _resolved(path))
        found.append(path)
        for keyword in ("allOf", "anyOf", "oneOf"):
            left += [(*path, keyword, n) for n in range(len(node.get(keyword, ())))]
    return found


def _inner(path: Path_, segment: str) -> list[Path_]:
    node = _node(path)
    if not isinstance(node, dict):
        return []
    if segment.isdigit() and "items" in node:
        return [(*path, "items")]
    return [(*path, "properties", segment)] if segment in node.get("properties", {}) else []


def _has_own(path: Path_) -> bool:
    node = _node(path)
    return isinstance(node, dict) and ("properties" in node or "type" in node or "enum" in node)
