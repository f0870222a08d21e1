"""From a response to an object, and from arguments to a request.

A success that is documented without a body is not parsed: its operation returns None. A body that comes nevertheless is
ignored, like an undocumented property, so that a later version of the API may add one.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from security_copilot_runtime.errors import InvalidResponseError, SecurityCopilotError, service_error
from security_copilot_runtime.redaction import quoted

T = TypeVar("T")
E = TypeVar("E")

_FIRST_ERROR = 400


def parse(response: httpx.Response, build: Callable[[Any], T]) -> T:
    """The object that `build` makes of the JSON body; InvalidResponseError if it is not JSON, or `build` fails."""
    try:
        return build(response.json())
    except KeyError as error:
        problem = f"the property {error} is missing"
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        problem = str(error)
    media_type = quoted(response.headers.get("content-type", "no media type"), 100)
    size = len(response.content)
    problem = f"{response.status_code} with a malformed body ({media_type}, {size} bytes): {problem}"
    raise InvalidResponseError(problem, response.request, response)


def lenient(
    response: httpx.Response, parse_success: Callable[[httpx.Response], T], build_error: Callable[[Any], E]
) -> T | E | None:
    """The object of the success, else of the error, else None. Raises nothing.

    None is also what a success without a body gives.
    """
    try:
        return parse_success(response)
    except SecurityCopilotError:
        pass
    try:
        return parse(response, build_error) if response.status_code >= _FIRST_ERROR else None
    except InvalidResponseError:
        return None


def failure(response: httpx.Response) -> SecurityCopilotError:
    """The exception for a response that is not a documented success."""
    if response.status_code >= _FIRST_ERROR:
        return service_error(response)
    problem = f"{response.status_code} is not a documented status of this operation"
    return InvalidResponseError(problem, response.request, response)


def segment(name: str, value: str) -> str:
    """A path parameter as exactly one path segment (RFC 3986, section 3.3).

    ValueError for the empty string and for dot segments: HTTP libraries remove them together with the segment before
    them, and the request would go to another resource.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")
    if value in ("", ".", ".."):
        raise ValueError(f"{name} must be an id, not {value!r}")
    return quote(value, safe="")
