"""iterate() and aiterate(): every item of a collection, whatever its pages."""

import asyncio
import gc
import json
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import respx
from security_copilot_client import AuthenticatedClient, InvalidResponseError, ServiceError
from security_copilot_client.api.sessions import list_sessions
from security_copilot_client.models import ProjectedSession, Session

from security_copilot_contract.emulator import TOKEN, Store, emulator
from tests import stored_sessions
from tests.documented import documented_session

SESSION = documented_session()
SESSIONS = "https://graph.microsoft.com/beta/security/securityCopilot/workspaces/default/sessions"
OPAQUE = f"{SESSIONS}?$skiptoken=a%2Fb+c%20d&%24x=é"
Items = Callable[..., list[Any]]


@pytest.fixture(params=["iterate", "aiterate"])
def items(request: pytest.FixtureRequest) -> Items:
    """All items, blocking or with asyncio."""

    async def collect(*arguments: Any, **keywords: Any) -> list[Any]:
        return [item async for item in list_sessions.aiterate(*arguments, **keywords)]

    if request.param == "iterate":
        return lambda *a, **k: list(list_sessions.iterate(*a, **k))
    return lambda *a, **k: asyncio.run(collect(*a, **k))


@pytest.fixture
def client() -> AuthenticatedClient:
    return AuthenticatedClient(token="token")


def page(*names: str, link: Any = None) -> dict[str, Any]:
    body: dict[str, Any] = {"@odata.context": "", "value": [SESSION | {"displayName": name} for name in names]}
    return body | ({"@odata.nextLink": link} if link else {})


@respx.mock
def test_pages_are_followed_to_the_last(items: Items, client: AuthenticatedClient) -> None:
    """An empty page is not the last."""
    respx.get(OPAQUE).respond(json=page("c"))
    respx.get(f"{SESSIONS}?$skiptoken=1").respond(json=page(link=OPAQUE))
    respx.get(SESSIONS, params={}).respond(json=page("a", "b", link=f"{SESSIONS}?$skiptoken=1"))

    assert [item.display_name for item in items("default", client=client)] == ["a", "b", "c"]


@respx.mock
def test_a_link_is_requested_as_it_is(items: Items, client: AuthenticatedClient) -> None:
    """Nothing is added, decoded or encoded anew, but for what is no URL at all."""
    first = respx.get(SESSIONS, params={"$top": "2"}).respond(json=page("a", link=OPAQUE))
    second = respx.get(url__startswith=f"{SESSIONS}?$skiptoken").respond(json=page("b"))

    items("default", client=client, top=2)

    assert first.call_count == 1
    assert second.calls.last.request.url.raw_path.endswith(b"sessions?$skiptoken=a%2Fb+c%20d&%24x=%C3%A9")
    assert second.calls.last.request.headers["Authorization"] == "Bearer token"


@respx.mock
@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/beta?$skiptoken=1",
        "http://graph.microsoft.com/beta?$skiptoken=1",
        "https://graph.microsoft.com:444/beta?$skiptoken=1",
        "https://graph.microsoft.com.elsewhere.example/beta",
        "https://graph.microsoft.com@elsewhere.example/beta",
        "//elsewhere.example/beta",
        "/beta?$skiptoken=1",
        "https://[/",
        "javascript:alert(1)",
    ],
)
def test_a_link_to_another_origin_is_not_followed(items: Items, client: AuthenticatedClient, link: str) -> None:
    """The token stays where it belongs. The link is not shown either."""
    respx.get(SESSIONS).respond(json=page("a", link=link))
    elsewhere = respx.route(host__regex=".*elsewhere.*")

    with pytest.raises(InvalidResponseError, match="leads to another origin") as caught:
        items("default", client=client)
    assert not elsewhere.called
    assert "skiptoken" not in str(caught.value)


@respx.mock
def test_a_link_with_half_of_a_surrogate_pair_is_not_followed(items: Items, client: AuthenticatedClient) -> None:
    """It is no text, so no URL; JSON can escape it nevertheless."""
    respx.get(SESSIONS).respond(content=json.dumps(page("a", link="https://graph.microsoft.com/\ud800")))

    with pytest.raises(InvalidResponseError, match="leads to another origin"):
        items("default", client=client)


