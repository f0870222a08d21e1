"""What Ctrl-C and SIGTERM do to a check: it sends nothing more, and then reports what it has found and created."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from attrs import define, field

from security_copilot_contract.checks.budget import Budget, OverBudgetError

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@define
class Interruption:
    """Whether a check was interrupted, and by which signal.

    Requests that are on their way are completed, so that what they create is known. A second signal raises
    KeyboardInterrupt at once.
    """

    budget: Budget
    signal: int | None = field(default=None, init=False)
    _waits: bool = field(default=False, init=False)

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Handle the signals in this block. Only the main thread can; in any other the block is as it is."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let a signal end this block with OverBudgetError: nothing that it waits for creates anything."""
        self._waits = True
        try:
            yield
        finally:
            self._waits = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del frame
        again = self.signal is not None
        self.signal = self.signal or number
        reason = f"interrupted by {signal.Signals(number).name}"
        self.budget.stop(reason)
        if again:
            raise KeyboardInterrupt
        if self._waits:
            raise OverBudgetError(reason)
