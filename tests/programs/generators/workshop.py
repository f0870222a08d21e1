"""A folder in which the tools of other projects are installed and run."""

import os
import subprocess
import venv
from pathlib import Path

from attrs import frozen


class BrokenError(Exception):
    """A tool fails, or its output does not work."""


@frozen
class Workshop:
    """The folder, with a virtual environment of Python and packages of npm."""

    folder: Path

    @classmethod
    def equipped(cls, folder: Path, *, pip: list[str], npm: list[str]) -> "Workshop":
        """A workshop with these packages installed, given as requirements for pip and for npm."""
        shop = cls(folder)
        venv.create(folder / ".venv", with_pip=True)
        shop.run("python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pip)
        (folder / "package.json").write_text("{}", "utf-8")
        _output(["npm", "install", "--loglevel=error", "--no-audit", "--no-fund", *npm], folder)
        return shop

    def program(self, name: str) -> str:
        """The path of an installed program."""
        python = self.folder / ".venv" / ("Scripts" if os.name == "nt" else "bin")
        node = self.folder / "node_modules" / ".bin"
        return str((node if (node / name).exists() else python) / name)

    def run(self, name: str, *arguments: str, stdin: str = "", cwd: str = ".") -> str:
        """Run an installed program; its output, both streams. BrokenError if it fails."""
        return _output([self.program(name), *arguments], self.folder / cwd, stdin)


def _output(command: list[str], cwd: Path, stdin: str = "") -> str:
    done = subprocess.run(
        command, cwd=cwd, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
    )
    if done.returncode:
        raise BrokenError(f"{' '.join(command)}\n{done.stdout}")
    return done.stdout
