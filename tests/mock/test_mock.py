"""The mock: its answers, how tests set them, and its validation."""

import asyncio
import io
import json
import re
import time
import typing
import unittest
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, ClassVar

import httpx
import pytest
import respx
from security_copilot_client import (
    AuthenticatedClient,
    InvalidResponseError,
    NoResponseError,
    NotAnsweredError,
    NotDoneError,
    Retry,
    SecurityCopilotError,
    ServiceError,
    ask,
    ask_async,
)
from security_copilot_client.api.evaluations import get_evaluation
from security_copilot_client.api.prompts import create_prompt
from security_copilot_client.api.sessions import create_session, get_session, list_sessions
from security_copilot_client.models import EvaluationResult, PromptCreate, Session, SessionCreate
from security_copilot_client.types import NOT_YET

from security_copilot_contract import ContractError, Exchange, SecurityCopilotMock, document
from security_copilot_contract.mock import OperationRoute
from security_copilot_contract.spec.contradictions import corrected
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES
from security_copilot_runtime import clock
from tests import ROOT

GRAPH = "https://graph.microsoft.com/beta"
SESSIONS = f"{GRAPH}/security/securityCopilot/workspaces/default/sessions"
ID = "00000000-0000-4000-8000-000000000000"
SECRET = "t0ps3cret-token"
NAMES = [name for name, hint in typing.get_type_hints(SecurityCopilotMock).items() if hint is OperationRoute]
WRONG = {"id": 1}
NO_PROPERTY: Any = ["nothing"]
Call = Callable[..., Any]


@pytest.fixture
def mock() -> Iterator[SecurityCopilotMock]:
    with SecurityCopilotMock() as mock:
        yield mock


@pytest.fixture
def client() -> AuthenticatedClient:
    return AuthenticatedClient(token=SECRET)


@pytest.fixture(params=["sync", "asyncio"])
def call(request: pytest.FixtureRequest, client: AuthenticatedClient) -> Call:
    """Calls an operation, blocking or with asyncio."""

    async def run(module: Any, *arguments: Any, **keywords: Any) -> Any:
        async with AuthenticatedClient(token=SECRET) as own:
            return await module.asyncio(*arguments, client=own, **keywords)

    if request.param == "sync":
        return lambda module, *a, **k: module.sync(*a, client=client, **k)
    return lambda module, *a, **k: asyncio.run(run(module, *a, **k))


@pytest.fixture(params=["sync", "asyncio"])
def asking(request: pytest.FixtureRequest, client: AuthenticatedClient) -> Call:
    """Asks, blocking or with asyncio."""
    if request.param == "sync":
        return lambda **k: ask("Who am I?", client=client, **k)
    return lambda **k: asyncio.run(ask_async("Who am I?", client=client, **k))


def rename(client: AuthenticatedClient, name: Any = "a") -> Session:
    """An example of code under test; a name that is not a string breaks the contract."""
    url = "/security/securityCopilot/workspaces/default/sessions"
    headers = {"Content-Type": "application/json"}
    response = client.request(method="post", url=url, headers=headers, json={"displayName": name})
    return Session.from_dict(response.json())


class TestDocumentedResponses:
    """The answers that no test has set."""

    def test_each_operation_has_a_route(self, mock: SecurityCopilotMock) -> None:
        """A typed attribute, with the operation's id in snake case."""
        routes = {name: getattr(mock, name) for name in NAMES}

        ids = {"".join(word.title() for word in name.split("_")).replace(name[0].upper(), name[0], 1) for name in NAMES}
        assert ids == {operation.id for operation in document().operations}
        assert list(routes.values()) == list(mock.routes)
        assert all(mock[name] is route for name, route in routes.items())

    def test_a_documented_request_gets_the_documented_response(
        self, mock: SecurityCopilotMock, exchange: Exchange
    ) -> None:
        """With any ids."""
        exchange = corrected(exchange)
        request, response = exchange.request, exchange.response
        url = request.url.replace("ecdfb9b3-58f5-457f-a18c-4a477890b252", ID)

        came = httpx.request(request.method, url, headers=dict(request.headers), content=request.body)

        assert came.status_code == response.status
        if exchange.name != "list_evaluations":
            assert came.json() == response.json() == getattr(mock, exchange.name).documented
        assert getattr(mock, exchange.name).call_count == mock.calls.call_count == 1

    def test_the_list_of_evaluations_is_a_page(self, mock: SecurityCopilotMock) -> None:
        """The documentation shows an evaluation in its place; the page has that one."""
        page = mock.list_evaluations.documented

        assert page["@odata.context"].endswith("/evaluations")
        assert [evaluation["state"] for evaluation in page["value"]] == ["running"]
        assert "@odata.context" not in page["value"][0]

    def test_a_documented_body_is_a_copy(self, mock: SecurityCopilotMock) -> None:
        """A test that changes it does not change the answer."""
        mock.list_sessions.documented["value"].clear()

        assert mock.list_sessions.documented["value"]

    def test_a_question_is_answered(self, mock: SecurityCopilotMock, asking: Call) -> None:
        """With the four operations that `ask` calls."""
        answer = asking()

        assert answer.content == mock.get_evaluation.documented["result"]["content"]
        assert answer.ids.session_id == mock.create_session.documented["id"]
        assert mock.calls.call_count == 4

    def test_the_calls_are_there(self, mock: SecurityCopilotMock, call: Call) -> None:
        """With the requests that were sent, as in respx."""
        call(create_session, "default", body=SessionCreate(display_name="Mine"))

        assert mock.create_session.called
        assert not mock.get_session.called
        assert b'"Mine"' in mock.create_session.calls.last.request.content
        assert mock.create_session.calls.last.response.status_code == 201


