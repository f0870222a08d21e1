"""The body of a response as it passes: the client gets each chunk at once, and the whole is validated at its end."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import httpx
from attrs import define, field

from security_copilot_contract.spec.operation import Operation
from security_copilot_contract.spec.violation import Description, Violation
from security_copilot_contract.wire import decoding
from security_copilot_contract.wire.next_links import Links


@define(eq=False)
class PendingResponse:
    """A response to an operation, whose body is kept until its end. Then `validated` is called with its violations.

    If the body has a link to a further page, it is added to `links`.
    """

    operation: Operation
    response: httpx.Response
    headers: Mapping[str, str]
    links: Links
    validated: Callable[[list[Violation]], None]
    _chunks: list[bytes] = field(init=False, factory=list)
    _length: int = field(init=False, default=0)

    def add(self, chunk: bytes) -> None:
        """Keep a chunk as the network delivered it."""
        self._length += len(chunk)
        if self._length > decoding.LONGEST_BODY:
            self._chunks.clear()
        else:
            self._chunks.append(chunk)

    def end(self) -> None:
        """Validate the body, unless it is too long."""
        if self._length > decoding.LONGEST_BODY:
            return
        try:
            # The client may read its own body without decoding.
            body = decoding.decoded(b"".join(self._chunks), self.headers)
        except decoding.TooLongError:
            return
        except ValueError as error:
            self.validated([Violation("body", "not_decodable", got=Description(error))])
            return
        self.links.add(self.operation, body)
        self.validated(self.operation.body_violations(self.response.status_code, self.headers, body))


class Body(httpx.SyncByteStream):
    """The body of a response to a blocking client."""

    def __init__(self, stream: httpx.SyncByteStream, pending: PendingResponse) -> None:
        self._stream = stream
        self._pending = pending

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._pending.add(chunk)
            yield chunk
        try:
            self._pending.end()
        except BaseException:
            # Like the streams of httpx, release the connection on failure.
            self.close()
            raise

    def close(self) -> None:
        """Release the connection."""
        self._stream.close()


class AsyncBody(httpx.AsyncByteStream):
    """The body of a response to an asynchronous client."""

    def __init__(self, stream: httpx.AsyncByteStream, pending: PendingResponse) -> None:
        self._stream = stream
        self._pending = pending

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._pending.add(chunk)
            yield chunk
        try:
            self._pending.end()
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Release the connection."""
        await self._stream.aclose()
