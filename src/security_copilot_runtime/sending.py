"""Sending a call: with a token, a client-request-id for each attempt, retries and a deadline."""

import logging
import os
from functools import lru_cache

import httpx

from security_copilot_runtime import clock, deadline, tokens
from security_copilot_runtime.errors import ARRIVED, InvalidResponseError, NoResponseError, SecurityCopilotError
from security_copilot_runtime.lazy import asyncio
from security_copilot_runtime.origin import origin
from security_copilot_runtime.redaction import Redaction, quoted
from security_copilot_runtime.retry import Retry, may_have_arrived, refused, retry_after

_logger = logging.getLogger("security_copilot_client")

_NO_RETRIES = Retry(attempts=1)
# With None, httpx would look for a user name in the URL.
_NO_AUTH = httpx.Auth()
_UNAUTHORIZED = 401
_LONGEST_QUOTE = 500
_BROKEN = (httpx.TransportError, httpx.DecodingError)


def _guid() -> str:
    """A random GUID (RFC 9562, version 4). That of uuid.uuid4 takes three times as long."""
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


class Policy:
    """The settings of every call of a client. The token is sent to the origin of `base_url` only."""

    def __init__(self, base_url: httpx.URL, token: tokens.Token, retry: Retry | None, deadline: float | None) -> None:
        self.base_url = base_url
        # Never None: a client accepts no base URL without an origin.
        self.origin = origin(base_url)
        self.source: tokens.Source = tokens.source(token, base_url)
        self.retry: Retry = retry or _NO_RETRIES
        self.deadline = deadline


# Many calls share few URLs, and httpx takes 30 us to parse one.
@lru_cache(maxsize=256)
def parsed_url(url: str) -> httpx.URL:
    """The URL, parsed; InvalidURL of httpx if it is none."""
    return httpx.URL(url)


def send(http: httpx.Client, request: httpx.Request, policy: Policy) -> httpx.Response:
    """Send a request, with retries; the whole response, whatever its status.

    NoResponseError if no response came, InvalidResponseError if it broke off or cannot be decoded.
    """
    call = _Call(request, policy)
    while True:
        call.begin(policy.source.current(call.refused, call.claims) if call.authorized else None)
        before = deadline.end.set(call.end)
        deadline.shorten(request.extensions["timeout"])
        try:
            # The response is read here and not by httpx, to distinguish a broken response from none at all. Closing
            # an unread response closes its connection: a retry uses a new one.
            call.response = http.send(request, stream=True, auth=_NO_AUTH, follow_redirects=False)
            if call.is_outcome(call.response):
                call.response.read()
                return call.response
            call.response.close()
        except _BROKEN as error:
            call.after_failure(error)
        finally:
            deadline.end.reset(before)
            if clock.monotonic() >= call.end:
                _warn_of_excess(http)
        clock.sleep(call.pause)


def _warn_of_excess(http: httpx.Client) -> None:
    from security_copilot_runtime import network  # noqa: PLC0415 - most calls end in time

    network.warn_of_excess(http)


def _waited_for_connection(failure: Exception) -> bool:
    from security_copilot_runtime import network  # noqa: PLC0415 - most calls do not fail

    return network.waited_for_connection(failure)


async def asend(http: httpx.AsyncClient, request: httpx.Request, policy: Policy) -> httpx.Response:
    """Like `send`, for asyncio."""
    call = _Call(request, policy)
    try:
        async with asyncio.timeout(call.left) as limit:
            return await _asend(http, call)
    except TimeoutError as error:
        if limit.expired():
            raise call.error(error) from error
        raise  # a token provider's own


async def _asend(http: httpx.AsyncClient, call: "_Call") -> httpx.Response:
    while True:
        call.begin(await call.policy.source.acurrent(call.refused, call.claims) if call.authorized else None)
        try:
            call.response = await http.send(call.request, stream=True, auth=_NO_AUTH, follow_redirects=False)
            if call.is_outcome(call.response):
                await call.response.aread()
                return call.response
            await call.response.aclose()
        except _BROKEN as error:
            call.after_failure(error)
        await clock.asleep(call.pause)


