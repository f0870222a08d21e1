"""The wheel: built, and held against what it should have in it."""

import sys
from collections import Counter
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from packaging.metadata import Metadata

from tests import ROOT
from tests.programs.consumer.environment import UnfitError, run

PACKAGES = ("generated/security_copilot_client", "src/security_copilot_contract", "src/security_copilot_runtime")
DOCUMENTED = ("openapi/security-copilot.yaml", "openapi/contradictions.yaml", "openapi/exchanges")
TYPED = {f"{PurePosixPath(package).name}/py.typed" for package in PACKAGES}


def build(folder: Path) -> Path:
    """The wheel of this checkout, for which its two builds must not differ by a byte."""
    wheels: list[Path] = []
    for name in ("first", "second"):
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder / name), str(ROOT))
        wheels += (folder / name).iterdir()
    first, second = wheels
    if first.read_bytes() != second.read_bytes():
        raise UnfitError("two builds of the wheel differ")
    return first


def check(wheel: Path) -> None:
    """UnfitError unless the wheel has the packages and what is documented, and nothing else.

    packaging's InvalidMetadata, if an index of packages would refuse it.
    """
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        Metadata.from_email(archive.read(metadata), validate=True)
    modules = {name.partition("/")[2] for name in _versioned(*PACKAGES)}
    due = modules | TYPED | {f"security_copilot_contract/{name}" for name in _versioned(*DOCUMENTED)}
    if names != due:
        raise UnfitError(f"the wheel lacks {sorted(due - names)}, and should not have {sorted(names - due)}")


def _versioned(*paths: str) -> list[str]:
    """The files beneath these paths that git has, or is about to have."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", *paths, cwd=ROOT).splitlines()
    return [name for name in listed if (ROOT / name).exists()]


def contents(wheel: Path) -> dict[str, tuple[int, int]]:
    """How many files each package of the wheel has, and their bytes when unpacked."""
    files, sizes = Counter[str](), Counter[str]()
    with ZipFile(wheel) as archive:
        for entry in archive.infolist():
            parts = PurePosixPath(entry.filename).parts
            package = "/".join(parts[:2]) if "openapi" in parts else parts[0]
            files[package] += 1
            sizes[package] += entry.file_size
    return {package: (files[package], sizes[package]) for package in sorted(files)}
