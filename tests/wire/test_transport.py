"""ContractTransport: the messages that it forwards, reports and ignores."""

import asyncio
import gzip
import json
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Self

import httpx
import pytest
from security_copilot_client import AuthenticatedClient, Retry, ServiceError, ask, ask_async
from security_copilot_client.api.sessions import get_session, list_sessions
from starlette.types import ASGIApp

from security_copilot_contract import ContractError, ContractTransport, Remark
from security_copilot_contract.emulator import TOKEN, EmulatorTransport, ManualClock, Store, Timing, emulator
from security_copilot_contract.spec.contradictions import corrected
from security_copilot_contract.spec.exchange import Exchange, exchanges
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES
from security_copilot_contract.spec.violation import Violation
from security_copilot_contract.wire import decoding, next_links
from security_copilot_runtime import clock
from tests import stored_sessions
from tests.documented import documented_session

GRAPH = "https://graph.microsoft.com/beta"
SESSIONS = f"{GRAPH}/security/securityCopilot/workspaces/default/sessions"
ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
SESSION = documented_session() | {
    "@odata.context": f"{GRAPH}/$metadata#sessions/$entity",
    "id": ID,
    "createdDateTime": "2025-10-22T20:10:54.4940649Z",
    "lastModifiedDateTime": "2025-10-22T20:10:54.4940649Z",
    "displayName": "a name",
}
WRONG = json.dumps({**SESSION, "displayName": 1}).encode()
RIGHT = json.dumps(SESSION).encode()
JSON = {"Content-Type": "application/json"}
SECRET = "t0ps3cret-token"
NUMBER = "1234567890123"
NO_PROPERTY: Any = ["nothing"]
LINK = "@odata.nextLink"
NOT_A_STRING = "displayName: expected a string or null, got 1"

Fetch = Callable[..., httpx.Response]


