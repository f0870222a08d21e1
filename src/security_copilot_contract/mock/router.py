"""The mock: a respx router with a route for each operation."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import ClassVar, NoReturn, Self

import httpx
import respx
from respx.models import ResolvedRoute

from security_copilot_contract.mock.course import Course, ended
from security_copilot_contract.mock.responses import documented
from security_copilot_contract.mock.route import OperationRoute
from security_copilot_contract.wire.message import Breach, ContractError, request_breach, service_url, shown
from security_copilot_runtime import clock


class SecurityCopilotMock(respx.MockRouter):
    """A mock of the API at a base URL, for as long as its `with` block lasts, blocking and with asyncio.

    Each operation has a route that answers as documented, until told otherwise: see OperationRoute. It takes any ids.
    Routes of other services can be added, as to any router of respx.

    A request that breaks the document raises ContractError, and so does a response that does: at once where the code
    under test waits for the response, and again when the block ends, if the code caught it. `breaches` are those that
    are to be raised then; a test that expects one clears them.

    The client's pauses, between retries and between looks at an evaluation, pass at once; `pauses` are their seconds.

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
        """Without a base URL it is that of the document, Microsoft Graph's; ValueError for one that is not absolute."""
        super().__init__(assert_all_called=False)
        self.base_url = service_url(base_url)
        self.breaches: list[Breach] = []
        self.pauses: list[float] = []
        self._clock = _MockClock()
        self._pausing = ExitStack()
        for operation in documented():
            name = re.sub("(?=[A-Z])", "_", operation.operation.id).lower()
            pattern = rf"^{re.escape(self.base_url)}{_pattern(operation.operation.path)}(\?|$)"
            route = OperationRoute(operation, self.base_url, pattern, self._broken)
            setattr(self, name, self.add(route, name=name))

    def evaluate(self, content: str | None = None, *, end: str = "completed", polls: int = 3) -> None:
        """Let an evaluation be seen running, and the last time, after so many looks, at its end.

        Args:
            content: The answer; the documented one by default, and none where there is no success.
            end: Its last state, such as `cancelled`; or the type of the result with which it is completed, such as
                `rejected`. An evaluation whose last state is `running` never ends.
            polls: How many looks it takes until the end is seen; each evaluation that is created begins anew.

        Raises:
            ValueError: If there is no such end, or it has no content.
        """
        completed, (running,) = self.get_evaluation.documented, self.list_evaluations.documented["value"]
        # Whether it is seen in a page or by itself, it has a context of its own kind.
        running = {"@odata.context": completed["@odata.context"], **running}
        last = ended(running, completed, end, content)
        self.get_evaluation.side_effect = Course(self.create_evaluation, polls, running, last).look

    @contextmanager
    def resolver(self, request: httpx.Request) -> Iterator[ResolvedRoute]:
        """As respx has it; ContractError for a request beneath the base URL that no route takes."""
        with super().resolver(request) as resolved:
            yield resolved
            if resolved.route is None and str(request.url).startswith(f"{self.base_url}/"):
                breach = request_breach(request, self.base_url)
                if breach is not None:
                    self._broken(breach)

    def start(self) -> None:
        """Take the place of the network; RuntimeError when an active mock has the same base URL, or a part of it."""
        for other in self.active:
            shorter, longer = sorted([f"{self.base_url}/", f"{other.base_url}/"], key=len)
            if longer.startswith(shorter):
                raise RuntimeError(f"{shown(other.base_url)} is mocked already; use that mock, or another base URL")
        self._clock = self.active[0]._clock if self.active else _MockClock()  # noqa: SLF001 - of its own class
        self.active.append(self)
        self.pauses.clear()
        super().start()
        self._pausing.enter_context(clock.use(self._clock))

    def stop(self, clear: bool = True, reset: bool = True, quiet: bool = False) -> None:  # noqa: FBT001, FBT002 - respx's
        """Give the network back. Unless it is to be quiet, ContractError for breaches that have not been told."""
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
        """Tell the breaches that the code under test has caught: by ContractError, or in a note to the exception."""
        told = error.breaches if isinstance(error, ContractError) else ()
        untold = [breach for breach in self.breaches if breach not in told]
        self.breaches.clear()
        if not untold:
            return
        untold_error = ContractError(*untold)
        if error is not None:
            error.add_note(str(untold_error))
            return
        untold_error.add_note("It was raised before, and caught. A test that means that: mock.breaches.clear()")
        raise untold_error

    def _broken(self, breach: Breach) -> NoReturn:
        # Code that tries again after every exception breaks the document in the same way each time.
        if breach not in self.breaches:
            self.breaches.append(breach)
        raise ContractError(*self.breaches)


class _MockClock(clock.SkippingClock):
    """The clock that all active mocks share: each of them records every pause."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        for mock in SecurityCopilotMock.active:
            mock.pauses.append(seconds)


def _pattern(path: str) -> str:
    """What a path looks like in a URL, where any character may be written as an octet (RFC 3986, section 6.2.2.2)."""
    return re.sub(
        r"\{\w+\}|[^/]",
        lambda part: "[^/?]+" if len(part[0]) > 1 else f"(?:{re.escape(part[0])}|(?i:%{ord(part[0]):02x}))",
        path,
    )
