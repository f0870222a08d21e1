"""The clock of the emulator."""

from datetime import UTC, datetime, timedelta

TICK = timedelta(microseconds=1)
# How the API writes that something has not happened yet.
NEVER = "0001-01-01T00:00:00Z"
# Where clocks begin that do not follow the system time.
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def timestamp(moment: datetime) -> str:
    """A moment as the API writes it: RFC 3339, UTC, no trailing zeros in the fraction."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text.rstrip("0").rstrip(".") + "Z"


class Clock:
    """The system time."""

    def now(self) -> datetime:
        """The moment, with its time zone."""
        return datetime.now(UTC)


class ManualClock(Clock):
    """A clock that stands still until a test advances it."""

    def __init__(self, moment: datetime = BEGINNING) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """The moment, with its time zone."""
        return self._moment

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._moment += timedelta(seconds=seconds)


class SteppingClock(ManualClock):
    """A clock that advances by a fixed step at each reading, so that the same requests get the same times."""

    def __init__(self, seconds: float = 0.5, moment: datetime = BEGINNING) -> None:
        super().__init__(moment)
        self._seconds = seconds

    def now(self) -> datetime:
        """The moment, with its time zone."""
        self.advance(self._seconds)
        return self._moment
