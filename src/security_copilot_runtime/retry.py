"""When a request is retried, and after how long a pause."""

import random
from email.utils import parsedate_to_datetime

import httpx
from attrs import field, frozen
from attrs.validators import ge, gt

from security_copilot_runtime import clock

# Throttling and overload. Microsoft Graph documents that any method may be retried after a wait.
THROTTLED = frozenset({429, 503, 504})
_TOO_MANY_REQUESTS, _UNAVAILABLE = 429, 503

# The request was never sent: even a POST cannot have created anything.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# The connection broke before the response began: a retry is harmless unless the request creates something.
_BROKEN = (*_NOT_SENT, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)


@frozen
class Retry:
    """How a client retries requests.

    `attempts`: how often a request is sent at most; 1 means no retries.
    `backoff`: the pause in seconds before the second attempt, if the service does not ask for one. It doubles with each
    further attempt, up to `max_backoff` seconds, less a random part of up to a half.

    A create (POST) is retried only if it cannot have taken effect: on 429, on 503 with `Retry-After`, or if it was
    never sent.

    `Retry-After` takes precedence: the client never retries sooner. If a pause does not fit into the client's deadline,
    there is no retry, and the caller gets the response that asked for the pause.
    """

    # The module that users import it from.
    __module__ = "security_copilot_client"

    attempts: int = field(default=6, validator=ge(1))
    backoff: float = field(default=1.0, validator=gt(0))
    max_backoff: float = field(default=60.0, validator=gt(0))

    def after_response(self, response: httpx.Response, method: str, attempt: int) -> float | None:
        """The seconds to pause after a response to an attempt (from 1); None if there is no retry."""
        if response.status_code not in THROTTLED or attempt >= self.attempts:
            return None
        pause = retry_after(response)
        if method == "POST" and not _refused(response.status_code, pause):
            return None
        return self._backoff(attempt) if pause is None else pause

    def after_failure(self, failure: httpx.TransportError, method: str, attempt: int) -> float | None:
        """The seconds to pause after an attempt (from 1) without a response; None if there is no retry."""
        harmless = _NOT_SENT if method == "POST" else _BROKEN
        if not isinstance(failure, harmless) or attempt >= self.attempts:
            return None
        return self._backoff(attempt)

    def _backoff(self, attempt: int) -> float:
        longest = min(self.max_backoff, self.backoff * 2.0 ** min(attempt - 1, 32))
        return longest * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret


def _refused(status: int, pause: float | None) -> bool:
    """Whether a response proves that the service did not handle the request.

    A gateway sends 504, and 503 without Retry-After, also after it has passed the request on; the service may have
    created something, which is billed and cannot be deleted.
    """
    return status == _TOO_MANY_REQUESTS or (status == _UNAVAILABLE and pause is not None)


def retry_after(response: httpx.Response) -> float | None:
    """Retry-After in seconds from now: an integer, a decimal or an HTTP date; None if absent or malformed."""
    value = response.headers.get("Retry-After", "").strip()
    try:
        seconds = float(value) if value[:1].isdigit() else parsedate_to_datetime(value).timestamp() - clock.now()
    except (ValueError, OverflowError):
        return None
    # Digits may spell infinity, too: 1e999.
    return max(0.0, seconds) if seconds < float("inf") else None
