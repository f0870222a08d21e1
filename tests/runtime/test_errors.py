"""What exceptions keep, and what their messages show of a service."""

import asyncio
import copy
import gc
import gzip
import json
import logging
import pickle
import types
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from security_copilot_client import (
    AuthenticatedClient,
    AuthenticationError,
    InvalidResponseError,
    NoResponseError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    Retry,
    SecurityCopilotError,
    ServiceError,
)
from security_copilot_client.api.sessions import create_session, get_session
from security_copilot_client.models import SessionCreate

from security_copilot_runtime import clock

ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
SECRET = "t0ps3cret/0001"
# A service may escape what it echoes.
ECHO = SECRET.replace("/", "\\/")
HEADERS = {"X-Api-Key": f"key {SECRET}", "Cookie": f"a={SECRET}", "Ocp-Apim-Subscription-Key": SECRET}
# Not characters: part of the interpreter, or of the test that caught the exception.
_OUTSIDE = (type, types.ModuleType, types.FunctionType, types.FrameType, types.TracebackType, types.MethodType)


@pytest.fixture(params=["sync", "asyncio"])
def call(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Calls an operation, blocking or with asyncio."""
    if request.param == "sync":
        return lambda module, *a, **k: module.sync(*a, **k)
    return lambda module, *a, **k: asyncio.run(module.asyncio(*a, **k))


def reachable(thing: object) -> Iterator[str]:
    """The text of every string and bytes object that can be reached from an object."""
    seen, left = set[int](), [thing]
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, _OUTSIDE):
            continue
        seen.add(id(one))
        if isinstance(one, str | bytes):
            yield one if isinstance(one, str) else one.decode("latin-1")
        left += gc.get_referents(one)


def caught(call: Callable[..., Any], answer: httpx.Response | Exception, **settings: Any) -> SecurityCopilotError:
    """The exception of a call that always gets this answer."""

    def handle(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == f"Bearer {SECRET}"
        if isinstance(answer, Exception):
            raise type(answer)(*answer.args)
        return httpx.Response(answer.status_code, headers=answer.headers.raw, content=answer.content)

    settings = {"token": SECRET, "retry": None, "httpx_args": {"transport": httpx.MockTransport(handle)}} | settings
    with pytest.raises(SecurityCopilotError) as raised:
        call(get_session, "default", ID, client=AuthenticatedClient(**settings))
    return raised.value


ECHOES = [
    httpx.Response(401, json={"error": {"code": "A", "message": f"Bearer {SECRET} has expired", "x": [SECRET]}}),
    httpx.Response(
        400,
        content=f'{{"error": {{"code": "{ECHO}", "innerError": {{"request-id": "{ECHO}"}}}}}}'.encode(),
    ),
    httpx.Response(500, content=f"<html>{SECRET}</html>".encode()),
    httpx.Response(503, headers={"request-id": SECRET, "X-Echo": f"Bearer {SECRET}", "Set-Cookie": f"a={SECRET}"}),
    httpx.Response(302, headers={"Location": f"https://elsewhere.example/?token={SECRET}"}),
    httpx.Response(200, headers={"Content-Type": f"text/{SECRET}"}, content=SECRET.encode()),
    httpx.Response(200, json={"id": ID, "displayName": "a", "createdDateTime": SECRET, "lastModifiedDateTime": "x"}),
    httpx.ConnectError(f"refused {SECRET}"),
    httpx.ReadTimeout(""),
    httpx.LocalProtocolError(f"Illegal header value {HEADERS['X-Api-Key']!r}"),
]


class TestSecrets:
    """No exception keeps a credential."""

    @pytest.mark.parametrize("answer", ECHOES, ids=str)
    def test_nothing_of_an_exception_has_the_token(
        self, call: Callable[..., Any], answer: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Neither message, request, response, cause nor pickle; nor any log."""
        with caplog.at_level(logging.DEBUG, "security_copilot_client"):
            error = caught(call, answer, headers=HEADERS, retry=Retry(attempts=2, backoff=0.001))

        twins = [error, pickle.loads(pickle.dumps(error)), copy.deepcopy(error)]  # noqa: S301 - our own
        texts = [*reachable([*twins, error.__cause__]), *map(str, twins), *map(repr, twins), caplog.text]
        assert not [text for text in texts if SECRET in text or ECHO in text]

    @pytest.mark.parametrize("answer", [httpx.Response(401), httpx.Response(200), httpx.ConnectError("refused")])
    def test_what_helps_is_kept(self, call: Callable[..., Any], answer: Any) -> None:
        """URL, method, the headers of the call that authenticate nobody, and the raw response."""
        error = caught(call, answer, headers=HEADERS)

        assert (error.request.method, error.request.content) == ("GET", b"")
        assert error.request.url.path == error.path
        assert {"accept", "user-agent", "client-request-id", "host", "prefer"} <= error.request.headers.keys()
        assert not {"authorization", *map(str.lower, HEADERS)} & error.request.headers.keys()
        if error.response is not None:
            assert error.response.request is error.request
        if error.__cause__ is not None and isinstance(error, NoResponseError):
            assert isinstance(error.__cause__, httpx.ConnectError)
            assert error.__cause__.request is error.request

    def test_the_caller_keeps_request_and_response(self) -> None:
        """The exception has copies."""
        request = httpx.Request("GET", "https://a:b@graph.example/", headers={"Authorization": f"Bearer {SECRET}"})
        response = httpx.Response(404, json={"error": {"code": SECRET}}, headers={"Set-Cookie": "a=b"}, request=request)

        response.extensions = {"reason_phrase": b"Gone Fishing", "network_stream": object()}

        error = ServiceError(request, response, None)

        assert request.headers["Authorization"] == f"Bearer {SECRET}"
        assert (response.request, response.headers["Set-Cookie"]) == (request, "a=b")
        assert SECRET in response.text
        assert error.response.json() == {"error": {"code": "[token]"}}
        assert str(error.request.url) == "https://graph.example/"
        assert error.response.extensions == {"reason_phrase": b"Gone Fishing"}

    def test_a_short_token_masks_no_words(self) -> None:
        """Such as that of the emulator."""
        request = httpx.Request("GET", "https://a/", headers={"Authorization": "Bearer emulator"})
        response = httpx.Response(404, json={"error": {"code": "gone", "message": "the emulator has none"}})

        assert "the emulator has none" in str(ServiceError(request, response, None))

    def test_compressed_bodies_are_masked(self) -> None:
        """The response can still be read."""
        body = gzip.compress(f'{{"error": {{"message": "{SECRET}"}}}}'.encode())
        request = httpx.Request("GET", "https://a/", headers={"Authorization": f"Bearer {SECRET}"})
        response = httpx.Response(500, content=body, headers={"Content-Encoding": "gzip"}, request=request)

        error = ServiceError(request, response, None)

        assert error.response.json() == {"error": {"message": "[token]"}}


class TestMessages:
    """What a message quotes of a service."""

    @pytest.mark.parametrize(
        ("status", "code", "message", "start"),
        [
            (401, "Unauthorized", "Unauthorized", "401 Unauthorized ("),
            (404, "notFound", "Not found.", "404 Not Found ("),
            (404, "NotFound", "No such session.", "404 Not Found: No such session. ("),
            (409, "Outer", "Outer", "409 Conflict: Outer ("),
            (409, "Outer", "", "409 Conflict: Outer ("),
            (409, None, "It failed.", "409 Conflict: It failed. ("),
            (400, "é", "\x1b[31mred\x1b[0m\r\nX-Forged: 1\u202e\ud800", None),
        ],
    )
    def test_they_do_not_stutter(
        self, call: Callable[..., Any], status: int, code: str, message: str, start: str | None
    ) -> None:
        """No part repeats the one before it."""
        body = json.dumps({"error": {"code": code, "message": message}}).encode()

        error = caught(call, httpx.Response(status, content=body))

        assert isinstance(error, ServiceError)
        assert (error.code, error.message) == (code, message)
        start = start or r"400 Bad Request: é: \x1b[31mred\x1b[0m X-Forged: 1\u202e\ud800 ("
        assert str(error).startswith(start)
        assert str(error).isprintable()

    @pytest.mark.parametrize(
        "answer",
        [
            httpx.Response(500, json={"error": {"code": "a" * 10**6, "message": "b" * 10**6}}),
            httpx.Response(500, json={"error": {"message": "\n" * 10**6}}, headers={"request-id": "c" * 10**6}),
            httpx.Response(200, content=b"<html>", headers={"Content-Type": "d" * 10**6}),
            httpx.Response(200, json={"id": ID, "displayName": "a", "createdDateTime": "2" * 10**6}),
            httpx.ConnectError("e" * 10**6),
        ],
        ids=["code", "request-id", "media type", "property", "failure"],
    )
    def test_they_are_bounded(self, call: Callable[..., Any], answer: Any) -> None:
        """However much the service sends."""
        error = caught(call, answer)

        assert len(str(error)) < 2000
        assert "client-request-id" in str(error)
        assert not isinstance(error, InvalidResponseError) or "malformed body" in str(error)


class TestClasses:
    """The subclasses of ServiceError."""

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (400, ServiceError),
            (401, AuthenticationError),
            (403, PermissionDeniedError),
            (404, NotFoundError),
            (429, RateLimitError),
            (500, ServiceError),
        ],
    )
    def test_the_status_decides(self, call: Callable[..., Any], status: int, expected: type[ServiceError]) -> None:
        """Whatever the body."""
        error = caught(call, httpx.Response(status, headers={"Retry-After": "7"}))

        assert type(error) is expected
        assert isinstance(error, ServiceError)
        assert error.retry_after == 7


