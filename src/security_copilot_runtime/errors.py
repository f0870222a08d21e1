"""The exceptions of the client.

    SecurityCopilotError
    ├── ServiceError                the service refused or failed: any status from 400
    │   ├── AuthenticationError     401: the token is missing, wrong or expired
    │   ├── PermissionDeniedError   403: the token does not permit the operation
    │   ├── NotFoundError           404: there is no such resource
    │   └── RateLimitError          429: too many requests
    ├── InvalidResponseError        the response breaks the contract: malformed, cut off, or an undocumented status
    └── NoResponseError             no response came: no connection, a timeout, the deadline

Branch on the class, then on `status_code` and `code`; messages may change at any time. A caller's own
mistakes (an empty id, an unusable token) are ValueError and TypeError, raised before anything is sent.

No exception keeps a credential: security_copilot_runtime.redaction has the rule.
"""

import json
from copyreg import __newobj__  # type: ignore[attr-defined] # typeshed leaves it out
from http.client import responses
from typing import Any

import httpx

from security_copilot_runtime.ids import Ids
from security_copilot_runtime.redaction import Redaction, quoted
from security_copilot_runtime.retry import refused
from security_copilot_runtime.retry import retry_after as seconds_to_wait

# The extension of a response before which another attempt may have reached the service.
ARRIVED = "security_copilot_may_have_arrived"

_LONGEST_PROBLEM = 1000


class SecurityCopilotError(Exception):
    """A call that did not succeed.

    `request` is a copy of the request, without the token and other credentials; `method` and `path` are taken from it.
    `response` is a copy as well: without cookies, and with `[token]` in place of a token that the service echoes.
    Attributes are None if there is no response or no OData error to take them from. `ids` are those of the session,
    prompt and evaluation that exist, if `ask` or `wait` raised it.

    `may_have_arrived` is False if no attempt reached the service, or the service refused all: a create has created
    nothing then. Otherwise it may have; such a message ends in "the create may have reached the service".
    """

    # The module that users import it from.
    __module__ = "security_copilot_client"
    # Set by `ask` and `wait`.
    ids: Ids | None = None
    # Whether the exception ends a single request, so that a create may be in doubt.
    _ends_a_request: bool = False

    def __init__(
        self,
        problem: str,
        request: httpx.Request,
        response: httpx.Response | None = None,
        *,
        may_have_arrived: bool = True,
    ) -> None:
        redaction = Redaction.of(request)
        self.request: httpx.Request = redaction.request(request)
        self.method: str = request.method
        self.path: str = self.request.url.path
        self.response: httpx.Response | None = None if response is None else redaction.response(response, self.request)
        self.status_code: int | None = response.status_code if response is not None else None
        self.may_have_arrived = may_have_arrived
        self.client_request_id: str | None = request.headers.get("client-request-id")
        headers = httpx.Headers() if self.response is None else self.response.headers
        self.request_id: str | None = headers.get("request-id")
        trace = f", request-id {quoted(self.request_id, 100)}" if self.request_id else ""
        where = f"{self.method} {quoted(self.path, 500)}{trace}, client-request-id {self.client_request_id}"
        doubtful = may_have_arrived and self._ends_a_request and self.method == "POST"
        doubt = "; the create may have reached the service" if doubtful else ""
        shown = quoted(redaction.text(problem), _LONGEST_PROBLEM)
        super().__init__(f"{shown.rstrip('.') if doubt else shown}{doubt} ({where})")

    def __reduce__(self) -> tuple[Any, ...]:
        # By default a pickle calls __init__ again, with the message as its only argument.
        return __newobj__, (type(self), *self.args), self.__dict__


class NoResponseError(SecurityCopilotError):
    """No response came. The httpx exception is the `__cause__`."""

    __module__ = "security_copilot_client"
    _ends_a_request = True


