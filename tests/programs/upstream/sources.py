"""The public sources: where they are, how large they may be, and how they are read, from a folder or the network."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import httpx
from attrs import frozen

_MEGABYTE = 1 << 20
_CHUNK = 1 << 16
_MAX_PAGES = 200


class SourceError(Exception):
    """A source that is absent, that cannot be read, or that is not understood. The message is one line."""


@frozen
class File:
    """A published file: its repository, branch and path, the names that it may have in a folder, and its bound."""

    repository: str
    branch: str
    path: str
    names: tuple[str, ...]
    max_bytes: int


@frozen
class Folder:
    """A published folder, of which the files count whose name contains `containing`."""

    repository: str
    branch: str
    path: str
    containing: str


_METADATA = "microsoftgraph/msgraph-metadata"
_PERMISSIONS = "microsoftgraph/microsoft-graph-devx-content"
_DOCS = "microsoftgraph/microsoft-graph-docs-contrib"

SCHEMA = File(
    _METADATA, "master", "schemas/beta-Prod.csdl", ("securityCopilot.csdl.xml", "beta-Prod.csdl"), 32 * _MEGABYTE
)
PERMISSIONS = File(_PERMISSIONS, "master", "permissions/new/permissions.json", ("permissions.json",), 16 * _MEGABYTE)
PROVISIONING = File(
    _PERMISSIONS,
    "master",
    "permissions/new/provisioningInfo.json",
    ("provisioning.json", "provisioningInfo.json"),
    16 * _MEGABYTE,
)
CHANGELOG = File(
    _DOCS,
    "main",
    "changelog/Microsoft.Security.Copilot.json",
    ("Microsoft.Security.Copilot.json",),
    _MEGABYTE,
)
PAGES = (
    Folder(_DOCS, "main", "api-reference/beta/api", "security-securitycopilot-"),
    Folder(_DOCS, "main", "api-reference/beta/resources", "security-securitycopilot-"),
    Folder(_DOCS, "main", "api-reference/beta/includes/permissions", "securitycopilot"),
    Folder(_DOCS, "main", "api-reference/beta/includes/rbac-for-apis", "security-copilot"),
)


class Reader(ABC):
    """Reads sources. Each method raises SourceError if a source is absent, too large, too slow or cannot be read."""

    @abstractmethod
    def chunks(self, file: File) -> Iterator[bytes]:
        """The content of a file, in parts."""

    @abstractmethod
    def pages(self) -> Iterator[tuple[str, str]]:
        """The name of each page of the documentation, without its extension, and its text."""

    def read(self, file: File) -> bytes:
        """The content of a file."""
        return b"".join(self.chunks(file))


@frozen
class FolderReader(Reader):
    """Reads a folder that holds the sources, at any depth. Pages are all Markdown files but README.md."""

    folder: Path

    def chunks(self, file: File) -> Iterator[bytes]:
        """The file by any of its names."""
        found = sorted(path for name in file.names for path in self.folder.rglob(name))
        if len(found) != 1:
            names = " or ".join(file.names)
            problem = f"several files: {', '.join(map(str, found))}" if found else "no such file"
            raise SourceError(f"{names} in {self.folder}: {problem}")
        if found[0].stat().st_size > file.max_bytes:
            raise SourceError(f"{found[0]}: more than {file.max_bytes:,} bytes")
        with found[0].open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    def pages(self) -> Iterator[tuple[str, str]]:
        """All Markdown files."""
        found = sorted(path for path in self.folder.rglob("*.md") if path.name != "README.md")
        if not found:
            raise SourceError(f"{self.folder}: no page (*.md)")
        for path in found:
            yield path.stem, _text(path.read_bytes(), str(path))


@frozen
class NetworkReader(Reader):
    """Reads the repositories by plain GET. `seconds` is the bound for each file, whatever its pace."""

    files: str = "https://raw.githubusercontent.com"
    api: str = "https://api.github.com"
    seconds: float = 60.0

    def chunks(self, file: File) -> Iterator[bytes]:
        """The newest version of the file on its branch."""
        return self._get(f"{self.files}/{file.repository}/{file.branch}/{file.path}", file.max_bytes)

    def pages(self) -> Iterator[tuple[str, str]]:
        """The pages of each folder that has them."""
        listed = [(folder, name) for folder in PAGES for name in self._names(folder)]
        if len(listed) > _MAX_PAGES:
            raise SourceError(f"{len(listed)} pages, expected at most {_MAX_PAGES}")
        for folder, name in listed:
            url = f"{self.files}/{folder.repository}/{folder.branch}/{folder.path}/{name}"
            yield name.removesuffix(".md"), _text(b"".join(self._get(url, _MEGABYTE)), url)

    def _names(self, folder: Folder) -> list[str]:
        url = f"{self.api}/repos/{folder.repository}/git/trees/{folder.branch}:{folder.path}"
        try:
            tree = json.loads(b"".join(self._get(url, 16 * _MEGABYTE)))
            names = [each["path"] for each in tree["tree"]]
        except (ValueError, KeyError, TypeError):
            raise SourceError(f"{url}: no list of files") from None
        found = [name for name in names if folder.containing in name.casefold() and name.endswith(".md")]
        if tree.get("truncated") or not found:
            raise SourceError(f"{url}: {'the list is truncated' if found else 'no page among the files'}")
        return found

    def _get(self, url: str, max_bytes: int) -> Iterator[bytes]:
        end = time.monotonic() + self.seconds
        received = 0
        try:
            with httpx.stream("GET", url, timeout=self.seconds) as response:
                if response.status_code != httpx.codes.OK:
                    raise SourceError(f"{url}: status {response.status_code}")
                for chunk in response.iter_bytes(_CHUNK):
                    received += len(chunk)
                    if received > max_bytes:
                        raise SourceError(f"{url}: more than {max_bytes:,} bytes")
                    if time.monotonic() > end:
                        raise SourceError(f"{url}: not complete after {self.seconds:g} seconds")
                    yield chunk
        except httpx.HTTPError as error:
            raise SourceError(f"{url}: {error or type(error).__name__}") from None


def _text(content: bytes, where: str) -> str:
    try:
        return content.decode().replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise SourceError(f"{where}: not UTF-8") from None
