"""What the client adds to a call: token, headers, retries and deadline; and what it does not show."""

import asyncio
import email.utils
import logging
import time
import typing
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import ModuleType
from typing import Any
from uuid import RFC_4122, UUID

import httpx
import pytest
import respx
from security_copilot_client import (
    AuthenticatedClient,
    InvalidResponseError,
    NoResponseError,
    Retry,
    SecurityCopilotError,
    ServiceError,
    __version__,
)
from security_copilot_client.api.sessions import create_session, get_session, list_sessions
from security_copilot_client.models import ODataError, Session, SessionCreate

from security_copilot_runtime import clock, parsing
from tests.documented import documented_session

WORKSPACE = "https://graph.microsoft.com/beta/security/securityCopilot/workspaces/default"
ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
MOMENT = "2025-10-22T20:10:54.4940649Z"
SESSION = documented_session() | {
    "id": ID,
    "createdDateTime": MOMENT,
    "lastModifiedDateTime": MOMENT,
    "displayName": "a",
}
SECRET = "t0ps3cret"
ERROR = {
    "error": {
        "code": "Outer",
        "message": "It failed.",
        "innerError": {"request-id": "inner-id", "innererror": {"code": "Middle", "innerError": {"code": "Inner"}}},
    }
}


@pytest.fixture(params=["sync", "asyncio"])
def call(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Calls an operation, blocking or with asyncio."""
    if request.param == "sync":
        return lambda module, *a, **k: module.sync(*a, **k)
    return lambda module, *a, **k: asyncio.run(module.asyncio(*a, **k))


@pytest.fixture
def pauses() -> typing.Iterator[list[float]]:
    """The client's pauses between attempts, which take no time."""
    with clock.use(clock.SkippingClock()) as skipping:
        yield skipping.pauses


@pytest.fixture
def graph() -> typing.Iterator[respx.Route]:
    """The documented session, at Microsoft Graph."""
    with respx.mock:
        yield respx.get(f"{WORKSPACE}/sessions/{ID}").respond(json=SESSION)


def sent(route: respx.Route, name: str) -> list[str]:
    """A header of each request that was sent."""
    return [call.request.headers[name] for call in route.calls]


class TestDefaults:
    """A client that was given a token and nothing else."""

    def test_headers(self, call: Callable[..., Any], graph: respx.Route) -> None:
        """It names itself, and asks for new enumeration members as they are."""
        call(get_session, "default", ID, client=AuthenticatedClient(token=SECRET))

        headers = graph.calls.last.request.headers
        assert headers["Authorization"] == f"Bearer {SECRET}"
        assert headers["User-Agent"].startswith(f"security-copilot-client/{__version__} python-httpx/")
        assert headers["Prefer"] == "include-unknown-enum-members"
        assert headers["Accept"] == "application/json"
        assert headers["Host"] == "graph.microsoft.com"
        assert "gzip" in headers["Accept-Encoding"]
        assert len(headers["client-request-id"]) == 36

    def test_timeouts(self) -> None:
        """Every read has a timeout, and certificates are verified."""
        client = AuthenticatedClient(token=SECRET).get_httpx_client()

        assert client.timeout == httpx.Timeout(60.0, connect=10.0)
        assert repr(AuthenticatedClient(token=SECRET)).count("verify_ssl=True") == 1

    def test_own_headers_and_an_own_client(self, call: Callable[..., Any], graph: respx.Route) -> None:
        """The caller's headers override the defaults; the caller's own httpx client sends token and headers, too."""
        client = AuthenticatedClient(token=SECRET, headers={"Prefer": "x", "X-Mine": "y"})
        client.set_httpx_client(httpx.Client(headers={"X-Theirs": "z"}))
        client.set_async_httpx_client(httpx.AsyncClient(headers={"X-Theirs": "z"}))

        call(get_session, "default", ID, client=client)

        headers = graph.calls.last.request.headers
        assert (headers["Prefer"], headers["X-Mine"], headers["X-Theirs"]) == ("x", "y", "z")
        assert headers["Authorization"] == f"Bearer {SECRET}"


class TestTokens:
    """Where a token comes from, and where it is sent."""

    def test_a_provider_is_asked_for_each_request(self, call: Callable[..., Any], graph: respx.Route) -> None:
        """Caching is up to the provider."""
        tokens = iter(["one", "two"])
        client = AuthenticatedClient(token=lambda: next(tokens))

        call(get_session, "default", ID, client=client)
        call(get_session, "default", ID, client=client)

        assert sent(graph, "Authorization") == ["Bearer one", "Bearer two"]

    async def test_an_asyncio_provider(self, graph: respx.Route) -> None:
        """It returns an awaitable, as azure.identity.aio does."""

        async def provider() -> str:
            return "awaited"

        await get_session.asyncio("default", ID, client=AuthenticatedClient(token=provider))

        assert sent(graph, "Authorization") == ["Bearer awaited"]

    def test_an_asyncio_provider_in_a_blocking_call(self, graph: respx.Route) -> None:
        """A TypeError, before anything is sent."""

        async def provider() -> str:
            return SECRET

        with pytest.raises(TypeError, match="this token provider is for asyncio"):
            get_session.sync("default", ID, client=AuthenticatedClient(token=provider))
        assert not graph.called

    @pytest.mark.parametrize(
        ("token", "expected"),
        [("", ValueError), (f"{SECRET}\n", ValueError), (f"a {SECRET}", ValueError), (f"{SECRET}é", ValueError)],
    )
    def test_an_unusable_token_is_not_shown(
        self, call: Callable[..., Any], graph: respx.Route, token: str, expected: type[Exception]
    ) -> None:
        """A trailing line break is a common mistake."""
        for given in (token, lambda: token):
            with pytest.raises(expected, match="the token ") as caught:
                call(get_session, "default", ID, client=AuthenticatedClient(token=given))
            assert SECRET not in str(caught.value)
        assert not graph.called

    def test_a_provider_that_returns_no_string(self, call: Callable[..., Any], graph: respx.Route) -> None:
        """Such as an AccessToken: the message has its type, not its value."""
        provider = typing.cast("Callable[[], str]", lambda: (SECRET, 0))

        with pytest.raises(TypeError, match="returned tuple; it must return a string"):
            call(get_session, "default", ID, client=AuthenticatedClient(token=provider))
        assert not graph.called

    def test_401_is_retried_once_with_a_fresh_token(self, call: Callable[..., Any], graph: respx.Route) -> None:
        """Even without other retries."""
        tokens = iter(["old", "new"])
        graph.side_effect = [httpx.Response(401), httpx.Response(200, json=SESSION)]

        call(get_session, "default", ID, client=AuthenticatedClient(token=lambda: next(tokens), retry=None))

        assert sent(graph, "Authorization") == ["Bearer old", "Bearer new"]

    @pytest.mark.parametrize(("token", "attempts"), [(lambda: SECRET, 2), (SECRET, 1)], ids=["provider", "string"])
    def test_401_is_not_retried_forever(
        self, call: Callable[..., Any], graph: respx.Route, token: Any, attempts: int
    ) -> None:
        """With a string there is no fresh token, and no retry."""
        graph.side_effect = [httpx.Response(401, json=ERROR)] * 3

        with pytest.raises(ServiceError) as caught:
            call(get_session, "default", ID, client=AuthenticatedClient(token=token))

        assert caught.value.status_code == 401
        assert graph.call_count == attempts

    def test_no_token_for_another_origin(self, graph: respx.Route) -> None:
        """Whether a link or the caller names it."""
        elsewhere = respx.get("https://graph.microsoft.com:8443/beta").respond(200)

        AuthenticatedClient(token=SECRET).request(method="get", url="https://graph.microsoft.com:8443/beta")

        headers = elsewhere.calls.last.request.headers
        assert "Authorization" not in headers
        assert headers["Host"] == "graph.microsoft.com:8443"
        assert not graph.called

    def test_no_redirect_is_followed(self, call: Callable[..., Any], graph: respx.Route) -> None:
        """Not even by an httpx client with follow_redirects."""
        graph.respond(302, headers={"Location": "https://elsewhere.example/"})
        elsewhere = respx.get("https://elsewhere.example/").respond(json=SESSION)
        client = AuthenticatedClient(token=SECRET)
        client.set_httpx_client(httpx.Client(follow_redirects=True))
        client.set_async_httpx_client(httpx.AsyncClient(follow_redirects=True))

        with pytest.raises(InvalidResponseError, match="302 is not a documented status"):
            call(get_session, "default", ID, client=client)
        assert not elsewhere.called


class TestRetry:
    """When the client retries, and after which pause."""

    @pytest.mark.parametrize("status", [429, 503, 504])
    def test_reads_are_retried_without_retry_after(
        self, call: Callable[..., Any], graph: respx.Route, pauses: list[float], status: int
    ) -> None:
        """Whatever a gateway has done with them: they change nothing."""
        graph.side_effect = [httpx.Response(status), httpx.Response(200, json=SESSION)]

        call(get_session, "default", ID, client=AuthenticatedClient(token=SECRET))

        assert (graph.call_count, len(pauses)) == (2, 1)

    @pytest.mark.parametrize(
        ("status", "retry_after", "attempts"),
        [(429, None, 2), (429, "1", 2), (503, "1", 2), (503, None, 1), (503, "soon", 1), (504, None, 1), (504, "1", 1)],
    )
    def test_a_create_is_retried_only_if_the_service_refused_it(
        self, call: Callable[..., Any], pauses: list[float], status: int, retry_after: str | None, attempts: int
    ) -> None:
        """A gateway may send the other responses after it has passed the request on."""
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        with respx.mock:
            route = respx.post(f"{WORKSPACE}/sessions")
            route.side_effect = [httpx.Response(status, headers=headers), httpx.Response(201, json=SESSION)]

            with suppress(ServiceError):
                call(
                    create_session,
                    "default",
                    client=AuthenticatedClient(token=SECRET),
                    body=SessionCreate(display_name="a"),
                )

        assert (route.call_count, len(pauses)) == (attempts, attempts - 1)

    @pytest.mark.parametrize("status", [429, 503, 504])
    @pytest.mark.parametrize(
        ("retry_after", "least", "most"),
        [
            ("7", 7, 7),
            ("2.5", 2.5, 2.5),
            ("0", 0, 0),
            ("date", 8, 10),
            ("past", 0, 0),
            (None, 0.5, 1),
            ("soon", 0.5, 1),
        ],
    )
    def test_throttling_is_waited_for(
        self,
        call: Callable[..., Any],
        pauses: list[float],
        status: int,
        retry_after: str | None,
        least: float,
        most: float,
    ) -> None:
        """As long as the service asks for, in seconds, decimal seconds or as a date; otherwise about a second."""
        dates = {"date": email.utils.formatdate(time.time() + 10, usegmt=True), "past": "Thu, 01 Jan 2015 00:00:00 GMT"}
        value = dates.get(retry_after or "", retry_after)
        headers = {} if value is None else {"Retry-After": value}
        with respx.mock:
            route = respx.get(f"{WORKSPACE}/sessions/{ID}")
            route.side_effect = [httpx.Response(status, headers=headers), httpx.Response(200, json=SESSION)]

            call(get_session, "default", ID, client=AuthenticatedClient(token=SECRET))

        assert route.call_count == 2
        assert len(pauses) == 1
        assert least <= pauses[0] <= most

    def test_attempts_are_bounded_and_pauses_grow(
        self, call: Callable[..., Any], graph: respx.Route, pauses: list[float]
    ) -> None:
        """They double each time, up to a limit, less a random part."""
        graph.respond(503, json=ERROR)
        retry = Retry(attempts=6, backoff=1, max_backoff=5)

        with pytest.raises(ServiceError):
            call(get_session, "default", ID, client=AuthenticatedClient(token=SECRET, retry=retry))

        assert graph.call_count == 6
        for wait, longest in zip(pauses, [1, 2, 4, 5, 5], strict=True):
            assert longest / 2 <= wait <= longest

    def test_every_attempt_has_its_own_client_request_id(
        self, call: Callable[..., Any], graph: respx.Route, pauses: list[float]
    ) -> None:
        """Unless the caller has given one."""
        del pauses
        graph.respond(429)
        client = AuthenticatedClient(token=SECRET, retry=Retry(attempts=3))

        with pytest.raises(ServiceError):
            call(get_session, "default", ID, client=client)
        ids = sent(graph, "client-request-id")
        assert len(set(ids)) == 3
        assert [str(UUID(one)) for one in ids] == ids
        assert {(UUID(one).version, UUID(one).variant) for one in ids} == {(4, RFC_4122)}
        with pytest.raises(ServiceError) as caught:
            call(get_session, "default", ID, client=client, client_request_id=ID)
        assert sent(graph, "client-request-id")[3:] == [ID] * 3
        assert caught.value.client_request_id == ID

    def test_no_pause_beyond_the_deadline(
        self, call: Callable[..., Any], graph: respx.Route, pauses: list[float]
    ) -> None:
        """A sooner retry would make it worse; the caller gets the seconds that the service asks for."""
        graph.respond(429, headers={"Retry-After": "600"})

        with pytest.raises(ServiceError) as caught:
            call(get_session, "default", ID, client=AuthenticatedClient(token=SECRET, deadline=60))

        assert caught.value.retry_after == 600
        assert (graph.call_count, pauses) == (1, [])

    @pytest.mark.parametrize("status", [400, 409, 500, 502, 507, 509])
    def test_other_statuses_are_not_retried(self, call: Callable[..., Any], graph: respx.Route, status: int) -> None:
        """Microsoft Graph documents retries for three statuses."""
        graph.respond(status)

        with pytest.raises(ServiceError):
            call(get_session, "default", ID, client=AuthenticatedClient(token=SECRET))
        assert graph.call_count == 1

    def test_none_is_no_retries(self, call: Callable[..., Any], graph: respx.Route) -> None:
        """Of any kind."""
        graph.respond(503)

        with pytest.raises(ServiceError):
            call(get_session, "default", ID, client=AuthenticatedClient(token=SECRET, retry=None))
        assert graph.call_count == 1

    @pytest.mark.parametrize(
        ("failure", "read", "create"),
        [
            (httpx.ConnectError, 3, 3),
            (httpx.ConnectTimeout, 3, 3),
            (httpx.PoolTimeout, 3, 3),
            (httpx.ReadError, 3, 1),
            (httpx.WriteError, 3, 1),
            (httpx.RemoteProtocolError, 3, 1),
            (httpx.ReadTimeout, 1, 1),
            (httpx.LocalProtocolError, 1, 1),
        ],
    )
    def test_failures_are_retried_if_nothing_can_have_been_created(
        self,
        call: Callable[..., Any],
        pauses: list[float],
        failure: type[httpx.TransportError],
        read: int,
        create: int,
    ) -> None:
        """A create is never retried if it may have reached the service: no session can be deleted."""
        client = AuthenticatedClient(token=SECRET, retry=Retry(attempts=3))
        with respx.mock:
            reading = respx.get(f"{WORKSPACE}/sessions/{ID}").mock(side_effect=failure)
            creating = respx.post(f"{WORKSPACE}/sessions").mock(side_effect=failure)

            with pytest.raises(NoResponseError):
                call(get_session, "default", ID, client=client)
            with pytest.raises(NoResponseError):
                call(create_session, "default", client=client, body=SessionCreate(display_name="a"))

        assert (reading.call_count, creating.call_count) == (read, create)
        assert len(pauses) == read + create - 2

    @pytest.mark.parametrize(
        ("keyword", "value"),
        [
            ("attempts", 0),
            ("attempts", "3"),
            ("attempts", 2.5),
            ("attempts", True),
            ("backoff", 0),
            ("backoff", "1"),
            ("backoff", float("nan")),
            ("max_backoff", -1),
            ("max_backoff", None),
            ("creates_on", ["504"]),
            ("creates_on", "504"),
            ("creates_on", 504),
            ("creates_on", [201]),
        ],
    )
    def test_an_invalid_policy_is_refused(self, keyword: str, value: Any) -> None:
        """The message names the setting."""
        with pytest.raises((ValueError, TypeError), match=rf"^{keyword} must be .*, not .*{value}"):
            Retry(**{keyword: value})


class TestErrors:
    """The attributes and messages of exceptions."""

    def test_an_odata_error(self, call: Callable[..., Any], graph: respx.Route) -> None:
        """Code, the most specific inner code, message, ids."""
        graph.respond(409, json=ERROR, headers={"request-id": "header-id"})

        with pytest.raises(ServiceError) as caught:
            call(get_session, "default", ID, client=AuthenticatedClient(token=SECRET))

        error = caught.value
        assert (error.status_code, error.code, error.inner_code) == (409, "Outer", "Inner")
        assert (error.message, error.request_id, error.retry_after) == ("It failed.", "header-id", None)
        assert error.client_request_id == graph.calls.last.request.headers["client-request-id"]
        assert str(error).startswith("409 Conflict: Outer: It failed. (GET /beta/security/")
        assert "request-id header-id" in str(error)

    def test_the_request_id_may_be_in_the_body_alone(self, call: Callable[..., Any], graph: respx.Route) -> None:
        """A gateway may have dropped the header."""
        graph.respond(400, json=ERROR)

        with pytest.raises(ServiceError) as caught:
            call(get_session, "default", ID, client=AuthenticatedClient(token=SECRET))
        assert caught.value.request_id == "inner-id"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>",
            b"null",
            b"[]",
            b'{"error": null}',
            b'{"error": {"code": 1}}',
            b'{"error": {"innerError": 1}}',
        ],
    )
    def test_a_body_that_is_no_odata_error(self, call: Callable[..., Any], graph: respx.Route, body: bytes) -> None:
        """A ServiceError nevertheless; code and message are None."""
        graph.respond(500, content=body)

        with pytest.raises(ServiceError) as caught:
            call(get_session, "default", ID, client=AuthenticatedClient(token=SECRET))
        assert (caught.value.code, caught.value.inner_code, caught.value.message) == (None, None, None)
        assert caught.value.response.content == body

    @pytest.mark.parametrize("status", [200, 201, 404, 418, 509])
    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}"])
    def test_detailed_raises_for_no_response(self, graph: respx.Route, status: int, body: bytes) -> None:
        """For a response it raises nothing, and returns it raw and, as far as possible, parsed."""
        graph.respond(status, content=body)
        client = AuthenticatedClient(token=SECRET)

        for response in (
            get_session.sync_detailed("default", ID, client=client),
            asyncio.run(get_session.asyncio_detailed("default", ID, client=client)),
        ):
            assert (response.status_code, response.content) == (status, body)
            assert response.parsed is None

    def test_detailed_has_the_error_as_an_object(self, graph: respx.Route) -> None:
        """Also for an undocumented status."""
        graph.respond(418, json=ERROR)

        parsed = get_session.sync_detailed("default", ID, client=AuthenticatedClient(token=SECRET)).parsed

        assert isinstance(parsed, ODataError)

    def test_one_class_catches_all(self) -> None:
        """ValueError, for the caller's own mistakes, catches none of them."""
        for error in (ServiceError, InvalidResponseError, NoResponseError):
            assert issubclass(error, SecurityCopilotError)
            assert not issubclass(error, (ValueError, httpx.HTTPError))


