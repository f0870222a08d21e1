"""Pin the newest release of the generator in pyproject.toml.

    python -m tests.programs.newest

`make newest` runs it, and then installs the newest versions of everything and generates the client with them.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

GENERATOR = "openapi-python-client"
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
    """Rewrite the pin, and print the version."""
    version = newest(GENERATOR)
    _PROJECT.write_text(pinned(_PROJECT.read_text("utf-8"), GENERATOR, version), "utf-8")
    print(f"{GENERATOR} {version}")


if __name__ == "__main__":
    main()