class _Call:
    """A call in progress: its current attempt, and whether there is another."""

    def __init__(self, request: httpx.Request, policy: Policy) -> None:
        self.request = request
        self.policy = policy
        self.authorized = origin(request.url) == policy.origin
        # A deadline around the call may be sooner.
        self.left = deadline.sooner(policy.deadline)
        self.end = float("inf") if self.left is None else clock.monotonic() + self.left
        self.own_request_id = "client-request-id" in request.headers
        self.number = 0
        self.response: httpx.Response | None = None
        self.pause = 0.0
        self.token: str | None = None
        # The token that the service refused, and the claims that it asked for instead.
        self.refused: str | None = None
        self.claims: str | None = None
        # Whether an attempt is under way, and whether an earlier one may have reached the service.
        self.under_way = False
        self.arrived = False

    def begin(self, token: str | None) -> None:
        """Prepare the next attempt."""
        self.number += 1
        self.response = None
        if self.left is not None:
            # Waiting for a free connection does not involve the network, where the deadline is enforced.
            timeout = self.request.extensions["timeout"]
            timeout["pool"] = min(timeout["pool"] or self.left, max(self.end - clock.monotonic(), 0.001))
        self.token = token
        if token is not None:
            self.request.headers["Authorization"] = f"Bearer {token}"
        if not self.own_request_id:
            self.request.headers["client-request-id"] = _guid()
        self.under_way = True

    def is_outcome(self, response: httpx.Response) -> bool:
        """Whether the caller gets this response; if not, `pause` is the seconds until the next attempt."""
        if _logger.isEnabledFor(logging.DEBUG):
            self._log_response(response)
        if response.status_code == _UNAUTHORIZED and self._has_another_token():
            # The token may have expired, or the service asks for claims: the client retries once with a fresh one,
            # whatever the retry policy.
            from security_copilot_runtime.challenges import claims  # noqa: PLC0415 - most programs never get a 401

            self.refused, self.claims = self.token, claims(response)
            self.number -= 1
            return not self._retries(0.0, "the token was refused", arrived=False)
        status = response.status_code
        pause = self.policy.retry.after_response(response, self.request.method, self.number)
        if pause is not None:
            arrived = not refused(status, retry_after(response))
            if self._retries(pause, f"status {status}", arrived=arrived):
                return False
        if self.arrived:
            response.extensions[ARRIVED] = True
        return True

    def _has_another_token(self) -> bool:
        return self.token is not None and self.refused is None and self.policy.source.renewable

    def after_failure(self, failure: httpx.TransportError | httpx.DecodingError) -> None:
        """Raise the exception for a failure, unless there is a retry; then `pause` is the seconds until it."""
        # Once a response has begun, the service has handled the request: no retry.
        if self.response is None and isinstance(failure, httpx.TransportError):
            pause = self.policy.retry.after_failure(failure, self.request.method, self.number)
            if self._retries(pause, str(failure) or type(failure).__name__, arrived=may_have_arrived(failure)):
                return
        raise self.error(failure) from failure

    def error(self, cause: Exception) -> SecurityCopilotError:
        """The exception for a call that `cause` ended: the response broke off, or there was none."""
        if self.left is not None and clock.monotonic() >= self.end:
            problem = f"not done within the deadline of {round(self.left, 3):g} seconds"
        else:
            problem = str(cause) or type(cause).__name__
        if self.response is None or not self.under_way:
            arrived = self.arrived or (self.under_way and may_have_arrived(cause) and not _waited_for_connection(cause))
            problem = f"no response: {problem}"
            error: SecurityCopilotError = NoResponseError(problem, self.request, may_have_arrived=arrived)
        else:
            error = InvalidResponseError(f"the response broke off: {problem}", self.request, self.response)
        Redaction.of(self.request).cause(cause, error.request)
        return error

    def _retries(self, pause: float | None, reason: str, *, arrived: bool) -> bool:
        if pause is None or clock.monotonic() + pause >= self.end:
            return False
        self.pause = pause
        self.under_way = False
        self.arrived = self.arrived or arrived
        if _logger.isEnabledFor(logging.INFO):
            reason = quoted(Redaction.of(self.request).text(reason), _LONGEST_QUOTE)
            _logger.info("%s %s: %s; retry in %.1f s", self.request.method, self.request.url.path, reason, pause)
        return True

    def _log_response(self, response: httpx.Response) -> None:
        redaction = Redaction.of(self.request)
        headers = (response.headers.get(name) for name in ("request-id", "date", "x-ms-ags-diagnostic"))
        _logger.debug(
            "%s %s: %d, client-request-id %s, request-id %s, date %s, x-ms-ags-diagnostic %s",
            self.request.method,
            self.request.url.path,
            response.status_code,
            self.request.headers["client-request-id"],
            *(None if value is None else quoted(redaction.text(value), _LONGEST_QUOTE) for value in headers),
        )