class InvalidResponseError(SecurityCopilotError):
    """A response that breaks the contract.

    `body` is the decoded JSON, None if there is none. `created` is whether the request has created something, which is
    true of each success of a POST; `id` is then its id, None if the response does not say.
    """

    __module__ = "security_copilot_client"
    _ends_a_request = True
    response: httpx.Response
    status_code: int

    def __init__(self, problem: str, request: httpx.Request, response: httpx.Response) -> None:
        self.body: Any = _json(response, Redaction.of(request))
        self.created: bool = request.method == "POST" and response.is_success
        self._ends_a_request = not self.created
        self.id: str | None = _string(self.body.get("id")) if self.created and isinstance(self.body, dict) else None
        if self.created:
            problem += f"; the request has created an object{f' with the id {self.id}' if self.id else ''}"
        super().__init__(problem, request, response)


class ServiceError(SecurityCopilotError):
    """A response with a status from 400.

    `code` is the OData code, `inner_code` the most specific code of the inner errors (`code` if there is none),
    `message` the service's message; all are None if the body is no OData error, such as a gateway's HTML.
    `retry_after` is the seconds to wait before the next attempt, None if the service does not give them.
    """

    __module__ = "security_copilot_client"
    _ends_a_request = True
    response: httpx.Response
    status_code: int

    def __init__(self, request: httpx.Request, response: httpx.Response, retry_after: float | None) -> None:
        error = _odata_error(response, Redaction.of(request))
        self.code: str | None = _string(error.get("code"))
        self.inner_code: str | None = self.code
        self.message: str | None = _string(error.get("message"))
        self.retry_after = retry_after
        super().__init__(
            _problem(response.status_code, self.code, self.message),
            request,
            response,
            # Of an earlier attempt the request may have arrived, even if the service refused the last one.
            may_have_arrived=ARRIVED in response.extensions or not refused(response.status_code, retry_after),
        )
        while isinstance(inner := error.get("innerError", error.get("innererror")), dict):
            error = inner
            self.inner_code = _string(inner.get("code")) or self.inner_code
            self.request_id: str | None = self.request_id or _string(inner.get("request-id"))


class AuthenticationError(ServiceError):
    """401: the token is missing, wrong or expired, or the service asks for one with `claims`.

    `claims` is JSON text, None if the service asks for none. azure-identity takes it as `get_token(scope, claims=...)`.
    """

    __module__ = "security_copilot_client"

    def __init__(self, request: httpx.Request, response: httpx.Response, retry_after: float | None) -> None:
        from security_copilot_runtime.challenges import claims  # noqa: PLC0415 - most programs never get a 401

        super().__init__(request, response, retry_after)
        self.claims: str | None = claims(response)


class PermissionDeniedError(ServiceError):
    """403: the token does not permit the operation."""

    __module__ = "security_copilot_client"


class NotFoundError(ServiceError):
    """404: there is no such workspace, session, prompt or evaluation, or the token does not permit to see it."""

    __module__ = "security_copilot_client"


class RateLimitError(ServiceError):
    """429: too many requests. The client has retried already, as its `Retry` and its deadline allow."""

    __module__ = "security_copilot_client"


_BY_STATUS: dict[int, type[ServiceError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: RateLimitError,
}


def service_error(response: httpx.Response) -> ServiceError:
    """The exception for a response with a status from 400, of the class for its status."""
    return _BY_STATUS.get(response.status_code, ServiceError)(response.request, response, seconds_to_wait(response))


def _problem(status: int, code: str | None, message: str | None) -> str:
    """Status, code and message in one line, without what repeats the part before it."""
    said = responses.get(status, "not an IANA status")
    line = f"{status} {said}"
    for part, longest in ((code, 100), (message, 500)):
        shown = quoted(part or "", longest)
        if _letters(shown) not in ("", _letters(said)):
            line, said = f"{line}: {shown}", shown
    return line


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).casefold()


def _odata_error(response: httpx.Response, redaction: Redaction) -> dict[str, Any]:
    body = _json(response, redaction)
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _json(response: httpx.Response, redaction: Redaction) -> Any:
    """The decoded body, None if it is not JSON or was not read."""
    try:
        # JSON may escape the token in another way than the header has it.
        return json.loads(response.content, object_pairs_hook=lambda pairs: _masked(pairs, redaction))
    except (ValueError, RecursionError, httpx.HTTPError, httpx.StreamError):
        return None


def _masked(pairs: list[tuple[str, Any]], redaction: Redaction) -> dict[str, Any]:
    return {name: redaction.text(value) if isinstance(value, str) else value for name, value in pairs}


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None
