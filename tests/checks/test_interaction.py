"""A request and its answer, as they were on the wire."""

from security_copilot_contract.checks.interaction import Call

SESSIONS = "/security/securityCopilot/workspaces/default/sessions"


def test_a_next_page_is_of_what_the_first_one_was() -> None:
    """Its link is opaque, so neither path nor query say what it is about."""

    def call(url: str, followed: Call | None = None) -> Call:
        return Call("http://h/beta", "GET", url, {}, b"", 200, {}, b'{"value": []}', followed=followed)

    first = call(f"{SESSIONS}?$top=1&$select=id")
    page = call("http://h/elsewhere?p=2", first)

    assert (page.path, page.query, page.operation) == (first.path, first.query, first.operation)
    assert page.items == []
    assert page.lawful
