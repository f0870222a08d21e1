"""What version and changelog need when something breaks."""

import re
from collections.abc import Collection, Iterator
from typing import Self

from attrs import frozen
from packaging.version import Version

_HEADING = re.compile(r"^## ", re.MULTILINE)
_BREAKING = re.compile(r"^- Breaking: .+$", re.MULTILINE)


def next_version(version: Version, *, breaks: bool) -> Version:
    """The lowest version after this one; for a break the next minor version before 1.0, the next major from 1.0 on."""
    major, minor = version.major, version.minor
    if major == 0:
        return Version(f"0.{minor + 1}.0" if breaks else f"0.{minor}.{version.micro + 1}")
    return Version(f"{major + 1}.0.0" if breaks else f"{major}.{minor + 1}.0")


@frozen
class State:
    """The version of a document, and the topmost section of the changelog beside it."""

    version: Version
    heading: str
    # The entries about breaking changes.
    breaking: frozenset[str]
    # Whether it has a tag.
    released: bool

    @classmethod
    def of(cls, version: str, changelog: str, releases: Collection[Version]) -> Self:
        """The headings of the changelog are `## VERSION, DATE`, the latest first; DATE may be `unreleased`."""
        section = [*_HEADING.split(changelog), ""][1]
        is_released = Version(version) in releases
        return cls(Version(version), section.partition("\n")[0], frozenset(_BREAKING.findall(section)), is_released)

    def missing(self, old: "State") -> Iterator[str]:
        """What is still to be written after a change that breaks consumers of the old state."""
        version = max(self.version, next_version(old.version, breaks=True)) if old.released else self.version
        if self.version < version:
            yield f"version {version} in the document; then `make generate`"
        if self.heading.partition(",")[0] != str(version):
            yield f"a topmost section `## {version}, unreleased` in CHANGELOG.md"
        if not self.breaking - old.breaking:
            yield "an entry `- Breaking: ...` in that section, with what breaks and what to do"
