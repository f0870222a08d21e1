"""Requests and responses of httpx, held against the document."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import httpx
from attrs import frozen

from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.operation import Operation

# Of a message that is all wrong, as much as a person reads.
_MOST_PROBLEMS = 20
_LONGEST_PROBLEM = 600
# Whatever is shorter is nobody's token, and may be a word of a sentence.
_SHORTEST_TOKEN = 8

# httpx takes 30 us to parse one.
_parsed = lru_cache(maxsize=16)(httpx.URL)


@frozen
class Breach:
    """A message that the document would not have: `problems` says why, a sentence each.

    `operation` is None when the document has none for the request. The request's token is in none of it, and neither
    is what the message holds, but for the excerpts in the problems.
    """

    message: Literal["request", "response"]
    method: str
    path: str
    operation: str | None
    problems: tuple[str, ...]

    def __str__(self) -> str:
        what = f"the {self.message} of {self.operation}" if self.operation else f"the {self.message}"
        return "\n  ".join([f"{what} breaks the document ({self.method} {self.path}):", *self.problems])


class ContractError(AssertionError):
    """Messages broke the document; `breaches` has each."""

    def __init__(self, *breaches: Breach) -> None:
        super().__init__(*breaches)
        self.breaches = breaches

    def __str__(self) -> str:
        return "\n".join(map(str, self.breaches))


@frozen
class Call:
    """A request, the operation of the document that it is for, and the parameters in its path.

    Without an operation `problem` says why there is none.
    """

    request: httpx.Request
    operation: Operation | None
    path: Mapping[str, str]
    query: str
    problem: str = ""

    @classmethod
    def of(cls, request: httpx.Request, base_url: str) -> "Call":
        """A request to a service at a base URL: its path is looked at beneath that, its Authorization not at all."""
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        base = _parsed(base_url)
        beneath = base.raw_path.decode("ascii").rstrip("/")
        at_base = request.url.netloc == base.netloc and request.url.scheme == base.scheme
        if not at_base or not path.startswith(f"{beneath}/"):
            problem = f"{shown(request.url)} is not beneath the base URL {shown(base)}"
            return cls(request, None, {}, query, problem)
        found = document().operation_at(request.method, path.removeprefix(beneath))
        if found is None:
            return cls(request, None, {}, query, f"the document has no operation for {request.method} {path}")
        return cls(request, found[0], found[1], query)

    def request_breach(self) -> Breach | None:
        """What the document has against the request, whose body must have been read."""
        if self.operation is None:
            return self.breach("request", [self.problem])
        headers = fields(self.request.headers)
        return self.breach(
            "request", self.operation.request_problems(self.path, self.query, headers, self.request.content)
        )

    def response_breach(self, response: httpx.Response) -> Breach | None:
        """What the document has against a response, whose body must have been read; nothing without an operation."""
        if self.operation is None:
            return None
        headers = fields(response.headers)
        return self.breach(
            "response", self.operation.response_problems(response.status_code, headers, response.content)
        )

    def breach(self, message: Literal["request", "response"], problems: list[str]) -> Breach | None:
        """The breach that problems make; None when there are none."""
        if not problems:
            return None
        shown = [self._shown(problem) for problem in problems[:_MOST_PROBLEMS]]
        if len(problems) > len(shown):
            shown.append(f"and {len(problems) - len(shown)} more")
        operation = None if self.operation is None else self.operation.id
        return Breach(message, self.request.method, self.request.url.path, operation, tuple(shown))

    def _shown(self, problem: str) -> str:
        # A service may send back what was sent to it.
        token = self.request.headers.get("Authorization", "").rpartition(" ")[2]
        if len(token) >= _SHORTEST_TOKEN:
            problem = problem.replace(token, "[token]")
        if len(problem) > _LONGEST_PROBLEM:
            # What is wrong stands at the end, what it is about at the beginning.
            half = _LONGEST_PROBLEM // 2
            problem = f"{problem[:half]} ... {problem[-half:]}"
        return problem


def service_url(base_url: str | None) -> str:
    """A base URL without a slash at its end; the document's server by default, ValueError if it is not absolute."""
    url = httpx.URL(document().raw["servers"][0]["url"] if base_url is None else base_url)
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"base_url must be an absolute URL, not {base_url!r}")
    return str(url).rstrip("/")


def shown(url: httpx.URL | str) -> str:
    """A URL for a message: without its query, and what may stand before the host, which is a password."""
    url = httpx.URL(url)
    return f"{url.scheme}://{url.netloc.decode('ascii')}{url.path}"


def request_breach(request: httpx.Request, base_url: str) -> Breach | None:
    """What the document has against a request to a service at a base URL; its body must have been read."""
    return Call.of(request, base_url).request_breach()


def response_breach(request: httpx.Request, response: httpx.Response, base_url: str) -> Breach | None:
    """What the document has against a response, whose body must have been read; nothing if it has no such operation."""
    return Call.of(request, base_url).response_breach(response)


def fields(headers: httpx.Headers) -> dict[str, str]:
    """The headers by their names in lower case; those that came several times joined, as HTTP has it."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
