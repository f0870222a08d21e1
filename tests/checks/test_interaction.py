"""A request and its response, as they were on the wire."""

from security_copilot_contract.checks.interaction import Interaction

SESSIONS = "/security/securityCopilot/workspaces/default/sessions"


def interaction(url: str, body: bytes, previous_page: Interaction | None = None) -> Interaction:
    """A GET that succeeded."""
    return Interaction("http://h/beta", "GET", url, {}, b"", 200, {}, body, previous_page=previous_page)


def test_a_next_page_is_for_the_same_request() -> None:
    """A nextLink is opaque, so its path and query do not say what it is for."""
    first = interaction(f"{SESSIONS}?$top=1&$select=id", b'{"value": []}')
    page = interaction("http://h/elsewhere?p=2", b'{"value": []}', first)

    assert (page.path, page.query, page.operation) == (first.path, first.query, first.operation)
    assert page.items == []
    assert page.is_valid


def test_entities_are_located_in_the_body() -> None:
    """By JSON pointers, which skip what is no object."""
    page = interaction(SESSIONS, b'{"value": [{"id": "a"}, 5, {"id": "b"}]}')
    one = interaction(f"{SESSIONS}/ecdfb9b3-58f5-457f-a18c-4a477890b252", b'{"id": "a"}')

    assert page.located_entities == {"/value/0": {"id": "a"}, "/value/2": {"id": "b"}}
    assert one.located_entities == {"": {"id": "a"}}
