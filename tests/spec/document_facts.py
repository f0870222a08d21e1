"""The content of the document in the form of the facts."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from security_copilot_contract.spec.document import Document, Operation, Schema
from security_copilot_contract.spec.facts import Fact

GUID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"

_MOMENT = "2025-10-22T20:10:54"
_ROOT = re.compile(r"^/security/securityCopilot(?=/)")
# OpenAPI cannot express these facts, so the description of the API states them. Each has a sentence, and the values of
# the fact with and without that sentence.
_SENTENCES: Mapping[str, tuple[str, Any, Any]] = {
    "delegated.reaches": ("gives access to what the signed-in user owns", "what the signed-in user owns", "anything"),
    "delegated.needs an administrator": ("needs no administrator", False, True),
    "delegated.hidden in consent pages": ("is hidden in consent pages", True, False),
    "application.reaches": ("gives access to everything", "everything", "anything"),
    "application.needs an administrator": ("needs the consent of an administrator", True, False),
    "application.hidden in consent pages": ("is hidden in consent pages", True, False),
}


def schema_name(documented: str) -> str:
    """The name of a type or an enumeration in the document."""
    return documented[0].upper() + documented[1:]


def documented_name(node: Schema) -> str:
    """The name of a referenced schema, as the documentation writes it."""
    name: str = node["$ref"].rpartition("/")[2]
    return name[0].lower() + name[1:]


def differences(document: Document, facts: Mapping[str, Fact]) -> list[str]:
    """The differences between the document and the facts, each with the name of the fact; in both directions."""
    said, known = dict(_said(document, facts)), {name: fact.value for name, fact in facts.items()}
    nothing = "nothing"
    return [
        f"{name}: the facts have {known.get(name, nothing)!r}, the document has {said.get(name, nothing)!r}"
        for name in [*known, *(name for name in said if name not in known)]
        if name not in said or name not in known or said[name] != known[name]
    ]


def _said(document: Document, facts: Mapping[str, Fact]) -> Iterator[tuple[str, Any]]:
    (server,) = document.raw["servers"]
    yield "server.url", server["url"]
    (root,) = {found[0] for o in document.operations if (found := _ROOT.search(o.path))}
    yield "server.root", root
    yield from _permissions(document)
    for operation in document.operations:
        yield from _operation(document, operation)
    types = {name.split(".")[1] for name in facts if name.startswith("types.")}
    for name, schema in document.schemas.items():
        if "enum" in schema and not name.endswith("Property"):
            yield f"enumerations.{name[0].lower()}{name[1:]}", schema["enum"]
    for name in types:
        yield from _type(document, name)
    yield from _relationships(document)
    yield from _media_types(document)
    yield from _errors(document)
    yield from _retry_after(document)
    yield from _forms(document)


def _permissions(document: Document) -> Iterator[tuple[str, Any]]:
    needed: dict[str, set[str]] = {}
    for operation in document.operations:
        for scope in operation.scopes:
            needed.setdefault(scope, set()).add(operation.method)
    for scope, methods in needed.items():
        role = "read" if "GET" in methods else "write"
        yield f"permissions.{role}.name", scope
        yield f"permissions.{role}.methods", sorted(methods)
    flows = document.raw["components"]["securitySchemes"]["oauth2"]["flows"]
    for role, flow in {"delegated": "authorizationCode", "application": "clientCredentials"}.items():
        yield f"permissions.{role}.supported", set(flows.get(flow, {}).get("scopes", ())) == set(needed)
    text = " ".join(document.raw["info"]["description"].partition("**Errors.**")[0].split())
    about = {name: text.partition(f"{name} permission ")[2] for name in ("A delegated", "An application")}
    about["A delegated"] = about["A delegated"].partition("An application")[0]
    for name, (sentence, there, missing) in _SENTENCES.items():
        paragraph = about["A delegated" if name.startswith("delegated") else "An application"]
        yield f"permissions.{name}", there if sentence in paragraph else missing


def _operation(document: Document, operation: Operation) -> Iterator[tuple[str, Any]]:
    name = f"operations.{operation.id}"
    yield f"{name}.request", f"{operation.method} {_ROOT.sub('', operation.path)}"
    secured = {"bearer": []} in operation.definition["security"]
    by_method = "read" if operation.method == "GET" else "write"
    right = secured and operation.scopes == [_scope(document, by_method)]
    yield f"{name}.needs", by_method if right else [secured, *operation.scopes]
    yield f"{name}.options", [p["name"] for p in operation.parameters if p["in"] == "query"]
    (success,) = [status for status in operation.definition["responses"] if status < "400"]
    yield f"{name}.success", int(success)
    schema = document.resolve(operation.definition["responses"][success])["content"]["application/json"]["schema"]
    returned, required = _returned(document, operation, schema)
    yield f"{name}.returns", returned
    yield f"{name}.context", "required" if "@odata.context" in required else "optional"
    if "requestBody" in operation.definition:
        yield from _writable(document, operation)
    yield from _filters(document, operation, returned.rpartition(" ")[2])


def _scope(document: Document, role: str) -> str:
    """The permission that most operations of a role need."""
    scopes = [s for o in document.operations for s in o.scopes if (o.method == "GET") is (role == "read")]
    return max(scopes, key=scopes.count)


def _returned(document: Document, operation: Operation, schema: Schema) -> tuple[str, list[str]]:
    """The description of an operation's response, and its required properties: a read may omit all others."""
    name = documented_name(schema)
    if name.endswith("Collection"):
        whole = document.resolve(schema)
        items = documented_name(whole["properties"]["value"]["items"])
        return f"collection of {_entity(document, items) or items}", whole["required"]
    entity = _entity(document, name) if operation.method == "GET" else name
    return entity or name, schema.get("required", [])


