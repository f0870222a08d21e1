"""A change between two versions, from the view of a consumer."""

from collections.abc import Collection, Iterator

from attrs import frozen


@frozen
class Change:
    """A change at a place of the document or of a Python package.

    `breaks` is whether it breaks a consumer, None if that cannot be decided. `within` is the part of the place, for a
    change that may occur in many parts.
    """

    place: str
    what: str
    breaks: bool | None = True
    within: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.within}{self.what}"


def names(place: str, old: Collection[str], new: Collection[str], kind: str = "") -> Iterator[Change]:
    """The names that are gone, and those that are new."""
    yield from (Change(place, f"{kind}{name} is gone") for name in old if name not in new)
    yield from (Change(place, f"{kind}{name} is new", breaks=False) for name in new if name not in old)
