"""When a request is repeated, and after how long a wait."""

import random
from email.utils import parsedate_to_datetime

import httpx
from attrs import field, frozen
from attrs.validators import ge, gt

from security_copilot_runtime import clock

# Throttling and overload, as Microsoft Graph documents them: wait, then repeat, whatever the method.
THROTTLED = frozenset({429, 503, 504})

# Nothing has been sent: even a POST cannot have created anything.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# The connection broke before the response began: harmless for what creates nothing.
_BROKEN = (*_NOT_SENT, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)


@frozen
class Retry:
    """How a client repeats requests.

    `attempts`: how often a request is sent at the most, 1 meaning never again.
    `backoff`: the wait in seconds before the second attempt when the service does not name one; it doubles
    with each further attempt, up to `max_backoff`, less a random part of up to a half.

    `Retry-After` goes before: the client never repeats sooner. A wait that does not fit into the client's
    deadline is not begun; the response that asked for it is the outcome.
    """

    attempts: int = field(default=6, validator=ge(1))
    backoff: float = field(default=1.0, validator=gt(0))
    max_backoff: float = field(default=60.0, validator=gt(0))

    def after_response(self, response: httpx.Response, attempt: int) -> float | None:
        """The seconds to wait after a response to the attempt (from 1); None when it is the outcome."""
        if response.status_code not in THROTTLED or attempt >= self.attempts:
            return None
        wait = retry_after(response)
        return self._backoff(attempt) if wait is None else wait

    def after_failure(self, failure: httpx.TransportError, method: str, attempt: int) -> float | None:
        """The seconds to wait after an attempt (from 1) that had no response; None when that is the outcome."""
        harmless = _NOT_SENT if method == "POST" else _BROKEN
        if not isinstance(failure, harmless) or attempt >= self.attempts:
            return None
        return self._backoff(attempt)

    def _backoff(self, attempt: int) -> float:
        longest = min(self.max_backoff, self.backoff * 2.0 ** min(attempt - 1, 32))
        return longest * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret


def retry_after(response: httpx.Response) -> float | None:
    """Retry-After in seconds from now: an integer, a decimal or an HTTP date; None when absent or malformed."""
    value = response.headers.get("Retry-After", "").strip()
    try:
        seconds = float(value) if value[:1].isdigit() else parsedate_to_datetime(value).timestamp() - clock.now()
    except (ValueError, OverflowError):
        return None
    # Digits may spell infinity, too: 1e999.
    return max(0.0, seconds) if seconds < float("inf") else None
