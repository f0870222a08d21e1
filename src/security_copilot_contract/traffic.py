"""Requests and responses of httpx, held against the document."""

from typing import Literal

import httpx
from attrs import frozen

from security_copilot_contract.judge import document


@frozen
class Breach:
    """A message that the document would not have: `problems` says why, a sentence each.

    `operation` is None when the document has none for the request.
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
        self.breaches = breaches
        super().__init__("\n".join(map(str, breaches)))


def request_breach(request: httpx.Request, base_url: str) -> Breach | None:
    """What the document has against a request to a service at a base URL; its body must have been read.

    Its path is looked at beneath that of the base URL, Authorization not at all.
    """
    try:
        url = _url(request, base_url)
        operation, _ = document().match(request.method, url)
    except LookupError as error:
        return _breach("request", request, None, [str(error.args[0])])
    problems = document().request_problems(request.method, url, request.headers, request.content)
    return _breach("request", request, operation.id, problems)


def response_breach(request: httpx.Request, response: httpx.Response, base_url: str) -> Breach | None:
    """What the document has against a response, whose body must have been read; nothing if it has no such operation."""
    try:
        operation, _ = document().match(request.method, _url(request, base_url))
    except LookupError:
        return None
    problems = document().response_problems(operation, response.status_code, response.headers, response.content)
    return _breach("response", request, operation.id, problems)


def _breach(
    message: Literal["request", "response"], request: httpx.Request, operation: str | None, problems: list[str]
) -> Breach | None:
    return Breach(message, request.method, request.url.path, operation, tuple(problems)) if problems else None


def _url(request: httpx.Request, base_url: str) -> str:
    """The URL that the request would have at the document's own server; LookupError when it is for another place."""
    path = request.url.raw_path.decode("ascii")
    base = httpx.URL(base_url)
    beneath = base.path.rstrip("/")
    if request.url.netloc != base.netloc or not path.startswith(f"{beneath}/"):
        raise LookupError(f"{request.url.copy_with(query=None)} is not beneath the base URL {base_url}")
    return str(document().raw["servers"][0]["url"]) + path.removeprefix(beneath)
