"""The mock: a respx router with a route for each operation."""

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import ClassVar, NoReturn, Self

import httpx
import respx
from respx.models import ResolvedRoute

from security_copilot_contract.mock.evaluation import PolledEvaluation, ended
from security_copilot_contract.mock.responses import documented_responses
from security_copilot_contract.mock.route import OperationRoute
from security_copilot_contract.wire.message import (
    Breach,
    ContractError,
    is_below,
    service_url,
    shown,
    unanswered_breach,
)
from security_copilot_runtime import clock


class SecurityCopilotMock(respx.MockRouter):
    """A mock of the API at a base URL, active within its `with` block, for blocking calls and for asyncio.

    Each operation has a route, which answers any ids with the documented response unless a test sets another: see
    OperationRoute. Routes of other services can be added, as to any router of respx, or to another active router.

    A request that no route of any active router answers breaks the contract, wherever it goes.

    A request or response that breaks the contract raises ContractError where the code under test waits for the
    response. If the code swallows it, it is raised again at the end of the block. `breaches` are those still to be
    raised; a test that expects one clears them.

    The client's pauses, between retries and between polls, take no time; `pauses` are their seconds. While a mock is
    active, this applies to every client of the process: see security_copilot_runtime.clock.

    `active` are all mocks whose block has not ended.
    """

    active: ClassVar[list["SecurityCopilotMock"]] = []

    list_workspaces: OperationRoute
    list_plugins: OperationRoute
    list_sessions: OperationRoute
    create_session: OperationRoute
    get_session: OperationRoute
    update_session: OperationRoute
    list_prompts: OperationRoute
    create_prompt: OperationRoute
    get_prompt: OperationRoute
    list_evaluations: OperationRoute
    create_evaluation: OperationRoute
    get_evaluation: OperationRoute

    def __init__(self, base_url: str | None = None) -> None:
        """The base URL is by default the document's, Microsoft Graph; ValueError if it is not absolute."""
        super().__init__(assert_all_called=False)
        self.base_url: str = service_url(base_url)
        self.breaches: list[Breach] = []
        self.pauses: list[float] = []
        self._clock = _MockClock()
        self._pausing = ExitStack()
        for documented in documented_responses():
            name = re.sub("(?=[A-Z])", "_", documented.operation.id).lower()
            pattern = rf"^{re.escape(self.base_url)}{_pattern(documented.operation.path)}(\?|$)"
            route = OperationRoute(documented, self.base_url, pattern, self._raise)
            setattr(self, name, self.add(route, name=name))

    def evaluate(self, content: str | None = None, *, end: str = "completed", polls: int = 3) -> None:
        """Set the outcome of evaluations: running at first, ended as of a number of polls.

        Args:
            content: The answer. By default the documented one for a success, and none otherwise.
            end: The last state, such as `cancelled`; or the type of the result of a completed evaluation, such as
                `rejected`. With `running` an evaluation never ends.
            polls: The poll that first shows the end, counted for each evaluation that is created.

        Raises:
            ValueError: If `end` is neither a documented state nor a documented type, or if `content` is given for a
                state without a result.
        """
        completed, (running,) = self.get_evaluation.documented, self.list_evaluations.documented["value"]
        # The documented item of a page has no context; by itself an evaluation has one.
        running = {"@odata.context": completed["@odata.context"], **running}
        last = ended(running, completed, end, content)
        self.get_evaluation.side_effect = PolledEvaluation(self.create_evaluation, polls, running, last).poll

    @contextmanager
    def resolver(self, request: httpx.Request) -> Iterator[ResolvedRoute]:
        """Unchanged from respx, except for a ContractError if neither this nor another router takes a request."""
        with super().resolver(request) as resolved:
            yield resolved
            others = [router for router in self.Mocker.routers if router is not self] if self.Mocker else []
            if resolved.route is None and not any(_takes(other, request) for other in others):
                self._raise(unanswered_breach(request, self.base_url))

    def start(self) -> None:
        """Start mocking; RuntimeError if the base URL of an active mock is the same, or above or below it."""
        for other in self.active:
            shorter, longer = sorted([f"{self.base_url}/", f"{other.base_url}/"], key=len)
            if longer.startswith(shorter):
                raise RuntimeError(f"{shown(other.base_url)} is already mocked; use that mock, or another base URL")
        self._clock = self.active[0]._clock if self.active else _MockClock()  # noqa: SLF001 - of its own class
        self.active.append(self)
        self.pauses.clear()
        super().start()
        self._pausing.enter_context(clock.use(self._clock))

    def stop(self, clear: bool = True, reset: bool = True, quiet: bool = False) -> None:  # noqa: FBT001, FBT002 - respx's
        """Stop mocking. Unless `quiet`, ContractError for breaches that were swallowed."""
        self.active.remove(self)
        self._pausing.close()
        super().stop(clear, reset, quiet)
        if not quiet:
            self.settle()

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    async def __aenter__(self) -> Self:
        return self.__enter__()

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        if exc_value is not None:
            self.settle(exc_value)
        super().__exit__(exc_type, exc_value, traceback)

    def settle(self, error: BaseException | None = None) -> None:
        """Report the breaches that the code under test swallowed: in a ContractError, or in a note to `error`."""
        reported = error.breaches if isinstance(error, ContractError) else ()
        swallowed = [breach for breach in self.breaches if breach not in reported]
        self.breaches.clear()
        if not swallowed:
            return
        contract_error = _error(swallowed)
        if error is not None:
            error.add_note(str(contract_error))
            return
        contract_error.add_note(
            "Raised earlier but swallowed by the code under test. If expected, call mock.breaches.clear()"
        )
        raise contract_error

    def _raise(self, breach: Breach) -> NoReturn:
        # Code that retries after any exception causes the same breach each time.
        if breach not in self.breaches:
            self.breaches.append(breach)
        raise _error(self.breaches)


def _takes(router: respx.Router, request: httpx.Request) -> bool:
    """Whether another active router takes a request, or reports it. Asking has no effect on its routes."""
    if isinstance(router, SecurityCopilotMock) and is_below(request.url, router.base_url):
        return True
    takes_all = not router._assert_all_mocked  # noqa: SLF001 - respx has no public name for it
    return takes_all or any(_is_for(route, request) for route in router.routes)


def _is_for(route: respx.Route, request: httpx.Request) -> bool:
    if isinstance(route, OperationRoute) and route.continues(request):
        return True
    return not route.pattern or bool(route.pattern.match(request))


def _error(breaches: Iterable[Breach]) -> ContractError:
    error = ContractError(*breaches)
    if any(violation.kind == "base_url" for breach in error.breaches for violation in breach.violations):
        error.add_note('To mock another service as well, add a route: mock.get("https://other.example/path")')
    return error


class _MockClock(clock.SkippingClock):
    """The clock that all active mocks share: each of them records every pause."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        for mock in SecurityCopilotMock.active:
            mock.pauses.append(seconds)


def _pattern(path: str) -> str:
    """A regular expression for a path in a URL; any character may be percent-encoded (RFC 3986, section 6.2.2.2)."""
    return re.sub(
        r"\{\w+\}|[^/]",
        lambda part: "[^/?]+" if len(part[0]) > 1 else f"(?:{re.escape(part[0])}|(?i:%{ord(part[0]):02x}))",
        path,
    )
