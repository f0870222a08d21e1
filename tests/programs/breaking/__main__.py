"""Report breaking changes since BASE, in the document and in the Python packages. Run by `make breaking`.

    python -m tests.programs.breaking [BASE]

BASE is a git ref: a tag, a branch or a commit; by default the last tag, or main if there is none. The exit code is 1
if something breaks and the version or the changelog does not say so, 2 if BASE or this version cannot be read.

Other tools compare documents as well. Each was tried with some 66 changes, most of them from
`tests/repository/test_compatibility.py`. None handles OpenAPI 3.1 as this document uses it: lists of types, `anyOf`
around open enumerations, closed bodies. Optic, which is archived, misses what is narrowed or removed in requests, and
takes a minute for each change; api-smart-diff and openapi-diff expect OpenAPI 3.0 and are wrong about a dozen changes
and about 20; Specmatic is wrong about 15. oasdiff, in Go, is in no registry of Python or npm. So jsonschema-rs, which
the contract needs anyway, compares the schemas.
"""

import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable
from functools import cached_property
from io import BytesIO
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from zipfile import ZipFile

import yaml
from attrs import frozen
from packaging.version import InvalidVersion, Version

from tests.programs.breaking import openapi, surface
from tests.programs.breaking.change import Change
from tests.programs.breaking.schemas import Schema
from tests.programs.breaking.version import State, next_version

# How many of the parts with the same change are printed.
MOST_PARTS = 3
DOCUMENT = "openapi/security-copilot.yaml"


class UnknownBaseError(Exception):
    """There is no such version to compare with."""


@frozen
class Tree:
    """The files of one version."""

    root: Path

    @cached_property
    def document(self) -> Schema:
        with (self.root / DOCUMENT).open("rb") as file:  # its name is in the error of a malformed one
            document: Schema = yaml.safe_load(file)
        return document

    def state(self, releases: Collection[Version]) -> State:
        changelog = self.root / "CHANGELOG.md"
        text = changelog.read_text("utf-8") if changelog.exists() else ""
        return State.of(self.document["info"]["version"], text, releases)


def git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(("git", *arguments), capture_output=True, check=False)  # noqa: S607 - the git on the PATH
    except FileNotFoundError:
        raise UnknownBaseError("git is not installed") from None
    if done.returncode != 0:
        raise UnknownBaseError(done.stderr.decode().strip())
    return done.stdout


def default_base() -> str:
    for question in (("describe", "--tags", "--abbrev=0"), ("rev-parse", "--abbrev-ref", "origin/main")):
        try:
            return git(*question).decode().strip()
        except UnknownBaseError:
            continue
    return "main"


def released() -> frozenset[Version]:
    """The versions that have a tag."""
    tags = git("tag", "--list", "v[0-9]*").decode().split()
    return frozenset(map(Version, tags))


def unpacked(base: str, folder: Path) -> Tree:
    """The files of that version, extracted into the folder; UnknownBaseError if it is not in this clone."""
    try:
        git("rev-parse", "--verify", f"{base}^{{commit}}")
        ZipFile(BytesIO(git("archive", "--format=zip", base))).extractall(folder)
    except UnknownBaseError as error:
        problem = f"BASE={base} is not a tag, branch or commit of this clone; fetch it if it is elsewhere ({error})"
        raise UnknownBaseError(problem) from None
    if not (folder / DOCUMENT).exists():
        raise UnknownBaseError(f"BASE={base} has no {DOCUMENT}")
    return Tree(folder)


def show(title: str, changes: Iterable[Change]) -> None:
    """Print each change once, with its places; a change that occurs in many parts, with a few of them."""
    by_what = attrgetter("what")
    found = [_lines(what, [*same]) for what, same in groupby(sorted(changes, key=by_what), by_what)]
    if found:
        print(f"{title}:", *chain.from_iterable(sorted(found)), "", sep="\n")


def _lines(what: str, changes: list[Change]) -> list[str]:
    by_part = attrgetter("within")
    parts = [
        f"  {', '.join(sorted({change.place for change in same}))}: {part}{what}"
        for part, same in groupby(sorted(changes, key=by_part), by_part)
    ]
    hidden = len(parts) - MOST_PARTS
    return [*parts[:MOST_PARTS], f"  and the same in {hidden} more parts"] if hidden > 0 else sorted(parts)


def compare(base: str, old: Tree, new: Tree) -> int:
    """Print the changes; exit status 1 if something breaks and the version or the changelog does not say so."""
    packages, packages_now = surface.packages(old.root), surface.packages(new.root)
    found = {
        "the document": list(openapi.changes(old.document, new.document)),
        "Python": list(surface.changes(packages, packages_now)),
    }
    for title, breaks in (("Breaking", True), ("Possibly breaking", None), ("New", False)):
        for where, changes in found.items():
            show(f"{title}, in {where}", [change for change in changes if change.breaks is breaks])
    releases = released()
    kinds = {change.breaks for changes in found.values() for change in changes}
    if True in kinds and not releases:
        print("Something breaks, but no version has a tag: a first release breaks nobody.")
        return 0
    return follows(base, old.state(releases), new.state(releases), kinds)


def follows(base: str, old: State, new: State, kinds: set[bool | None]) -> int:
    """Print what version and changelog need after changes that break (True), may break (None) or are new (False)."""
    print(f"{base} is version {old.version}, {'released' if old.released else 'unreleased'}; this is {new.version}.")
    if True not in kinds:
        least = next_version(old.version, breaks=False) if kinds and old.released else new.version
        certain = "Nothing breaks." if None not in kinds else "Nothing breaks for certain; check what may break."
        print(certain + (f" The additions need version {least}." if new.version < least else ""))
        return 0
    missing = list(new.missing(old))
    need = "Something breaks. Still missing:" if missing else "Something breaks, and version and changelog say so."
    print(need, *missing, sep="\n  ")
    return 1 if missing else 0


def main(base: str | None = None) -> int:
    with tempfile.TemporaryDirectory() as folder:
        base = base or default_base()
        try:
            return compare(base, unpacked(base, Path(folder)), Tree(Path.cwd()))
        except (UnknownBaseError, yaml.YAMLError, InvalidVersion) as error:
            # On one line; errors of YAML have several.
            print(*str(error).split(), file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