class TestRespond:
    """Responses that a test sets."""

    def test_json(self, mock: SecurityCopilotMock, call: Call) -> None:
        """The status is by default that of a success."""
        mock.create_session.respond(json={**mock.create_session.documented, "displayName": "Mine"})

        assert call(create_session, "default", body=SessionCreate(display_name="a")).display_name == "Mine"
        assert mock.create_session.calls.last.response.status_code == 201

    def test_some_properties(self, mock: SecurityCopilotMock, call: Call) -> None:
        """The other properties are as documented."""
        mock.get_session.respond(changed={"displayName": "Mine"})

        session = call(get_session, "default", ID)

        assert (session.display_name, session.id) == ("Mine", mock.get_session.documented["id"])

    def test_a_model(self, mock: SecurityCopilotMock, call: Call) -> None:
        """As the client returns it, or made by a test; the context is added if there is none."""
        given = rename(AuthenticatedClient(token="t"))
        given.odata_context = "https://example.com/mine"
        bare = Session(
            id=ID,
            display_name=None,
            created_date_time=NOT_YET,
            last_modified_date_time=given.last_modified_date_time,
        )

        mock.get_session.respond(json=given)
        assert call(get_session, "default", ID) == given

        mock.get_session.respond(json=bare)
        session = call(get_session, "default", ID)
        assert session.odata_context == mock.get_session.documented["@odata.context"]
        assert (session.id, session.created_date_time) == (ID, NOT_YET)

    def test_models_in_a_body(self, mock: SecurityCopilotMock, call: Call) -> None:
        """At any depth."""
        mine = Session(id=ID, display_name="Mine", created_date_time=NOT_YET, last_modified_date_time=NOT_YET)
        mock.list_sessions.respond(changed={"value": [mine]})
        mock.get_evaluation.respond(
            changed={"result": EvaluationResult(content="Nobody.", type_="success", preview_state="ga")}
        )

        assert call(list_sessions, "default").value == [mine]
        assert call(get_evaluation, "default", ID, ID, ID).result.content == "Nobody."

    def test_timestamps_outside_of_models_are_unchanged(self, mock: SecurityCopilotMock) -> None:
        """Only those of models are converted to the API's format."""
        with pytest.raises(ContractError, match="createdDateTime"):
            mock.get_session.respond(changed={"createdDateTime": "2025-10-22T20:10:54+02:00"})

    def test_an_undocumented_property(self, mock: SecurityCopilotMock) -> None:
        """Probably a mistake, though the schemas of responses are open."""
        with pytest.raises(ValueError, match=r"getSession has no property display_name; expected .*displayName"):
            mock.get_session.respond(changed={"display_name": "Mine"})
        with pytest.raises(ValueError, match=r"listSessions has no property values; expected .*value"):
            mock.list_sessions.respond(changed={"values": []})

    def test_no_body_is_documented(self, mock: SecurityCopilotMock) -> None:
        """There is nothing to change."""
        with pytest.raises(ValueError, match="no body is documented for 418 of getSession; pass json, not changed"):
            mock.get_session.respond(418, changed={"displayName": "Mine"}, strict=False)

    def test_two_bodies(self, mock: SecurityCopilotMock) -> None:
        """One would be ignored."""
        with pytest.raises(TypeError, match="pass only one of changed, json"):
            mock.get_session.respond(json={}, changed={})

    def test_arguments_of_respx(self, mock: SecurityCopilotMock) -> None:
        """Such as headers and content."""
        mock.list_workspaces.respond(content=b'{"value": []}', headers={"X-A": "1"}, content_type="application/json")

        response = httpx.get(f"{GRAPH}/security/securityCopilot/workspaces")

        assert (response.json(), response.headers["X-A"]) == ({"value": []}, "1")

    def test_times(self, mock: SecurityCopilotMock, call: Call) -> None:
        """Queued answers come in their order, before the permanent one, whenever that was set."""
        for name, times in (("a", 2), ("b", 1), ("c", None), ("d", 1)):
            mock.get_session.respond(changed={"displayName": name}, times=times)

        assert [call(get_session, "default", ID).display_name for _ in range(6)] == ["a", "a", "b", "d", "c", "c"]
        assert mock.get_session.call_count == 6

    def test_pages_are_followed(self, mock: SecurityCopilotMock, client: AuthenticatedClient) -> None:
        """Links are opaque: neither query nor path needs to be documented."""
        links = [f"{SESSIONS}?$skiptoken=a", f"{GRAPH}/opaque/b"]
        for link in links:
            mock.list_sessions.respond(changed={"@odata.nextLink": link}, times=1)

        sessions = list(list_sessions.iterate("default", client=client))

        assert len(sessions) == 3 * len(mock.list_sessions.documented["value"])
        assert [made.request.url for made in mock.list_sessions.calls][1:] == links
        with pytest.raises(ContractError, match="skiptoken"):
            httpx.get(f"{SESSIONS}?$skiptoken=c")
        mock.breaches.clear()


