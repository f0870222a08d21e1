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

from security_copilot_contract.mock.responses import Documented
from security_copilot_contract.mock.strictness import Strictness, is_strict
from security_copilot_contract.wire.message import Breach

_Answer = httpx.Response | type[httpx.TransportError]


class OperationRoute(respx.Route):
    """What the mock answers to one operation, and the calls of it.

    Besides what it has of respx: `respond`, `fail`, `throttle` and `disconnect` say what it answers from then on; with
    `times`, so many times before anything else, in the order in which it was said.
    """

    def __init__(
        self, documented: Documented, base_url: str, pattern: str, broken: Callable[[Breach], NoReturn]
    ) -> None:
        self._documented = documented
        self._strictness = Strictness(documented.operation, base_url, broken)
        self._first: deque[_Answer] = deque()
        self._kept: list[tuple[_Answer, ...]] = []
        # What was sent as @odata.nextLink. It is opaque, so no request for it is held against the document.
        self._links: set[str] = set()
        super().__init__(method=documented.operation.method, url__regex=pattern)
        # Not held against the document here: that would take time for each operation, called or not.
        self._return_value = documented.response(documented.success)

    @property
    def documented(self) -> dict[str, Any]:
        """The documented body of a success, a new copy; empty when there is none."""
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
        """Answer so.

        Args:
            status_code: The status; that of a success by default.
            json: The body. Objects of the client will do; the context is added to one that has none.
            changed: The properties in which the body differs from the documented one, by their names in JSON.
            headers: Besides those that a response of this status must have.
            strict: Whether the document must have such a response.
            times: How many times, before anything else; None is from now on.
            **arguments: What else respx.Route.respond() takes: `content`, `text`, `stream` and others.

        Raises:
            ContractError: If the document does not have such a response.
            ValueError: If there is no such property to change, unless it need not be strict.
        """
        status = self._documented.success if status_code is None else status_code
        response = self._documented.response(
            status, json=json, changed=changed, headers=headers, strict=strict, **arguments
        )
        return self._say(response, times)

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
            code: The code of the OData error; the documentation has none, the default is the document's own name.
            message: The message; what the document says of the status by default.
            retry_after: The seconds that `Retry-After` asks for.
            times: How many times, before anything else; None is from now on.

        Raises:
            ValueError: If the operation has no error of this status.
        """
        error = self._documented.error(status_code, code, message)
        headers = None if retry_after is None else {"Retry-After": str(retry_after)}
        return self.respond(status_code, json=error, headers=headers, times=times)

    def throttle(self, times: int = 1, *, retry_after: int = 1) -> Self:
        """Answer 429 so many times before anything else, each time with so many seconds to wait."""
        return self.fail(429, retry_after=retry_after, times=times)

    def disconnect(self, error: type[httpx.TransportError] = httpx.ConnectError, *, times: int | None = None) -> Self:
        """Do not answer: the connection fails so."""
        return self._say(error, times)

    def _say(self, answer: _Answer, times: int | None) -> Self:
        if times is not None:
            self._strictness.made_up([answer])
            self._first.extend([answer] * times)
        elif isinstance(answer, httpx.Response):
            self.mock(return_value=answer)
        else:
            self.mock(side_effect=answer)
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        # Every way of respx to say what is answered comes through here: respond(), mock(), `%`, and these themselves.
        if name in {"return_value", "side_effect"}:
            self._strictness.made_up(value if isinstance(value, list | tuple) else [value])
        super().__setattr__(name, value)

    def snapshot(self) -> None:
        """Keep what is to be answered, for `rollback`."""
        super().snapshot()
        self._kept.append(tuple(self._first))

    def rollback(self) -> None:
        """Answer what was to be answered at the last `snapshot`."""
        super().rollback()
        if self._kept:
            self._first = deque(self._kept.pop())

    def match(self, request: httpx.Request) -> Any:
        """The answer to the request; None if it is not for this operation."""
        if request.method == self._documented.operation.method and str(request.url) in self._links:
            return self._answer(request)
        return super().match(request)

    def resolve(self, request: httpx.Request, **matched: Any) -> Any:
        """The answer to a request for this operation; ContractError if it or its answer breaks the document."""
        self._strictness.request(request)
        return self._answer(request, **matched)

    def _answer(self, request: httpx.Request, **matched: Any) -> Any:
        answer = self._next(request) or self._standing(request, **matched)
        return self._held_later(request, answer) if inspect.isawaitable(answer) else self._held(request, answer)

    def _next(self, request: httpx.Request) -> httpx.Response | None:
        """What was said with `times`, if anything is left of it."""
        try:
            answer = self._first.popleft()
        except IndexError:
            return None
        if isinstance(answer, httpx.Response):
            return clone_response(answer, request)
        raise SideEffectError(self, answer("Mock Error", request=request))

    def _standing(self, request: httpx.Request, **matched: Any) -> Any:
        try:
            return super().resolve(request, **matched)
        except StopIteration:
            raise AssertionError(
                f"{self._documented.operation.id} was called after the end of its side_effect"
            ) from None

    async def _held_later(self, request: httpx.Request, answer: Awaitable[Any]) -> Any:
        return self._held(request, await answer)

    def _held(self, request: httpx.Request, answer: Any) -> Any:
        # What is no response tells respx to go on to other routes, or to pass the request through.
        if is_strict(answer):
            self._strictness.response(request, answer)
            body = answer.json() if answer.content else {}
            # The schema takes links that httpx does not; nobody can follow those.
            with suppress(KeyError, httpx.InvalidURL):
                self._links.add(str(httpx.URL(body["@odata.nextLink"])))
        return answer
