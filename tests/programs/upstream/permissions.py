"""The permission data as a table: names, schemes, methods, and which permission each operation needs."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from security_copilot_contract.spec.facts import Fact
from tests.programs.upstream.digest import digest
from tests.programs.upstream.sources import SourceError

PREFIX = "SecurityCopilotWorkspaces."
SCHEMES = {"DelegatedWork": "delegated", "Application": "application"}
_LEAST = "least="
_TEXTS = ("DisplayName", "Description")
# Told by the tables of methods and paths, or about the owner of the data.
_ELSEWHERE = {"schemes", "pathSets", "ownerInfo"}


@frozen
class Route:
    """The method and path of an operation, without the names of the parameters."""

    operation: str
    method: str
    path: str


def routes(facts: Mapping[str, Fact]) -> list[Route]:
    """The route of each operation."""
    root = facts["server.root"].value
    found = []
    for name, fact in facts.items():
        if name.startswith("operations.") and name.endswith(".request"):
            method, _, path = fact.value.partition(" ")
            found.append(Route(name.split(".")[1], method, _unnamed(root + path)))
    return found


def permission_table(permissions: bytes, provisioning: bytes, routes_: list[Route]) -> dict[str, Any]:
    """What both files say of the permissions of this API. SourceError if one is not understood."""
    listed = _ours(permissions, "the permission data")
    provisioned = _ours(provisioning, "the provisioning data")
    try:
        table = {place: value for name, each in listed.items() for place, value in _permission(name, each)}
        covers = {name: set(_covered(each)) for name, each in listed.items()}
        shown = {place: value for name, rows in provisioned.items() for place, value in _provisioning(name, rows)}
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"the permission data are not understood: {error!r}") from None
    return {**table, **_needs(covers, routes_), **shown}


def _ours(content: bytes, what: str) -> dict[str, Any]:
    """The entries about this API, at the top or one level below it."""
    try:
        data = json.loads(content)
    except ValueError as error:
        raise SourceError(f"{what} is no JSON: {error}") from None
    levels = [data, *(data.values() if isinstance(data, dict) else ())]
    for level in levels:
        found = {k: v for k, v in level.items() if k.startswith(PREFIX)} if isinstance(level, dict) else {}
        if found:
            return found
    raise SourceError(f"{what} has no {PREFIX}*")


def _permission(name: str, permission: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for scheme, details in permission["schemes"].items():
        for key, value in details.items():
            yield f"{name} {SCHEMES.get(scheme, scheme)} {key}", digest(value) if key.endswith(_TEXTS) else value
    for key, value in permission.items():
        if key not in _ELSEWHERE:
            yield f"{name} {key}", value
    methods = {method for group in permission["pathSets"] for method in group["methods"]}
    yield f"{name} methods", sorted(methods)
    for group in permission["pathSets"]:
        keys = set(group["schemeKeys"])
        if keys != set(permission["schemes"]):
            yield f"{name} schemes of {','.join(group['methods'])}", group["schemeKeys"]
        for path, marks in group["paths"].items():
            if not marks.startswith(_LEAST) or set(marks.removeprefix(_LEAST).split(",")) != keys:
                yield f"{name} {path} marks", marks


def _provisioning(name: str, rows: Any) -> Iterator[tuple[str, Any]]:
    for row in rows:
        scheme = SCHEMES.get(row["scheme"], row["scheme"])
        yield from ((f"{name} {scheme} {key}", value) for key, value in row.items() if key != "scheme")


def _covered(permission: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for group in permission["pathSets"]:
        yield from ((method, _unnamed(path)) for method in group["methods"] for path in group["paths"])


def _needs(covers: Mapping[str, set[tuple[str, str]]], routes_: list[Route]) -> dict[str, Any]:
    """Which permissions list the route of each operation; and the paths that no operation has.

    That a method and a path stand together does not say that the pair exists, so only paths are reported.
    """
    needs = {
        f"operations.{route.operation}": names
        for route in routes_
        if (names := [name for name, pairs in covers.items() if (route.method, route.path) in pairs])
    }
    known = {route.path for route in routes_}
    unknown = {path for pairs in covers.values() for _, path in pairs if path not in known}
    return {**needs, **{f"path {path}": "listed" for path in unknown}}


def _unnamed(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)