class TestIds:
    """An id in a path is one segment, whatever its characters."""

    @pytest.mark.parametrize("value", ["a/b", "a?b", "a#b", "%2e%2e", "%2f", "é", " ", "..a", "a\\b", "x;y", "\x00"])
    def test_they_stay_one_segment(self, call: Callable[..., Any], value: str) -> None:
        """The service decodes the id from it."""
        with respx.mock:
            route = respx.get(url__startswith=f"{WORKSPACE}/sessions/").respond(json=SESSION)
            call(get_session, "default", value, client=AuthenticatedClient(token=SECRET))

        raw = route.calls.last.request.url.raw_path.decode()
        prefix = "/beta/security/securityCopilot/workspaces/default/sessions/"
        assert raw.startswith(prefix)
        assert not set("/?#") & set(raw.removeprefix(prefix))
        assert httpx.URL(f"http://x/{raw.removeprefix(prefix)}").path == f"/{value}"

    @pytest.mark.parametrize("value", ["", ".", ".."])
    def test_an_id_that_is_no_segment_is_refused(
        self, call: Callable[..., Any], graph: respx.Route, value: str
    ) -> None:
        """Such a request would go to another resource."""
        client = AuthenticatedClient(token=SECRET)

        with pytest.raises(ValueError, match="session_id must be an id"):
            call(get_session, "default", value, client=client)
        with pytest.raises(ValueError, match="workspace_id must be an id"):
            call(create_session, value, client=client, body=SessionCreate(display_name="a"))
        assert not graph.called

    def test_an_id_that_is_no_string_is_refused(self, call: Callable[..., Any]) -> None:
        """An id that was never set is not the id "None"."""
        with pytest.raises(TypeError, match="session_id must be a string, not NoneType"):
            call(get_session, "default", None, client=AuthenticatedClient(token=SECRET))


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("\ud800", ValueError, "surrogates"),
        (float("nan"), TypeError, "displayName: expected a string, got a number"),
    ],
)
def test_values_without_json_are_not_sent(
    call: Callable[..., Any], name: Any, error: type[Exception], message: str
) -> None:
    """A lone surrogate, and NaN."""
    with respx.mock, pytest.raises(error, match=message):
        call(create_session, "default", client=AuthenticatedClient(token=SECRET), body=SessionCreate(display_name=name))
    assert not respx.calls


