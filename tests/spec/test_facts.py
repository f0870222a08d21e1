"""The document matches the facts, without omissions and additions."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from security_copilot_contract.checks.promises import PROMISES
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.facts import CONFIDENCES, Fact, fact_of, facts, parse
from security_copilot_contract.spec.files import FACTS, read_yaml
from security_copilot_contract.spec.violation import Kind, Violation
from tests.spec.document_facts import GUID, differences

TABLE = read_yaml(FACTS)


def changed(name: str, *row: object) -> dict[str, Fact]:
    """The facts with one row replaced or added."""
    return {**facts(), **parse({"sources": TABLE["sources"], name: list(row)})}


def test_document_and_facts_agree() -> None:
    """In both directions, over all operations, properties, members and relationships."""
    assert differences(document(), facts()) == []


def test_the_facts_are_about_all_that_the_api_uses() -> None:
    """The metadata has this many properties and enumeration members for the types of the operations."""
    properties = [name for name in facts() if name.startswith("types.") and name.endswith(".type")]
    members = [m for fact in facts().values() if fact.name.startswith("enumerations.") for m in fact.value]

    assert (len(properties), len(members)) == (54, 68)
    assert all(f"{name.removesuffix('type')}nullable" in facts() for name in properties)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("types.plugin.description.nullable", (False, "metadata")),
        ("types.prompt.skillInputDescriptors.nullable", (False, "metadata")),
        ("types.session.createdDateTime.type", ("string", "pages")),
        ("enumerations.evaluationState", (["created", "running"], "pages")),
        ("relationships.session.prompts", ("prompt", "pages")),
        ("operations.getSession.needs", ("write", "pages")),
        ("permissions.application.hidden in consent pages", (False, "pages")),
        ("filters.session.displayName", (["eq"], "pages")),
        ("Retry-After.required", (True, "guidance")),
        ("types.session.status.type", ("string", "pages")),
    ],
)
def test_a_difference_names_its_fact(name: str, row: tuple[object, ...]) -> None:
    """The message shows both values."""
    (difference,) = differences(document(), changed(name, *row))

    assert difference.startswith(f"{name}: the facts have {row[0]!r}, the document has ")


@pytest.mark.parametrize("row", [(True,), (), (True, "hearsay")])
def test_a_fact_without_a_source_is_an_error(row: tuple[object, ...]) -> None:
    """The error names the fact; an unlisted source does not count."""
    with pytest.raises(ValueError, match=r"^types\.plugin\.description\.nullable: "):
        changed("types.plugin.description.nullable", *row)


def test_a_source_has_a_known_confidence() -> None:
    """It also has a description."""
    table = {"sources": {"a": {"confidence": "certain", "is": "A."}}}

    with pytest.raises(ValueError, match="'confidence' must be in"):
        parse(table)


def test_every_confidence_and_source_is_used() -> None:
    """A source without a fact or a promise must be removed."""
    used = {source for fact in facts().values() for source in fact.sources}
    used |= {promise.source for promise in PROMISES.values()}

    assert {source.name for source in used} == set(TABLE["sources"])
    assert {fact.confidence for fact in facts().values()} == set(CONFIDENCES)


@pytest.mark.parametrize(
    ("name", "confidence"),
    [
        ("types.session.displayName.nullable", "documented"),
        ("types.plugin.description.nullable", "schema"),
        ("errors.statuses", "Graph guidance"),
        ("Retry-After.HTTP date", "seen"),
        ("forms.ids", "inferred"),
    ],
)
def test_the_confidence_of_a_fact_is_that_of_its_best_source(name: str, confidence: str) -> None:
    """A fact that is documented and published as a schema is documented."""
    assert facts()[name].confidence == confidence


def violation(kind: Kind, pointer: str, got: object = "a") -> Violation:
    """A violation in a body."""
    return Violation("body", kind, pointer, got=got)


@pytest.mark.parametrize(
    ("operation", "problem", "fact"),
    [
        ("getSession", violation("type", "/displayName", 5), "types.session.displayName.type"),
        ("getSession", violation("type", "/createdDateTime", None), "types.session.createdDateTime.nullable"),
        ("getSession", violation("pattern", "/createdDateTime"), "forms.UTC as Z"),
        ("getSession", violation("pattern", "/id"), "forms.ids"),
        ("getSession", violation("required", "/displayName"), "whole.session"),
        ("getSession", violation("required", "/@odata.context"), "operations.getSession.context"),
        ("getSession", violation("type", ""), "operations.getSession.returns"),
        ("listPlugins", violation("type", "/value", {}), "operations.listPlugins.returns"),
        ("listPlugins", violation("type", "/value/0/name", None), "types.plugin.name.nullable"),
        ("listPlugins", violation("enum", "/value/0/authorization/authType"), "enumerations.pluginAuthTypes"),
        ("listPlugins", violation("type", "/value/10/settings/2/value", 5), "types.pluginSetting.value.type"),
        ("createPrompt", violation("type", "/skillInputDescriptors/0", 5), "types.prompt.skillInputDescriptors.type"),
        ("listPlugins", Violation("path", "pattern", name="workspaceId"), None),
    ],
    ids=str,
)
def test_a_violation_leads_to_its_fact(operation: str, problem: Violation, fact: str | None) -> None:
    """The pointer is followed through nested types and collections."""
    found = fact_of(operation, problem)

    assert (found and found.name) == fact


@pytest.mark.parametrize(
    ("problem", "status", "fact"),
    [
        (Violation("status", "undocumented", got=418), 418, "errors.statuses"),
        (Violation("status", "undocumented", got=202), 202, "operations.getSession.success"),
        (Violation("header", "required", name="Allow"), 405, "headers.Allow"),
        (Violation("header", "pattern", name="Retry-After"), 429, "Retry-After.seconds"),
        (Violation("media type", "undocumented"), 200, "media types.response"),
        (violation("required", "/error/code"), 400, "errors.code"),
        (violation("type", "/error/message", 5), 400, "errors.message"),
        (violation("type", "/error/innerError/date", 5), 400, "errors.inner errors"),
        (violation("type", "", []), 400, "errors.code"),
    ],
    ids=str,
)
def test_errors_statuses_and_headers_have_facts(problem: Violation, status: int, fact: str) -> None:
    """They are of every operation, or of the one that has responded."""
    found = fact_of("getSession", problem, status)

    assert found is not None
    assert found.name == fact


VALUES = {
    "string": "a",
    "timestamp": "2025-10-22T20:10:54Z",
    "int64": 1,
    "boolean": True,
    "dictionary": {},
}
OPERATIONS = ("createSession", "createPrompt", "createEvaluation", "listWorkspaces", "listPlugins")


def value(type_: str) -> Any:
    """A valid value of a type of the facts."""
    item = type_.removeprefix("collection of ")
    if item != type_:
        return [value(item)]
    if f"enumerations.{type_}" in facts():
        return facts()[f"enumerations.{type_}"].value[0]
    return VALUES[type_] if type_ in VALUES else {n: GUID if n == "id" else value(t) for n, t in properties(type_)}


def properties(type_: str) -> list[tuple[str, str]]:
    """The properties of a type, each with its type."""
    found = [name.split(".") for name in facts() if name.startswith(f"types.{type_}.") and name.endswith(".type")]
    return [(name, facts()[f"types.{type_}.{name}.type"].value) for _, _, name, _ in found]


def places(type_: str, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """Every property in a body: its type, its name and its place."""
    item = type_.removeprefix("collection of ")
    here = at if item == type_ else (*at, 0)
    for name, inner in properties(item):
        yield item, name, (*here, name)
        yield from places(inner, (*here, name))


def violations(operation: str, place: tuple[str | int, ...], wrong: object) -> list[Violation]:
    """The violations of a response with a wrong value in one place."""
    (found,) = [each for each in document().operations if each.id == operation]
    of_many = operation.startswith("list")
    body = value(facts()[f"operations.{operation}.returns"].value)
    body = {"@odata.context": "https://graph.microsoft.com/beta/$metadata#a", **({"value": body} if of_many else body)}
    inner: Any = body["value"] if of_many else body
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = wrong
    json_ = {"content-type": "application/json"}
    status = facts()[f"operations.{operation}.success"].value
    return document().response_violations(found, status, json_, json.dumps(body).encode())


def test_a_violation_of_any_property_leads_to_its_facts() -> None:
    """A wrong type to the fact about the type, and null to that about nullability; over all properties."""
    seen = set()
    for operation in OPERATIONS:
        for owner, name, place in places(facts()[f"operations.{operation}.returns"].value):
            about = f"types.{owner}.{name}"
            wrong = 5 if isinstance(value(facts()[f"{about}.type"].value), dict | list | str) else "a"
            of_type = {fact_of(operation, each) for each in violations(operation, place, wrong)}
            of_null = {fact_of(operation, each) for each in violations(operation, place, None)}
            of_many = facts()[f"{about}.type"].value.startswith("collection of ")
            nullable = facts()[f"{about}.nullable"].value and not of_many
            seen.add(about)

            assert of_type == {facts()[f"{about}.type"]}, about
            assert of_null == (set() if nullable else {facts()[f"{about}.nullable"]}), about
    assert len(seen) == 54
