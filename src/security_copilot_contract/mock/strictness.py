"""Validating the requests and responses of a route."""

from collections.abc import Callable, Iterable
from typing import NoReturn, TypeGuard

import httpx
from attrs import frozen

from security_copilot_contract.spec.document import Operation
from security_copilot_contract.wire.message import Breach, ContractError, request_breach, response_breach


def is_strict(answer: object) -> TypeGuard[httpx.Response]:
    """Whether an answer is a response to be validated: any response that is not marked `strict=False`."""
    return isinstance(answer, httpx.Response) and answer.extensions.get("strict") is not False


@frozen
class Strictness:
    """Validates the messages of an operation at a base URL; `on_breach` gets each breach, and raises."""

    operation: Operation
    base_url: str
    on_breach: Callable[[Breach], NoReturn]

    def validate_request(self, request: httpx.Request) -> None:
        """Validate a request."""
        breach = request_breach(request, self.base_url)
        if breach is not None:
            self.on_breach(breach)

    def validate_response(self, request: httpx.Request, response: httpx.Response) -> None:
        """Validate the response to a request."""
        breach = self._breach(request, response)
        if breach is not None:
            self.on_breach(breach)

    def validate_answers(self, answers: Iterable[object]) -> None:
        """Validate the answers that a test defines; ContractError, which `on_breach` does not get."""
        request = httpx.Request(self.operation.method, self.base_url + self.operation.path)
        breaches = [breach for answer in answers if is_strict(answer) and (breach := self._breach(request, answer))]
        if breaches:
            error = ContractError(*breaches)
            error.add_note("To send it nevertheless, pass strict=False")
            raise error

    def _breach(self, request: httpx.Request, response: httpx.Response) -> Breach | None:
        if not isinstance(response.stream, httpx.ByteStream):
            raise ValueError(  # noqa: TRY004 - a stream is allowed, with strict=False
                "a stream cannot be validated before it is read; pass strict=False with it"
            )
        response.read()
        return response_breach(request, response, self.base_url)