class TestMayHaveArrived:
    """Whether a create may have reached the service."""

    DOUBT = "; the create may have reached the service ("

    def create(
        self, call: Callable[..., Any], answers: list[httpx.Response | Exception], **settings: Any
    ) -> SecurityCopilotError:
        """The exception of a create that gets these answers."""
        left = iter(answers)

        def handle(request: httpx.Request) -> httpx.Response:
            answer = next(left)
            if isinstance(answer, Exception):
                raise answer
            return httpx.Response(answer.status_code, headers=answer.headers.raw, stream=answer.stream, request=request)

        client = AuthenticatedClient(token=SECRET, httpx_args={"transport": httpx.MockTransport(handle)}, **settings)
        with clock.use(clock.SkippingClock()), pytest.raises(SecurityCopilotError) as raised:
            call(create_session, "default", client=client, body=SessionCreate(display_name="a"))
        assert next(left, None) is None
        return raised.value

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (httpx.Response(400), False),
            (httpx.Response(401), False),
            (httpx.Response(403), False),
            (httpx.Response(429), False),
            (httpx.Response(503, headers={"Retry-After": "1"}), False),
            (httpx.ConnectError("refused"), False),
            (httpx.ConnectTimeout(""), False),
            (httpx.PoolTimeout(""), False),
            (httpx.ProxyError("403 Forbidden"), False),
            (httpx.UnsupportedProtocol(""), False),
            (httpx.Response(408), True),
            (httpx.Response(500), True),
            (httpx.Response(502), True),
            (httpx.Response(503), True),
            (httpx.Response(504, headers={"Retry-After": "1"}), True),
            (httpx.Response(302), True),
            (httpx.ReadTimeout(""), True),
            (httpx.ReadError(""), True),
            (httpx.WriteError(""), True),
            (httpx.RemoteProtocolError("Server disconnected."), True),
        ],
        ids=repr,
    )
    def test_of_one_attempt(
        self,
        call: Callable[..., Any],
        answer: httpx.Response | Exception,
        expected: bool,
    ) -> None:
        """The message has a clause, and a pickle keeps it."""
        error = self.create(call, [answer], retry=None)

        assert error.may_have_arrived is expected
        assert pickle.loads(pickle.dumps(error)).may_have_arrived is expected  # noqa: S301 - our own
        assert (self.DOUBT in str(error)) is expected
        assert ".;" not in str(error)

    @pytest.mark.parametrize("content", [b"{", b""])
    def test_a_success_leaves_no_doubt(self, call: Callable[..., Any], content: bytes) -> None:
        error = self.create(call, [httpx.Response(201, content=content)], retry=None)

        assert error.may_have_arrived
        assert self.DOUBT not in str(error)
        assert "; the request has created an object (" in str(error)

    @pytest.mark.parametrize("last", [httpx.Response(429), httpx.ConnectError("refused")], ids=repr)
    @pytest.mark.parametrize(
        ("first", "expected"),
        [(httpx.Response(504), True), (httpx.Response(429), False), (httpx.ConnectError(""), False)],
    )
    def test_of_any_attempt(
        self,
        call: Callable[..., Any],
        first: httpx.Response | Exception,
        last: httpx.Response | Exception,
        expected: bool,
    ) -> None:
        """An earlier attempt may have arrived, although the service refused the last one."""
        error = self.create(call, [first, last], retry=Retry(attempts=2, creates_on={504}))

        assert error.may_have_arrived is expected

    def test_reads_have_no_clause(self, call: Callable[..., Any]) -> None:
        """They create nothing."""
        error = caught(call, httpx.ReadTimeout(""))

        assert error.may_have_arrived
        assert "may have" not in str(error)

    async def test_the_deadline_passes_before_anything_is_sent(self) -> None:
        """While the token provider works. The response of an earlier attempt is no answer."""
        answers = iter([httpx.Response(429, headers={"Retry-After": "0"})])
        calls = iter([0, 60])

        async def provider() -> str:
            await asyncio.sleep(next(calls))
            return SECRET

        client = AuthenticatedClient(
            token=provider, deadline=0.2, httpx_args={"transport": httpx.MockTransport(lambda _: next(answers))}
        )
        with pytest.raises(NoResponseError, match="within the deadline") as raised:
            await create_session.asyncio("default", client=client, body=SessionCreate(display_name="a"))

        assert not raised.value.may_have_arrived
        assert self.DOUBT not in str(raised.value)

    async def test_the_deadline_passes_while_the_response_is_awaited(self) -> None:
        """The create may have arrived."""

        async def handle(_: httpx.Request) -> httpx.Response:
            await asyncio.sleep(60)
            return httpx.Response(500)

        client = AuthenticatedClient(token=SECRET, deadline=0.1, httpx_args={"transport": httpx.MockTransport(handle)})
        with pytest.raises(NoResponseError, match="within the deadline") as raised:
            await create_session.asyncio("default", client=client, body=SessionCreate(display_name="a"))

        assert raised.value.may_have_arrived
