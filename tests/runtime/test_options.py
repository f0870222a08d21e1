"""with_options: a client like another one; and that clients cannot be changed."""

import asyncio
import copy
import time
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import httpx
import pytest
import respx
from security_copilot_client import AuthenticatedClient, NoResponseError, Retry, ServiceError
from security_copilot_client.api.sessions import get_session

from tests.documented import documented_session
from tests.runtime.test_network import server, stalls

URL = "https://graph.microsoft.com/beta/security/securityCopilot/workspaces/default/sessions/"
ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
SESSION = documented_session() | {
    "id": ID,
    "createdDateTime": "2025-10-22T20:10:54.4940649Z",
    "lastModifiedDateTime": "2025-10-22T20:10:54.4940649Z",
    "displayName": "a",
}


def sync(client: AuthenticatedClient) -> None:
    get_session.sync("default", ID, client=client)


def run(client: AuthenticatedClient) -> None:
    asyncio.run(get_session.asyncio("default", ID, client=client))


Get = Callable[[AuthenticatedClient], None]


@pytest.fixture(params=[sync, run], ids=["sync", "asyncio"])
def get(request: pytest.FixtureRequest) -> Get:
    """Gets the session, blocking or with asyncio."""
    function: Get = request.param
    return function


@pytest.fixture
def graph() -> Iterator[respx.Route]:
    with respx.mock:
        yield respx.get(f"{URL}{ID}").respond(json=SESSION)


def test_headers(get: Get, graph: respx.Route) -> None:
    """They are added, replace those of the same name in any case, and leave the first client alone."""
    client = AuthenticatedClient(token="t", headers={"X-One": "1", "X-Two": "1"})
    other = client.with_options(headers={"x-one": "2"}).with_options(headers={"X-Three": "3", "PREFER": "x"})

    get(other)
    get(client)

    sent = [call.request.headers for call in graph.calls]
    assert [sent[0].get_list(name) for name in ("X-One", "X-Two", "X-Three", "Prefer")] == [["2"], ["1"], ["3"], ["x"]]
    assert [sent[1].get(name) for name in ("X-One", "X-Two", "X-Three")] == ["1", "1", None]
    assert sent[1]["Prefer"] == "include-unknown-enum-members"
    assert sent[0]["Authorization"] == "Bearer t"


def test_a_timeout(get: Get, graph: respx.Route) -> None:
    """It survives further options."""
    client = AuthenticatedClient(token="t", deadline=None)

    get(client.with_options(timeout=httpx.Timeout(2)).with_options(headers={"X-One": "1"}))
    get(client)

    timeouts = [call.request.extensions["timeout"] for call in graph.calls]
    assert timeouts == [httpx.Timeout(2).as_dict(), httpx.Timeout(60, connect=10).as_dict()]


def test_a_deadline(get: Get) -> None:
    """Of the other client only; None is no deadline."""
    client = AuthenticatedClient(token="t", deadline=0.2)
    assert client.with_options(deadline=None)._policy.deadline is None  # noqa: SLF001 - it cannot be waited for
    with server(stalls) as (url, _):
        client = AuthenticatedClient(token="t", base_url=url, deadline=30, verify_ssl=False)
        start = time.monotonic()
        with pytest.raises(NoResponseError, match=r"within the deadline of 0\.2 seconds"):
            get(client.with_options(deadline=0.2))
        assert time.monotonic() - start < 2
        client.close()


@pytest.mark.parametrize(("retry", "attempts"), [(None, 1), (Retry(attempts=2, backoff=0.001), 2)])
def test_retries(get: Get, graph: respx.Route, retry: Retry | None, attempts: int) -> None:
    graph.respond(503)

    with pytest.raises(ServiceError):
        get(AuthenticatedClient(token="t").with_options(retry=retry))

    assert graph.call_count == attempts


def test_the_connections_are_shared() -> None:
    """And only the first client closes them."""
    client = AuthenticatedClient(token="t", verify_ssl=False)
    other = client.with_options(deadline=1).with_options(timeout=httpx.Timeout(1))
    http = other.get_httpx_client()
    assert http is client.get_httpx_client()

    with other:
        pass
    other.close()
    assert not http.is_closed

    client.close()
    assert http.is_closed


async def test_the_connections_are_shared_with_asyncio() -> None:
    """Likewise."""
    client = AuthenticatedClient(token="t", verify_ssl=False)
    other = client.with_options(retry=None)
    http = other.get_async_httpx_client()
    assert http is client.get_async_httpx_client()

    async with other:
        pass
    await other.aclose()
    assert not http.is_closed

    await client.aclose()
    assert http.is_closed


@pytest.mark.parametrize("derive", [lambda client: client.with_options(retry=None), copy.copy], ids=["derived", "copy"])
@pytest.mark.parametrize("options", [{}, {"timeout": httpx.Timeout(2)}], ids=["its timeout", "a timeout"])
def test_an_httpx_client_of_the_caller_stays(
    get: Get, graph: respx.Route, derive: Callable[..., AuthenticatedClient], options: dict[str, Any]
) -> None:
    """With its own timeout, unless there is one in the options."""
    mine = httpx.Client(headers={"X-Proxy": "y"}, timeout=7)
    async_mine = httpx.AsyncClient(headers={"X-Proxy": "y"}, timeout=7)
    client = AuthenticatedClient(token="t", deadline=None).set_httpx_client(mine).set_async_httpx_client(async_mine)

    get(derive(client.with_options(**options)))

    request = graph.calls.last.request
    assert request.headers["X-Proxy"] == "y"
    assert request.extensions["timeout"] == options.get("timeout", httpx.Timeout(7)).as_dict()
    mine.close()
    asyncio.run(async_mine.aclose())


def test_it_is_cheap() -> None:
    """No certificates are loaded: it takes microseconds, not milliseconds."""
    client = AuthenticatedClient(token="t")
    start = time.perf_counter()
    for _ in range(100):
        client.with_options(deadline=1)
    assert time.perf_counter() - start < 0.1


@pytest.mark.parametrize("name", ["token", "base_url", "_deadline", "no_such_setting"])
def test_a_client_cannot_be_changed(name: str) -> None:
    """A new token or URL would apply to a part of the client only."""
    client = AuthenticatedClient(token="t")

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(client, name, "https://example.com/beta")
