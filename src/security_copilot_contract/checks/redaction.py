"""Keeps secrets that a service sends back out of everything that is printed or reported."""

import html
import io
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from attrs import define, field

_REPLACEMENT = b"[Filtered]"
# Shorter ones are words that occur by themselves; to replace them would change what the service has sent.
_SHORTEST = 8
# A short secret may be part of a longer word, a long one is no accident.
_LONG = 32


@define
class Secrets:
    """Texts that were sent, and that must not be shown when they come back. Those shorter than 8 characters stay."""

    _patterns: dict[str, re.Pattern[bytes]] = field(factory=dict, init=False, repr=False)

    def add(self, secret: str) -> None:
        """Redact a text from now on: as it is, as JSON, HTML and URLs escape it, and in base64."""
        if len(secret) < _SHORTEST:
            return
        plain = b"".join(map(_escaped, secret))
        alone = plain if len(secret) >= _LONG else rb"(?<![A-Za-z0-9])(?:" + plain + rb")(?![A-Za-z0-9])"
        self._patterns[secret] = re.compile(b"|".join([alone, *_base64(secret.encode())]))

    def redact(self, content: bytes) -> bytes:
        """The content without the secrets."""
        for pattern in self._patterns.values():
            content = pattern.sub(_REPLACEMENT, content)
        return content

    def redact_text(self, text: str) -> str:
        """The text without the secrets."""
        return self.redact(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


class RedactedFile(io.StringIO):
    """A file for writing that no secret gets into. What is written between two flushes is redacted as a whole.

    Once it cannot be written, nothing more is; `problems` says why.
    """

    def __init__(self, path: Path, secrets: Secrets) -> None:
        super().__init__(newline="")
        self.path = path
        self.problems: list[str] = []
        self._secrets = secrets
        self._mode = "w"

    def flush(self) -> None:
        """Append what has come since the last time."""
        text = self._secrets.redact_text(self.getvalue())
        self.seek(0)
        self.truncate()
        if self.problems:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open(self._mode, encoding="utf-8", errors="backslashreplace", newline="") as file:
                file.write(text)
        except OSError as error:
            self.problems.append(f"{self.path}: {error.strerror}")
        self._mode = "a"

    def close(self) -> None:
        """Write the rest."""
        if not self.closed:
            self.flush()
        super().close()


def _escaped(character: str) -> bytes:
    """A pattern for a character in plain text, JSON, HTML, or a URL."""
    if character.isascii() and character.isalnum():
        return character.encode()
    encoded, code = quote(character, safe=""), f"\\u{ord(character):04x}"
    forms = {character, encoded, encoded.lower(), code, code.replace(code[2:], code[2:].upper()), f"\\{character}"}
    forms |= {json.dumps(character)[1:-1], html.escape(character)}
    # The longest first: a backslash may be the character, and the beginning of another form.
    return b"(?:" + b"|".join(re.escape(form.encode()) for form in sorted(forms, key=len, reverse=True)) + b")"


def _base64(secret: bytes) -> Iterator[bytes]:
    """Patterns for a text in base64, wherever it is in what was encoded; without the characters at its edges."""
    for before in range(3):
        whole = b64encode(bytes(before) + secret)
        inner = whole[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]
        yield re.escape(inner).replace(b"\\+", b"[+-]").replace(b"/", b"[/_]")