class Service(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport that returns a fixed response in pieces, and records events."""

    def __init__(self, *pieces: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.pieces: Iterable[bytes] = pieces or (RIGHT,)
        self.status = status
        self.headers = JSON if headers is None else headers
        self.requests: list[httpx.Request] = []
        self.events: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.status, headers=self.headers, stream=Pieces(self), extensions={"mine": 1})

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)

    def close(self) -> None:
        self.events.append("closed")

    async def aclose(self) -> None:
        self.events.append("closed")


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, service: Service) -> None:
        self.service = service

    def __iter__(self) -> Iterator[bytes]:
        for number, piece in enumerate(self.service.pieces):
            self.service.events.append(f"piece {number}")
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.service.events.append("let go")

    async def aclose(self) -> None:
        self.service.events.append("let go")


@pytest.fixture(params=["sync", "asyncio"])
def fetch(request: pytest.FixtureRequest) -> Fetch:
    """Sends a request through a transport, blocking or with asyncio, and reads the response."""

    def sync(transport: ContractTransport, method: str = "GET", url: str = f"{SESSIONS}/{ID}", **request: Any) -> Any:
        with httpx.Client(transport=transport) as client:
            return client.request(method, url, **request)

    async def run(
        transport: ContractTransport, method: str = "GET", url: str = f"{SESSIONS}/{ID}", **request: Any
    ) -> Any:
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, url, **request)

    return sync if request.param == "sync" else lambda *a, **k: asyncio.run(run(*a, **k))


class TestPassing:
    """Valid messages are forwarded unchanged."""

    def test_an_exchange(self, fetch: Fetch, exchange: Exchange) -> None:
        """Every documented exchange, byte for byte."""
        exchange = corrected(exchange)
        request, response = exchange.request, exchange.response
        service = Service(response.body, status=response.status, headers=dict(response.headers))
        transport = ContractTransport(service, raises=exchange.name != "list_evaluations")

        came = fetch(transport, request.method, request.url, headers=request.headers, content=request.body)

        assert (came.status_code, came.content) == (response.status, response.body)
        assert came.headers.raw == httpx.Headers(response.headers).raw
        assert came.extensions["mine"] == 1
        assert came.elapsed
        (sent,) = service.requests
        assert sent.content == request.body
        assert service.events == ["piece 0", "let go", "closed"]
        assert (transport.calls, transport.unread) == (1, 0)
        # The documented response to that is of another operation: see openapi/contradictions.yaml.
        assert bool(transport.breaches) == (exchange.name == "list_evaluations")

    async def test_a_question_of_the_generated_client(self) -> None:
        """One transport supports both, if the wrapped transport does."""
        transport = ContractTransport(EmulatorTransport(Store(ManualClock(), timing=Timing(0, 0))))
        arguments: dict[str, Any] = {"token": TOKEN, "httpx_args": {"transport": transport}}

        with AuthenticatedClient(**arguments) as blocking:
            answers = [ask("Who am I?", client=blocking).content]
        async with AuthenticatedClient(**arguments) as asynchronous:
            answers.append((await ask_async("Who am I?", client=asynchronous)).content)

        assert answers == ["The emulator has evaluated: Who am I?"] * 2
        assert (transport.calls, transport.unread) == (8, 0)
        transport.verify()

    async def test_pages_are_followed(self) -> None:
        """Blocking and with asyncio; the emulator's links have an undocumented option."""
        store = Store()
        for number in range(3):
            stored_sessions.create(store, f"{number}")
        transport = ContractTransport(EmulatorTransport(store))
        arguments: dict[str, Any] = {"token": TOKEN, "httpx_args": {"transport": transport}}

        with AuthenticatedClient(**arguments) as blocking:
            names = [session.display_name for session in list_sessions.iterate("default", client=blocking, top=1)]
        async with AuthenticatedClient(**arguments) as asynchronous:
            names += [s.display_name async for s in list_sessions.aiterate("default", client=asynchronous, top=1)]

        assert names == ["2", "1", "0"] * 2
        assert (transport.calls, transport.unread) == (6, 0)
        transport.verify()

    def test_over_sockets(self, serve: Callable[[ASGIApp], str]) -> None:
        """At another base URL, with or without a trailing slash."""

        async def run() -> httpx.Response:
            async with httpx.AsyncClient(transport=other, headers=headers) as asynchronous:
                return await asynchronous.get(page)

        url = serve(emulator(Store.documented(exchanges())))
        page, headers = SESSIONS.replace(GRAPH, url), {"Authorization": f"Bearer {TOKEN}"}
        one = ContractTransport(httpx.HTTPTransport(), base_url=f"{url}/")
        other = ContractTransport(httpx.AsyncHTTPTransport(), base_url=url)

        with httpx.Client(transport=one, headers=headers) as blocking:
            assert blocking.get(page).json() == asyncio.run(run()).json()
        assert (one.calls, other.calls) == (1, 1)

    @pytest.mark.parametrize("raises", [True, False])
    def test_a_body_is_streamed(self, *, raises: bool) -> None:
        """The body is streamed, not collected first."""
        service = Service(RIGHT[:9], RIGHT[9:])
        transport = ContractTransport(service, raises=raises)

        with httpx.Client(transport=transport).stream("GET", f"{SESSIONS}/{ID}") as response:
            assert service.events == []
            pieces = response.iter_raw()
            assert next(pieces) == RIGHT[:9]
            assert service.events == ["piece 0"]
            assert transport.unread == 1
            assert list(pieces) == [RIGHT[9:]]

        assert transport.unread == 0

    async def test_a_body_is_streamed_with_asyncio(self) -> None:
        """The same applies with asyncio."""
        service = Service(RIGHT[:9], RIGHT[9:])
        client = httpx.AsyncClient(transport=ContractTransport(service))

        async with client.stream("GET", f"{SESSIONS}/{ID}") as response:
            assert service.events == []
            pieces = response.aiter_raw()
            assert await anext(pieces) == RIGHT[:9]
            assert service.events == ["piece 0"]
            assert [piece async for piece in pieces] == [RIGHT[9:]]

    @pytest.mark.parametrize("encoding", ["gzip", "deflate"])
    def test_a_compressed_body(self, fetch: Fetch, encoding: str) -> None:
        """The decoded body is validated, and the original body is forwarded."""
        compressed = gzip.compress(RIGHT) if encoding == "gzip" else zlib.compress(RIGHT)
        service = Service(compressed[:20], compressed[20:], headers={**JSON, "Content-Encoding": encoding})
        transport = ContractTransport(service)

        with httpx.Client(transport=transport).stream("GET", f"{SESSIONS}/{ID}") as response:
            assert b"".join(response.iter_raw()) == compressed

        assert fetch(transport).content == RIGHT
        assert (transport.calls, transport.unread) == (2, 0)

    @pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "identity, gzip", "deflate", "deflate, gzip", ""])
    def test_a_compressed_request(self, coding: str) -> None:
        """The decoded body is validated, and the original body is sent."""
        service = Service(status=201)
        for name, valid in (("a", True), (1, False)):
            content = json.dumps({"displayName": name}).encode()
            content = zlib.compress(content) if "deflate" in coding else content
            content = gzip.compress(content) if "gzip" in coding.lower() else content
            transport = ContractTransport(service, raises=False)

            httpx.Client(transport=transport).post(
                SESSIONS, content=content, headers={**JSON, "Content-Encoding": coding}
            )

            assert service.requests[-1].content == content
            assert bool(transport.breaches) != valid

    async def test_a_request_body_may_come_in_pieces(self) -> None:
        """It is validated, and sent as well."""

        async def pieces() -> AsyncIterator[bytes]:
            for piece in parts:
                yield piece

        parts = [b'{"display', b'Name": "a"}']
        service = Service(status=201)
        transport = ContractTransport(service)

        httpx.Client(transport=transport).post(SESSIONS, content=iter(parts), headers=JSON)
        await httpx.AsyncClient(transport=transport).post(SESSIONS, content=pieces(), headers=JSON)

        assert [request.content for request in service.requests] == [b"".join(parts)] * 2
        with pytest.raises(ContractError, match="body: not JSON"):
            httpx.Client(transport=transport).post(SESSIONS, content=iter(parts[:1]), headers=JSON)

    def test_a_failure_of_the_network(self, fetch: Fetch) -> None:
        """It is raised unchanged, and does not count as a validated call."""

        def fails(request: httpx.Request) -> httpx.Response:
            del request
            raise failure

        failure = httpx.ConnectError("no route")
        transport = ContractTransport(httpx.MockTransport(fails))

        with pytest.raises(httpx.ConnectError) as caught:
            fetch(transport)

        assert caught.value is failure
        assert transport.calls == 0

    async def test_a_cancelled_task_ends_at_once(self) -> None:
        """While the wrapped transport waits."""

        async def waits(request: httpx.Request) -> httpx.Response:
            del request
            waiting.set()
            await asyncio.Event().wait()
            raise AssertionError

        waiting = asyncio.Event()
        transport = ContractTransport(httpx.MockTransport(waits))
        async with httpx.AsyncClient(transport=transport) as client:
            task = asyncio.create_task(client.get(f"{SESSIONS}/{ID}"))
            await waiting.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        assert (transport.calls, transport.breaches) == (0, [])


