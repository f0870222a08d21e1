"""Keeps secrets that a service sends back out of everything that is printed or reported."""

import re
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
        """Redact a text from now on: as it is, in a JSON string with escaped slashes, and in a URL."""
        if len(secret) < _SHORTEST:
            return
        forms = {secret, secret.replace("/", "\\/"), quote(secret, safe="")}
        pattern = b"|".join(re.escape(form.encode()) for form in sorted(forms))
        alone = pattern if len(secret) >= _LONG else rb"(?<![A-Za-z0-9])(?:" + pattern + rb")(?![A-Za-z0-9])"
        self._patterns[secret] = re.compile(alone)

    def redact(self, content: bytes) -> bytes:
        """The content without the secrets."""
        for pattern in self._patterns.values():
            content = pattern.sub(_REPLACEMENT, content)
        return content

    def redact_text(self, text: str) -> str:
        """The text without the secrets."""
        return self.redact(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