def _entity(document: Document, read: str) -> str | None:
    """The entity whose read returns this schema: with all properties, or with those that $select names."""
    name = read.removeprefix("retrieved")
    whole = [{"$ref": f"#/components/schemas/{form}{name}"} for form in ("", "Projected")]
    fits = read.startswith("retrieved") and document.schemas[schema_name(read)]["anyOf"] == whole
    return name[0].lower() + name[1:] if fits else None


def _writable(document: Document, operation: Operation) -> Iterator[tuple[str, Any]]:
    schema = document.resolve(operation.definition["requestBody"]["content"]["application/json"]["schema"])
    for name in schema.get("properties", {}):
        if name != "@odata.type":
            required = name in schema.get("required", [])
            yield f"writable.{operation.id}.{name}", "required" if required else "optional"


def _filters(document: Document, operation: Operation, resource: str) -> Iterator[tuple[str, Any]]:
    """The operators of $filter for each property; none if any expression is valid."""
    option = next((p for p in operation.parameters if p["name"] == "$filter"), None)
    if option is None or _is_valid(document, option["schema"], "any expression"):
        return
    for name, node in _properties(document, resource)[0].items():
        value = "true" if node.get("type") == "boolean" else "'it''s'"
        forms = {"eq": f"{name} eq {value}", "contains": f"contains({name},{value})"}
        operators = [operator for operator, form in forms.items() if _is_valid(document, option["schema"], form)]
        if operators:
            yield f"filters.{resource}.{name}", operators


def _properties(document: Document, type_: str) -> tuple[dict[str, Schema], set[str]]:
    """The properties of a type, annotations aside, and which of them are required."""
    schema = document.schemas.get(schema_name(type_), {"properties": {}})
    required = schema.get("required", [])
    if "allOf" in schema:
        projected, *others = schema["allOf"]
        schema, required = document.resolve(projected), others[0]["required"] if others else []
    return {name: node for name, node in schema["properties"].items() if not name.startswith("@")}, set(required)


def _type(document: Document, type_: str) -> Iterator[tuple[str, Any]]:
    nodes, required = _properties(document, type_)
    yield f"whole.{type_}", bool(required)
    for name in required - set(nodes):
        yield f"types.{type_}.{name}.type", "nothing, and required"
    for name, node in nodes.items():
        words, nullable = _in_words(document, node)
        yield f"types.{type_}.{name}.type", words
        yield f"types.{type_}.{name}.nullable", nullable
        if name not in required:
            yield f"types.{type_}.{name}.supported", False


def _in_words(document: Document, node: Schema) -> tuple[str, bool]:
    """The documented name of a property's type, and whether the property, or an item of it, may be null."""
    nullable = False
    match node, document.resolve(node):
        case {"anyOf": [inner, {"type": "null"}]}, _:
            words, nullable = _in_words(document, inner)[0], True
        case {"anyOf": [{"$ref": _} as enumeration, {"type": "string"}]}, _:
            words = documented_name(enumeration)
        case _, {"type": "array", "items": items}:
            words, nullable = _in_words(document, items)
            words = f"collection of {words}"
        case _, {"type": [kind, "null"]}:
            words, nullable = kind, True
        case {"$ref": "#/components/schemas/Timestamp"}, _:
            words = "timestamp"
        case _, {"type": "object", "additionalProperties": True}:
            words = "dictionary"
        case _, {"enum": _}:
            words = "closed enumeration"
        case _, {"type": "object"}:
            words = documented_name(node)
        case _, target:
            words = target.get("format", "integer") if target["type"] == "integer" else target["type"]
    return words, nullable


