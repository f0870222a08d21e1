"""Deliberate faults: some requests fail, as they do at a service that is busy or down."""

import math
import random
from collections.abc import Mapping

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.emulator.refusal import CHALLENGE, Refusal, refuse

RETRY_AFTER = {"Retry-After": "1"}
# The errors documented for every operation, with their headers. 405 is left out: the method of the request is allowed.
STATUSES: Mapping[int, Mapping[str, str]] = {
    **{status: {} for status in (400, 402, 403, 404, 406, 409, 410, 411, 412, 413, 415, 416, 422, 423)},
    **{status: {} for status in (500, 501, 504, 507, 509)},
    401: CHALLENGE,
    429: RETRY_AFTER,
    503: RETRY_AFTER,
}


class Faults:
    """Which requests fail: `probabilities` maps each status to its probability, from 0 to 1.

    A seed makes the choice reproducible. ValueError for an undocumented status or an invalid probability.
    """

    def __init__(self, probabilities: Mapping[int, float], seed: int | None = None) -> None:
        for status, probability in probabilities.items():
            if status not in STATUSES:
                known = ", ".join(map(str, sorted(STATUSES)))
                raise ValueError(f"{status} is not a documented error of every operation; choose from {known}")
            if not 0 <= probability <= 1:
                raise ValueError(f"the probability of {status} is {probability:g}; it must be from 0 to 1")
        total = math.fsum(probabilities.values())
        if total > 1:
            raise ValueError(f"the probabilities add up to {total:g}; they must not exceed 1")
        self.probabilities: dict[int, float] = dict(probabilities)
        self._random = random.Random(seed)  # noqa: S311 - not for secrets

    def draw(self) -> int | None:
        """The status with which the next request fails; None if it succeeds."""
        drawn = self._random.random()
        for status, probability in self.probabilities.items():
            drawn -= probability
            if drawn < 0:
                return status
        return None


class Failing:
    """Middleware that fails some requests before they are handled. A failed request has no side effects."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an ASGI request."""
        status = self._faults.draw() if scope["type"] == "http" else None
        if status is None:
            await self.app(scope, receive, send)
            return
        refusal = Refusal(status, "The emulator was configured to fail some requests.", headers=STATUSES[status])
        response = await refuse(Request(scope), refusal)
        await response(scope, receive, send)
