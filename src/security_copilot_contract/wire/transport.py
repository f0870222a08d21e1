"""A transport of httpx that holds what passes through it against the document."""

from threading import Lock
from types import TracebackType
from typing import Any, Self

import httpx

from security_copilot_contract.wire.body import AsyncBody, Body, Passing
from security_copilot_contract.wire.message import Breach, Call, ContractError, fields, service_url, shown
from security_copilot_contract.wire.next_links import Links

# As many as a person reads: one fault of a service may be in every response.
_MOST_BREACHES = 100


class ContractTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Wraps a transport, and holds each request and each response that passes against the document.

    Blocking, asynchronous or both, as `wrapped` is; threads may share it. It sends nothing by itself. A client gets a
    body as it comes from `wrapped`, and the body is judged when the client has read it to its end.

    A message that breaks the document raises ContractError: a request instead of being sent, a response where the
    client waits for it or reads the end of it. Without `raises` it passes. Either way it is among the `breaches`, of
    which the first 100 are kept, and `further` counts the others. A request for an `@odata.nextLink` that came is not
    held: the link is opaque. Its response is, as that of the collection.

    `calls` counts the responses that were held against the document, `unread` those among them whose body was not: it
    has not been read to its end, or has more than 64 MiB.
    """

    def __init__(
        self,
        wrapped: httpx.BaseTransport | httpx.AsyncBaseTransport,
        *,
        base_url: str | None = None,
        raises: bool = True,
    ) -> None:
        """Without a base URL it is that of the document, Microsoft Graph's; ValueError for one that is not absolute."""
        self.base_url = service_url(base_url)
        self.breaches: list[Breach] = []
        self.further = 0
        self.calls = 0
        self._read = 0
        self._links = Links(self.base_url)
        self._wrapped = wrapped
        self._raises = raises
        self._lock = Lock()

    @property
    def unread(self) -> int:
        """How many of the responses were judged without their body so far."""
        return self.calls - self._read

    def verify(self) -> None:
        """Fail by ContractError for what has broken the document so far, by AssertionError when no response came."""
        if self.breaches:
            error = ContractError(*self.breaches)
            if self.further:
                error.add_note(f"and {self.further} further breaches")
            raise error
        if not self.calls:
            raise AssertionError(f"no call to {shown(self.base_url)} has passed: nothing was held against the document")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Hold a request against the document, send it, and hold its response."""
        request.read()
        call = self._asked(request)
        response = self._blocking.handle_request(request)
        try:
            passing = self._answered(call, response)
        except ContractError:
            response.close()
            raise
        if passing and isinstance(response.stream, httpx.SyncByteStream):
            response.stream = Body(response.stream, passing)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Like `handle_request`."""
        await request.aread()
        call = self._asked(request)
        response = await self._asynchronous.handle_async_request(request)
        try:
            passing = self._answered(call, response)
        except ContractError:
            await response.aclose()
            raise
        if passing and isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = AsyncBody(response.stream, passing)
        return response

    def _asked(self, request: httpx.Request) -> Call:
        operation = self._links.operation(request)
        if operation is not None:
            return Call(request, operation, {}, "")
        call = Call.of(request, self.base_url)
        self._found(call.request_breach())
        return call

    def _answered(self, call: Call, response: httpx.Response) -> Passing | None:
        """Hold the head of a response against the document; the rest that will have to be, if it has yet to come."""
        if call.operation is None:
            return None
        with self._lock:
            self.calls += 1
        headers = fields(response.headers)
        self._found(call.breach("response", call.operation.head_problems(response.status_code, headers)))

        def judged(problems: list[str]) -> None:
            with self._lock:
                self._read += 1
            self._found(call.breach("response", problems))

        if response.is_closed:
            # It was made with its content, and nobody will read its stream.
            self._links.add(call.operation, response.content)
            judged(call.operation.body_problems(response.status_code, headers, response.content))
            return None
        return Passing(call.operation, response, headers, self._links, judged)

    def _found(self, breach: Breach | None) -> None:
        if breach is None:
            return
        with self._lock:
            if len(self.breaches) < _MOST_BREACHES:
                self.breaches.append(breach)
            else:
                self.further += 1
        if self._raises:
            raise ContractError(breach)

    @property
    def _blocking(self) -> httpx.BaseTransport:
        if isinstance(self._wrapped, httpx.BaseTransport):
            return self._wrapped
        raise TypeError(f"{type(self._wrapped).__name__} is no httpx.BaseTransport, which a blocking client needs")

    @property
    def _asynchronous(self) -> httpx.AsyncBaseTransport:
        if isinstance(self._wrapped, httpx.AsyncBaseTransport):
            return self._wrapped
        raise TypeError(f"{type(self._wrapped).__name__} is no httpx.AsyncBaseTransport, which an AsyncClient needs")

    @property
    def _pool(self) -> Any:
        # Where the generated client finds the network, to have it observe the deadline of a blocking call.
        return getattr(self._wrapped, "_pool", None)

    def close(self) -> None:
        """Close the wrapped transport."""
        self._blocking.close()

    async def aclose(self) -> None:
        """Like `close`."""
        await self._asynchronous.aclose()

    def __enter__(self) -> Self:
        self._blocking.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._blocking.__exit__(exc_type, exc_value, traceback)

    async def __aenter__(self) -> Self:
        await self._asynchronous.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._asynchronous.__aexit__(exc_type, exc_value, traceback)