class TestFail:
    """Errors."""

    def test_every_documented_error(self, mock: SecurityCopilotMock, exchange: Exchange) -> None:
        """Each is valid, with the required headers; `fail` and `respond` give the same."""
        request = corrected(exchange).request
        route: OperationRoute = getattr(mock, exchange.name)
        operation, _ = document().match(request.method, request.url)
        errors = [int(status) for status in operation.definition["responses"] if status >= "4"]
        assert len(errors) == 23

        with httpx.Client() as http:
            for status in errors:
                route.fail(status, times=1)
                route.respond(status, times=1)
                one, two = (
                    http.request(request.method, request.url, headers=dict(request.headers), content=request.body)
                    for _ in range(2)
                )

                assert one.status_code == two.status_code == status
                assert one.json() == two.json()
                assert one.json()["error"].keys() == {"code", "message"}

    def test_code_and_message(self, mock: SecurityCopilotMock, call: Call) -> None:
        """A test may choose both."""
        mock.get_session.fail(403, "NoLicense", "There is no license.")

        with pytest.raises(ServiceError) as caught:
            call(get_session, "default", ID)

        assert (caught.value.status_code, caught.value.code) == (403, "NoLicense")
        assert caught.value.message == "There is no license."

    def test_code_and_message_by_default(self, mock: SecurityCopilotMock, call: Call) -> None:
        """The documentation has no codes: the document's own names are used."""
        mock.get_session.fail(404)

        with pytest.raises(ServiceError) as caught:
            call(get_session, "default", ID)

        assert caught.value.code == "NotFound"
        assert caught.value.message == "An id in the path is unknown."

    @pytest.mark.parametrize("status", [418, 200, 201, 502])
    def test_an_undocumented_error(self, mock: SecurityCopilotMock, status: int) -> None:
        """A ValueError at once, which lists the documented ones."""
        with pytest.raises(
            ValueError, match=f"{status} is not documented as an error of getSession; expected one of 400, 401, .* 509$"
        ):
            mock.get_session.fail(status)

    def test_throttled(self, mock: SecurityCopilotMock, call: Call) -> None:
        """So many times, before the answer. The client pauses as Retry-After asks."""
        mock.create_session.throttle(2, retry_after=7)

        assert (
            call(create_session, "default", body=SessionCreate(display_name="a")).id
            == mock.create_session.documented["id"]
        )
        assert mock.pauses == [7, 7]
        assert [made.response.status_code for made in mock.create_session.calls] == [429, 429, 201]

    def test_unavailable_for_a_while(self, mock: SecurityCopilotMock, call: Call) -> None:
        """Other errors may have Retry-After, too."""
        mock.get_session.fail(503, retry_after=11, times=1)

        assert call(get_session, "default", ID)
        assert mock.pauses == [11]

    @pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout])
    def test_no_connection(self, mock: SecurityCopilotMock, call: Call, error: type[httpx.TransportError]) -> None:
        """Permanently. A create is only retried if it was never sent."""
        mock.create_session.disconnect(error)

        with pytest.raises(NoResponseError) as caught:
            call(create_session, "default", body=SessionCreate(display_name="a"))

        assert isinstance(caught.value.__cause__, error)
        assert mock.create_session.call_count == (Retry().attempts if error is httpx.ConnectError else 1)

    def test_no_connection_once(self, mock: SecurityCopilotMock, call: Call) -> None:
        """The second attempt succeeds; both are calls."""
        mock.create_session.disconnect(times=1)

        assert call(create_session, "default", body=SessionCreate(display_name="a"))
        assert [made.has_response for made in mock.create_session.calls] == [False, True]


class TestEvaluate:
    """Evaluations that take some polls."""

    def test_three_polls(self, mock: SecurityCopilotMock, asking: Call) -> None:
        """Created, running, running, completed."""
        mock.evaluate("Nobody.", polls=3)
        seen = []

        answer = asking(on_progress=lambda progress: seen.append(progress.evaluation and progress.evaluation.state))

        assert answer.content == "Nobody."
        assert seen == [None, None, "created", "running", "running", "completed"]
        assert mock.get_evaluation.call_count == 3
        assert answer.evaluation.id == answer.ids.evaluation_id

    def test_each_evaluation_takes_as_long(self, mock: SecurityCopilotMock, asking: Call) -> None:
        """The count restarts with each."""
        mock.evaluate(polls=2)

        asking()
        asking()

        assert mock.get_evaluation.call_count == 4

    @pytest.mark.parametrize(
        "end", ["cancelled", "waitingForInput", "error", "rejected", "timedOut", "capacityExceeded"]
    )
    def test_no_answer(self, mock: SecurityCopilotMock, asking: Call, end: str) -> None:
        """Each end as documented."""
        mock.evaluate(end=end, polls=1)

        with pytest.raises(NotAnsweredError) as caught:
            asking()

        evaluation = caught.value.evaluation
        assert evaluation.result is not None
        assert end in (evaluation.state, evaluation.result.type_)
        assert evaluation.is_cancelled is (end == "cancelled")
        assert (evaluation.completed_date_time == NOT_YET) is (evaluation.state != "completed")
        assert evaluation.result.content is None

    def test_an_end_with_words(self, mock: SecurityCopilotMock, asking: Call) -> None:
        """A result that is no answer may have content."""
        mock.evaluate("Not about that.", end="rejected")

        with pytest.raises(NotAnsweredError) as caught:
            asking()

        assert caught.value.evaluation.result is not None
        assert caught.value.evaluation.result.content == "Not about that."

    def test_without_end(self, mock: SecurityCopilotMock, asking: Call) -> None:
        """The deadline passes at once, since pauses take no time."""
        mock.evaluate(end="running")
        begun = time.monotonic()

        with pytest.raises(NotDoneError, match="still 'running' after 600 seconds"):
            asking()

        assert time.monotonic() - begun < 5
        assert 500 < sum(mock.pauses) <= 600

    @pytest.mark.parametrize(
        ("content", "end", "message"),
        [
            (None, "ended", "'ended'; expected one of .*cancelled.*rejected"),
            ("a", "cancelled", "no content"),
        ],
    )
    def test_an_impossible_end(self, mock: SecurityCopilotMock, content: str | None, end: str, message: str) -> None:
        """A ValueError at once."""
        with pytest.raises(ValueError, match=message):
            mock.evaluate(content, end=end)


