"""A server of tests/mutants as an httpx transport, in the process of the client."""

import httpx
from attrs import frozen

from security_copilot_contract.emulator import EmulatorTransport
from tests.mutants.faults import Mutant

_MAX_REQUESTS = 100


class EndlessError(Exception):
    """The client goes on and on."""


@frozen
class Responded:
    """A response as it was on the wire, and its request."""

    request: httpx.Request
    status: int
    headers: httpx.Headers
    content: bytes


class MutantTransport(EmulatorTransport):
    """A transport to a server of tests/mutants with one item on a page; blocking and asynchronous.

    `urls` are those of its requests, `responses` what it has responded. EndlessError for a request of the client beyond
    the first 100.
    """

    def __init__(self, mutant: Mutant) -> None:
        super().__init__()
        self._app = mutant.app(page_size=1)
        self.urls: list[str] = []
        self.responses: list[Responded] = []

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if len(self.urls) == _MAX_REQUESTS:
            raise EndlessError(f"{_MAX_REQUESTS} requests without an end")
        self.urls.append(str(request.url))
        response = await super()._answer(request)
        content = b"".join([part async for part in response.stream])  # type: ignore[union-attr]  # a ByteStream
        self.responses.append(Responded(request, response.status_code, response.headers, content))
        if len(content) < int(response.headers.get("content-length", 0)):
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")
        return response
