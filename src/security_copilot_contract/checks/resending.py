"""How generated cases are sent: again if the service was busy, or if the token had expired."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from attrs import define
from schemathesis.core.transport import Response
from schemathesis.transport.requests import REQUESTS_TRANSPORT

from security_copilot_contract.checks.budget import Budget
from security_copilot_contract.checks.interaction import Interaction

_ATTEMPTS = 5


@define
class Resending:
    """Sends a generated case again after a wait, or with another token.

    `seconds` is what is left of all waits together: a service that throttles each seventh request would hold the check
    up for many minutes otherwise. Afterwards a throttled case is not sent again. `renew`: whether there is another
    token in place of the one that was refused; None once another one was refused as well.
    """

    budget: Budget
    interaction: Callable[[Response], Interaction]
    renew: Callable[[], bool] | None
    seconds: float = 60.0

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Send all cases of Schemathesis in this way meanwhile, those of its checks as well."""
        send: Callable[..., Response] = REQUESTS_TRANSPORT.send
        # It shadows the method of the class.
        vars(REQUESTS_TRANSPORT)["send"] = lambda *args, **kwargs: self._send(lambda: send(*args, **kwargs))
        try:
            yield
        finally:
            del vars(REQUESTS_TRANSPORT)["send"]

    def _send(self, send: Callable[[], Response]) -> Response:
        response = send()
        if self._is_unauthorized(response) and self.renew is not None and self.renew():
            response = send()
            if self._is_unauthorized(response):
                self.renew = None
        for _ in range(_ATTEMPTS - 1):
            if not self._has_waited(response):
                break
            response = send()
        return response

    def _is_unauthorized(self, response: Response) -> bool:
        """Whether the token of the check was refused."""
        return response.status_code == HTTPStatus.UNAUTHORIZED and self.interaction(response).authorized

    def _has_waited(self, response: Response) -> bool:
        """Whether the service was busy, and the wait that it asks for is over."""
        interaction = self.interaction(response)
        wait = interaction.retry_after if interaction.is_throttled else None
        if wait is None or wait > self.seconds:
            return False
        self.seconds -= wait
        self.budget.wait(wait)
        return True
