"""Whether a schema still accepts what it accepted, and if not, where.

jsonschema-rs decides: it converts schemas into a canonical form and compares the sets of their values. So the spelling
of a schema makes no difference: inlined, renamed or reordered.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
from jsonschema_rs.canonical import Containment

Schema = dict[str, Any]
_ONE = ("items", "additionalProperties")
_SEVERAL = ("allOf", "anyOf", "oneOf")
_WIDTH = 60


def resolved(document: Schema, node: Schema) -> Schema:
    """The node, or the target of its `$ref`."""
    while "$ref" in node:
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def inlined(document: Schema, schema: Any, within: tuple[str, ...] = ()) -> Any:
    """The schema without references.

    A reference to a schema around it is cut off: its replacement contains only how many levels up it leads, since the
    schema there is compared by itself.
    """
    if not isinstance(schema, dict):
        return schema
    if "$ref" not in schema:
        return {keyword: _value(document, keyword, value, within) for keyword, value in schema.items()}
    reference, beside = schema["$ref"], {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
    if reference in within:
        return {"type": "object", "required": [f"(the schema {len(within) - within.index(reference)} above)"]}
    target = inlined(document, resolved(document, {"$ref": reference}), (*within, reference))
    return {**inlined(document, beside, within), "allOf": [target, *beside.get("allOf", ())]} if beside else target


def _value(document: Schema, keyword: str, value: Any, within: tuple[str, ...]) -> Any:
    if keyword == "properties":
        return {name: inlined(document, schema, within) for name, schema in value.items()}
    if keyword in _SEVERAL:
        return [inlined(document, schema, within) for schema in value]
    return inlined(document, value, within) if keyword in _ONE else value


def breaks(old: Schema, new: Schema, *, received: bool, place: str = "") -> Iterator[tuple[str, str, bool]]:
    """Each place at which the new schema breaks a consumer of the old one: where, how, and whether that is certain.

    Both are without references.

    For requests, the new schema must accept all that the old one accepted; for responses, the old one must accept all
    that the new one accepts. What cannot be decided counts as breaking; two patterns never can be compared.
    """
    if _fits(old, new, received=received):
        return
    within = [
        line for step, was, now in _parts(old, new) for line in breaks(was, now, received=received, place=place + step)
    ]
    here = [
        (place, what, len({old.get("pattern"), edited.get("pattern")} - {None}) <= 1)
        for what, edited in _edits(old, new)
        if not _fits(old, edited, received=received)
    ]
    yield from within + here or [(place, "has changed as a whole", True)]


def _fits(old: Schema, new: Schema, *, received: bool) -> bool:
    was, now = json.dumps(old), json.dumps(new)
    return was == now or (_covers(was, now) if received else _covers(now, was))


@cache
def _covers(outer: str, inner: str) -> bool:
    canonical = [
        jsonschema_rs.canonicalize(json.loads(schema), draft=jsonschema_rs.Draft202012, validate_formats=True)
        for schema in (outer, inner)
    ]
    return canonical[0].covers(canonical[1]) == Containment.YES


def _parts(old: Schema, new: Schema) -> Iterator[tuple[str, Schema, Schema]]:
    """The schemas inside both, each with the step that leads to it."""
    for name in old.get("properties", {}).keys() & new.get("properties", {}).keys():
        yield f"/{name} ", old["properties"][name], new["properties"][name]
    for keyword in _ONE:
        if isinstance(old.get(keyword), dict) and isinstance(new.get(keyword), dict):
            yield "/* ", old[keyword], new[keyword]
    for keyword in _SEVERAL:
        if len(old.get(keyword, ())) == len(new.get(keyword, ())):
            yield from (("", *both) for both in zip(old.get(keyword, ()), new.get(keyword, ()), strict=True))


def _edits(old: Schema, new: Schema) -> Iterator[tuple[str, Schema]]:
    """Each difference outside of the common parts: in words, and the old schema with this difference alone."""
    properties, now = old.get("properties", {}), new.get("properties", {})
    for name in properties.keys() - now.keys():
        left = {key: value for key, value in properties.items() if key != name}
        yield f"no longer has the property {name}", {**old, "properties": left}
    for name in now.keys() - properties.keys():
        yield f"has the property {name}", {**old, "properties": {**properties, name: now[name]}}
    for keyword in (old.keys() | new.keys()) - {"properties"}:
        was, then = old.get(keyword), new.get(keyword)
        nested = isinstance(was, dict) and isinstance(then, dict)
        if was != then and not nested and not (keyword in _SEVERAL and len(was or ()) == len(then or ())):
            without = {key: value for key, value in old.items() if key != keyword}
            yield _described(keyword, was, then), without if then is None else {**without, keyword: then}


def _described(keyword: str, old: Any, new: Any) -> str:
    if not isinstance(old, list) and not isinstance(new, list):
        return f"has `{keyword}` {_shown(new)} instead of {_shown(old)}"
    was, now = (value if isinstance(value, list) else [value] if value else [] for value in (old, new))
    gone, added = [v for v in was if v not in now], [v for v in now if v not in was]
    changes = [f"{word} {', '.join(map(_shown, v))}" for word, v in (("no longer", gone), ("now", added)) if v]
    return f"has in `{keyword}` {' and '.join(changes)}"


def _shown(value: Any) -> str:
    text = "none" if value is None else value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}..."
