# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""Types that models and operations share."""

import datetime
from collections.abc import MutableMapping
from typing import Generic, Literal, TypeVar

from attrs import define


class Unset:
    """The type of UNSET, which stands for a value that is not given. It is false."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Unset = Unset()

# The API's value for a time that has not come yet.
NOT_YET = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)

T = TypeVar("T")


@define
class Response(Generic[T]):
    """A response, and the object parsed from it.

    `parsed` is None if there is no body, or the body is malformed.
    """

    status_code: int
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T | None


__all__ = ["NOT_YET", "UNSET", "Response", "Unset"]
