"""A request and its answer, as they were on the wire."""

import pytest

from security_copilot_contract.checks.interaction import Call, is_at

SESSIONS = "/security/securityCopilot/workspaces/default/sessions"


@pytest.mark.parametrize(
    ("url", "base_url", "same"),
    [
        ("https://a.example/b/c", "https://a.example/beta", True),
        ("https://A.example/", "https://a.Example/beta", True),
        ("https://a.example:443/b", "https://a.example/beta", True),
        ("https://a.example/b", "https://a.example:443/beta", True),
        ("http://a.example:80/b", "http://a.example/beta", True),
        ("http://[::1]:8000/b", "http://[::1]:8000/beta", True),
        ("http://a.example/b", "https://a.example/beta", False),
        ("https://a.example:8443/b", "https://a.example/beta", False),
        ("https://a.example:80/b", "https://a.example/beta", False),
        ("https://a.example.evil/b", "https://a.example/beta", False),
        ("https://a.example@evil.example/b", "https://a.example/beta", False),
        ("https://a.example:443@evil.example/b", "https://a.example/beta", False),
        ("https://a.example\\@evil.example/b", "https://a.example/beta", False),
        ("https://b.example/https://a.example/", "https://a.example/beta", False),
        ("//a.example/b", "https://a.example/beta", False),
        ("/b", "https://a.example/beta", False),
    ],
)
def test_the_token_goes_to_its_own_origin_alone(url: str, base_url: str, *, same: bool) -> None:
    """However a link is written."""
    assert is_at(url, base_url) is same


def test_a_next_page_is_of_what_the_first_one_was() -> None:
    """Its link is opaque, so neither path nor query say what it is about."""

    def call(url: str, followed: Call | None = None) -> Call:
        return Call("http://h/beta", "GET", url, {}, b"", 200, {}, b'{"value": []}', followed=followed)

    first = call(f"{SESSIONS}?$top=1&$select=id")
    page = call("http://h/elsewhere?p=2", first)

    assert (page.path, page.query, page.operation) == (first.path, first.query, first.operation)
    assert page.items == []
    assert page.lawful
