"""Writes and reads a recording: a folder with a file for each exchange."""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from threading import Lock

from security_copilot_contract.recording.redaction import NotRedactedError, Redaction, Traffic
from security_copilot_contract.spec import exchange as exchange_files
from security_copilot_contract.spec.exchange import Exchange

_KINDS = {
    "text": "texts",
    "part": "parts of texts",
    "id": "ids",
    "time": "times",
    "token": "tokens",
    "host": "hosts",
    "number": "numbers",
    "property": "unknown properties",
    "annotation": "unknown annotations",
    "member": "unknown members of enumerations",
    "option": "unknown query options",
    "header": "unknown headers",
}
_LONGEST_NAME = 200
_NUMBERED = re.compile("[0-9]+-")


class Recorder:
    """Writes the exchanges with a service into a folder, without secrets; threads may share it.

    `left_out` has the names of exchanges that were not written, with the reason. `keep`: see `Redaction`.
    """

    def __init__(self, folder: str | Path, base_url: str, keep: Collection[str] = ()) -> None:
        """Make the folder. ValueError if it has a recording, or cannot be made or written."""
        self.folder: Path = Path(folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(f"cannot make the folder {self.folder}: {error.strerror}") from None
        if not os.access(self.folder, os.W_OK):
            raise ValueError(f"cannot write to {self.folder}; choose another folder")
        if any(self.folder.glob("*.http")):
            raise ValueError(f"{self.folder} contains a recording; choose another folder")
        self.base_url = base_url
        self.written: int = 0
        self.left_out: dict[str, str] = {}
        self._redaction = Redaction(base_url, keep)
        self._lock = Lock()

    def add(self, traffic: Traffic, name: str | None = None) -> None:
        """Write an exchange to NNN-name.http, by default named by its operation."""
        with self._lock:
            name = self._redaction.operation_id(traffic) if name is None else name
            number = self.written + len(self.left_out) + 1
            stem = stem_of(number, name)
            try:
                content = exchange_files.text(self._redaction.exchange(stem, traffic)).encode("ascii")
                (self.folder / f"{stem}.http").write_bytes(content)
                self.written += 1
            except NotRedactedError as error:
                self.left_out[stem] = str(error)
            except OSError as error:
                # The caller's work goes on: an answer may have been paid for.
                self.left_out[stem] = f"cannot be written: {error.strerror}"

    def summary(self) -> Iterator[str]:
        """What was written and replaced, and the unknown names: for the terminal only, since they may be secret."""
        stand_ins = self._redaction.stand_ins
        yield f"Recorded {self.written} exchange{'' if self.written == 1 else 's'} in {self.folder}"
        replaced = [f"{plural} ({stand_ins.counts[kind]})" for kind, plural in _KINDS.items() if stand_ins.counts[kind]]
        if replaced:
            yield f"Replaced: {', '.join(replaced)}"
        if stand_ins.unknown:
            yield "Names that the document does not have (--keep NAME writes one as it is):"
        for stand_in, name in stand_ins.unknown.items():
            yield f"  {stand_in}: {name[:_LONGEST_NAME]!a}"
        for name, reason in self.left_out.items():
            yield f"Left out: {name}: {reason}"


def recorded(folder: Path) -> list[Exchange]:
    """The exchanges of a recording, in order. ValueError names a folder that has none, or a file that is no part."""
    if not folder.is_dir():
        raise ValueError(f"{folder} is {'a file' if folder.exists() else 'missing'}; give the folder of a recording")
    try:
        found = exchange_files.exchanges(folder)
    except OSError as error:
        raise ValueError(f"cannot read {error.filename}: {error.strerror}") from None
    if not found:
        raise ValueError(f"{folder} has no recording: no file in it ends in .http")
    without = next((exchange.name for exchange in found if not _NUMBERED.match(exchange.name)), None)
    if without is not None:
        why = f"{without}.http begins with no number, so the order of the requests is unknown"
        raise ValueError(f"{folder} is no recording: {why}; give a folder that --record has written")
    return sorted(found, key=lambda exchange: int(exchange.name.partition("-")[0]))


def stem_of(number: int, name: str) -> str:
    """The name of an exchange, which is that of its file without the extension."""
    return f"{number:03d}-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}"
