"""From a response to an object, and from arguments to a request.

A success that is documented without a body is not parsed: its operation returns None. A body that comes nevertheless is
ignored, like an undocumented property, so that a later version of the API may add one.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol, Self, TypeVar, cast
from urllib.parse import quote

import httpx

from security_copilot_runtime.errors import InvalidResponseError, SecurityCopilotError, service_error
from security_copilot_runtime.redaction import quoted
from security_copilot_runtime.values import wrong_type

T = TypeVar("T")
E = TypeVar("E")


class _Model(Protocol):
    _required: ClassVar[frozenset[str]]

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self: ...


ModelT = TypeVar("ModelT", bound=_Model)

_FIRST_ERROR = 400


def parse(response: httpx.Response, build: Callable[[Any], T]) -> T:
    """The object that `build` makes of the JSON body; InvalidResponseError if it is not JSON, or `build` fails."""
    try:
        return build(response.json())
    except KeyError as error:
        problem = f"the property {error} is missing"
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        problem = str(error)
    if response.content:
        media_type = quoted(response.headers.get("content-type", "no media type"), 100)
        problem = f"with a malformed body ({media_type}, {len(response.content)} bytes): {problem}"
    else:
        problem = "without the documented body; the service has accepted the request"
    raise InvalidResponseError(f"{response.status_code} {problem}", response.request, response)


def as_page(data: Any, item: type[_Model]) -> Any:
    """A page: if the service has answered with one entity, as documented for listEvaluations, a page of one item.

    An entity without a context is recognized by its properties.
    """
    if not isinstance(data, dict) or "value" in data:
        return data
    required = item._required  # noqa: SLF001 - the name of a property could be the same without the underscore
    is_entity = str(data.get("@odata.context")).endswith("/$entity") or data.keys() >= required
    return {"value": [data]} if is_entity else data


def whole_page(data: Any, page: type[ModelT], item: type[_Model]) -> ModelT:
    """A page of whole items, as the service answers without $select."""
    if not isinstance(data, dict):
        raise wrong_type(page.__name__, data, "an object")
    items = data["value"]
    if not isinstance(items, list | None):
        raise wrong_type("value", items, "a list")
    parsed: Any = page.from_dict({**data, "value": None})
    parsed.value = list(map(item.from_dict, items or ()))
    return cast("ModelT", parsed)


def lenient(response: httpx.Response, parse_success: Callable[[], T], build_error: Callable[[Any], E]) -> T | E | None:
    """The object of the success, else of the error, else None. Raises nothing.

    None is also what a success without a body gives.
    """
    try:
        return parse_success()
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
