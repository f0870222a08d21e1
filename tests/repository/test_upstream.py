"""The comparison with what Microsoft publishes: a line for each difference, and never "no difference" by silence."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.spec.facts import parse
from tests.programs.newest import pinned
from tests.programs.upstream.__main__ import Outcome, Stated, compare, main, stated
from tests.programs.upstream.comparison import Accepted
from tests.programs.upstream.pages import Example
from tests.programs.upstream.sources import CHANGELOG, FolderReader, NetworkReader, SourceError

_FACTS = parse(
    {
        "sources": {
            name: {"confidence": "schema", "is": "a source"}
            for name in ("pages", "metadata", "permission data", "keys")
        },
        "server": {"root": ["/garden", "pages"]},
        "permissions": {
            "read": {
                "name": ["SecurityCopilotWorkspaces.Read.All", "pages"],
                "methods": [["GET"], "permission data"],
            },
            "write": {
                "name": ["SecurityCopilotWorkspaces.ReadWrite.All", "pages"],
                "methods": [["POST"], "permission data"],
            },
            "delegated": {
                "needs an administrator": [False, "permission data"],
                "hidden in consent pages": [False, "permission data"],
            },
            "application": {
                "needs an administrator": [True, "permission data"],
                "hidden in consent pages": [True, "permission data"],
            },
        },
        "operations": {
            "listTrees": {"request": ["GET /trees", "pages"], "needs": ["read", "permission data"]},
            "plantTree": {"request": ["POST /trees/{treeId}/twigs", "pages"], "needs": ["write", "permission data"]},
        },
        "types": {
            "tree": {
                "id": {"type": ["string", "pages"], "nullable": [False, "keys"]},
                "height": {"type": ["int64", "metadata"], "nullable": [False, "metadata"]},
                "label": {"type": ["string", "metadata"], "nullable": [True, "metadata"]},
                "kind": {"type": ["treeKind", "metadata"], "nullable": [False, "metadata"]},
            },
        },
        "relationships": {"tree": {"twigs": ["collection of twig", "metadata"]}},
        "enumerations": {"treeKind": [["oak", "ash"], "metadata"]},
    }
)

_CSDL = """<Edmx><Schema Namespace="microsoft.graph" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="entity"/></Schema>
<Schema Namespace="microsoft.graph.security.securityCopilot" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EnumType Name="treeKind"><Member Name="oak" Value="0"/><Member Name="ash" Value="1"/></EnumType>
<ComplexType Name="plant"><Property Name="height" Type="Edm.Int64" Nullable="false"/></ComplexType>
<EntityType Name="tree" BaseType="graph.entity">
<Property Name="height" Type="Edm.Int64" Nullable="false"/>
<Property Name="kind" Type="securityCopilot.treeKind" Nullable="false"/>
<Property Name="label" Type="Edm.String"/>
<NavigationProperty Name="twigs" Type="Collection(securityCopilot.twig)" ContainsTarget="true"/>
</EntityType>
</Schema></Edmx>"""

_SCHEMES = {
    "DelegatedWork": {"adminDisplayName": "Read trees", "requiresAdminConsent": False},
    "Application": {"adminDisplayName": "Read all trees", "requiresAdminConsent": True},
}


def _permission(method: str, path: str) -> dict[str, object]:
    keys = ["DelegatedWork", "Application"]
    paths = {path: "least=DelegatedWork,Application"}
    return {"schemes": _SCHEMES, "pathSets": [{"schemeKeys": keys, "methods": [method], "paths": paths}]}


_PERMISSIONS = json.dumps(
    {
        "permissions": {
            "SecurityCopilotWorkspaces.Read.All": _permission("GET", "/garden/trees"),
            "SecurityCopilotWorkspaces.ReadWrite.All": _permission("POST", "/garden/trees/{id}/twigs"),
            "Other.Read": {},
        }
    }
)
_PROVISIONING = json.dumps(
    {
        name: [{"scheme": "DelegatedWork", "isHidden": False}, {"scheme": "Application", "isHidden": True}]
        for name in ("SecurityCopilotWorkspaces.Read.All", "SecurityCopilotWorkspaces.ReadWrite.All")
    }
)
_CHANGELOG = json.dumps({"changelog": [{"Id": "1", "CreatedDateTime": "2026-01-01", "ChangeList": ["a tree"]}]})

_REQUEST = Example("request", "GET https://example.test/garden/trees")
_RESPONSE = Example("response", 'HTTP/1.1 200 OK\n\n{"value": []}')
_PAGE = f"""---
title: Trees
ms.date: 01/01/2026
---
# Trees