def _relationships(document: Document) -> Iterator[tuple[str, Any]]:
    """A path that continues after the key of another resource is a relationship."""
    returned = {o.path: _returned_words(document, o) for o in document.operations if o.method == "GET"}
    parameters = {"{workspaceId}": "workspace", "{sessionId}": "session", "{promptId}": "prompt"}
    for path, words in returned.items():
        above, name = path.rsplit("/", 2)[1:]
        if above in parameters:
            yield f"relationships.{parameters[above]}.{name}", words


def _returned_words(document: Document, operation: Operation) -> str:
    schema = operation.definition["responses"]["200"]["content"]["application/json"]["schema"]
    return _returned(document, operation, schema)[0]


def _media_types(document: Document) -> Iterator[tuple[str, Any]]:
    requests = {m for o in document.operations for m in o.definition.get("requestBody", {}).get("content", ())}
    yield "media types.request", ", ".join(sorted(requests))
    responses = [(s, document.resolve(r)) for o in document.operations for s, r in o.definition["responses"].items()]
    yield "media types.response", ", ".join(sorted({m for _, r in responses for m in r["content"]} - {"*/*"}))
    any_type = {int(status) for status, response in responses if response["content"].get("*/*") == {}}
    yield "errors.of any media type", sorted(any_type)
    for header in ("WWW-Authenticate", "Allow"):
        required = {int(s) for s, r in responses if document.resolve(r["headers"].get(header, {})).get("required")}
        yield f"headers.{header}", sorted(required)


def _errors(document: Document) -> Iterator[tuple[str, Any]]:
    statuses = [sorted(int(s) for s in o.definition["responses"] if s >= "400") for o in document.operations]
    yield "errors.statuses", statuses[0] if all(each == statuses[0] for each in statuses) else statuses
    error = document.schemas["MainError"]
    for name in error["required"]:
        yield f"errors.{name}", "required"
    yield "errors.message at the shortest", error["properties"]["message"].get("minLength", 0)
    inner = {"$ref": "#/components/schemas/InnerError"}
    names = [[n for n, node in document.schemas[s]["properties"].items() if node == inner] for s in _ERRORS]
    yield "errors.inner errors", names[0] if names[0] == names[1] else names


_ERRORS = ("MainError", "InnerError")


def _retry_after(document: Document) -> Iterator[tuple[str, Any]]:
    responses = {s: document.resolve(r) for s, r in document.operations[0].definition["responses"].items()}
    headers = {int(s): document.resolve(r["headers"]["Retry-After"]) for s, r in responses.items() if _waits(r)}
    yield "Retry-After.statuses", sorted(headers)
    yield "Retry-After.required", any(header.get("required", False) for header in headers.values())
    for form, text in {
        "seconds": "2",
        "decimal seconds": "0.249",
        "HTTP date": "Wed, 21 Oct 2026 07:28:00 GMT",
    }.items():
        valid = all(_is_valid(document, header["schema"], text) for header in headers.values())
        yield f"Retry-After.{form}", "valid" if valid else "not valid"


def _waits(response: Schema) -> bool:
    return "Retry-After" in response.get("headers", {})


def _forms(document: Document) -> Iterator[tuple[str, Any]]:
    ids = [{"$ref": f"#/components/schemas/{name}Id"} for name in ("Session", "Prompt", "Evaluation", "Workspace")]
    others = ("1", GUID[1:], f"{GUID}0")
    guids = all(
        _is_valid(document, i, GUID) and not any(_is_valid(document, i, other) for other in others) for i in ids
    )
    yield "forms.ids", "GUID" if guids else "anything"
    moment = {"$ref": "#/components/schemas/Timestamp"}
    digits = [n for n in range(10) if _is_valid(document, moment, f"{_MOMENT}{'.' if n else ''}{'1' * n}Z")]
    yield "forms.digits of a fraction of a second", digits[-1] if digits == list(range(len(digits))) else digits
    for form, zone in {"UTC as Z": "Z", "UTC as +00:00": "+00:00"}.items():
        yield f"forms.{form}", "valid" if _is_valid(document, moment, f"{_MOMENT}{zone}") else "not valid"


def _is_valid(document: Document, schema: Schema, value: object) -> bool:
    return document.schema_violations(schema, value) == []
