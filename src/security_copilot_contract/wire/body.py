"""The body of a response as it passes: the client gets each chunk at once, and the whole is validated at its end."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import httpx
from attrs import define, field

from security_copilot_contract.spec.operation import Operation
from security_copilot_contract.spec.violation import Description, Violation
from security_copilot_contract.wire.next_links import Links

# A longer body passes as well, but is not validated: memory has a bound, and a body has none.
_LONGEST_BODY = 64 * 2**20


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
        if self._length > _LONGEST_BODY:
            self._chunks.clear()
        else:
            self._chunks.append(chunk)

    def end(self) -> None:
        """Validate the body, unless it is too long."""
        if self._length <= _LONGEST_BODY:
            self.validated(self._violations(b"".join(self._chunks)))

    def _violations(self, body: bytes) -> list[Violation]:
        if "content-encoding" in self.headers:
            try:
                # Another response decodes it, since the client may read its own without decoding.
                body = httpx.Response(self.response.status_code, headers=self.response.headers, content=body).content
            except httpx.DecodingError as error:
                return [Violation("body", "not_decodable", got=Description(error))]
        self.links.add(self.operation, body)
        return self.operation.body_violations(self.response.status_code, self.headers, body)


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