All of them.

## Permissions

| Name | Needed |
|:--|:--|
| read | yes |

## Example

<!-- {{ "blockType": "ignored" }} -->
``` http
GET /trees
```
<!-- {{
  "blockType": "request"
}} -->
``` http
{_REQUEST.text}
```
<!-- {{ "blockType": "response" }} -->
``` http
{_RESPONSE.text}
```
"""

_FILES = {
    "beta-Prod.csdl": _CSDL,
    "permissions.json": _PERMISSIONS,
    "provisioningInfo.json": _PROVISIONING,
    "Microsoft.Security.Copilot.json": _CHANGELOG,
    "trees.md": _PAGE,
}
_ALL = ("csdl", "permissions", "changelog", "pages")
_ACCEPTED = Accepted("csdl", "types.plant", {"height": "int64"}, "Nothing uses it.")


def _write(folder: Path, files: dict[str, str]) -> FolderReader:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8", newline="")
    return FolderReader(folder)


def _compare(folder: Path, files: dict[str, str], parts: tuple[str, ...] = _ALL) -> Outcome:
    """Record the fixtures, then compare the files with that."""
    exchanges = {"list request": _REQUEST, "list response": _RESPONSE}
    known = Stated(_FACTS, exchanges, [_ACCEPTED], {})
    before = folder / "before"
    before.mkdir()
    recorded = compare(_write(before, _FILES), _ALL, known).record
    after = folder / "after"
    after.mkdir()
    return compare(_write(after, files), parts, Stated(_FACTS, exchanges, [_ACCEPTED], recorded))


def test_no_difference(tmp_path: Path) -> None:
    """The same sources as recorded, with other line ends and dates, have no differences."""
    page = _PAGE.replace("01/01/2026", "02/02/2026").replace("\n", "\r\n")

    assert _compare(tmp_path, {**_FILES, "trees.md": page}) == Outcome((), 0, _compare_record(tmp_path))


def _compare_record(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    exchanges = {"list request": _REQUEST, "list response": _RESPONSE}
    return compare(FolderReader(folder / "before"), _ALL, Stated(_FACTS, exchanges, [_ACCEPTED], {})).record


_SCHEMA, _PERMITTED, _PROVISIONED, _LOG, _TREES = _FILES

_KINDS = [
    # file, text, its replacement, the only line
    (
        _SCHEMA,
        'Int64" Nullable="false"/>\n<Property Name="kind',
        'String" Nullable="false"/>\n<Property Name="kind',
        'types.tree.height: expected "int64", got "string"',
    ),
    (_SCHEMA, 'treeKind" Nullable="false"', 'treeKind"', 'expected "treeKind", got "treeKind or null"'),
    (_SCHEMA, '<Property Name="label" Type="Edm.String"/>', "", 'types.tree.label: gone, expected "string'),
    (_SCHEMA, "<Nav", '<Property Name="age" Type="Edm.Guid"/><Nav', 'types.tree.age: new, got "Edm.Guid or'),
    (
        _SCHEMA,
        "Collection(securityCopilot.twig)",
        "securityCopilot.twig",
        "relationships.tree.twigs: expected",
    ),
    (_SCHEMA, ' ContainsTarget="true"', "", "relationships.tree.twigs: expected"),
    (_SCHEMA, "</EnumType>", '<Member Name="elm" Value="2"/></EnumType>', "enumerations.treeKind: expected"),
    (_SCHEMA, 'Name="ash" Value="1"', 'Name="ash" Value="4"', 'got ["oak", "ash = 4"]'),
    (_SCHEMA, '<EnumType Name="treeKind"', '<EnumType Name="treeKind" IsFlags="true"', "IsFlags: new"),
    (
        _SCHEMA,
        "<EnumType",
        '<EnumType Name="mood"><Member Name="good" Value="0"/></EnumType><EnumType',
        "mood",
    ),
    (_SCHEMA, '<EntityType Name="tree"', '<Action Name="fell"/><EntityType Name="tree"', "Action fell: new"),
    (_SCHEMA, ' BaseType="graph.entity"', "", 'keys.tree: gone, expected ["id"]'),
    (
        _SCHEMA,
        "<ComplexType",
        '<ComplexType Name="bed"><Property Name="a" Type="Edm.String"/></ComplexType><ComplexType',
        "types.bed: new, got a",
    ),
    (_SCHEMA, 'Name="plant"', 'Name="shrub"', None),
    (_PERMITTED, "/garden/trees/{id}/twigs", "/garden/trees/{id}/leaves", None),
    (_PERMITTED, '"POST"', '"POST", "PUT"', 'methods: expected ["POST"], got ["POST", "PUT"]'),
    (_PERMITTED, "Read all trees", "Read every tree", None),
    (_PERMITTED, "least=DelegatedWork,Application", "least=Application", None),
    (_PROVISIONED, '"Application", "isHidden": true', '"Application", "isHidden": false', None),
    (_LOG, "a tree", "another tree", "changelog: 2026-01-01 1: expected"),
    (_LOG, "[{", '[{"Id": "2", "CreatedDateTime": "2026-02-02"}, {', "2026-02-02 2: new"),
    (_TREES, "All of them.", "Some of them.", "pages: trees: Trees: expected"),
    (_TREES, "## Example", "## Limits\n\nNone.\n\n## Example", "pages: trees: Limits: new"),
    (_TREES, "| read | yes |", "| read | no |", "pages: trees: Permissions: expected"),
    (_TREES, _REQUEST.text, f"{_REQUEST.text}/", "pages: list request: expected"),
    (_TREES, '{"value": []}', '{"value": [1]}', "pages: list response: expected"),
]


@pytest.mark.parametrize(("file", "old", "new", "line"), [kind for kind in _KINDS if kind[3] is not None])
def test_each_kind_of_change_is_one_line(tmp_path: Path, file: str, old: str, new: str, line: str) -> None:
    """One change, one line that names it."""
    assert old in _FILES[file]

    outcome = _compare(tmp_path, {**_FILES, file: _FILES[file].replace(old, new, 1)})

    assert len(outcome.lines) == 1, outcome.lines
    assert line in outcome.lines[0]
    assert outcome.exit_code == 1


@pytest.mark.parametrize(("file", "old", "new", "line"), [kind for kind in _KINDS if kind[3] is None])
def test_a_change_of_two_facts_is_two_lines(tmp_path: Path, file: str, old: str, new: str, line: None) -> None:
    """Such as a path that another replaces, or an entry that both permissions have."""
    assert line is None
    assert old in _FILES[file]

    outcome = _compare(tmp_path, {**_FILES, file: _FILES[file].replace(old, new)})

    assert len(outcome.lines) == 2, outcome.lines
    assert outcome.exit_code == 1


_HTML = "<!DOCTYPE html><html><body>Sign in</body></html>"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        *((file, text) for file in _FILES for text in (_HTML, "", _FILES[file][:20])),
        ("beta-Prod.csdl", _CSDL.replace("securityCopilot", "other")),
        ("beta-Prod.csdl", _CSDL[:-9]),
        ("permissions.json", '{"permissions": {"Other.Read": {}}}'),
        ("permissions.json", '{"SecurityCopilotWorkspaces.Read.All": {"schemes": {}}}'),
        ("permissions.json", '{"SecurityCopilotWorkspaces.Read.All": []}'),
        ("provisioningInfo.json", '{"SecurityCopilotWorkspaces.Read.All": [{}]}'),
        ("Microsoft.Security.Copilot.json", '{"changelog": []}'),
        ("Microsoft.Security.Copilot.json", "[]"),
        ("trees.md", _PAGE.replace("| read | yes |\n", "")),
        ("trees.md", _PAGE.replace('"blockType": "request"', '"blockType" "request"')),
    ],
)
def test_what_is_not_understood_is_no_silence(tmp_path: Path, file: str, text: str) -> None:
    """HTML, nothing, half a file: exit code 2, and a line; the other parts are compared all the same."""
    outcome = _compare(tmp_path, {**_FILES, file: text})

    assert outcome.exit_code == 2
    assert len(outcome.lines) == 1
    assert "could not compare" in outcome.lines[0]


@pytest.mark.parametrize("file", _FILES)
def test_an_absent_source_is_no_silence(tmp_path: Path, file: str) -> None:
    """A part without its source cannot be compared."""
    outcome = _compare(tmp_path, {name: text for name, text in _FILES.items() if name != file})

    assert outcome.exit_code == 2
    assert "no such file" in outcome.lines[-1] or "no page" in outcome.lines[-1]


def test_only_makes_a_part_the_whole(tmp_path: Path) -> None:
    """Without the other sources."""
    assert _compare(tmp_path, {"beta-Prod.csdl": _CSDL}, ("csdl",)).exit_code == 0


def test_an_accepted_difference_that_is_gone_fails(tmp_path: Path) -> None:
    """Its entry is to be removed."""
    without = _CSDL.replace(
        '<ComplexType Name="plant"><Property Name="height" Type="Edm.Int64" Nullable="false"/></ComplexType>', ""
    )

    outcome = _compare(tmp_path, {**_FILES, "beta-Prod.csdl": without})

    assert outcome.lines == ("csdl: types.plant: the accepted difference is gone; remove it from accepted.yaml",)
    assert outcome.exit_code == 1


def test_the_repository_holds_no_text_of_the_sources() -> None:
    """What is recorded are hashes, names and numbers; and each accepted difference has a reason."""
    known = stated()

    values = [value for part in known.recorded.values() for value in part.values() if isinstance(value, str)]
    assert values
    assert all(value.startswith("sha256:") or value.isalnum() for value in values)
    assert all(each.reason for each in known.accepted)


def test_bad_arguments(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One line that names the argument and the remedy, and exit code 2."""
    for arguments in (["--only", "csdl,weather"], [str(tmp_path / "nowhere")]):
        with pytest.raises(SystemExit) as exit_:
            main(arguments)
        assert exit_.value.code == 2
    assert "there is no part 'weather'; the parts are csdl, permissions, changelog, pages" in capsys.readouterr().err


