"""Running the same steps blocking and with asyncio.

A generator yields each step: the arguments of a request, or a float, the seconds to pause. It gets the response back,
or the exception that the request raised.
"""

from collections.abc import Callable, Generator
from functools import partial
from typing import Any, TypeVar

from security_copilot_client.client import AuthenticatedClient

from security_copilot_runtime import arguments, clock
from security_copilot_runtime import deadline as limit
from security_copilot_runtime.errors import SecurityCopilotError

T = TypeVar("T")

Steps = Generator[dict[str, Any] | float, Any, T]


def run(steps: Steps[T], client: AuthenticatedClient, deadline: float | None) -> T:
    """Run the steps within a deadline in seconds; what the generator returns. TypeError if `client` is no client."""
    client = arguments.client(client)
    with limit.within(deadline):
        resume: Callable[[], Any] = partial(steps.send, None)
        while True:
            try:
                step = resume()
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                if isinstance(step, float):
                    clock.sleep(step)
                    resume = partial(steps.send, None)
                else:
                    resume = partial(steps.send, client.request(**step))
            except SecurityCopilotError as error:
                resume = partial(steps.throw, error)


async def arun(steps: Steps[T], client: AuthenticatedClient, deadline: float | None) -> T:
    """Like `run`, for asyncio."""
    client = arguments.client(client)
    with limit.within(deadline):
        resume: Callable[[], Any] = partial(steps.send, None)
        while True:
            try:
                step = resume()
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                if isinstance(step, float):
                    await clock.asleep(step)
                    resume = partial(steps.send, None)
                else:
                    resume = partial(steps.send, await client.arequest(**step))
            except SecurityCopilotError as error:
                resume = partial(steps.throw, error)
