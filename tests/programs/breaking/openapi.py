"""The changes between two versions of an OpenAPI document."""

from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from tests.programs.breaking.change import Change, names
from tests.programs.breaking.schemas import Schema, breaks, inlined, resolved

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@frozen
class Part:
    """A part of an operation: a parameter, a body, a response, or a header of one."""

    schema: Schema
    received: bool = False
    # Whether a request must have it, or a consumer must be able to handle it.
    needed: bool = False
    # How the value of a parameter is serialized.
    written: str | None = None


def changes(old: Schema, new: Schema) -> Iterator[Change]:
    """The changes that break a consumer of the old document, and the additions."""
    urls, urls_now = ([server["url"] for server in document["servers"]] for document in (old, new))
    if urls_now[: len(urls)] != urls:
        yield Change("servers", f"{', '.join(urls_now)} instead of {', '.join(urls)}")
    operations, operations_now = _operations(old), _operations(new)
    yield from names("paths", operations, operations_now)
    for place in operations.keys() & operations_now.keys():
        yield from _operation(operations[place], operations_now[place])
    for name in old["components"]["schemas"].keys() & new["components"]["schemas"].keys():
        yield from _component(name, old["components"]["schemas"][name], new["components"]["schemas"][name])


def _operations(document: Schema) -> dict[str, Schema]:
    """Each operation by method and path, with its parts."""
    # By the identity of what has the schema: all operations share most of their responses.
    inlined_schemas: dict[int, Schema] = {}

    def schema(node: Schema) -> Schema:
        if id(node) not in inlined_schemas:
            inlined_schemas[id(node)] = inlined(document, node.get("schema", {}))
        return inlined_schemas[id(node)]

    return {
        f"{method.upper()} {path}": {
            **item[method],
            "security": item[method].get("security", document.get("security")),
            "parts": dict(_parts(document, item, item[method], schema)),
        }
        for path, item in document["paths"].items()
        for method in _METHODS
        if method in item
    }


def _parts(
    document: Schema, item: Schema, operation: Schema, schema: Callable[[Schema], Schema]
) -> Iterator[tuple[str, Part]]:
    for node in [*item.get("parameters", ()), *operation.get("parameters", ())]:
        parameter = resolved(document, node)
        written = f"in style {parameter.get('style')}, exploded {parameter.get('explode')}"
        needed = parameter.get("required", False)
        yield f"{parameter['in']} {parameter['name']}", Part(schema(parameter), needed=needed, written=written)
    if "requestBody" in operation:
        body = resolved(document, operation["requestBody"])
        yield "body", Part({}, needed=body.get("required", False))
        for name, media in body["content"].items():
            yield f"body {name}", Part(schema(media))
    for status, node in operation["responses"].items():
        response = resolved(document, node)
        success = status.startswith("2")
        yield status, Part({}, received=True, needed=success)
        for name, media in response.get("content", {}).items():
            yield f"{status} {name}", Part(schema(media), received=True, needed=success)
        for name, header in response.get("headers", {}).items():
            yield f"{status} header {name}", Part(schema(resolved(document, header)), received=True)


def _operation(old: Schema, new: Schema) -> Iterator[Change]:
    place = old["operationId"]
    for keyword in ("operationId", "tags"):
        if old.get(keyword) != new.get(keyword):
            yield Change(place, f"has `{keyword}` {new.get(keyword)} instead of {old.get(keyword)}")
    if not _as_lax(old["security"], new["security"]):
        yield Change(place, "asks for other permissions")
    parts: dict[str, Part] = old["parts"]
    now: dict[str, Part] = new["parts"]
    was_needed = {name for name, part in parts.items() if part.needed}
    needed = {name for name in _but_with(now, parts) if now[name].needed} - was_needed
    yield from names(place, _but_with(parts, now), _but_with(now, parts) - needed | parts.keys() & now.keys())
    for name in needed:
        yield Change(place, f"{name} is {'new' if now[name].received else 'required'}")
    for name in parts.keys() & now.keys():
        if parts[name].written != now[name].written:
            yield Change(place, f"{name} is written {now[name].written}, not {parts[name].written}")
        for step, what, certain in breaks(parts[name].schema, now[name].schema, received=parts[name].received):
            yield Change(place, what, True if certain else None, within=f"{name} {step}")


def _but_with(parts: Mapping[str, Part], others: Mapping[str, Part]) -> set[str]:
    """The parts, without those of a part that the others lack as a whole, such as the headers of a response."""
    return {name for name in parts if (head := name.split()[0]) == name or head not in parts or head in others}


def _as_lax(old: list[Mapping[str, list[str]]] | None, new: list[Mapping[str, list[str]]] | None) -> bool:
    """Whether everybody who had access still has: one of the new alternatives requires nothing more."""
    return all(
        any(all(scheme in was and set(was[scheme]) >= set(now[scheme]) for scheme in now) for now in new or [{}])
        for was in old or [{}]
    )


def _component(name: str, old: Schema, new: Schema) -> Iterator[Change]:
    """Changed members of an enumeration, which types list even where any string is valid; and new properties."""
    yield from names(f"schema {name}", old.get("enum", ()), new.get("enum", ()), "member ")
    added = new.get("properties", {}).keys() - old.get("properties", {}).keys()
    yield from names(f"schema {name}", (), added, "property ")
