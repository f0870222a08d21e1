"""The clock of the client: every pause, deadline and date in it uses this one.

Tests replace it for a block. With a `SkippingClock`, pauses take no time, and still count against deadlines:

    from security_copilot_runtime.clock import SkippingClock, use

    with use(SkippingClock()) as clock:
        ask("Which devices are exposed?", client=client)
    assert sum(clock.pauses) < 60

The replacement applies to the whole process: to all clients, threads and event loops. Blocks may be nested, and may end
in any order; the one that began last is in effect.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar


class Clock:
    """The real time. All times are in seconds."""

    def monotonic(self) -> float:
        """The time that deadlines are measured by, as from time.monotonic()."""
        return time.monotonic()

    def now(self) -> float:
        """The time since the epoch, as from time.time()."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        """Like `sleep`, for asyncio."""
        import asyncio  # noqa: PLC0415 - 30 ms that a blocking program saves

        await asyncio.sleep(seconds)


class SkippingClock(Clock):
    """The real time, except that a pause returns at once and moves the clock forward.

    `pauses` are the seconds of each pause, in order.

    In asyncio a response that does not come is still cut off in real time, by a timer of the event loop.
    """

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self._skipped = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        """The real time, plus the pauses so far."""
        return super().monotonic() + self._skipped

    def now(self) -> float:
        """The real time, plus the pauses so far."""
        return super().now() + self._skipped

    def sleep(self, seconds: float) -> None:
        """Move the clock forward."""
        with self._lock:
            self.pauses.append(seconds)
            self._skipped += seconds

    async def asleep(self, seconds: float) -> None:
        """Move the clock forward, and let other tasks run."""
        self.sleep(seconds)
        await super().asleep(0)


ClockT = TypeVar("ClockT", bound=Clock)


class _Use:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock


# The last one is in effect. The real clock stays at the bottom.
_uses = [_Use(Clock())]


@contextmanager
def use(clock: ClockT) -> Iterator[ClockT]:
    """Replace the clock for a block."""
    this = _Use(clock)
    _uses.append(this)
    try:
        yield clock
    finally:
        _uses.remove(this)


def monotonic() -> float:
    """The time that deadlines are measured by."""
    return _uses[-1].clock.monotonic()


def now() -> float:
    """The time since the epoch."""
    return _uses[-1].clock.now()


def sleep(seconds: float) -> None:
    """Wait."""
    _uses[-1].clock.sleep(seconds)


async def asleep(seconds: float) -> None:
    """Like `sleep`, for asyncio."""
    await _uses[-1].clock.asleep(seconds)
