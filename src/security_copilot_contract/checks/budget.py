"""The one place that every request passes, whoever sends it: caps, pace, and the methods that may be sent."""

import re
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import urllib3.connection
from attrs import Factory, define, field

_READS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# However the path is written: what may be billed is counted rather once too often.
_EVALUATIONS = re.compile(r"evaluations/*(\?|$)", re.IGNORECASE)


class OverBudgetError(Exception):
    """A request that may not be sent."""


@define
class Budget:
    """How many requests may be sent, at what pace, and with which methods; None is no bound.

    A write is a request whose method is not a safe one, an evaluation a POST to a collection of them. A request is
    counted before it is sent, whatever becomes of it.
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
    _lock: threading.Lock = field(default=Factory(threading.Lock), init=False, repr=False)
    _next: float = field(default=0.0, init=False, repr=False)

    def take(self, method: str, url: str) -> None:
        """Count a request that is about to be sent, and wait for its turn; OverBudgetError if it may not be."""
        with self._lock:
            evaluates = method.upper() == "POST" and _EVALUATIONS.search(url) is not None
            reason = self._reason(method.upper(), evaluates=evaluates)
            if reason is not None:
                self.refused.append(reason)
                raise OverBudgetError(reason)
            self.sent += 1
            self.written += method.upper() not in _READS
            self.evaluated += evaluates
            now = time.monotonic()
            turn = max(now, self._next)
            if self.per_second is not None:
                self._next = turn + 1 / self.per_second
        time.sleep(turn - now)

    def _reason(self, method: str, *, evaluates: bool) -> str | None:
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
    """Hold every request that is sent meanwhile to the budget.

    Schemathesis sends from several places: the engine, checks that repeat a request, probes. requests follows
    redirects, urllib3 retries. All of them come to this method of the connection in the end, and to no other
    that is common to them. It is a method of the class, so only one check can run in a process at a time.
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
