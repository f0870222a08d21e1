"""When a request is retried, and after how long a pause."""

import random
import re
from collections.abc import Collection
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from attrs import Attribute, field, frozen

from security_copilot_runtime import clock

# Throttling and overload. Microsoft Graph documents that any method may be retried after a wait.
THROTTLED = frozenset({429, 503, 504})
_UNAVAILABLE, _REQUEST_TIMEOUT = 503, 408
# The client errors that RFC 9110 and the registry of IANA define.
_FIRST_REFUSAL, _LAST_REFUSAL = 400, 451
# Nobody waits longer in a program, and far longer pauses overflow in time.sleep.
_LONGEST_PAUSE = 86_400.0
# Compiled on first use.
_SECONDS = r"[0-9]+(\.[0-9]+)?"

# The request was never sent: even a POST cannot have created anything.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# The connection broke before the response began: a retry is harmless unless the request creates something.
_BROKEN = (*_NOT_SENT, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)


def _whole(_: object, attribute: "Attribute[Any]", value: object) -> None:
    problem = f"{attribute.name} must be a whole number from 1, not {value!r}"
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(problem)
    if value < 1:
        raise ValueError(problem)


def _seconds(_: object, attribute: "Attribute[Any]", value: object) -> None:
    problem = f"{attribute.name} must be a number of seconds above 0, not {value!r}"
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(problem)
    if not value > 0:
        raise ValueError(problem)


def _statuses(given: Collection[int]) -> frozenset[int]:
    problem = f"creates_on must be a collection of statuses from 400, such as {{502, 504}}, not {given!r}"
    if not isinstance(given, Collection) or not all(isinstance(status, int) for status in given):
        raise TypeError(problem)
    if not all(status >= _FIRST_REFUSAL for status in given):
        raise ValueError(problem)
    return frozenset(given)


@frozen
class Retry:
    """How a client retries requests.

    `attempts`: how often a request is sent at most; 1 means no retries.
    `backoff`: the pause in seconds before the second attempt, if the service does not ask for one. It doubles with each
    further attempt, up to `max_backoff` seconds, less a random part of up to a half.

    `creates_on`: further statuses on which a create (POST) is retried, such as 504, although it may have taken effect:
    what it creates may then exist twice. None by default.

    Reads (GET) and updates (PATCH) are retried on 429, 503 and 504, and if the connection fails before the response
    begins. A create is retried only if it cannot have taken effect: on 429, on 503 with `Retry-After`, or if it was
    never sent. A read timeout and a response that breaks off end the call.

    `Retry-After` takes precedence: the client never retries sooner. If a pause does not fit into the client's deadline,
    or is longer than a day, there is no retry, and the caller gets the response that asked for the pause.
    """

    # The module that users import it from.
    __module__ = "security_copilot_client"

    attempts: int = field(default=6, validator=_whole)
    backoff: float = field(default=1.0, validator=_seconds)
    max_backoff: float = field(default=60.0, validator=_seconds)
    creates_on: frozenset[int] = field(default=frozenset(), converter=_statuses)

    def after_response(self, response: httpx.Response, method: str, attempt: int) -> float | None:
        """The seconds to pause after a response to an attempt (from 1); None if there is no retry."""
        status, told = response.status_code, method == "POST" and response.status_code in self.creates_on
        if (status not in THROTTLED and not told) or attempt >= self.attempts:
            return None
        pause = retry_after(response)
        if method == "POST" and not told and not refused(status, pause):
            return None
        if pause is not None and pause > _LONGEST_PAUSE:
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


def refused(status: int, pause: float | None) -> bool:
    """Whether a response proves that the request has had no effect. `pause` is its Retry-After in seconds.

    A gateway sends 504, and 503 without Retry-After, also after it has passed the request on; the service may have
    created something, which is billed and cannot be deleted. It is the same with 408, with every other status from 500,
    and with what gateways invent above the registered 4xx, such as 499.
    """
    if status == _UNAVAILABLE:
        return pause is not None
    return _FIRST_REFUSAL <= status <= _LAST_REFUSAL and status != _REQUEST_TIMEOUT


def may_have_arrived(failure: Exception) -> bool:
    """Whether a request may have reached the service that a failure of the network ended."""
    return not isinstance(failure, (*_NOT_SENT, httpx.ProxyError, httpx.UnsupportedProtocol))


def retry_after(response: httpx.Response) -> float | None:
    """Retry-After in seconds from now: an integer, a decimal or an HTTP date; None if absent or malformed."""
    value = response.headers.get("Retry-After", "").strip()
    seconds = float(value) if re.fullmatch(_SECONDS, value) else _until(value)
    # Enough digits are infinity, too.
    return max(0.0, seconds) if seconds is not None and seconds < float("inf") else None


def _until(date: str) -> float | None:
    """The seconds until an HTTP date (RFC 9110, section 5.6.7); None if it is none."""
    try:
        moment = parsedate_to_datetime(date)
        # Each of the three forms is UTC. asctime does not state it; without a zone Python would take the local one.
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - clock.now()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
