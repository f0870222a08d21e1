"""A change between two versions, as a consumer sees it."""

from collections.abc import Collection, Iterator

from attrs import frozen


@frozen
class Change:
    """What has changed at a place of the document or of the Python surface.

    `breaks` says whether it breaks who relies on it, None when that cannot be told; `within` is the part of the place,
    where the same may have changed in many parts.
    """

    place: str
    what: str
    breaks: bool | None = True
    within: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.within}{self.what}"


def names(place: str, old: Collection[str], new: Collection[str], kind: str = "") -> Iterator[Change]:
    """What is gone, and what there is besides."""
    yield from (Change(place, f"{kind}{name} is gone") for name in old if name not in new)
    yield from (Change(place, f"{kind}{name} is new", breaks=False) for name in new if name not in old)
