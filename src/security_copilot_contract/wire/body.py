"""The body of a response as it passes: the client gets each chunk at once, and the whole is judged at its end."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import httpx
from attrs import define, field

from security_copilot_contract.spec.operation import Operation
from security_copilot_contract.wire.next_links import Links

# A longer body passes as well, and is not judged: the network sets memory no bound.
_LONGEST_BODY = 64 * 2**20


@define(eq=False)
class Passing:
    """A response to an operation, whose body is kept until its end; `judged` is called with its problems then.

    A link to a further page that it has is added to `links`.
    """

    operation: Operation
    response: httpx.Response
    headers: Mapping[str, str]
    links: Links
    judged: Callable[[list[str]], None]
    _chunks: list[bytes] = field(init=False, factory=list)
    _length: int = field(init=False, default=0)

    def add(self, chunk: bytes) -> None:
        """Keep a chunk, as it came from the network."""
        self._length += len(chunk)
        if self._length > _LONGEST_BODY:
            self._chunks.clear()
        else:
            self._chunks.append(chunk)

    def end(self) -> None:
        """Judge the body, unless it is too long."""
        if self._length <= _LONGEST_BODY:
            self.judged(self._problems(b"".join(self._chunks)))

    def _problems(self, body: bytes) -> list[str]:
        if "content-encoding" in self.headers:
            try:
                # A response of its own decodes it: the client's may be read without being decoded.
                body = httpx.Response(self.response.status_code, headers=self.response.headers, content=body).content
            except httpx.DecodingError as error:
                return [f"response body cannot be decoded: {error}"]
        self.links.add(self.operation, body)
        return self.operation.body_problems(self.response.status_code, self.headers, body)


class Body(httpx.SyncByteStream):
    """The body of a response to a blocking client."""

    def __init__(self, stream: httpx.SyncByteStream, passing: Passing) -> None:
        self._stream = stream
        self._passing = passing

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._passing.add(chunk)
            yield chunk
        try:
            self._passing.end()
        except BaseException:
            # A stream that fails lets its connection go, as those of httpx do.
            self.close()
            raise

    def close(self) -> None:
        """Let the connection go."""
        self._stream.close()


class AsyncBody(httpx.AsyncByteStream):
    """The body of a response to an asynchronous client."""

    def __init__(self, stream: httpx.AsyncByteStream, passing: Passing) -> None:
        self._stream = stream
        self._passing = passing

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._passing.add(chunk)
            yield chunk
        try:
            self._passing.end()
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Let the connection go."""
        await self._stream.aclose()