_Answer = Callable[[Request], Awaitable[Response]]


async def _published(request: Request) -> Response:
    """A forge: raw files, and the trees of folders."""
    path = request.url.path
    if "/git/trees/" in path:
        names = ["security-securitycopilot-trees.md", "other.md", "security-securitycopilot.png"]
        listed = (
            names
            if path.endswith("beta/api")
            else ["securitycopilot.md", "rbac-security-copilot-apis.md", "security-securitycopilot-twig.md"]
        )
        return PlainTextResponse(json.dumps({"tree": [{"path": name} for name in listed]}))
    if path.endswith(".md"):
        return PlainTextResponse(f"# {path.rpartition('/')[2]}\n\nText.")
    name = path.rpartition("/")[2]
    return PlainTextResponse(_FILES[name]) if name in _FILES else Response(status_code=404)


def _app(answer: _Answer) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await answer(Request(scope))
        await response(scope, receive, send)

    return app


def test_network(serve: Callable[[ASGIApp], str]) -> None:
    """Each part is read over HTTP; of the folders only the pages about this API."""
    url = serve(_app(_published)).removesuffix("/beta")

    outcome = compare(NetworkReader(url, url), _ALL, Stated(_FACTS, {}, [_ACCEPTED], {}))

    pages = outcome.record["pages"]
    assert {place.partition(":")[0] for place in pages} == {
        "security-securitycopilot-trees",
        "security-securitycopilot-twig",
        "securitycopilot",
        "rbac-security-copilot-apis",
    }
    assert outcome.record["changelog"]
    assert outcome.exit_code == 1


