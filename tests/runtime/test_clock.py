"""The clock of the client, and its replacement for a block."""

import asyncio
import threading
import time

import httpx

from security_copilot_runtime import clock, deadline
from security_copilot_runtime.retry import retry_after


def test_pauses_are_skipped_and_recorded() -> None:
    """Blocking and with asyncio; both times move forward by them."""
    start = time.monotonic()
    with clock.use(clock.SkippingClock()) as skipping:
        clock.sleep(60)
        asyncio.run(clock.asleep(40))

        assert skipping.pauses == [60, 40]
        assert 100 <= clock.monotonic() - start < 105
        assert 99 < clock.now() - time.time() < 105

    assert time.monotonic() - start < 5


def test_real_pauses_take_their_time() -> None:
    start = clock.monotonic()
    clock.sleep(0.02)
    asyncio.run(clock.asleep(0.02))

    assert clock.monotonic() - start >= 0.04
    assert abs(clock.now() - time.time()) < 1


def test_the_last_block_is_in_effect() -> None:
    """Nested or not, and after an exception."""
    one, two = clock.SkippingClock(), clock.SkippingClock()
    outer, inner = clock.use(one), clock.use(two)
    outer.__enter__()
    clock.sleep(1)
    inner.__enter__()
    clock.sleep(2)
    outer.__exit__(None, None, None)
    clock.sleep(3)
    inner.__exit__(None, None, None)

    assert (one.pauses, two.pauses) == ([1], [2, 3])
    assert abs(clock.monotonic() - time.monotonic()) < 1


def test_the_same_clock_twice() -> None:
    """Each block ends its own use of it."""
    one, two = clock.SkippingClock(), clock.SkippingClock()
    with clock.use(one), clock.use(two):
        with clock.use(one):
            clock.sleep(1)
        clock.sleep(2)

    assert (one.pauses, two.pauses) == ([1], [2])


async def test_other_tasks_run_during_a_pause() -> None:
    order: list[str] = []

    async def other() -> None:
        order.append("other")

    with clock.use(clock.SkippingClock()):
        task = asyncio.create_task(other())
        await clock.asleep(60)
        order.append("after the pause")
        await task

    assert order == ["other", "after the pause"]


def test_it_applies_to_all_threads() -> None:
    """No pause is lost."""

    def pause() -> None:
        for _ in range(500):
            clock.sleep(1)

    with clock.use(clock.SkippingClock()) as skipping:
        start = clock.monotonic()
        threads = [threading.Thread(target=pause) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(skipping.pauses) == 2000
        assert clock.monotonic() - start >= 2000


def test_deadlines_use_it() -> None:
    with clock.use(clock.SkippingClock()), deadline.within(100):
        clock.sleep(60)

        assert 35 < deadline.left() <= 40


def test_dates_use_it() -> None:
    """A Retry-After date comes nearer during a pause."""
    response = httpx.Response(429, headers={"Retry-After": "Wed, 01 Jan 2200 00:00:00 GMT"})
    before = retry_after(response)
    with clock.use(clock.SkippingClock()):
        clock.sleep(1000)
        after = retry_after(response)

    assert before is not None
    assert after is not None
    assert 1000 <= before - after < 1005
