"""The token of a check, which is asked for again when it expires."""

import threading
from collections.abc import Callable

from attrs import Factory, define, field

from security_copilot_contract.checks.claims import Claims
from security_copilot_contract.checks.redaction import Secrets
from security_copilot_contract.credentials import NoTokenError
from security_copilot_runtime import clock, tokens

# A token is replaced a little before it expires, so that no request of the check carries an expired one.
_EARLY_SECONDS = 60.0


@define
class Bearer:
    """A token, and what provides the next one: None if there is no other.

    `first` is the one that the check begins with, and by which it recognizes its own requests. `current` takes its
    place where a request is written to the network. Every token becomes a secret.
    """

    first: str = field(repr=False)
    secrets: Secrets
    provide: Callable[[], str] | None = None
    current: str = field(init=False, repr=False)
    _lock: threading.Lock = field(default=Factory(threading.Lock), init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self.current = self.first
        self.secrets.add(self.first)

    def on_wire(self, value: str) -> str:
        """The value of an Authorization header as it is sent."""
        if value != f"Bearer {self.first}":
            return value
        claims = Claims.of(self.current)
        if claims is not None and claims.expires is not None and claims.expires - clock.now() < _EARLY_SECONDS:
            self.renew(self.current)
        return f"Bearer {self.current}"

    def renew(self, refused: str) -> bool:
        """Ask for another token in place of one that is refused or expires; whether there is another."""
        with self._lock:
            if self.current == refused and self.provide is not None:
                try:
                    token = tokens.usable(self.provide())
                except (NoTokenError, TypeError, ValueError):
                    token = refused
                if token == refused:
                    # It would print the same again.
                    self.provide = None
                self.secrets.add(token)
                self.current = token
            return self.current != refused