class TestBreaches:
    """Messages that violate the document are reported."""

    @pytest.mark.parametrize(
        ("request_", "problem"),
        [
            ({"method": "POST", "url": SESSIONS, "json": {"displayName": 1}}, "displayName: expected a string, got 1"),
            ({"url": f"{SESSIONS}?$skip=1"}, "query option $skip: not documented"),
            ({"method": "DELETE"}, "the document has no operation for DELETE"),
            (
                {"url": "https://login.example/token"},
                f"/token is not beneath the base URL {GRAPH}",
            ),
        ],
    )
    def test_a_request(self, fetch: Fetch, request_: dict[str, Any], problem: str) -> None:
        """It is not sent."""
        service = Service()
        transport = ContractTransport(service)

        with pytest.raises(ContractError) as caught:
            fetch(transport, **request_)

        assert problem in str(caught.value)
        assert service.requests == []
        assert list(caught.value.breaches) == transport.breaches

    @pytest.mark.parametrize(
        ("pieces", "answer", "problem", "read"),
        [
            ([], {"status": 418}, "status: not documented: 418 (I'm a Teapot)", []),
            ([], {"headers": {}}, 'media type: expected application/json, got ""', []),
            ([WRONG[:9], WRONG[9:]], {}, NOT_A_STRING, ["piece 0", "piece 1"]),
            ([RIGHT[:9]], {}, "body: not JSON", ["piece 0"]),
        ],
        ids=["status", "headers", "body", "half a body"],
    )
    def test_a_response(
        self, fetch: Fetch, pieces: list[bytes], answer: dict[str, Any], problem: str, read: list[str]
    ) -> None:
        """The error is raised where the client waits for the response or reads it; the connection is released."""
        service = Service(*pieces, **answer)
        transport = ContractTransport(service)

        with pytest.raises(ContractError) as caught:
            fetch(transport)

        assert problem in str(caught.value)
        assert service.events[: len(read) + 1] == [*read, "let go"]
        assert transport.unread == (0 if read else 1)
        with pytest.raises(ContractError, match="breaks the document"):
            transport.verify()

    def test_of_a_response_that_has_its_content_already(self, fetch: Fetch) -> None:
        """Many mocks return such responses, whose streams are never read."""
        answer = httpx.Response(200, headers=JSON, content=WRONG)
        transport = ContractTransport(httpx.MockTransport(lambda _: answer))

        with pytest.raises(ContractError, match=NOT_A_STRING):
            fetch(transport)

        assert transport.unread == 0

    def test_an_undecodable_body(self) -> None:
        """Even if the client reads it without decoding."""
        transport = ContractTransport(Service(RIGHT, headers={**JSON, "Content-Encoding": "gzip"}))

        with (
            httpx.Client(transport=transport).stream("GET", f"{SESSIONS}/{ID}") as response,
            pytest.raises(ContractError, match="body: cannot be decoded"),
        ):
            list(response.iter_raw())

    @pytest.mark.parametrize(
        ("codings", "reason"),
        [
            ("no-coding", "httpx has no decoder for the content coding 'no-coding'"),
            ("gzip, gzip", "Error -3"),
            (", ".join(["gzip"] * 6), "it has 6 content codings"),
        ],
    )
    def test_codings_that_cannot_be_decoded(self, codings: str, reason: str) -> None:
        """They are a violation of requests and of responses."""
        content = gzip.compress(RIGHT)
        answered = ContractTransport(Service(content, headers={**JSON, "Content-Encoding": codings}), raises=False)
        sent = ContractTransport(Service(status=201))

        with httpx.Client(transport=answered).stream("GET", f"{SESSIONS}/{ID}") as response:
            list(response.iter_raw())
        with pytest.raises(ContractError, match=f"body: cannot be decoded: {reason}"):
            httpx.Client(transport=sent).post(SESSIONS, content=content, headers={**JSON, "Content-Encoding": codings})

        assert f"body: cannot be decoded: {reason}" in str(answered.breaches[0])

    def test_the_generated_client_neither_retries_nor_wraps_it(self) -> None:
        """Its next call gets a free connection."""
        service = Service(WRONG)
        client = AuthenticatedClient(
            token=SECRET, retry=Retry(attempts=3), httpx_args={"transport": ContractTransport(service)}
        )

        with pytest.raises(ContractError, match=NOT_A_STRING):
            get_session.sync("default", ID, client=client)
        assert service.events == ["piece 0", "let go"]
        with pytest.raises(ContractError, match="the request of listSessions"):
            list_sessions.sync("default", client=client, select=NO_PROPERTY)
        assert len(service.requests) == 1

    async def test_the_generated_client_neither_retries_nor_wraps_it_with_asyncio(self) -> None:
        """The same applies with asyncio."""
        service = Service(WRONG)
        async with AuthenticatedClient(
            token=SECRET, retry=Retry(attempts=3), httpx_args={"transport": ContractTransport(service)}
        ) as client:
            with pytest.raises(ContractError, match=NOT_A_STRING):
                await get_session.asyncio("default", ID, client=client)
            assert service.events == ["piece 0", "let go"]

    def test_each_attempt_is_a_remark(self) -> None:
        """Of a call that is retried, because an intermediary may have sent each of its responses."""
        error = {"error": {"code": "TooManyRequests", "message": "Later."}}
        headers = {**JSON, "Retry-After": "0"}
        service = Service(json.dumps(error).encode(), status=429, headers=headers)
        transport = ContractTransport(service)
        client = AuthenticatedClient(token=SECRET, retry=Retry(attempts=3), httpx_args={"transport": transport})

        with pytest.raises(ServiceError, match="Later"):
            get_session.sync("default", ID, client=client)

        assert (transport.calls, transport.unread, len(transport.remarks)) == (0, 0, 3)
        with pytest.raises(AssertionError, match="nothing was validated: getSession got 429"):
            transport.verify()


