"""The exceptions of the client.

    SecurityCopilotError
    ├── ServiceError            the service refused or failed: any status from 400
    ├── InvalidResponseError    the response breaks the contract: malformed, cut off, or an undocumented status
    └── NoResponseError         no response came: no connection, a timeout, the deadline

Branch on the class, then on `status_code` and `code`; messages may change at any time. A caller's own
mistakes (an empty id, an unusable token) are ValueError and TypeError, raised before anything is sent.
"""

import json
from copyreg import __newobj__  # type: ignore[attr-defined]
from http.client import responses
from typing import Any

import httpx

from security_copilot_runtime.ids import Ids


class SecurityCopilotError(Exception):
    """A call that did not succeed.

    `request` is as it was sent; `method` and `path` are taken from it. Attributes are None if there is no response or
    no OData error to take them from. `ids` are those of the session, prompt and evaluation that exist, if `ask` or
    `wait` raised it. A pickle of the exception contains the request, with the token in its headers.
    """

    # The module that users import it from.
    __module__ = "security_copilot_client"
    # Set by `ask` and `wait`.
    ids: Ids | None = None

    def __init__(self, problem: str, request: httpx.Request, response: httpx.Response | None = None) -> None:
        self.request = request
        self.method = request.method
        self.path = request.url.path
        self.response = response
        self.status_code = response.status_code if response is not None else None
        self.client_request_id: str | None = request.headers.get("client-request-id")
        headers = httpx.Headers() if response is None else response.headers
        self.request_id: str | None = headers.get("request-id")
        trace = f", request-id {self.request_id}" if self.request_id else ""
        super().__init__(f"{problem} ({self.method} {self.path}{trace}, client-request-id {self.client_request_id})")

    def __reduce__(self) -> tuple[Any, ...]:
        # By default a pickle calls __init__ again, with the message as its only argument.
        return __newobj__, (type(self), *self.args), self.__dict__


class NoResponseError(SecurityCopilotError):
    """No response came. The httpx exception is the `__cause__`.

    Whether a write has taken effect is not known, unless no connection could be made.
    """

    __module__ = "security_copilot_client"


class InvalidResponseError(SecurityCopilotError):
    """A response that breaks the contract. `response` is unchanged."""

    __module__ = "security_copilot_client"
    response: httpx.Response
    status_code: int


class ServiceError(SecurityCopilotError):
    """A response with a status from 400. `response` is unchanged.

    `code` is the OData code, `inner_code` the most specific code of the inner errors (`code` if there is none),
    `message` the service's message; all are None if the body is no OData error, such as a gateway's HTML.
    `retry_after` is the seconds to wait before the next attempt, None if the service does not give them.
    """

    __module__ = "security_copilot_client"
    response: httpx.Response
    status_code: int

    def __init__(self, request: httpx.Request, response: httpx.Response, retry_after: float | None) -> None:
        error = _odata_error(response)
        self.code = _string(error.get("code"))
        self.inner_code = self.code
        self.message = _string(error.get("message"))
        self.retry_after = retry_after
        reason = responses.get(response.status_code, "not an IANA status")
        problem = f"{response.status_code} {reason}"
        super().__init__(f"{problem}: {self.code}: {self.message}" if self.code else problem, request, response)
        while isinstance(inner := error.get("innerError", error.get("innererror")), dict):
            error = inner
            self.inner_code = _string(inner.get("code")) or self.inner_code
            self.request_id = self.request_id or _string(inner.get("request-id"))


def _odata_error(response: httpx.Response) -> dict[str, Any]:
    try:
        error = json.loads(response.content)["error"]
    except (ValueError, KeyError, TypeError, RecursionError, httpx.HTTPError, httpx.StreamError):
        return {}
    return error if isinstance(error, dict) else {}


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None
