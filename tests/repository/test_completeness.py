"""Every operation and every property is everywhere where it has to be. This runs first: see tests/conftest.py."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.repository import completeness
from tests.repository.completeness import Place, everything_missing, missing, raw

PROPERTIES = Place(
    "openapi/document.yaml", "add `{name}` to the properties of Session", frozenset({"id", "displayName"})
)


def test_nothing_is_missing() -> None:
    """A failure lists each operation and property that is not everywhere, and the files to edit for it."""
    if everything_missing():
        pytest.fail("\n\n".join(["", *everything_missing()]), pytrace=False)


def test_a_missing_name_is_listed_with_its_place() -> None:
    """With the file to edit, and what to write there."""
    client = Place("client/{snake}.py", "run `make generate`, for {name}", frozenset({"id"}))

    (paragraph,) = missing("property", [PROPERTIES, client])

    assert paragraph.splitlines() == [
        "property displayName, which openapi/document.yaml has, is missing in",
        "    client/display_name.py: run `make generate`, for displayName",
    ]
    assert missing("property", [PROPERTIES, PROPERTIES]) == []


def test_a_place_that_cannot_be_read_is_listed_once() -> None:
    """With the reason, and not as a place in which everything is missing."""

    def unreadable() -> list[str]:
        raise KeyError("session")

    place = Place.of(Path(__file__), "add `{name}`", unreadable)

    assert missing("property", [PROPERTIES, place]) == [
        "each property in tests/repository/test_completeness.py cannot be read: KeyError: 'session'"
    ]


def _property(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["ProjectedSession"]["properties"]["notYetAnywhere"] = {"type": "string"}


def _operation(document: dict[str, Any]) -> None:
    path = "/security/securityCopilot/workspaces/{workspaceId}/sessions/{sessionId}"
    document["paths"][path]["delete"] = {"operationId": "deleteSession"}


DOCUMENT, FACTS = completeness.DOCUMENT.name, completeness.FACTS.name


@pytest.mark.parametrize(
    ("change", "files"),
    [
        (
            _property,
            [
                *(FACTS, "session.py", DOCUMENT, DOCUMENT, "resource.py", "list_sessions.http", DOCUMENT),
                *("create_session.http", DOCUMENT, "get_session.http", DOCUMENT, "update_session.http", DOCUMENT),
            ],
        ),
        (
            _operation,
            [FACTS, "delete_session.http", "api", "app.py", "router.py", "plan_builder.py", "servers.py"],
        ),
    ],
)
def test_a_change_of_the_document_leads_to_every_file(
    change: Callable[[dict[str, Any]], None], files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is to be edited by hand, and all that is generated."""
    changed = copy.deepcopy(dict(raw()))
    change(changed)
    monkeypatch.setattr(completeness, "raw", lambda: changed)

    (paragraph,) = everything_missing.__wrapped__()

    rows = paragraph.splitlines()[1:]
    assert [Path(row.partition(":")[0].strip()).name for row in rows] == files
