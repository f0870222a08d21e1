"""The client's pauses, which take no time while a mock is active."""

import time
from unittest import mock

from attrs import define, field

from security_copilot_runtime import deadline, sending


@define
class _Time:
    """The time as the client sees it: its pauses pass at once, and its deadlines come nearer by them."""

    heard: list[list[float]] = field(factory=list)
    passed: float = 0.0
    patches: list["mock._patch[object]"] = field(factory=list)

    def monotonic(self) -> float:
        return time.monotonic() + self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds
        for pauses in self.heard:
            pauses.append(seconds)

    async def asleep(self, seconds: float) -> None:
        from asyncio import sleep  # noqa: PLC0415 - 30 ms that a blocking program need not spend

        self.sleep(seconds)
        await sleep(0)


_time = _Time()


def begin(pauses: list[float]) -> None:
    """Let pauses pass at once from here on, and append each to the list, in seconds."""
    if not _time.heard:
        _time.patches = [
            mock.patch.object(sending, "sleep", _time.sleep),
            mock.patch.object(sending, "asleep", _time.asleep),
            mock.patch.object(sending, "time", _time),
            mock.patch.object(deadline, "time", _time),
        ]
        for patch in _time.patches:
            patch.start()
    _time.heard.append(pauses)


def end(pauses: list[float]) -> None:
    """Append no more to the list; when there is no other, pauses take their time again."""
    # By identity: lists that have heard the same are equal.
    _time.heard = [other for other in _time.heard if other is not pauses]
    if not _time.heard:
        for patch in _time.patches:
            patch.stop()
        _time.patches = []