class TestSecrets:
    """The token is in the request and nowhere else."""

    def test_logs_at_any_level(
        self, call: Callable[..., Any], graph: respx.Route, pauses: list[float], caplog: pytest.LogCaptureFixture
    ) -> None:
        """They contain the ids that support asks for, and no token."""
        del pauses
        graph.side_effect = [
            httpx.Response(503, headers={"request-id": "first"}),
            httpx.Response(200, json=SESSION, headers={"request-id": "second", "x-ms-ags-diagnostic": "dc"}),
        ]
        with caplog.at_level(logging.DEBUG):
            call(get_session, "default", ID, client=AuthenticatedClient(token=SECRET))

        assert SECRET not in caplog.text
        assert "Authorization" not in caplog.text
        for logged in ("request-id first", "request-id second", "x-ms-ags-diagnostic dc", "retry in"):
            assert logged in caplog.text
        for request_id in sent(graph, "client-request-id"):
            assert request_id in caplog.text

    @pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), httpx.Response(401), httpx.Response(200)])
    def test_repr_and_exceptions(self, call: Callable[..., Any], graph: respx.Route, failure: Any) -> None:
        """Of the client and of its exceptions."""
        client = AuthenticatedClient(token=SECRET, retry=None, headers={"X-Api-Key": SECRET})
        graph.side_effect = [failure]

        with pytest.raises(SecurityCopilotError) as caught:
            call(get_session, "default", ID, client=client)

        error = caught.value
        shown = [repr(client), str(client), str(error), repr(error), repr(error.__cause__), repr(vars(error))]
        assert SECRET not in "".join(shown)