class TestRespx:
    """The mock is a router of respx, and its routes are respx's."""

    def test_a_function_answers(self, mock: SecurityCopilotMock, call: Call) -> None:
        """It gets the request."""

        @mock.create_session
        def answer(request: httpx.Request) -> httpx.Response:
            name = json.loads(request.content)["displayName"]
            return httpx.Response(201, json={**mock.create_session.documented, "displayName": name})

        assert call(create_session, "default", body=SessionCreate(display_name="Mine")).display_name == "Mine"

    async def test_a_coroutine_answers(self, mock: SecurityCopilotMock, client: AuthenticatedClient) -> None:
        """With asyncio."""

        async def answer(request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(0)
            return httpx.Response(200, json=mock.get_session.documented, request=request)

        mock.get_session.side_effect = answer

        assert (await get_session.asyncio("default", ID, client=client)).id == mock.get_session.documented["id"]

    def test_a_list_of_answers(self, mock: SecurityCopilotMock, call: Call) -> None:
        """Exceptions and responses; after the last one, an AssertionError."""
        mock.get_session.side_effect = [httpx.ConnectError, httpx.Response(200, json=mock.get_session.documented)]

        assert call(get_session, "default", ID)
        with pytest.raises(
            AssertionError, match="getSession was called again after the last answer of its side_effect"
        ):
            call(get_session, "default", ID)

    def test_other_services(self, mock: SecurityCopilotMock) -> None:
        """Such as one that issues tokens, and the rest of Microsoft Graph."""
        login = mock.post("https://login.example/token").respond(json={"access_token": "a"})
        mock.get(f"{GRAPH}/me").respond(json={"id": "me"})

        assert httpx.post("https://login.example/token").json() == {"access_token": "a"}
        assert httpx.get(f"{GRAPH}/me").json() == {"id": "me"}
        assert login.call_count == 1

    @pytest.mark.parametrize("turned", [False, True])
    def test_routes_of_another_router(self, *, turned: bool) -> None:
        """They answer what the mock does not, whichever router is asked first. Other requests are still breaches."""
        mock, other = SecurityCopilotMock(), respx.MockRouter()
        first, second = (other, mock) if turned else (mock, other)
        with first, second:
            other.get("https://login.example/token").respond(json={"access_token": "a"})
            other.get(f"{GRAPH}/me").respond(json={"id": "me"})

            assert httpx.get("https://login.example/token").json() == {"access_token": "a"}
            assert httpx.get(f"{GRAPH}/me").json() == {"id": "me"}
            assert httpx.get(SESSIONS).status_code == 200
            assert mock.breaches == []
            with pytest.raises(ContractError, match="login"):
                httpx.get("https://login.example/another")
            mock.breaches.clear()

    def test_a_router_that_answers_everything(self, mock: SecurityCopilotMock) -> None:
        """Whatever the mock does not."""
        with respx.MockRouter(assert_all_mocked=False):
            assert httpx.get("https://login.example/token").status_code == 200
        assert mock.breaches == []

    def test_requests_that_pass_through(self, mock: SecurityCopilotMock, base_url: str) -> None:
        """To a server of the test; a request may also fail as the test wants."""
        mock.route(host="127.0.0.1").pass_through()
        mock.get("https://login.example/token").mock(side_effect=httpx.ConnectTimeout)

        assert httpx.get(f"{base_url}/security/securityCopilot/workspaces").status_code == 401
        with pytest.raises(httpx.ConnectTimeout):
            httpx.get("https://login.example/token")
        assert mock.breaches == []

    def test_it_can_be_used_again(self, client: AuthenticatedClient) -> None:
        """Answers, queues, calls and pauses are as before the first block."""
        mock = SecurityCopilotMock()
        mock.get_session.respond(changed={"displayName": "before"})
        for _ in range(2):
            with mock:
                assert get_session.sync("default", ID, client=client).display_name == "before"
                assert not mock.pauses
                mock.get_session.throttle(1)
                mock.get_session.respond(changed={"displayName": "within"})
                get_session.sync("default", ID, client=client)
                mock.get_session.throttle(1)
        assert mock.pauses == [1]


def test_the_table_of_the_documentation(mock: SecurityCopilotMock) -> None:
    """Each example runs."""
    page = (ROOT / "docs" / "testing.md").read_text("utf-8")
    lines = re.findall(r"^\| `(mock\..*)` \| ", page, re.MULTILINE)
    assert len(lines) > 5

    for line in lines:
        eval(line, {"mock": mock, "httpx": httpx, "session": mock.get_session.documented})  # noqa: S307 - the page's


class TestStrictness:
    """A message that breaks the contract fails the test."""

    @pytest.mark.parametrize(
        ("method", "path", "body", "message"),
        [
            (
                "POST",
                "",
                {"displayName": 1},
                "the request of createSession .*\n  displayName: expected a string, got 1",
            ),
            ("POST", "", {}, "displayName"),
            ("POST", "", {"displayName": "a", "other": 1}, "other"),
            (
                "GET",
                "/1",
                None,
                "the request of getSession .*\n  path parameter sessionId: expected text ",
            ),
            ("GET", "?$expand=prompts", None, r"query option \$expand: not documented"),
            ("GET", "/", None, r"the request breaks .*\n  the document has no operation for GET .*/sessions/"),
            ("DELETE", f"/{ID}", None, "the document has no operation for DELETE"),
            ("PUT", f"/{ID}", {"displayName": "a"}, "the document has no operation for PUT"),
            ("GET", f"/{ID}/other", None, "the document has no operation for GET .*/other"),
        ],
    )
    def test_a_request(self, mock: SecurityCopilotMock, method: str, path: str, body: object, message: str) -> None:
        """The message contains the violation, and no token."""
        with pytest.raises(ContractError, match=message):
            httpx.request(method, SESSIONS + path, json=body, headers={"Authorization": SECRET})
        assert SECRET not in str(mock.breaches)
        mock.breaches.clear()

    def test_a_request_that_the_client_sends(self, mock: SecurityCopilotMock, call: Call) -> None:
        """The client's exceptions do not hide the breach."""
        with pytest.raises(ContractError, match=r"\$select: expected one of .*, got .nothing."):
            call(list_sessions, "default", select=NO_PROPERTY)
        mock.breaches.clear()

    @pytest.mark.parametrize(
        "say",
        [
            lambda route: route.respond(json=WRONG),
            lambda route: route.respond(json=WRONG, times=1),
            lambda route: route.respond(418),
            lambda route: route.respond(content=b"{", content_type="application/json"),
            lambda route: route.mock(httpx.Response(200, json=WRONG)),
            lambda route: route % {"json": WRONG},
            lambda route: setattr(route, "return_value", httpx.Response(200, json=WRONG)),
            lambda route: setattr(route, "side_effect", [httpx.ConnectError, httpx.Response(200, json=WRONG)]),
            lambda route: setattr(route, "side_effect", (httpx.Response(404, json={}),)),
        ],
    )
    def test_a_response_is_refused_where_it_is_set(self, mock: SecurityCopilotMock, say: Callable[..., object]) -> None:
        """With any API of respx. The previous answer stays, and nothing is raised at the end."""
        with pytest.raises(
            ContractError, match=r"the response of getSession breaks the document \(GET .*{sessionId}\)"
        ):
            say(mock.get_session)

        assert httpx.get(f"{SESSIONS}/{ID}").json() == mock.get_session.documented

    @pytest.mark.parametrize("status", INTERMEDIARIES)
    @pytest.mark.parametrize("body", [{"html": "<h1>Later</h1>"}, {"content": b""}, {"json": {"statusCode": 429}}])
    def test_a_response_of_an_intermediary(
        self, mock: SecurityCopilotMock, call: Call, status: int, body: dict[str, Any]
    ) -> None:
        """Any body is accepted, when it is set and when it is sent."""
        mock.create_session.respond(status, **body)

        with pytest.raises(ServiceError, match=str(status)):
            call(create_session, "default", body=SessionCreate(display_name="a name"))

    def test_a_response_of_a_function(self, mock: SecurityCopilotMock, call: Call) -> None:
        """It is validated when it is sent."""
        mock.get_session.side_effect = lambda _: httpx.Response(200, json=WRONG)

        with pytest.raises(ContractError, match=f"the response of getSession breaks the document .*{ID}"):
            call(get_session, "default", ID)
        mock.breaches.clear()

    async def test_a_response_of_a_coroutine(self, mock: SecurityCopilotMock, client: AuthenticatedClient) -> None:
        """Likewise."""

        async def answer(_: httpx.Request) -> httpx.Response:
            return httpx.Response(200, json=WRONG)

        mock.get_session.side_effect = answer

        with pytest.raises(ContractError, match="the response of getSession"):
            await get_session.asyncio("default", ID, client=client)
        mock.breaches.clear()

    def test_not_strict(self, mock: SecurityCopilotMock, call: Call) -> None:
        """For one response; the next is validated again."""
        mock.get_session.respond(418, json=WRONG, strict=False, times=1)
        mock.get_session.side_effect = [httpx.Response(200, json=WRONG, extensions={"strict": False})]

        with pytest.raises(ServiceError, match="418"):
            call(get_session, "default", ID)
        with pytest.raises(InvalidResponseError):
            call(get_session, "default", ID)
        with pytest.raises(ContractError):
            mock.get_session.respond(418)

    def test_a_new_property(self, mock: SecurityCopilotMock, call: Call) -> None:
        """A response that is not strict may have undocumented properties."""
        mock.get_session.respond(changed={"owner": "me"}, strict=False)
        assert call(get_session, "default", ID).additional_properties == {"owner": "me"}

    def test_a_stream(self, mock: SecurityCopilotMock, client: AuthenticatedClient) -> None:
        """It cannot be validated, since only the client reads it: strict=False is required."""

        def stream() -> Iterator[bytes]:
            yield b'{"id":'
            raise httpx.ReadError("cut off")

        with pytest.raises(ValueError, match="pass strict=False"):
            mock.get_session.respond(content=stream())
        mock.get_session.respond(content=stream(), strict=False)

        with pytest.raises(InvalidResponseError, match="broke off: cut off"):
            get_session.sync("default", ID, client=client)


class TestUndocumentedResponses:
    """A gateway, or a later version of the service, may send responses that the document does not have."""

    RESPONSES: ClassVar[dict[str, tuple[int, dict[str, Any]]]] = {
        "an empty success": (200, {"content": b""}),
        "a 204": (204, {}),
        "a redirect": (302, {"headers": {"Location": "https://gateway.example/sign-in"}}),
        "a page": (200, {"html": "<h1>Sign in</h1>"}),
        "a text": (200, {"text": "soon", "content_type": "text/plain"}),
        "an empty error": (404, {"content": b""}),
        "another error": (404, {"html": "<h1>Not found</h1>"}),
    }

    @pytest.mark.parametrize("name", RESPONSES)
    def test_they_can_be_sent(self, mock: SecurityCopilotMock, call: Call, name: str) -> None:
        """With strict=False, which the error without it names."""
        status, arguments = self.RESPONSES[name]
        with pytest.raises(ContractError) as refused:
            mock.get_session.respond(status, **arguments)
        mock.get_session.respond(status, strict=False, **arguments)

        with pytest.raises(SecurityCopilotError) as caught:
            call(get_session, "default", ID)

        assert refused.value.__notes__ == ["To send it nevertheless, pass strict=False"]
        response = mock.get_session.calls.last.response
        assert (response.status_code, caught.value.status_code) == (status, status)
        assert response.text in (arguments.get("html", ""), arguments.get("text", ""))
        assert response.headers.get("Location") == arguments.get("headers", {}).get("Location")


class TestUnanswered:
    """A request that nothing answers fails the test, whoever catches the exception."""

    @pytest.mark.parametrize(
        ("method", "url", "message"),
        [
            ("GET", SESSIONS.replace("beta", "v1.0"), "is not beneath the base URL https://graph.microsoft.com/beta"),
            ("GET", SESSIONS.replace("https", "http"), "http://graph.microsoft.com/beta/.* is not beneath"),
            ("GET", SESSIONS.replace("graph", "grahp"), "https://grahp.microsoft.com/beta/.* is not beneath"),
            ("GET", "https://login.example/token?code=secret", "https://login.example/token is not beneath"),
            ("GET", f"{GRAPH}/me", "the document has no operation for GET /beta/me"),
            ("DELETE", SESSIONS, "the document has no operation for DELETE"),
            ("GET", GRAPH, "https://graph.microsoft.com/beta is not beneath"),
        ],
    )
    @pytest.mark.parametrize("asynchronous", [False, True])
    def test_it_is_a_breach(self, method: str, url: str, message: str, *, asynchronous: bool) -> None:
        """Another version, scheme, host or operation, blocking and with asyncio."""

        async def run() -> None:
            async with httpx.AsyncClient() as client:
                await client.request(method, url)

        def block() -> None:
            with SecurityCopilotMock(), suppress(Exception):
                if asynchronous:
                    asyncio.run(run())
                httpx.request(method, url)

        with pytest.raises(ContractError, match=message) as caught:
            block()
        assert "secret" not in str(caught.value)

    def test_the_error_says_how_to_mock_another_service(self, mock: SecurityCopilotMock) -> None:
        """Where it is raised, and at the end; not if it is for a path of this service."""
        with pytest.raises(ContractError) as caught:
            httpx.get("https://login.example/token")
        assert caught.value.__notes__ == [
            'To mock another service as well, add a route: mock.get("https://other.example/path")'
        ]
        with pytest.raises(ContractError) as caught:
            mock.settle()
        assert "add a route" in caught.value.__notes__[0]
        with pytest.raises(ContractError) as caught:
            httpx.get(f"{GRAPH}/me")
        assert not hasattr(caught.value, "__notes__")
        mock.breaches.clear()

    def test_a_valid_request(self, mock: SecurityCopilotMock, call: Call) -> None:
        """If its route was removed, or a function does not answer."""
        mock.pop("get_session")
        mock.list_sessions.side_effect = lambda _: None
        for module, arguments in ((get_session, ("default", ID)), (list_sessions, ("default",))):
            with pytest.raises(ContractError, match=f"no route answers GET {SESSIONS}"):
                call(module, *arguments)
            mock.breaches.clear()

    def test_of_two_mocks_one_reports_it(self) -> None:
        """Each reports what is below its own base URL."""
        with SecurityCopilotMock() as graph, SecurityCopilotMock("http://gateway.example/beta") as gateway:
            for url in (f"{GRAPH}/me", f"{gateway.base_url}/me", "https://login.example/token"):
                with pytest.raises(ContractError):
                    httpx.get(url)

            assert [[breach.path for breach in mock.breaches] for mock in (graph, gateway)] == [
                ["/beta/me", "/token"],
                ["/beta/me"],
            ]
            graph.breaches.clear()
            gateway.breaches.clear()

    def test_a_link_of_another_mock(self) -> None:
        """It answers it, though the link is not below its base URL."""
        link = "http://gateway.example/opaque"
        with SecurityCopilotMock() as mock, SecurityCopilotMock("http://gateway.example/beta") as gateway:
            gateway.list_sessions.respond(changed={"@odata.nextLink": link})
            sessions = f"{gateway.base_url}/security/securityCopilot/workspaces/default/sessions"
            assert httpx.get(sessions).json()["@odata.nextLink"] == link

            assert httpx.get(link).status_code == 200
            assert mock.breaches == []


class TestSettling:
    """A breach that the code under test swallows is reported at the end."""

    def test_swallowed(self, client: AuthenticatedClient) -> None:
        """All of them, with a hint for tests that expect them."""

        def block() -> None:
            with SecurityCopilotMock() as mock:
                for name in (1, 2):
                    with pytest.raises(Exception, match="displayName"):
                        rename(client, name)
                mock.get_session.side_effect = lambda _: httpx.Response(200, json=WRONG)
                with pytest.raises(Exception, match="getSession"):
                    get_session.sync("default", ID, client=client)

        with pytest.raises(ContractError) as caught:
            block()

        assert [breach.message for breach in caught.value.breaches] == ["request", "request", "response"]
        assert re.findall(r"expected a string, got (\d)", str(caught.value)) == ["1", "2", "1"]
        assert "mock.breaches.clear()" in caught.value.__notes__[0]

    def test_repeated(self, client: AuthenticatedClient) -> None:
        """The same breach is reported once."""

        def block() -> None:
            with SecurityCopilotMock():
                for _ in range(3):
                    with pytest.raises(ContractError):
                        rename(client, 1)

        with pytest.raises(ContractError) as caught:
            block()
        assert len(caught.value.breaches) == 1

    def test_expected(self, client: AuthenticatedClient) -> None:
        """A test that expects a breach clears it."""
        with SecurityCopilotMock() as mock:
            with pytest.raises(ContractError):
                rename(client, 1)
            assert len(mock.breaches) == 1
            mock.breaches.clear()

    def test_another_breach(self, client: AuthenticatedClient) -> None:
        """The swallowed one is in the same exception, and neither is raised again."""
        with pytest.raises(ContractError) as caught:
            self.after_a_breach(client, lambda _: rename(client, 2))

        assert len(caught.value.breaches) == 2
        assert not hasattr(caught.value, "__notes__")

    def test_another_exception(self, client: AuthenticatedClient) -> None:
        """It passes, with a note about the breach that may have caused it."""
        with pytest.raises(KeyError) as caught:
            self.after_a_breach(client, lambda mock: mock["mine"])

        assert "displayName: expected a string, got 1" in caught.value.__notes__[0]

    def test_an_invalid_response_of_the_test(self, client: AuthenticatedClient) -> None:
        """A ContractError of its own, with a note."""
        with pytest.raises(ContractError, match="getSession") as caught:
            self.after_a_breach(client, lambda mock: mock.get_session.respond(418))

        assert "displayName: expected a string, got 1" in caught.value.__notes__[1]

    def after_a_breach(self, client: AuthenticatedClient, then: Callable[[SecurityCopilotMock], object]) -> None:
        """A block in which a breach is caught."""
        with SecurityCopilotMock() as mock:
            with pytest.raises(ContractError):
                rename(client, 1)
            then(mock)

    def test_without_a_block(self, client: AuthenticatedClient) -> None:
        """With start() and stop(), as in respx."""
        mock = SecurityCopilotMock()
        mock.start()
        with pytest.raises(ContractError):
            rename(client, 1)

        with pytest.raises(ContractError, match="createSession"):
            mock.stop()
        with SecurityCopilotMock():
            pass

    async def test_an_asyncio_block(self, client: AuthenticatedClient) -> None:
        """Likewise."""
        mock = await SecurityCopilotMock().__aenter__()
        with pytest.raises(ContractError):
            await list_sessions.asyncio("default", client=client, select=NO_PROPERTY)

        with pytest.raises(ContractError, match="listSessions"):
            await mock.__aexit__(None, None, None)

    def test_unittest(self) -> None:
        """With enterContext, in setUp."""

        class Tests(unittest.TestCase):
            def setUp(self) -> None:
                self.mock = self.enterContext(SecurityCopilotMock())
                self.client = self.enterContext(AuthenticatedClient(token="t"))

            def test_valid(self) -> None:
                self.assertEqual(rename(self.client).id, self.mock.create_session.documented["id"])  # noqa: PT009 - unittest's

            def test_swallowed(self) -> None:
                try:
                    rename(self.client, 1)
                except AssertionError:
                    self.mock.get_session.throttle()

        out = io.StringIO()
        result = unittest.TextTestRunner(out).run(unittest.defaultTestLoader.loadTestsFromTestCase(Tests))

        assert (result.testsRun, len(result.failures), len(result.errors)) == (2, 1, 0)
        assert "test_swallowed" in str(result.failures[0][0])
        assert "displayName: expected a string, got 1" in result.failures[0][1]


class TestTime:
    """No test waits."""

    async def test_pauses_pass_at_once(self, client: AuthenticatedClient) -> None:
        """Blocking and with asyncio, where other tasks run meanwhile."""
        turns = []

        async def other() -> None:
            turns.append(len(mine.pauses))

        with SecurityCopilotMock() as mine:
            mine.get_session.throttle(2, retry_after=30)
            get_session.sync("default", ID, client=client)
            mine.get_session.throttle(2, retry_after=40)
            await asyncio.gather(get_session.asyncio("default", ID, client=client), other())

        assert mine.pauses == [30, 30, 40, 40]
        assert turns
        assert turns[0] < 4

    def test_pauses_count_against_the_deadline(self, mock: SecurityCopilotMock, call: Call) -> None:
        """The deadline of a call is 300 seconds by default: a second pause of 200 does not fit."""
        mock.get_session.throttle(3, retry_after=200)

        with pytest.raises(ServiceError, match="429"):
            call(get_session, "default", ID)
        assert mock.pauses == [200]

    def test_pauses_take_time_afterwards(self) -> None:
        """Once the last of two mocks has ended."""
        one, two = SecurityCopilotMock(), SecurityCopilotMock("http://gateway.example/beta")
        one.start()
        two.start()
        one.stop()
        clock.sleep(60)
        assert (one.pauses, two.pauses) == ([], [60])
        two.stop()

        start = time.monotonic()
        clock.sleep(0.05)
        assert time.monotonic() - start >= 0.05
        assert two.pauses == [60]
        assert abs(clock.monotonic() - time.monotonic()) < 5

    def test_the_time_never_goes_back(self, mock: SecurityCopilotMock) -> None:
        """When a second mock starts and ends, pauses before it still count."""
        clock.sleep(60)
        before = clock.monotonic()
        with SecurityCopilotMock("http://gateway.example/beta") as second:
            assert clock.monotonic() >= before
            clock.sleep(60)
        assert clock.monotonic() >= before + 60
        assert (mock.pauses, second.pauses) == ([60, 60], [60])

    def test_a_new_mock_begins_at_the_real_time(self) -> None:
        """The pauses of an earlier one do not count."""
        for _ in range(2):
            with SecurityCopilotMock() as mock:
                assert abs(clock.now() - time.time()) < 5
                clock.sleep(60)
                assert clock.now() - time.time() > 55
            assert mock.pauses == [60]


class TestBaseURLs:
    """The base URL of a mock."""

    @pytest.mark.parametrize("base_url", ["http://gateway.example:8000/security-copilot", "https://gateway.example/"])
    def test_another_base_url(self, base_url: str) -> None:
        """Such as a gateway's, with or without a trailing slash; Microsoft Graph is not mocked then."""
        with SecurityCopilotMock(base_url) as mock, AuthenticatedClient(token="t", base_url=base_url) as client:
            assert rename(client)
            assert mock.base_url == base_url.rstrip("/")
            with pytest.raises(ContractError, match="is not beneath"):
                rename(AuthenticatedClient(token="t"))
            with pytest.raises(ContractError, match="no operation"):
                httpx.get(f"{mock.base_url}/other")
            mock.breaches.clear()

    @pytest.mark.parametrize("turned", [False, True])
    def test_two_at_once(self, client: AuthenticatedClient, *, turned: bool) -> None:
        """Each answers its own requests, and reports their breaches."""
        graph, gateway = SecurityCopilotMock(), SecurityCopilotMock("http://gateway.example/beta")
        first, second = (gateway, graph) if turned else (graph, gateway)
        with first, second:
            rename(client)
            rename(AuthenticatedClient(token="t", base_url=gateway.base_url))
            with pytest.raises(ContractError):
                httpx.delete(f"{gateway.base_url}/other")

            assert (graph.create_session.call_count, gateway.create_session.call_count) == (1, 1)
            assert (len(graph.breaches), len(gateway.breaches)) == (0, 1)
            gateway.breaches.clear()

    @pytest.mark.parametrize("base_url", [GRAPH, f"{GRAPH}/part", "https://graph.microsoft.com"])
    def test_overlapping_base_urls(self, base_url: str, mock: SecurityCopilotMock, client: AuthenticatedClient) -> None:
        """The second mock is refused, and the first stays active."""
        with pytest.raises(RuntimeError, match="/beta is already mocked"):
            SecurityCopilotMock(base_url).start()

        rename(client)
        assert mock.create_session.called

    def test_no_password_is_printed(self) -> None:
        """A base URL may contain one."""
        url = f"https://me:{SECRET}@gateway.example/beta"
        message = r"^https://gateway\.example/beta is already mocked"
        with SecurityCopilotMock(url), pytest.raises(RuntimeError, match=message):
            SecurityCopilotMock(url).start()

    def test_similar_base_urls(self, mock: SecurityCopilotMock) -> None:
        """One may be a prefix of the other."""
        with SecurityCopilotMock(f"{GRAPH}2") as other:
            assert other.base_url != mock.base_url

    @pytest.mark.parametrize("base_url", ["graph.microsoft.com/beta", "", "ftp://graph.microsoft.com/beta"])
    def test_an_invalid_base_url(self, base_url: str) -> None:
        """A ValueError, which names it."""
        with pytest.raises(ValueError, match=f"^base_url must be an absolute URL, not '{re.escape(base_url)}'$"):
            SecurityCopilotMock(base_url)

    def test_an_id_is_a_segment(self, mock: SecurityCopilotMock, client: AuthenticatedClient) -> None:
        """A slash in it does not lead to another operation."""
        with pytest.raises(ContractError, match=r"the request of createPrompt .*\n  path parameter sessionId"):
            create_prompt.sync("default", f"{ID}/prompts", client=client, body=PromptCreate(content="a"))
        mock.breaches.clear()

    def test_percent_encoded_paths(self, mock: SecurityCopilotMock) -> None:
        """They are equivalent (RFC 3986, section 6.2.2.2)."""
        assert httpx.get(SESSIONS.replace("sessions", "%73ession%73")).status_code == 200
        assert mock.list_sessions.call_count == 1
