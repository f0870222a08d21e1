"""The canonical form of a URL: every layer takes each form as the same operation."""

import re
from urllib.parse import quote, unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from security_copilot_contract import ContractError, ContractTransport, SecurityCopilotMock, document
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.emulator import TOKEN, EmulatorTransport
from security_copilot_contract.spec.canonical import KEYED, OPTIONS, canonical

ROOT = "/security/securityCopilot/workspaces"
BASE = "https://graph.microsoft.com/beta"

keys = st.text(min_size=1).filter(lambda key: key not in (".", ".."))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{ROOT}('default')/sessions('a-b')", f"{ROOT}/default/sessions/a-b"),
        (f"{ROOT}/default/sessions('a-b')/prompts", f"{ROOT}/default/sessions/a-b/prompts"),
        (f"{ROOT}('default')/sessions/a-b?$select=id", f"{ROOT}/default/sessions/a-b?$select=id"),
        (f"{ROOT}%28%27default%27%29", f"{ROOT}/default"),
        (f"{ROOT}(%27default')", f"{ROOT}/default"),
        (f"{ROOT}('O''Brien')", f"{ROOT}/O'Brien"),
        (f"{ROOT}('O%27%27Brien')", f"{ROOT}/O'Brien"),
        (f"{ROOT}('a%2Fb')", f"{ROOT}/a%2Fb"),
        (f"{ROOT}?top=1&$count=true&select=id,top", f"{ROOT}?$top=1&$count=true&$select=id,top"),
        (f"{ROOT}?top=1&$top=2", f"{ROOT}?$top=1&$top=2"),
        (f"{BASE}{ROOT}('default')?top=1", f"{BASE}{ROOT}/default?$top=1"),
    ],
)
def test_the_other_forms(url: str, expected: str) -> None:
    """Alone and mixed."""
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        f"{ROOT}/default/sessions/O'Brien",
        f"{ROOT}('O'Brien')",
        f"{ROOT}('')",
        f"{ROOT}(default)",
        f"{ROOT}('..')",
        f"{ROOT}('%2E%2e')",
        f"{ROOT}('sessions(''a'')')",
        f"{ROOT}/default/others('a')",
        f"{ROOT}?topmost=1&filter%20=2&mine=top",
        f"{ROOT}?$filter=displayName eq 'top=1'",
    ],
)
def test_nothing_else_is_changed(url: str) -> None:
    """What only looks like another form."""
    assert canonical(url) == url


@given(st.text())
def test_it_is_idempotent(url: str) -> None:
    """For any text."""
    assert canonical(canonical(url)) == canonical(url)


@given(st.lists(st.sampled_from([*KEYED, *OPTIONS, "('", "''", "')", "%27", "%28", "%29", "/", "?", "&", "=", "a"])))
def test_it_is_idempotent_for_its_own_parts(parts: list[str]) -> None:
    """In any order."""
    url = "".join(parts)

    assert canonical(canonical(url)) == canonical(url)


@given(keys)
def test_any_key_is_the_same_in_parentheses(key: str) -> None:
    """With its quotes doubled, percent-encoded or not."""
    segment = canonical(f"{ROOT}('{quote(key.replace(chr(39), chr(39) * 2), safe='')}')")

    if "(" not in key:
        assert unquote(segment.removeprefix(f"{ROOT}/")) == unquote(quote(key))


def test_the_collections_with_keys_are_those_of_the_document() -> None:
    """Else a new one would have one form only."""
    assert {name for o in document().operations for name in re.findall(r"(\w+)/\{", o.path)} == set(KEYED)


def test_each_layer_takes_every_form() -> None:
    """Emulator, transport, mock, document and check."""
    url = f"{BASE}{ROOT}('default')/sessions?top=1"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    transport = ContractTransport(EmulatorTransport())
    with httpx.Client(transport=transport, headers=headers) as client:
        page = client.get(url).raise_for_status().json()["value"]
        one = client.get(f"{BASE}{ROOT}%28'default'%29/sessions('{page[0]['id']}')?select=id")
    assert len(page) == 1
    assert one.json()["id"] == page[0]["id"]
    assert "displayName" not in one.json()
    assert not document().request_violations("GET", url, {}, b"")
    interaction = Interaction(BASE, "GET", url.removeprefix(BASE), {}, b"", 200, {}, b"")
    assert (interaction.path, interaction.query) == (f"{ROOT}/default/sessions", {"$top": "1"})
    assert interaction.is_valid
    with SecurityCopilotMock() as mock:
        assert httpx.get(url, headers=headers).json() == mock.list_sessions.documented
        assert mock.list_sessions.calls.last.request.url == url
        with pytest.raises(ContractError, match="top"):
            httpx.get(f"{url}&top=2", headers=headers)
        mock.breaches.clear()


def test_an_option_in_both_forms_is_repeated() -> None:
    """So the document does not allow it, and the emulator refuses it."""
    url = f"{BASE}{ROOT}/default/sessions?top=1&$top=2"
    with httpx.Client(transport=EmulatorTransport(), headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        assert client.get(url).status_code == 400
    assert [violation.kind for violation in document().request_violations("GET", url, {}, b"")] == ["repeated"]
