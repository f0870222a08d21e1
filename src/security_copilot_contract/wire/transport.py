"""A transport of httpx that validates the requests and responses that pass through it."""

from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

import httpx

from security_copilot_contract.recording import transport as recording
from security_copilot_contract.recording.recorder import Recorder
from security_copilot_contract.spec.violation import Violation
from security_copilot_contract.wire import decoding
from security_copilot_contract.wire.body import AsyncBody, Body, PendingResponse
from security_copilot_contract.wire.message import (
    Breach,
    ContractError,
    MatchedRequest,
    Remark,
    fields,
    service_url,
    shown,
)
from security_copilot_contract.wire.next_links import Links

# One fault of a service may be in every response, and a person reads no more.
_MOST_BREACHES = 100
_MOST_REMARKS = 100


class ContractTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Wraps a transport, and validates each request and each response against the document.

    Blocking, asynchronous or both, like `wrapped`; threads may share it. It sends nothing by itself. The client gets a
    body chunk by chunk, as `wrapped` returns it; the body is validated once the client has read all of it.

    A message that violates the document raises ContractError: a request instead of being sent, a response when the
    client waits for it or reads its end. With `raises=False` it passes. Either way `breaches` has it; the first 100
    are kept, and `further` counts the others. A request for an `@odata.nextLink` of an earlier response is not
    validated, since the link is opaque. Its response is, as one of the collection.

    A response with a status with which an intermediary may respond (408, 429, 502, 503, 504) passes without validation,
    whatever its headers and body are. `remarks` has the first 100 of them. See
    `security_copilot_contract.spec.intermediaries`.

    `calls` counts the validated responses, and `unread` those of them whose body was not validated: the client has not
    read all of it, or it has more than 64 MiB after decoding.
    """

    def __init__(
        self,
        wrapped: httpx.BaseTransport | httpx.AsyncBaseTransport,
        *,
        base_url: str | None = None,
        raises: bool = True,
        record: str | Path | None = None,
    ) -> None:
        """The default base URL is the document's, Microsoft Graph; ValueError for one that is not absolute.

        `record` is a folder into which each exchange with the service is written without secrets, see
        docs/recording.md; ValueError if it has a recording, or cannot be written. Each body is then read as a whole,
        before the client gets any of it.
        """
        self.base_url: str = service_url(base_url)
        self.breaches: list[Breach] = []
        self.further: int = 0
        self.remarks: list[Remark] = []
        self.calls: int = 0
        self._read = 0
        self._links = Links(self.base_url)
        self._wrapped = wrapped
        self._raises = raises
        self._recorder = None if record is None else Recorder(record, self.base_url)
        self._lock = Lock()

    @property
    def unread(self) -> int:
        """How many of the responses were validated without their body so far."""
        return self.calls - self._read

    def verify(self) -> None:
        """Raise ContractError for the breaches so far, AssertionError if there was no response to validate."""
        if self.breaches:
            error = ContractError(*self.breaches)
            if self.further:
                error.add_note(f"and {self.further} further breaches")
            raise error
        if not self.calls and self.remarks:
            raise AssertionError(f"nothing was validated: {self.remarks[0]}")
        if not self.calls:
            raise AssertionError(f"no call to {shown(self.base_url)} has passed: nothing was validated")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Validate a request, send it, and validate its response."""
        request.read()
        matched = self._validate_request(request)
        response = self._blocking.handle_request(request)
        if self._recorder is not None:
            response = recording.record(self._recorder, request, response)
        try:
            pending = self._validate_response(matched, response)
        except ContractError:
            response.close()
            raise
        if pending and isinstance(response.stream, httpx.SyncByteStream):
            response.stream = Body(response.stream, pending)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Like `handle_request`."""
        await request.aread()
        matched = self._validate_request(request)
        response = await self._asynchronous.handle_async_request(request)
        if self._recorder is not None:
            response = await recording.record_async(self._recorder, request, response)
        try:
            pending = self._validate_response(matched, response)
        except ContractError:
            await response.aclose()
            raise
        if pending and isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = AsyncBody(response.stream, pending)
        return response

    def _validate_request(self, request: httpx.Request) -> MatchedRequest:
        operation = self._links.operation(request)
        if operation is not None:
            return MatchedRequest(request, operation, {}, "")
        matched = MatchedRequest.of(request, self.base_url)
        self._report(matched.request_breach())
        return matched

    def _validate_response(self, matched: MatchedRequest, response: httpx.Response) -> PendingResponse | None:
        """Validate the head of a response, and its body if it is complete; else the body is pending."""
        if matched.operation is None:
            return None
        remark = matched.remark(response)
        if remark is not None:
            self._keep(remark)
            return None
        with self._lock:
            self.calls += 1
        headers = fields(response.headers)
        self._report(matched.breach("response", matched.operation.head_violations(response.status_code, headers)))

        def validated(violations: list[Violation]) -> None:
            with self._lock:
                self._read += 1
            self._report(matched.breach("response", violations))

        if response.is_closed and len(response.content) > decoding.LONGEST_BODY:
            return None
        if response.is_closed:
            # It was created with its content, and nobody will read its stream.
            self._links.add(matched.operation, response.content)
            validated(matched.operation.body_violations(response.status_code, headers, response.content))
            return None
        return PendingResponse(matched.operation, response, headers, self._links, validated)

    def _keep(self, remark: Remark) -> None:
        with self._lock:
            if len(self.remarks) < _MOST_REMARKS:
                self.remarks.append(remark)

    def _report(self, breach: Breach | None) -> None:
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
