"""The links to further pages, which are opaque."""

import json
import re
from contextlib import suppress
from threading import Lock

import httpx
from attrs import define, field

from security_copilot_contract.spec.operation import Operation

# A page takes 100 us to parse, and its judge does not keep what it has parsed. In a text a quotation mark is escaped.
_LINK = re.compile(rb'"@odata\.nextLink"\s*:\s*("(?:[^"\\]|\\.)*")')
# A link is followed soon or never, and may be as long as a URL.
_MOST_LINKS = 1000


@define(eq=False)
class Links:
    """The links that came last from a service at a base URL, and the operations of whose pages they lead on.

    Threads may share it. A link that leads to another origin is none: nobody may follow it with a token.
    """

    _base_url: httpx.URL = field(converter=httpx.URL)
    _operations: dict[str, Operation] = field(init=False, factory=dict)
    _lock: Lock = field(init=False, factory=Lock)

    def add(self, operation: Operation, body: bytes) -> None:
        """Keep the link that the body of a response to an operation has, if it has one."""
        for found in _LINK.finditer(body):
            # Whether the document has such a link is not asked here.
            with suppress(ValueError, httpx.InvalidURL):
                self._add(operation, httpx.URL(json.loads(found[1])))

    def _add(self, operation: Operation, url: httpx.URL) -> None:
        if (url.scheme, url.netloc) != (self._base_url.scheme, self._base_url.netloc):
            return
        with self._lock:
            self._operations[str(url)] = operation
            if len(self._operations) > _MOST_LINKS:
                del self._operations[next(iter(self._operations))]

    def operation(self, request: httpx.Request) -> Operation | None:
        """The operation to a further page of which a request is; None for a request that is none for such a link."""
        return self._operations.get(str(request.url)) if self._operations and request.method == "GET" else None