async def _huge(request: Request) -> Response:
    del request
    return PlainTextResponse(" " * 2_000_000)


async def _slow(request: Request) -> Response:
    del request

    async def drip() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" "
            await asyncio.sleep(0.05)

    return StreamingResponse(drip())


async def _missing(request: Request) -> Response:
    del request
    return Response(status_code=404)


@pytest.mark.parametrize(
    ("answer", "seconds", "problem"),
    [
        (_huge, 60.0, "more than 1,048,576 bytes"),
        (_slow, 0.2, "not complete after 0.2 seconds"),
        (_missing, 60.0, "status 404"),
    ],
)
def test_network_is_bounded(serve: Callable[[ASGIApp], str], answer: _Answer, seconds: float, problem: str) -> None:
    """In bytes and time; a status other than 200 is an absent source."""
    url = serve(_app(answer)).removesuffix("/beta")

    with pytest.raises(SourceError, match=problem):
        NetworkReader(url, url, seconds).read(CHANGELOG)


def test_nobody_answers() -> None:
    """A connection that fails is an absent source."""
    with pytest.raises(SourceError, match=r"Microsoft\.Security\.Copilot\.json"):
        NetworkReader("http://127.0.0.1:9", "http://127.0.0.1:9").read(CHANGELOG)


def test_pin_of_the_generator() -> None:
    """`make newest` rewrites exactly one pin."""
    project = 'dev = [\n    "openapi-python-client==0.1.0",\n    "ruff==0.2.0",\n]\n'

    assert pinned(project, "openapi-python-client", "0.3.0") == project.replace("0.1.0", "0.3.0")
    with pytest.raises(ValueError, match="expected one exact pin of mypy, got 0"):
        pinned(project, "mypy", "1.0")
