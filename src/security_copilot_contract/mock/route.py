"""The route of one operation."""

import inspect
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, NoReturn, Self

import httpx
import respx
from respx.models import SideEffectError, clone_response
from respx.types import HeaderTypes

from security_copilot_contract.mock.responses import DocumentedResponses
from security_copilot_contract.mock.strictness import Strictness, is_strict
from security_copilot_contract.spec.canonical import canonical
from security_copilot_contract.wire.message import Breach

_Answer = httpx.Response | type[httpx.TransportError]


class OperationRoute(respx.Route):
    """The route of one operation: its answers, and its calls.

    It is a route of respx. `respond`, `fail`, `throttle` and `disconnect` set the answer from now on. With `times`,
    they queue it: queued answers come first, in the order in which they were queued.
    """

    def __init__(
        self, documented: DocumentedResponses, base_url: str, pattern: str, on_breach: Callable[[Breach], NoReturn]
    ) -> None:
        self._documented = documented
        self._strictness = Strictness(documented.operation, base_url, on_breach)
        self._queue: deque[_Answer] = deque()
        self._queue_snapshots: list[tuple[_Answer, ...]] = []
        # Each @odata.nextLink that was sent. The links are opaque, so requests for them are not validated.
        self._next_links: set[str] = set()
        super().__init__(method=documented.operation.method, url__regex=pattern)
        # Set without validation, which would take time for every operation, called or not.
        self._return_value = documented.response(documented.success)

    @property
    def documented(self) -> dict[str, Any]:
        """A new copy of the documented body of a success; empty if it has none."""
        return self._documented.body()

    def respond(  # noqa: PLR0913 - respx's parameters, and what the document adds
        self,
        status_code: int | None = None,
        *,
        json: Any = None,
        changed: Mapping[str, Any] | None = None,
        headers: HeaderTypes | None = None,
        strict: bool = True,
        times: int | None = None,
        **arguments: Any,
    ) -> Self:
        """Answer with a response.

        Args:
            status_code: The status; by default that of a success.
            json: The body: JSON, or models of the client. The context is added to a model that has none.
            changed: The properties in which the body differs from the documented one, by their names in JSON.
            headers: Headers in addition to those that a response with this status must have.
            strict: Whether to validate the response.
            times: How many times, before other answers; None is from now on.
            **arguments: The other arguments of respx.Route.respond(): `content`, `text`, `stream` and more.

        Raises:
            ContractError: If the response breaks the contract.
            ValueError: If `changed` has a property that is not documented, and the response is strict; or if no body is
                documented for the status.
        """
        status = self._documented.success if status_code is None else status_code
        response = self._documented.response(
            status, json=json, changed=changed, headers=headers, strict=strict, **arguments
        )
        return self._set(response, times)

    def fail(
        self,
        status_code: int,
        code: str | None = None,
        message: str | None = None,
        *,
        retry_after: int | None = None,
        times: int | None = None,
    ) -> Self:
        """Answer with a documented error.

        Args:
            status_code: The status.
            code: The code of the OData error. The documentation has no codes; the default is the document's name of the
                error.
            message: The message; by default the document's description of the status.
            retry_after: The value of `Retry-After`, in seconds.
            times: How many times, before other answers; None is from now on.

        Raises:
            ValueError: If the status is not documented as an error of the operation.
        """
        error = self._documented.error(status_code, code, message)
        headers = None if retry_after is None else {"Retry-After": str(retry_after)}
        return self.respond(status_code, json=error, headers=headers, times=times)

    def throttle(self, times: int = 1, *, retry_after: int = 1) -> Self:
        """Answer 429 `times` times, before other answers; `retry_after` is in seconds."""
        return self.fail(429, retry_after=retry_after, times=times)

    def disconnect(self, error: type[httpx.TransportError] = httpx.ConnectError, *, times: int | None = None) -> Self:
        """Raise an exception of httpx in place of a response, as if the connection failed."""
        return self._set(error, times)

    def _set(self, answer: _Answer, times: int | None) -> Self:
        if times is not None:
            self._strictness.validate_answers([answer])
            self._queue.extend([answer] * times)
        elif isinstance(answer, httpx.Response):
            self.mock(return_value=answer)
        else:
            self.mock(side_effect=answer)
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        # All ways of respx to set an answer end here: respond(), mock(), `%`, and these attributes.
        if name in {"return_value", "side_effect"}:
            self._strictness.validate_answers(value if isinstance(value, list | tuple) else [value])
        super().__setattr__(name, value)

    def snapshot(self) -> None:
        """Keep the answers, for `rollback`."""
        super().snapshot()
        self._queue_snapshots.append(tuple(self._queue))

    def rollback(self) -> None:
        """Restore the answers of the last `snapshot`."""
        super().rollback()
        if self._queue_snapshots:
            self._queue = deque(self._queue_snapshots.pop())

    def continues(self, request: httpx.Request) -> bool:
        """Whether a request is for an `@odata.nextLink` that the route has sent."""
        return request.method == self._documented.operation.method and str(request.url) in self._next_links

    def match(self, request: httpx.Request) -> Any:
        """The answer to a request; None if it is not for this operation."""
        if self.continues(request):
            return self._answer(request)
        # The pattern has one form of a URL; the answer is to the request as it was sent.
        url = canonical(str(request.url))
        if url != str(request.url) and self.pattern.match(httpx.Request(request.method, url)):
            return self.resolve(request)
        return super().match(request)

    def resolve(self, request: httpx.Request, **matched: Any) -> Any:
        """The answer to a request for this operation; ContractError if request or answer breaks the contract."""
        self._strictness.validate_request(request)
        return self._answer(request, **matched)

    def _answer(self, request: httpx.Request, **matched: Any) -> Any:
        answer = self._queued(request) or self._current(request, **matched)
        return self._avalidated(request, answer) if inspect.isawaitable(answer) else self._validated(request, answer)

    def _queued(self, request: httpx.Request) -> httpx.Response | None:
        """The next answer of the queue, if there is one."""
        try:
            answer = self._queue.popleft()
        except IndexError:
            return None
        if isinstance(answer, httpx.Response):
            return clone_response(answer, request)
        raise SideEffectError(self, answer("Mock Error", request=request))

    def _current(self, request: httpx.Request, **matched: Any) -> Any:
        try:
            return super().resolve(request, **matched)
        except StopIteration:
            raise AssertionError(
                f"{self._documented.operation.id} was called again after the last answer of its side_effect"
            ) from None

    async def _avalidated(self, request: httpx.Request, answer: Awaitable[Any]) -> Any:
        return self._validated(request, await answer)

    def _validated(self, request: httpx.Request, answer: Any) -> Any:
        # An answer that is not a response makes respx try other routes, or pass the request through.
        if is_strict(answer):
            self._strictness.validate_response(request, answer)
            body = answer.json() if answer.is_success and answer.content else {}
            # The schema accepts links that httpx does not; the client cannot follow those.
            with suppress(KeyError, httpx.InvalidURL):
                self._next_links.add(str(httpx.URL(body["@odata.nextLink"])))
        return answer