class TestIntermediaries:
    @pytest.mark.parametrize("status", INTERMEDIARIES)
    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("text/html", b"<h1>Later</h1>"),
            ("", b""),
            ("text/plain", b"Later."),
            ("application/json", b'{"statusCode": 429, "message": "Rate limit is exceeded."}'),
            ("application/json", b"{"),
        ],
    )
    def test_a_response_passes_by_its_status(self, fetch: Fetch, status: int, content_type: str, body: bytes) -> None:
        """Whatever its body is; it is kept as a remark, which has no part of the body."""
        transport = ContractTransport(Service(body, status=status, headers={"Content-Type": content_type}))

        response = fetch(transport)

        assert (response.status_code, response.content) == (status, body)
        path = httpx.URL(f"{SESSIONS}/{ID}").path
        assert transport.remarks == [Remark("GET", path, "getSession", status, content_type)]
        assert INTERMEDIARIES[status].source in str(transport.remarks[0])
        assert not transport.breaches

    @pytest.mark.parametrize("status", [400, 401, 404, 500, 501, 507])
    def test_other_errors_are_validated(self, fetch: Fetch, status: int) -> None:
        """Only the service sends those."""
        service = Service(b"<h1>No</h1>", status=status, headers={"Content-Type": "text/html"})
        transport = ContractTransport(service, raises=False)

        fetch(transport)

        assert transport.breaches
        assert not transport.remarks

    def test_a_bounded_number_is_kept(self, fetch: Fetch) -> None:
        """The first 100."""
        transport = ContractTransport(Service(b"", status=502, headers={}))

        for _ in range(101):
            fetch(transport)

        assert len(transport.remarks) == 100

    def test_an_evaluation_that_is_billed_is_answered(self) -> None:
        """A page of a gateway at a poll does not end the call."""

        class Gateway(httpx.BaseTransport):
            polls = 0

            def __init__(self) -> None:
                self.service = EmulatorTransport(Store(timing=Timing(created=0, running=0)))

            def handle_request(self, request: httpx.Request) -> httpx.Response:
                if request.method == "GET" and "/evaluations/" in request.url.path:
                    self.polls += 1
                    if self.polls == 1:
                        return httpx.Response(503, html="<h1>Later</h1>")
                return self.service.handle_request(request)

        gateway = Gateway()
        transport = ContractTransport(gateway)
        client = AuthenticatedClient(token=TOKEN, httpx_args={"transport": transport})

        with clock.use(clock.SkippingClock()):
            answer = ask("Who am I?", client=client)

        assert answer.content
        assert gateway.polls > 1
        assert [remark.status for remark in transport.remarks] == [503]
        transport.verify()


