"""Compare the Swagger UI in the emulator with the published one, or renew it: `make swagger-ui VERSION=5.35.0`.

    python -m tests.programs.swagger_ui [VERSION]

It needs npm. Text is stored compressed, since no browser wants it otherwise.
"""

import gzip
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from security_copilot_contract.emulator.docs import SWAGGER_UI

SERVED = ("swagger-ui-bundle.js.gz", "swagger-ui.css.gz", "favicon-32x32.png")
LICENCES = ("LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt")
VERSION = SWAGGER_UI / "VERSION"


def main(version: str | None = None) -> int:
    """Exit status 1 if the files are not those of the version that they claim to be."""
    with tempfile.TemporaryDirectory() as name:
        published = _published(version or VERSION.read_text("utf-8").strip(), Path(name))
    if version is None:
        differ = [name for name in published if _content(SWAGGER_UI / name) != published[name]]
        print(f"These differ from the published ones: {', '.join(differ)}" if differ else "As published.")
        return 1 if differ else 0
    for name, content in published.items():
        # The same bytes, whenever it is called.
        compressed = gzip.compress(content, mtime=0) if name.endswith(".gz") else content
        (SWAGGER_UI / name).write_bytes(compressed)
    VERSION.write_text(f"{version}\n", "utf-8")
    return 0


def _published(version: str, folder: Path) -> dict[str, bytes]:
    """The content of each file, uncompressed."""
    subprocess.run(
        ["/usr/bin/env", "npm", "pack", "--silent", f"swagger-ui-dist@{version}"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as members:
        return {name: _member(members, name.removesuffix(".gz")) for name in (*SERVED, *LICENCES)}


def _member(members: tarfile.TarFile, name: str) -> bytes:
    file = members.extractfile(f"package/{name}")
    assert file is not None
    return file.read()


def _content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
