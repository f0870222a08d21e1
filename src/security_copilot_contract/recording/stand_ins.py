"""The stand-ins of one recording: each value that may be secret has one, and no two values share one."""

import re
import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Literal

from attrs import define, field

# What a value is determines the form of its stand-in, so that a valid value keeps a valid form.
Kind = Literal["text", "part", "id", "token", "host", "number", "property", "annotation", "member", "option", "header"]

_FORMS: dict[Kind, str] = {
    "text": "text-{}",
    "part": "part-{}",
    "id": "{0:08d}-0000-4000-a000-feed{0:08d}",
    "token": "token-{}",
    "host": "host-{}.example",
    "number": "{}",
    "property": "unknownProperty{}",
    "annotation": "unknown.annotation{}",
    "member": "unknownMember{}",
    "option": "unknownOption{}",
    "header": "unknown-header-{}",
}
# A number below is no stand-in, see `redaction`.
_FIRST_NUMBER = 1_000_000

TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2})((?:\.[0-9]{1,7})?(?:Z|[+-]00:00)?)", re.ASCII
)
HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT", re.ASCII)
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
# "Not yet".
_NEVER = "0001-"
_DAY_SECONDS = 86_400
_LONGEST_SHIFT_DAYS = 3650


def _random_shift() -> timedelta:
    # Whole seconds: intervals and the digits of a fraction stay as they are.
    return timedelta(seconds=-_DAY_SECONDS - secrets.randbelow(_LONGEST_SHIFT_DAYS * _DAY_SECONDS))


@define
class StandIns:
    """The table of a recording. It is never written; without it nobody can find out what a stand-in is for.

    `issued` has every stand-in, and every time that was moved. `unknown` has the texts of unknown names by stand-in.
    All times are moved by `shift`.
    """

    shift: timedelta = field(factory=_random_shift)
    issued: set[str] = field(factory=set, init=False)
    unknown: dict[str, str] = field(factory=dict, init=False)
    counts: Counter[str] = field(factory=Counter, init=False)
    _by_value: dict[tuple[Kind, object], str] = field(factory=dict, init=False, repr=False)

    def of(self, kind: Kind, value: str) -> str:
        """The stand-in of a value."""
        found = self._by_value.get((kind, value))
        if found is None:
            self.counts[kind] += 1
            found = _FORMS[kind].format(self.counts[kind] + (_FIRST_NUMBER if kind == "number" else 0))
            self._by_value[kind, value] = self.issue(found)
            if kind in ("property", "annotation", "member", "option", "header"):
                self.unknown[found] = value
        return found

    def issue(self, text: str) -> str:
        """The text, which from now on is known to be no secret."""
        self.issued.add(text)
        return text

    def id(self, value: str) -> str:
        """The stand-in of a GUID, in capitals if the GUID is; a GUID in both cases is another value."""
        if value in (value.lower(), value.upper()):
            found = self.of("id", value.lower())
            return found if value == value.lower() else self.issue(found.upper())
        return self.of("id", value)

    def time(self, value: str) -> str | None:
        """A timestamp or HTTP date, moved; None if the value is none, or leaves the range of dates."""
        try:
            if found := TIMESTAMP.fullmatch(value):
                if value.startswith(_NEVER):
                    return self.issue(value) if _is_never(value) else None
                moved = datetime.fromisoformat(found[1]) + self.shift
                text = moved.isoformat(sep=found[1][10], timespec="seconds") + found[2]
            elif HTTP_DATE.fullmatch(value):
                moved = parsedate_to_datetime(value).replace(tzinfo=UTC) + self.shift
                text = format_datetime(moved, usegmt=True)
            else:
                return None
        except (ValueError, OverflowError):
            return None
        self.counts["time"] += text not in self.issued
        return self.issue(text)


def _is_never(value: str) -> bool:
    return re.fullmatch(r"0001-01-01[T ]00:00:00(\.0+)?(Z|[+-]00:00)?", value, re.ASCII) is not None