@respx.mock
@pytest.mark.parametrize("length", [1, 3])
def test_a_circle_is_an_error_instead_of_for_ever(items: Items, client: AuthenticatedClient, length: int) -> None:
    """Each page is requested once."""
    for number in range(length):
        link = f"{SESSIONS}?$skiptoken={(number + 1) % length}"
        twice = [httpx.Response(200, json=page("b", link=link))] * 2
        respx.get(f"{SESSIONS}?$skiptoken={number}").mock(side_effect=twice)
    respx.get(SESSIONS, params={}).respond(json=page("a", link=f"{SESSIONS}?$skiptoken=0"))

    with pytest.raises(InvalidResponseError, match="leads in a circle"):
        items("default", client=client)
    assert respx.calls.call_count == length + 1


@respx.mock
@pytest.mark.parametrize("link", [5, False, ["a"], {}])
def test_a_link_that_is_no_string_is_an_error(items: Items, client: AuthenticatedClient, link: object) -> None:
    """It is not the end of the list: items would be lost silently."""
    respx.get(SESSIONS).respond(json=page("a") | {"@odata.nextLink": link})

    with pytest.raises(InvalidResponseError, match=r"@odata\.nextLink: expected a string, got"):
        items("default", client=client)


@respx.mock
def test_a_link_that_is_null_is_the_end(items: Items, client: AuthenticatedClient) -> None:
    respx.get(SESSIONS).respond(json=page("a") | {"@odata.nextLink": None})

    assert len(items("default", client=client)) == 1


@respx.mock
def test_an_error_on_a_later_page_is_raised(items: Items, client: AuthenticatedClient) -> None:
    """What was yielded before stays with the caller."""
    respx.get(f"{SESSIONS}?$skiptoken=0").respond(500)
    respx.get(SESSIONS, params={}).respond(json=page("a", link=f"{SESSIONS}?$skiptoken=0"))

    with pytest.raises(ServiceError):
        items("default", client=client)


@respx.mock
def test_nothing_is_requested_before_it_is_needed(client: AuthenticatedClient) -> None:
    """Who stops after the first item pays for one page."""
    second = respx.get(f"{SESSIONS}?$skiptoken=0").respond(json=page("b"))
    respx.get(SESSIONS, params={}).respond(json=page("a", link=f"{SESSIONS}?$skiptoken=0"))

    assert next(list_sessions.iterate("default", client=client)).display_name == "a"
    assert not second.called


def test_memory_stays_flat() -> None:
    """One page at a time, however many there are."""

    class Endless(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            number = int(request.url.params.get("$skiptoken", "0"))
            link = f"{SESSIONS}?$skiptoken={number + 1}" if number < 1000 else None
            return httpx.Response(200, json=page(*"abcdefgh", link=link))

    client = AuthenticatedClient(token="token", httpx_args={"transport": Endless()})
    sessions: Iterator[object] = list_sessions.iterate("default", client=client)
    for _ in range(800):
        next(sessions)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    count = sum(1 for _ in sessions)
    gc.collect()
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 8 * 1001 - 800
    assert peak - before < 1_000_000
    assert after - before < 500_000


async def test_the_emulator_is_gone_through() -> None:
    """With $top, $select and $filter, over real pages."""
    store = Store()
    for number in range(25):
        stored_sessions.create(store, "odd" if number % 2 else "even")
    transport = httpx.ASGITransport(emulator(store))
    client = AuthenticatedClient(token=TOKEN, base_url="http://emulator/beta", httpx_args={"transport": transport})

    everything = [s async for s in list_sessions.aiterate("default", client=client, top=4)]
    even = [
        s
        async for s in list_sessions.aiterate(
            "default", client=client, top=4, filter_="displayName eq 'even'", select=["id"]
        )
    ]

    assert len({s.id for s in everything}) == 25
    assert all(isinstance(s, Session) for s in everything)
    assert len({s.id for s in even}) == 13
    assert all(isinstance(s, ProjectedSession) for s in even)
