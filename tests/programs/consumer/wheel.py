"""Build the wheel, and check its contents."""

import sys
from collections import Counter
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from packaging.metadata import Metadata

from tests import ROOT
from tests.programs.consumer.environment import UnfitError, run

PACKAGES = (
    "generated/security_copilot_client",
    "src/security_copilot_asking",
    "src/security_copilot_contract",
    "src/security_copilot_runtime",
)
DOCUMENTED = ("openapi/security-copilot.yaml", "openapi/facts.yaml", "openapi/contradictions.yaml", "openapi/exchanges")
TYPED = {f"{PurePosixPath(package).name}/py.typed" for package in PACKAGES}


def build(folder: Path) -> Path:
    """The wheel of this checkout; UnfitError if two builds differ by a byte."""
    wheels: list[Path] = []
    for name in ("first", "second"):
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder / name), str(ROOT))
        wheels += (folder / name).iterdir()
    first, second = wheels
    if first.read_bytes() != second.read_bytes():
        raise UnfitError("two builds of the wheel differ")
    return first


def check(wheel: Path) -> None:
    """UnfitError unless the wheel has the packages, the document and the exchanges, and nothing else.

    packaging's InvalidMetadata if a package index would reject it.
    """
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        Metadata.from_email(archive.read(metadata), validate=True)
    modules = {name.partition("/")[2] for name in _versioned(*PACKAGES)}
    expected = modules | TYPED | {f"security_copilot_contract/{name}" for name in _versioned(*DOCUMENTED)}
    if names != expected:
        raise UnfitError(f"the wheel lacks {sorted(expected - names)}, and has too many: {sorted(names - expected)}")


def _versioned(*paths: str) -> list[str]:
    """The files in these paths that git tracks, or would add."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", *paths, cwd=ROOT).splitlines()
    return [name for name in listed if (ROOT / name).exists()]


def contents(wheel: Path) -> dict[str, tuple[int, int]]:
    """For each package of the wheel, the number of files and their bytes when unpacked."""
    files, sizes = Counter[str](), Counter[str]()
    with ZipFile(wheel) as archive:
        for entry in archive.infolist():
            parts = PurePosixPath(entry.filename).parts
            package = "/".join(parts[:2]) if "openapi" in parts else parts[0]
            files[package] += 1
            sizes[package] += entry.file_size
    return {package: (files[package], sizes[package]) for package in sorted(files)}
