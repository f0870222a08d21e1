"""Limits on every request, whatever code sends it: counts, rate and methods."""

import re
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import urllib3.connection
from attrs import Factory, define, field

from security_copilot_runtime import clock

_READS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# In any spelling of the path. Evaluations may be billed, so counting one too many is better than one too few.
_EVALUATIONS = re.compile(r"evaluations/*(\?|$)", re.IGNORECASE)

# How soon a request that waits for its turn notices that nothing is to be sent any more.
_SECONDS_BETWEEN_LOOKS = 0.2


class OverBudgetError(Exception):
    """A request that must not be sent."""


@define
class Budget:
    """The number, rate and methods of requests that may be sent; None means no limit.

    A write is a request with an unsafe method; an evaluation is a POST to a collection of evaluations. A request is
    counted before it is sent, even if it fails. `stopped` is why nothing is sent any more.
    """

    requests: int | None = None
    writes: int | None = None
    evaluations: int | None = None
    per_second: float | None = None
    methods: Collection[str] | None = None
    sent: int = field(default=0, init=False)
    written: int = field(default=0, init=False)
    evaluated: int = field(default=0, init=False)
    refused: list[str] = field(factory=list, init=False)
    stopped: str | None = field(default=None, init=False)
    _lock: threading.Lock = field(default=Factory(threading.Lock), init=False, repr=False)
    _next: float = field(default=0.0, init=False, repr=False)

    def take(self, method: str, url: str) -> None:
        """Count a request before it is sent, and wait for its turn. OverBudgetError if it must not be sent."""
        with self._lock:
            evaluates = method.upper() == "POST" and _EVALUATIONS.search(url) is not None
            reason = self._reason(method.upper(), evaluates=evaluates)
            if reason is not None:
                self.refused.append(reason)
                raise OverBudgetError(reason)
            self.sent += 1
            self.written += method.upper() not in _READS
            self.evaluated += evaluates
            turn = max(clock.monotonic(), self._next)
            if self.per_second is not None:
                self._next = turn + 1 / self.per_second
        while (left := turn - clock.monotonic()) > 0 and self.stopped is None:
            clock.sleep(min(left, _SECONDS_BETWEEN_LOOKS))
        if self.stopped is not None:
            raise OverBudgetError(self.stopped)

    def stop(self, reason: str) -> None:
        """Refuse every request from now on. A signal handler may call it, so it takes no lock."""
        self.stopped = reason
        self.refused.append(reason)

    def _reason(self, method: str, *, evaluates: bool) -> str | None:
        if self.stopped is not None:
            return self.stopped
        if self.methods is not None and method not in self.methods:
            return f"the profile sends no {method}"
        if self.requests is not None and self.sent >= self.requests:
            return f"--max-requests {self.requests}"
        if self.writes is not None and method not in _READS and self.written >= self.writes:
            return f"--max-writes {self.writes}"
        if self.evaluations is not None and evaluates and self.evaluated >= self.evaluations:
            return f"--evaluations {self.evaluations}"
        return None


@contextmanager
def spending(budget: Budget) -> Iterator[None]:
    """Enforce the budget on every request in this context.

    Schemathesis sends from several places: the engine, checks that repeat a request, probes. requests follows
    redirects, urllib3 retries. This method of the connection is the only one that all of them use. It is a method of
    the class, so only one check can run in a process at a time.
    """
    original: Callable[..., None] = urllib3.connection.HTTPConnection.putrequest

    def putrequest(self: urllib3.connection.HTTPConnection, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        budget.take(method, url)
        original(self, method, url, *args, **kwargs)

    urllib3.connection.HTTPConnection.putrequest = putrequest  # type: ignore[method-assign]  # on purpose
    try:
        yield
    finally:
        urllib3.connection.HTTPConnection.putrequest = original  # type: ignore[method-assign]  # on purpose
