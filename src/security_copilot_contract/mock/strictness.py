"""How strict a route is with what passes through it."""

from collections.abc import Callable, Iterable
from typing import NoReturn, TypeGuard

import httpx
from attrs import frozen

from security_copilot_contract.spec.document import Operation
from security_copilot_contract.wire.message import Breach, ContractError, request_breach, response_breach


def is_strict(answer: object) -> TypeGuard[httpx.Response]:
    """Whether an answer is a response that the document must have: any, unless the test has said otherwise."""
    return isinstance(answer, httpx.Response) and answer.extensions.get("strict") is not False


@frozen
class Strictness:
    """Holds messages of an operation at a base URL against the document; `broken` takes each breach, and raises."""

    operation: Operation
    base_url: str
    broken: Callable[[Breach], NoReturn]

    def request(self, request: httpx.Request) -> None:
        """Hold a request against the document."""
        breach = request_breach(request, self.base_url)
        if breach is not None:
            self.broken(breach)

    def response(self, request: httpx.Request, response: httpx.Response) -> None:
        """Hold the response to a request against the document."""
        breach = self._breach(request, response)
        if breach is not None:
            self.broken(breach)

    def made_up(self, answers: Iterable[object]) -> None:
        """Hold what a test wants to be answered against the document; ContractError at once, since the test waits."""
        request = httpx.Request(self.operation.method, self.base_url + self.operation.path)
        breaches = [breach for answer in answers if is_strict(answer) and (breach := self._breach(request, answer))]
        if breaches:
            raise ContractError(*breaches)

    def _breach(self, request: httpx.Request, response: httpx.Response) -> Breach | None:
        if not isinstance(response.stream, httpx.ByteStream):
            raise ValueError(  # noqa: TRY004 - it may be a stream, but then strictness has to be given up
                "a stream cannot be held against the document before it is read; give strict=False with it"
            )
        response.read()
        return response_breach(request, response, self.base_url)
