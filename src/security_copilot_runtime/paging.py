"""Following @odata.nextLink."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Protocol, TypeVar

import httpx

from security_copilot_runtime.errors import InvalidResponseError
from security_copilot_runtime.origin import same_origin

PageT = TypeVar("PageT")


class _Client(Protocol):
    def request(self, **kwargs: Any) -> httpx.Response: ...
    async def arequest(self, **kwargs: Any) -> httpx.Response: ...


def pages(client: _Client, kwargs: dict[str, Any], parse: Callable[[httpx.Response], PageT]) -> Iterator[PageT]:
    """The pages of a collection, one in memory at a time.

    InvalidResponseError if a link leads to another origin, or to a page that was already fetched.
    """
    links = _Links()
    while True:
        response = client.request(**kwargs)
        page = parse(response)
        yield page
        link = links.after(response, page)
        if link is None:
            return
        kwargs = {"method": "get", "url": link}


async def apages(
    client: _Client, kwargs: dict[str, Any], parse: Callable[[httpx.Response], PageT]
) -> AsyncIterator[PageT]:
    """Like `pages`, for asyncio."""
    links = _Links()
    while True:
        response = await client.arequest(**kwargs)
        page = parse(response)
        yield page
        link = links.after(response, page)
        if link is None:
            return
        kwargs = {"method": "get", "url": link}


class _Links:
    """The links that were followed. It keeps their hashes, since links may be long and many."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def after(self, response: httpx.Response, page: Any) -> str | None:
        link: object = page.odata_next_link
        if not isinstance(link, str):
            return None
        if not same_origin(link, response.request.url) or not _is_valid(link):
            # The message does not contain the link: it may contain secrets of the service.
            raise InvalidResponseError("@odata.nextLink leads to another origin", response.request, response)
        if hash(link) in self._seen:
            raise InvalidResponseError("@odata.nextLink leads in a circle", response.request, response)
        self._seen.add(hash(link))
        return link


def _is_valid(link: str) -> bool:
    try:
        httpx.URL(link)
    except (httpx.InvalidURL, UnicodeError):
        return False  # too long, or with half of a surrogate pair
    return True
