"""The links to further pages. They are opaque, so requests for them are matched by the link, not by its path."""

import json
import re
from contextlib import suppress
from itertools import islice
from threading import Lock

import httpx
from attrs import define, field

from security_copilot_contract.spec.operation import Operation
from security_copilot_runtime.origin import same_origin

# A page takes 100 us to parse, and its validation does not keep the result. Within a string, quotes are escaped.
_LINK = re.compile(rb'"@odata\.nextLink"\s*:\s*("(?:[^"\\]|\\.)*")')
# A link is followed soon or never, and may be long.
_MOST_LINKS = 1000


@define(eq=False)
class Links:
    """The latest links from a service at a base URL, each with the operation whose collection it continues.

    Threads may share it. Links to another origin are ignored: nobody may follow them with a token.
    """

    _base_url: httpx.URL = field(converter=httpx.URL)
    _operations: dict[str, Operation] = field(init=False, factory=dict)
    _lock: Lock = field(init=False, factory=Lock)

    def add(self, operation: Operation, body: bytes) -> None:
        """Keep the link in the body of a response to an operation, if there is one."""
        for found in islice(_LINK.finditer(body), _MOST_LINKS):
            # The document validates the link; here an invalid one is ignored.
            with suppress(ValueError, httpx.InvalidURL):
                self._add(operation, json.loads(found[1]))

    def _add(self, operation: Operation, link: str) -> None:
        if not same_origin(link, self._base_url):
            return
        url = str(httpx.URL(link))
        with self._lock:
            self._operations[url] = operation
            if len(self._operations) > _MOST_LINKS:
                del self._operations[next(iter(self._operations))]

    def operation(self, request: httpx.Request) -> Operation | None:
        """The operation whose collection a request continues; None for a request that is not for a link."""
        return self._operations.get(str(request.url)) if self._operations and request.method == "GET" else None