class TestLinks:
    """A link to another page is opaque: the document does not restrict its URL."""

    LINKS: ClassVar[list[str]] = [
        f"{SESSIONS}?$skiptoken=a",
        f"{GRAPH}/security/securityCopilot/workspaces('default')/sessions?$skip=1",
        f"{GRAPH}/opaque?b=%24c&d",
    ]

    @staticmethod
    def page(link: str, *values: object) -> bytes:
        page = {"@odata.context": f"{GRAPH}/$metadata#sessions", "value": values, LINK: link}
        # .NET escapes the ampersand.
        return json.dumps(page).replace("&", "\\u0026").encode()

    @pytest.mark.parametrize("link", LINKS)
    @pytest.mark.parametrize("encoding", ["identity", "gzip"])
    def test_a_link_can_be_followed(self, fetch: Fetch, link: str, encoding: str) -> None:
        """Any number of times; the response must be a page of the same collection."""
        compressed = gzip.compress if encoding == "gzip" else bytes
        service = Service(compressed(self.page(link)), headers={**JSON, "Content-Encoding": encoding})
        transport = ContractTransport(service)
        for url in (SESSIONS, link, link):
            fetch(transport, url=url)

        service.pieces = (compressed(self.page(link, 1)),)
        with pytest.raises(ContractError, match=r"the response of listSessions .*\n  value/0: expected an object, "):
            fetch(transport, url=link)
        assert (transport.calls, transport.unread) == (4, 0)

    def test_of_a_response_that_has_its_content_already(self, fetch: Fetch) -> None:
        """Transports for tests return such responses."""
        page = self.page(self.LINKS[0])
        transport = ContractTransport(httpx.MockTransport(lambda _: httpx.Response(200, headers=JSON, content=page)))

        for url in (SESSIONS, self.LINKS[0]):
            fetch(transport, url=url)
        transport.verify()

    @pytest.mark.parametrize(
        ("method", "link", "asked"),
        [
            ("GET", LINKS[0], LINKS[0] + "b"),
            ("POST", LINKS[0], LINKS[0]),
            ("GET", "https://other.example/beta/a", "https://other.example/beta/a"),
            ("GET", "http://graph.microsoft.com/beta/a", "http://graph.microsoft.com/beta/a"),
        ],
    )
    def test_other_urls_are_no_links(self, fetch: Fetch, method: str, link: str, asked: str) -> None:
        """No response contained this link, or it leads to another origin."""
        transport = ContractTransport(service := Service(self.page(link)))
        fetch(transport, url=SESSIONS)

        with pytest.raises(ContractError, match="the request "):
            fetch(transport, method, asked)
        assert len(service.requests) == 1

    @pytest.mark.parametrize(
        "body", [b"[1]", page("a"), page("http://["), b'{"@odata.nextLink":"\\x"}', b'{"@odata.nextLink":"\xff"}']
    )
    def test_a_body_without_one(self, fetch: Fetch, body: bytes) -> None:
        """The body is validated, and no link is recorded."""
        transport = ContractTransport(Service(body), raises=False)
        fetch(transport, url=SESSIONS)
        assert len(transport.breaches) == 1

    def test_what_is_kept_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The oldest links are dropped."""
        monkeypatch.setattr(next_links, "_MOST_LINKS", 2)
        transport = ContractTransport(service := Service(), raises=False)
        client = httpx.Client(transport=transport)
        for number in range(3):
            service.pieces = (self.page(f"{SESSIONS}?{number}"),)
            client.get(SESSIONS)

        for number in range(3):
            client.get(f"{SESSIONS}?{number}")
        (breach,) = transport.breaches
        assert breach.violations == (Violation("query", "undocumented", name="0", got=""),)


class TestRecording:
    """With raises=False every message is forwarded, and breaches are recorded."""

    def test_everything_passes(self, fetch: Fetch) -> None:
        """Requests and responses are forwarded unchanged."""
        service = Service(WRONG, status=201)
        transport = ContractTransport(service, raises=False)

        came = fetch(transport, "POST", SESSIONS, json={"displayName": 2})
        elsewhere = fetch(transport, url="https://login.example/token")

        assert (came.content, elsewhere.content) == (WRONG, WRONG)
        assert len(service.requests) == 2
        assert transport.calls == 1, "requests to other URLs are not validated"
        with pytest.raises(ContractError) as caught:
            transport.verify()
        assert [(breach.message, breach.operation) for breach in caught.value.breaches] == [
            ("request", "createSession"),
            ("response", "createSession"),
            ("request", None),
        ]
        assert list(caught.value.breaches) == transport.breaches

    def test_without_calls_there_is_no_success(self) -> None:
        """The same applies if all calls failed."""
        with pytest.raises(AssertionError, match=f"no call to {GRAPH} has passed"):
            ContractTransport(Service(), raises=False).verify()

    def test_what_is_kept_is_bounded(self) -> None:
        """Further breaches are only counted."""
        transport = ContractTransport(Service(status=418), raises=False)
        client = httpx.Client(transport=transport)

        for _ in range(103):
            client.get(f"{SESSIONS}/{ID}")

        assert (transport.calls, len(transport.breaches), transport.further) == (103, 100, 3)
        with pytest.raises(ContractError) as caught:
            transport.verify()
        assert caught.value.__notes__ == ["and 3 further breaches"]

    def test_a_body_without_an_end_is_not_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is forwarded, and counts as not read."""
        monkeypatch.setattr(decoding, "LONGEST_BODY", 20)
        transport = ContractTransport(Service(WRONG[:15], WRONG[15:]))

        assert httpx.Client(transport=transport).get(f"{SESSIONS}/{ID}").content == WRONG
        assert (transport.calls, transport.unread, transport.breaches) == (1, 1, [])

    @pytest.mark.parametrize("times", [1, 2])
    def test_a_body_that_is_long_once_decoded_is_not_validated(
        self, monkeypatch: pytest.MonkeyPatch, times: int
    ) -> None:
        """It is never in memory: 20 MiB from 20 KB, or from a few hundred bytes."""
        monkeypatch.setattr(decoding, "LONGEST_BODY", 1 << 20)
        content = bytes(20 << 20)
        for _ in range(times):
            content = gzip.compress(content, 1)
        headers = {**JSON, "Content-Encoding": ", ".join(["gzip"] * times)}
        transport = ContractTransport(Service(content, headers=headers))

        tracemalloc.start()
        with httpx.Client(transport=transport).stream("GET", f"{SESSIONS}/{ID}") as response:
            assert b"".join(response.iter_raw()) == content
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert (transport.calls, transport.unread, transport.breaches) == (1, 1, [])
        assert peak < 10 << 20

    def test_a_long_body_that_was_complete_at_once_is_not_validated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A transport may return a response whose content has been read."""
        monkeypatch.setattr(decoding, "LONGEST_BODY", 20)
        transport = ContractTransport(httpx.MockTransport(lambda _: httpx.Response(200, headers=JSON, content=WRONG)))

        assert httpx.Client(transport=transport).get(f"{SESSIONS}/{ID}").content == WRONG
        assert (transport.calls, transport.unread, transport.breaches) == (1, 1, [])

    def test_no_more_of_it_is_in_memory_than_may_be(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """For any length of the body."""
        monkeypatch.setattr(decoding, "LONGEST_BODY", 100_000)
        service = Service()
        service.pieces = (bytes(50_000 + number) for number in range(100))
        transport = ContractTransport(service)

        tracemalloc.start()
        with httpx.Client(transport=transport).stream("GET", f"{SESSIONS}/{ID}") as response:
            for _ in response.iter_raw():
                pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert peak < 1_000_000

    def test_no_token_is_kept(self) -> None:
        """Not even if the service returns it."""
        body = json.dumps({**SESSION, "id": f"no id of {SECRET}"}).encode()
        transport = ContractTransport(Service(body), raises=False)

        httpx.Client(transport=transport).get(f"{SESSIONS}/{ID}", headers={"Authorization": f"Bearer {SECRET}"})

        (breach,) = transport.breaches
        assert "no id of [token]" in str(breach)
        assert SECRET not in repr(breach)

    @pytest.mark.parametrize(
        "body",
        [
            [f"a {SECRET}"],
            {**SESSION, "id": {SECRET: [f"{SECRET}{SECRET}"]}},
            {**SESSION, "displayName": int(NUMBER)},
            {"error": SECRET, SECRET: SECRET},
        ],
        ids=["list", "deep", "number", "name"],
    )
    @pytest.mark.parametrize("token", [SECRET, NUMBER])
    def test_no_token_is_in_the_data(self, body: object, token: str) -> None:
        """Wherever the service returns it, before the values are shortened."""
        transport = ContractTransport(Service(json.dumps(body).encode()), raises=False)

        httpx.Client(transport=transport).get(
            f"{SESSIONS}/{ID}?{token}={token}", headers={"Authorization": f"Bearer {token}"}
        )

        assert len(transport.breaches) == 2
        assert [breach for breach in transport.breaches if token in repr(breach)] == []

    def test_short_tokens_are_not_replaced(self) -> None:
        """They may be part of any name."""
        transport = ContractTransport(Service(WRONG), raises=False)

        httpx.Client(transport=transport).get(f"{SESSIONS}/{ID}", headers={"Authorization": "Bearer Name"})

        assert [violation.name for violation in transport.breaches[0].violations] == ["displayName"]

    def test_a_breach_has_excerpts_of_the_message_only(self) -> None:
        """At most 20 violations, and about 600 characters of each value."""
        body = json.dumps({"@odata.context": GRAPH, "value": [["a" * 5000 + "z"] for _ in range(25)]}).encode()
        transport = ContractTransport(Service(body), raises=False)

        httpx.Client(transport=transport).get(SESSIONS)

        (breach,) = transport.breaches
        assert (len(breach.violations), breach.more) == (20, 5)
        assert str(breach).endswith("\n  and 5 more")
        assert len(repr(breach)) < 20 * 1000
        (got,) = {violation.got for violation in breach.violations}
        assert str(got).startswith('["aaa')
        assert str(got).endswith('aaz"]')

    def test_no_password_is_shown(self) -> None:
        """A URL may contain a password."""
        transport = ContractTransport(Service(), base_url=f"https://me:{SECRET}@gateway.example/beta")

        with pytest.raises(AssertionError, match=r"no call to https://gateway\.example/beta has passed"):
            transport.verify()
        with pytest.raises(
            ContractError, match=r"http://other\.example/a is not beneath .* https://gateway\.example/beta$"
        ):
            httpx.Client(transport=transport).get(f"http://me:{SECRET}@other.example/a?b=c")

    @pytest.mark.usefixtures("many_turns")
    def test_threads_share_it(self) -> None:
        """Every call is counted."""
        transport = ContractTransport(Service(WRONG), raises=False)

        with httpx.Client(transport=transport) as client, ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: client.get(f"{SESSIONS}/{ID}"), range(500)))

        assert (transport.calls, transport.unread) == (500, 0)
        assert len(transport.breaches) + transport.further == 500


class TestWrapping:
    """The transport that it wraps."""

    def test_it_opens_and_closes_it(self) -> None:
        """Once, together with the client."""
        events = []

        class Noted(Service):
            def __enter__(self) -> Self:
                events.append("entered")
                return self

            def __exit__(self, *_: object) -> None:
                events.append("left")

            async def __aenter__(self) -> Self:
                return self.__enter__()

            async def __aexit__(self, *_: object) -> None:
                self.__exit__()

        async def run() -> None:
            async with httpx.AsyncClient(transport=ContractTransport(Noted())):
                pass

        with httpx.Client(transport=ContractTransport(Noted())):
            assert events == ["entered"]
        asyncio.run(run())

        assert events == ["entered", "left"] * 2

    async def test_it_closes_it_without_a_block(self) -> None:
        """With close() and aclose()."""
        service = Service()

        httpx.Client(transport=ContractTransport(service)).close()
        assert service.events == ["closed"]
        await httpx.AsyncClient(transport=ContractTransport(service)).aclose()
        assert service.events == ["closed", "closed"]

    async def test_a_client_of_the_other_kind_is_told(self) -> None:
        """The error names the wrapped object."""
        with pytest.raises(TypeError, match=r"AsyncHTTPTransport is no httpx\.BaseTransport"):
            httpx.Client(transport=ContractTransport(httpx.AsyncHTTPTransport())).get(f"{SESSIONS}/{ID}")
        with pytest.raises(TypeError, match=r"HTTPTransport is no httpx\.AsyncBaseTransport"):
            await httpx.AsyncClient(transport=ContractTransport(httpx.HTTPTransport())).get(f"{SESSIONS}/{ID}")

    @pytest.mark.parametrize("base_url", ["graph.microsoft.com/beta", "ftp://graph.microsoft.com", ""])
    def test_an_invalid_base_url(self, base_url: str) -> None:
        """It is refused at once."""
        with pytest.raises(ValueError, match=f"base_url must be an absolute URL, not '{base_url}'"):
            ContractTransport(Service(), base_url=base_url)
