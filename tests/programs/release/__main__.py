"""What a release needs, as far as it can be tried without publishing: `make release-check`.

    python -m tests.programs.release check           build, and check what was built
    python -m tests.programs.release notes vVERSION  the notes of a version; refuses what must not be released
    python -m tests.programs.release owner NAME      put a name in the place of OWNER

`check` needs the group `release` of pyproject.toml. The exit code is 1 if the release is not fit.
"""

import re
import subprocess
import sys
import tarfile
import tempfile
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

from tests import ROOT

PLACEHOLDER = "OWNER"
OWNER = re.compile(rf"(?<=[@/ ]){PLACEHOLDER}(?=/|\.example|$)", re.MULTILINE)
# The newest section of the changelog.
SECTION = re.compile(r"\A.*?^## (?P<heading>[^\n]+)\n(?P<notes>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# A line that goes on in the next one. The forge shows each line of the notes as one.
CONTINUED = re.compile(r"(?<!\n)\n(?!\n|#| *-) *")


class UnfitError(Exception):
    """A reason against the release."""


def check() -> None:
    """Build wheel and sdist, and check them; UnfitError."""
    with tempfile.TemporaryDirectory() as name:
        run("build", "--no-isolation", "--outdir", name, str(ROOT))
        (wheel,), (sdist,) = Path(name).glob("*.whl"), Path(name).glob("*.tar.gz")
        run("twine", "check", "--strict", str(wheel), str(sdist))
        run("check_wheel_contents", str(wheel))
        run("validate_pyproject", "pyproject.toml")
        rating = run("pyroma", "--min=10", str(sdist))
        if "10/10" not in rating:
            raise UnfitError(rating)
        check_links(wheel)
        check_sources(sdist)


def check_links(wheel: Path) -> None:
    """The page of an index has no files that a link could lead to."""
    with ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        page = str(message_from_bytes(archive.read(metadata)).get_payload())
    relative = [link for link in re.findall(r"\]\(([^)]+)\)", page) if not link.startswith("https://")]
    if relative:
        raise UnfitError(f"links that lead nowhere from the page of an index: {relative}")


def check_sources(sdist: Path) -> None:
    """The tests run in what has all files of the repository."""
    with tarfile.open(sdist) as archive:
        found = {name.partition("/")[2] for name in archive.getnames()}
    missing = sorted(set(tracked()) - found)
    if missing:
        raise UnfitError(f"the sdist lacks {missing}")


def notes(tag: str) -> str:
    """The notes of a version, from the changelog; UnfitError if it must not be released."""
    document = (ROOT / "openapi/security-copilot.yaml").read_text("utf-8")
    version = re.findall("^  version: (.+)$", document, re.MULTILINE)[0]
    if tag != f"v{version}":
        raise UnfitError(f"the tag is {tag}, and the version of the document is {version}")
    newest = SECTION.match((ROOT / "CHANGELOG.md").read_text("utf-8"))
    if newest is None or not re.fullmatch(f"{re.escape(version)}, {DATE}", newest["heading"]):
        raise UnfitError(f"CHANGELOG.md must begin with `## {version}, ` and the date, such as 2026-12-01")
    if placeholders():
        raise UnfitError(
            f"{PLACEHOLDER} stands for the owner in {', '.join(placeholders())}; `make owner OWNER=name` names one"
        )
    if unpinned():
        raise UnfitError(
            f"Dockerfile: {', '.join(unpinned())} has no digest; .github/workflows/release.yml says how to pin it"
        )
    return CONTINUED.sub(" ", newest["notes"].strip())


def unpinned() -> list[str]:
    """The images that the emulator's is built from by a name that may mean another one tomorrow."""
    stages = re.findall(r"^FROM (\S+)(?: AS (\S+))?$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    own = {name for _, name in stages}
    return [image for image, _ in stages if image not in own and not re.search("@sha256:[0-9a-f]{64}$", image)]


def name_owner(name: str) -> None:
    """Put a name in the place of the placeholder, in all files."""
    for path in placeholders():
        file = ROOT / path
        file.write_text(OWNER.sub(name, file.read_text("utf-8")), "utf-8")


def placeholders() -> list[str]:
    """The files that have the placeholder. This program and its tests speak of it."""
    paths = [path for path in tracked() if not path.startswith("tests/")]
    return [path for path in paths if OWNER.search((ROOT / path).read_bytes().decode("utf-8", "ignore"))]


def tracked() -> list[str]:
    """The files of the repository."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(["/usr/bin/env", *listed], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def run(module: str, *arguments: str) -> str:
    """The output of a module; UnfitError if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(f"{module}: {'fails' if done.returncode else 'passes'}", flush=True)
    if done.returncode:
        raise UnfitError(done.stdout)
    return done.stdout


def main(command: str, *arguments: str) -> int:
    """The exit code."""
    try:
        if command == "check":
            check()
        elif command == "notes":
            print(notes(*arguments))
        elif command == "owner":
            name_owner(*arguments)
    except UnfitError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