@pytest.mark.parametrize("module", [create_session, get_session, list_sessions])
@pytest.mark.parametrize("function", ["sync", "asyncio"])
def test_a_type_checker_knows_the_result(module: ModuleType, function: str) -> None:
    """The success: never an error, never None."""
    returned = typing.get_type_hints(getattr(module, function))["return"]

    assert ODataError not in typing.get_args(returned)
    assert type(None) not in typing.get_args(returned)
    assert returned not in (ODataError, type(None))


async def test_a_blocking_provider_in_asyncio(graph: respx.Route) -> None:
    """azure.identity.get_bearer_token_provider returns one."""
    provider: Callable[[], str] | Callable[[], Awaitable[str]] = lambda: "token"  # noqa: E731 - a def has no such type

    session = await get_session.asyncio("default", ID, client=AuthenticatedClient(token=provider))

    assert isinstance(session, Session)
    assert sent(graph, "Authorization") == ["Bearer token"]


class TestEmptySuccess:
    """A success without a body, such as 204. The document has no such operation yet."""

    @pytest.mark.parametrize("mode", ["sync", "asyncio"])
    @respx.mock
    def test_it_is_handled_like_other_responses(self, mode: str, pauses: list[float]) -> None:
        """After a retry, too."""
        overloaded = httpx.Response(503, headers={"Retry-After": "7"})
        route = respx.delete(f"{WORKSPACE}/sessions/{ID}").mock(side_effect=[overloaded, httpx.Response(204)])
        client = AuthenticatedClient(token="t")
        request = {"method": "delete", "url": f"/security/securityCopilot/workspaces/default/sessions/{ID}"}

        response = client.request(**request) if mode == "sync" else asyncio.run(client.arequest(**request))

        assert (response.status_code, response.content) == (204, b"")
        assert parsing.lenient(response, lambda: None, ODataError.from_dict) is None
        assert (route.call_count, pauses) == (2, [7])
