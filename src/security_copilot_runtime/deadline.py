"""A deadline for a whole call.

The timeouts of httpx apply to a single read: a server that sends a byte a second never exceeds them. In asyncio a call
is cancelled at its deadline. A blocking call cannot be cancelled, so its network observes the deadline: network.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from security_copilot_runtime import clock, settings

# The time by which the calls of this thread or task must be done, as from the clock's `monotonic`.
end: ContextVar[float] = ContextVar("end", default=float("inf"))


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Limit all calls in a block to so many seconds; None is no limit. TypeError or ValueError for anything else."""
    seconds = settings.deadline(seconds)
    before = end.set(end.get() if seconds is None else min(end.get(), clock.monotonic() + seconds))
    try:
        yield
    finally:
        end.reset(before)


@contextmanager
def lifted() -> Iterator[None]:
    """No deadline in a block: tasks that it starts, which may outlive the deadline, do not inherit it."""
    before = end.set(float("inf"))
    try:
        yield
    finally:
        end.reset(before)


def left() -> float:
    """The seconds until the deadline; infinity without one."""
    return end.get() - clock.monotonic()


def sooner(seconds: float | None) -> float | None:
    """The lesser of `seconds` and the seconds until the deadline; None if neither is a limit."""
    fewer = min(left(), float("inf") if seconds is None else seconds)
    return None if fewer == float("inf") else max(fewer, 0.0)


def shorten(timeouts: dict[str, float | None]) -> None:
    """Make no timeout end after the deadline: a transport may observe only its timeouts."""
    most = max(left(), 0.001)
    for name, seconds in timeouts.items():
        if most < (float("inf") if seconds is None else seconds):
            timeouts[name] = most
