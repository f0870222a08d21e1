"""Faults on purpose: some of the requests are refused, as a service refuses them that is busy or down."""

import math
import random
from collections.abc import Mapping

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.emulator.refusal import CHALLENGE, Refusal, refuse

RETRY_AFTER = {"Retry-After": "1"}
# What is documented for every operation, with the headers that belong to it. 405 is not among them: it names the
# methods that there are, and the request has one of them.
STATUSES: Mapping[int, Mapping[str, str]] = {
    **{status: {} for status in (400, 402, 403, 404, 406, 409, 410, 411, 412, 413, 415, 416, 422, 423)},
    **{status: {} for status in (500, 501, 504, 507, 509)},
    401: CHALLENGE,
    429: RETRY_AFTER,
    503: RETRY_AFTER,
}


class Faults:
    """Which requests fail: `shares` has by status how many of them get it, from 0 to 1.

    With a seed it is the same ones each time. ValueError for another status, or when there is too much of them.
    """

    def __init__(self, shares: Mapping[int, float], seed: int | None = None) -> None:
        for status, share in shares.items():
            if status not in STATUSES:
                known = ", ".join(map(str, sorted(STATUSES)))
                raise ValueError(f"no request fails with {status}; the documentation has {known}")
            if not 0 <= share <= 1:
                raise ValueError(f"{share:g} is not a share of the requests; it must be from 0 to 1")
        if math.fsum(shares.values()) > 1:
            raise ValueError(
                f"more than all requests would fail; the shares must not add up to {math.fsum(shares.values()):g}"
            )
        self.shares = dict(shares)
        self._random = random.Random(seed)  # noqa: S311 - not for secrets

    def draw(self) -> int | None:
        """The status with which the next request fails; None when it does not."""
        drawn = self._random.random()
        for status, share in self.shares.items():
            drawn -= share
            if drawn < 0:
                return status
        return None


class Failing:
    """Lets some of the requests fail, before anything is done about them."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request, as ASGI has it."""
        status = self._faults.draw() if scope["type"] == "http" else None
        if status is None:
            await self.app(scope, receive, send)
            return
        refusal = Refusal(status, "The emulator was asked to let some requests fail.", headers=STATUSES[status])
        response = await refuse(Request(scope), refusal)
        await response(scope, receive, send)
