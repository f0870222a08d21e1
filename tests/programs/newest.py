"""Pin the newest releases of the generator, and of what builds the site and a release, in pyproject.toml.

    python -m tests.programs.newest

`make newest` runs it, and then installs the newest versions of everything and generates the client with them.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

_PIN = re.compile(r'"([\w.-]+(?:\[\w+\])?)==')
# It has new rules in each version, which are a change of their own.
_KEPT = "ruff"
_PROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"


def newest(package: str) -> str:
    """The newest version that pip would install."""
    arguments = ["install", "--dry-run", "--ignore-installed", "--no-deps", "--quiet", "--report", "-", package]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *arguments], check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    version = json.loads(done.stdout)["install"][0]["metadata"]["version"]
    return str(version)


def pinned(project: str, package: str, version: str) -> str:
    """The text of pyproject.toml with another exact pin of a package. ValueError unless it has exactly one."""
    text, count = re.subn(rf'"{re.escape(package)}==[^"]+"', f'"{package}=={version}"', project)
    if count != 1:
        raise ValueError(f"pyproject.toml: expected one exact pin of {package}, got {count}")
    return text


def main() -> None:
    """Rewrite the pins, and print the versions."""
    project = _PROJECT.read_text("utf-8")
    for package in _PIN.findall(project):
        if package != _KEPT:
            version = newest(package)
            project = pinned(project, package, version)
            print(f"{package} {version}")
    _PROJECT.write_text(project, "utf-8")


if __name__ == "__main__":
    main()
