"""Limits on every request, whatever code sends it: counts, rate and methods, its time, and the size of its response."""

import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self
from weakref import WeakKeyDictionary

import urllib3.connection
import urllib3.response
from attrs import Factory, define, field
from urllib3 import HTTPHeaderDict
from urllib3.exceptions import HTTPError, ProtocolError

from security_copilot_contract.checks.redaction import Secrets
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
    counted before it is sent, even if it fails. Each request may take `seconds` from its first byte to the last one of
    its response, whose body has at most `most_bytes` bytes once it is decoded. `stopped` is why nothing more is sent.
    """

    requests: int | None = None
    writes: int | None = None
    evaluations: int | None = None
    per_second: float | None = None
    methods: Collection[str] | None = None
    seconds: float = 30.0
    most_bytes: int = 10_000_000
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
        self.wait(turn - clock.monotonic())

    def wait(self, seconds: float) -> None:
        """Wait; OverBudgetError as soon as nothing more is sent."""
        until = clock.monotonic() + seconds
        while (left := until - clock.monotonic()) > 0 and self.stopped is None:
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


@define(eq=False)
class _Watch:
    """One request, which must have a complete response before its deadline."""

    connection: urllib3.connection.HTTPConnection
    budget: Budget
    secrets: Secrets
    deadline: float
    is_done: bool = False
    is_late: bool = False
    # A connection that is to be closed after the response forgets its socket before the body is read.
    _socket: socket.socket | None = None

    def end(self) -> None:
        """End the request, if it goes on: whoever reads from its socket gets the end of it."""
        if self.is_done:
            return
        self.is_late = True
        sock = self._socket or self.connection.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def response(self, get: Callable[[], urllib3.response.HTTPResponse]) -> urllib3.response.HTTPResponse:
        """The response, without secrets and with a bounded body; ProtocolError if its head is late."""
        self._socket = self.connection.sock
        try:
            response = get()
        except Exception as error:
            self._refuse_late()
            if self.secrets.redact_text(str(error)) != str(error):
                # It quotes a malformed head.
                raise ProtocolError(f"{type(error).__name__}: {self.secrets.redact_text(str(error))}") from None
            raise
        if self.is_late:
            # Its head ends with the connection, so it may look complete.
            response.close()
            self.connection.close()
        self._refuse_late()
        redact = self.secrets.redact_text
        response.headers = HTTPHeaderDict([(name, redact(value)) for name, value in response.headers.items()])
        response.reason = redact(response.reason or "")
        stream = response.stream
        # All that read a body with requests call this method.
        vars(response)["stream"] = lambda *args, **kwargs: self._bounded(response, stream(*args, **kwargs))
        return response

    def _bounded(self, response: urllib3.response.HTTPResponse, chunks: Iterator[bytes]) -> Iterator[bytes]:
        body = bytearray()
        try:
            for chunk in chunks:
                body += chunk
                if len(body) > self.budget.most_bytes:
                    raise ProtocolError(f"the body is longer than {self.budget.most_bytes:,} bytes")
            # A body without a length ends with the connection, so a late one would look complete.
            self._refuse_late()
        except (OSError, ValueError, HTTPError):
            response.close()
            self._refuse_late()
            raise
        finally:
            self.is_done = True
            # It refers to the response, which would live on otherwise.
            vars(response).pop("stream", None)
        # As a whole: a secret may be in two chunks.
        yield self.secrets.redact(bytes(body))

    def _refuse_late(self) -> None:
        if self.is_late:
            raise ProtocolError(f"the response was not complete after {self.budget.seconds:g} s")


class _Watchdog:
    """Ends requests that are late. Timeouts of sockets do not: a byte now and then keeps a response going."""

    def __init__(self, budget: Budget, secrets: Secrets) -> None:
        self._budget = budget
        self._secrets = secrets
        # The first one has the earliest deadline.
        self._watches: queue.SimpleQueue[_Watch | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def watch(self, connection: urllib3.connection.HTTPConnection) -> _Watch:
        watch = _Watch(connection, self._budget, self._secrets, time.monotonic() + self._budget.seconds)
        self._watches.put(watch)
        return watch

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._watches.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (watch := self._watches.get()) is not None:
            if self._stopped.wait(max(0.0, watch.deadline - time.monotonic())):
                return
            watch.end()


@contextmanager
def spending(
    budget: Budget,
    secrets: Secrets | None = None,
    authorization: Callable[[str], str] = str,
    headers: Iterable[tuple[str, str]] = (),
) -> Iterator[None]:
    """Enforce the budget on every request in this context, and redact secrets in every response.

    `authorization` makes of an Authorization header the one that is sent. `headers` are sent in addition.

    Schemathesis sends from several places: the engine, checks that repeat a request, probes. requests follows
    redirects, urllib3 retries. These methods of the connection are the only ones that all of them use. They are methods
    of the class, so only one check can run in a process at a time.
    """
    connection = urllib3.connection.HTTPConnection
    putrequest: Callable[..., None] = connection.putrequest
    putheader: Callable[..., None] = connection.putheader
    getresponse: Callable[..., urllib3.response.HTTPResponse] = connection.getresponse
    watches: WeakKeyDictionary[urllib3.connection.HTTPConnection, _Watch] = WeakKeyDictionary()

    with _Watchdog(budget, secrets or Secrets()) as watchdog:

        def put(self: urllib3.connection.HTTPConnection, method: str, url: str, *args: Any, **kwargs: Any) -> None:
            budget.take(method, url)
            if self in watches:
                # Its response may have been left unread.
                watches[self].is_done = True
            watches[self] = watchdog.watch(self)
            putrequest(self, method, url, *args, **kwargs)
            for name, value in headers:
                putheader(self, name, value)

        def head(self: urllib3.connection.HTTPConnection, name: str | bytes, *values: Any) -> None:
            text = name if isinstance(name, str) else name.decode("latin-1")
            if text.lower() == "authorization":
                values = tuple(authorization(v if isinstance(v, str) else v.decode("latin-1")) for v in values)
            putheader(self, name, *values)

        def get(self: urllib3.connection.HTTPConnection) -> urllib3.response.HTTPResponse:
            return watches[self].response(lambda: getresponse(self))

        for name, method in {"putrequest": put, "putheader": head, "getresponse": get}.items():
            setattr(connection, name, method)
        try:
            yield
        finally:
            for name, method in {"putrequest": putrequest, "putheader": putheader, "getresponse": getresponse}.items():
                setattr(connection, name, method)
