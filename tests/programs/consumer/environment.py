"""A virtual environment of a consumer."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Self

from attrs import frozen

from tests import ROOT

CONSTRAINTS = ROOT / "constraints.txt"
# Packages that are not counted, since they come with the environment.
_TOOLS = {"pip", "setuptools", "_distutils_hack", "pkg_resources", "distutils-precedence.pth"}


class UnfitError(Exception):
    """A problem that a consumer would have."""


def run(*command: str, cwd: Path | None = None, exit_code: int = 0) -> str:
    """The output of a command, both streams; UnfitError for another exit code.

    It runs without the variables that would make it use this checkout.
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    done = subprocess.run(
        command, cwd=cwd, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != exit_code:
        raise UnfitError(f"{' '.join(command)}\nexit code: expected {exit_code}, got {done.returncode}\n{done.stdout}")
    return done.stdout


@frozen
class Footprint:
    """The size of an environment: files, their bytes, and the bytes of the bytecode that pip adds."""

    files: int
    size: int
    bytecode: int


@frozen
class Environment:
    """A virtual environment, identified by its Python."""

    executable: Path

    @classmethod
    def fresh(cls, folder: Path) -> Self:
        """A new environment without any package, not even pip."""
        run(sys.executable, "-m", "venv", "--without-pip", str(folder))
        return cls(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))

    def pip(self, command: str, *arguments: str, cwd: Path | None = None) -> None:
        """Run pip for it, with the versions that this repository is tested with; UnfitError if that fails."""
        pip = (sys.executable, "-m", "pip", "--python", str(self.executable), "--disable-pip-version-check")
        run(*pip, command, "--quiet", "--constraint", str(CONSTRAINTS), *arguments, cwd=cwd)

    def python(self, *arguments: str, cwd: Path, exit_code: int = 0) -> str:
        """The output of its Python; UnfitError for another exit code."""
        return run(str(self.executable), *arguments, cwd=cwd, exit_code=exit_code)

    def footprint(self) -> Footprint:
        """The size of what is installed, without pip and setuptools."""
        (site,) = self.executable.parent.parent.rglob("site-packages")
        paths = [
            path
            for entry in site.iterdir()
            if entry.name.partition("-")[0] not in _TOOLS
            for path in ([entry] if entry.is_file() else entry.rglob("*"))
            if path.is_file()
        ]
        sizes = {True: [0], False: [0]}
        for path in paths:
            sizes[path.suffix == ".pyc"].append(path.stat().st_size)
        return Footprint(len(sizes[False]) - 1, sum(sizes[False]), sum(sizes[True]))
