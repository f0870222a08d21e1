"""JSON values: what a schema of the document allows, and the same with one thing changed."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from security_copilot_contract.spec.document import Schema, document

Path = tuple[str | int, ...]

# Schemas contain each other: so deep, only what is required.
_DEEP = 3
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)

GUID = "5a0e0a4c-0c0d-4c1e-8d5f-6b7a8c9d0e1f"
_ANYTHING: tuple[Any, ...] = (True, 0, 1.5, 2.0, 10**30, "", "a", [], ["a"], [{}], {}, {"a": None})
_TEXTS = (
    *("", " ", "\0", "x" * 10_000, "😀", "true", "null", "0"),
    *("unknownFutureValue", "Completed", "new member", "default"),
)
# Other texts in the place of one that looks like these.
_FORMS: Mapping[str, tuple[str, ...]] = {
    "[0-9A-Fa-f]{8}-.{27}": (
        *(GUID[1:], GUID.upper(), GUID.replace("-", ""), f"{{{GUID}}}", f"urn:uuid:{GUID}", f"{GUID}\n", f" {GUID}"),
    ),
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T.*": (
        *("2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z"),
        *("2025-02-30T00:00:00Z", "2025-10-22T24:00:00Z", "2025-10-22T20:10:54.4940649Z", "2025-10-22T20:10:54.Z"),
        *("2025-10-22T20:10:54+00:00", "2025-10-22T20:10:54", "2025-10-22", "2025-10-22 20:10:54Z", "20251022T201054Z"),
        *("2025-10-22T20:10:54.49406491Z", "2025-10-22t20:10:54z", "2025-10-22T20:10Z", "2025-10-22T20:10:54Z\n"),
    ),
    "https://.*": ("/relative", "https://host/a b", "https://host/é", "https://host/%zz", "a:b", "https://host/?a#b"),
    "#microsoft.*": tuple(f"#microsoft.graph.security.securityCopilot.{name}" for name in ("prompt", "session", "")),
}
_NAMES = ("id", "displayName", "content", "type", "name", "state", "@odata.type", "@odata.count", "error", "more", "")


def legal(schema: Schema, depth: int = 0) -> SearchStrategy[Any]:
    """Values that a schema of the document allows; nothing in them that the document does not name."""
    return _legal(json.dumps(schema), depth)


@cache
def _legal(text: str, depth: int) -> SearchStrategy[Any]:
    node = flat(json.loads(text))
    if "const" in node:
        return st.just(node["const"])
    if "enum" in node:
        return st.sampled_from(node["enum"])
    if "anyOf" in node:
        return st.one_of([legal({**branch, "required": node["required"]}, depth) for branch in node["anyOf"]])
    kinds = [node["type"]] if isinstance(node["type"], str) else node["type"]
    return st.one_of([_of(kind, node, depth) for kind in kinds])


def flat(schema: Schema) -> Schema:
    """The schema with what it refers to, and all parts of it, in one."""
    parts = [flat(document().resolve(schema))] if "$ref" in schema else []
    parts += [flat(part) for part in schema.get("allOf", ())]
    merged: Schema = {"required": (), "properties": {}}
    for part in [*parts, schema]:
        required = (*merged["required"], *part.get("required", ()))
        properties = merged["properties"] | part.get("properties", {})
        merged |= {name: value for name, value in part.items() if name not in ("$ref", "allOf")}
        merged |= {"required": required, "properties": properties}
    return merged


def _of(kind: str, node: Schema, depth: int) -> SearchStrategy[Any]:
    match kind:
        case "string":
            return _texts(node)
        case "integer":
            return st.integers(node.get("minimum", -(2**63)), 2**63 - 1)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "array":
            return st.lists(legal(node["items"], depth), min_size=node.get("minItems", 0), max_size=2)
        case _:
            return _objects(node, depth + 1)


def _objects(node: Schema, depth: int) -> SearchStrategy[dict[str, Any]]:
    if node.get("additionalProperties") is True:
        return st.dictionaries(st.text(max_size=5), _JSON, max_size=2)
    wanted = node["properties"] if depth <= _DEEP else {name: node["properties"][name] for name in node["required"]}
    values = {name: legal(inner, depth) for name, inner in wanted.items()}
    required = {name: values.pop(name) for name in node["required"]}
    return st.fixed_dictionaries(required, optional=values)


def _texts(node: Schema) -> SearchStrategy[str]:
    match node.get("format"):
        case "date-time":
            return st.builds(
                _timestamp, st.datetimes(), st.text("0123456789", max_size=7), st.sampled_from(["Z", "+00:00"])
            )
        case "uri":
            return st.just("https://graph.microsoft.com/beta/$metadata#security")
        case "uuid":
            return st.uuids().map(str)
    if "pattern" in node:
        return st.from_regex(node["pattern"].removeprefix("^").removesuffix("$"), fullmatch=True)
    return st.text(min_size=node.get("minLength", 0), max_size=20)


def _timestamp(moment: Any, digits: str, zone: str) -> str:
    fraction = f".{digits}" if digits else ""
    return f"{moment.isoformat(timespec='seconds')}{fraction}{zone}"


def _places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """All values in a value, with the way to each."""
    yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _places(item, (*path, key))


def _put(value: Any, path: Path, new: Any) -> Any:
    """A copy of a value with another one at a place; without the place when the other one is `...`."""
    if not path:
        return new
    copy = value.copy()
    if new is ... and len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = _put(value[path[0]], path[1:], new) if len(path) > 1 else new
    return copy


def _another(draw: DrawFn, value: Any) -> Any:
    path, old = draw(st.sampled_from(list(_places(value))))
    return _put(value, path, draw(st.sampled_from([new for new in _ANYTHING if type(new) is not type(old)])))


def _null(draw: DrawFn, value: Any) -> Any:
    path, _ = draw(st.sampled_from(list(_places(value))))
    return _put(value, path, None)


def _missing(draw: DrawFn, value: Any) -> Any:
    paths = [path for path, _ in _places(value) if path and isinstance(path[-1], str)]
    return _put(value, draw(st.sampled_from(paths)), ...) if paths else value


def _additional(draw: DrawFn, value: Any) -> Any:
    path, _ = draw(st.sampled_from([(path, inner) for path, inner in _places(value) if isinstance(inner, dict)]))
    return _put(value, (*path, draw(st.sampled_from(_NAMES))), draw(st.sampled_from((*_ANYTHING, None))))


def _odd(draw: DrawFn, value: Any) -> Any:
    texts = [(path, inner) for path, inner in _places(value) if isinstance(inner, str)]
    if not texts:
        return value
    path, old = draw(st.sampled_from(texts))
    others = next((("", *others) for form, others in _FORMS.items() if re.fullmatch(form, old)), _TEXTS)
    return _put(value, path, draw(st.sampled_from(others)))


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _twice(value: Mapping[str, Any]) -> str:
    """An object with its first property written twice."""
    name, inner = next(iter(value.items()), ("a", 1))
    first = f"{_dumps(name)}: {_dumps(inner)}"
    return f"{{{first}, {first}}}" if len(value) < 2 else f"{{{first}, {_dumps(value)[1:]}"


def _with(value: Mapping[str, Any], text: str) -> str:
    """An object with one more property, whose value is given as text."""
    return f'{_dumps(value)[:-1]}{", " if value else ""}"more": {text}}}'


def _spellings(value: Mapping[str, Any]) -> dict[str, list[bytes]]:
    """An object as text: spelled otherwise, as only a lenient reader takes it, and as none does."""
    text = _dumps(value)
    whole = {name: float(inner) if type(inner) is int and inner < 2**53 else inner for name, inner in value.items()}
    escaped = "".join(f"\\u{ord(c):04x}" if c.isascii() and c.isalpha() else c for c in "more")
    return {
        "spelled otherwise": [
            json.dumps(value, indent=2).encode(),
            f"\r\n\t {text} \n".encode(),
            _dumps(whole).encode(),
            text.replace('"d', '"\\u0064').replace('"c', '"\\u0063').encode(),
        ],
        "lax JSON": [
            _twice(value).encode(),
            text.encode("utf-8-sig"),
            text.encode("utf-16"),
            _with(value, "NaN").encode(),
            _with(value, "-Infinity").encode(),
            _with(value, '"\\ud800"').encode(),
            _with(value, f'{{"{escaped}": 1, "more": 2}}').encode(),
            _with(value, '"')[:-1].encode() + b'\xed\xa0\x80"}',
        ],
        "not JSON": [
            b"",
            text.encode()[:-1],
            (text[:-1] + ",}").encode(),
            (text + "}").encode(),
            text.replace('"', "'").encode() if value else b"{'",
            b"/**/" + text.encode(),
            _with(value, "01").encode(),
            _with(value, '"\n"').encode(),
            _with(value, '"')[:-1].encode() + b'\xff"}',
            _with(value, "1" * 5_000).encode(),
            b"[" * 100_000,
            b"<html></html>",
        ],
    }


def _written(change: Callable[[DrawFn, Any], Any]) -> Callable[[DrawFn, Any], bytes]:
    return lambda draw, value: json.dumps(change(draw, value)).encode()


def _spelled(spelling: str) -> Callable[[DrawFn, Any], bytes]:
    return lambda draw, value: draw(st.sampled_from(_spellings(value)[spelling]))


# What may be changed in a body, by name. What there is nothing of in a value, such as text, leaves it as it is.
CHANGES: Mapping[str, Callable[[DrawFn, Any], bytes]] = MappingProxyType(
    {
        "another type": _written(_another),
        "null": _written(_null),
        "missing": _written(_missing),
        "additional": _written(_additional),
        "odd text": _written(_odd),
        "spelled otherwise": _spelled("spelled otherwise"),
        "lax JSON": _spelled("lax JSON"),
        "not JSON": _spelled("not JSON"),
    }
)
