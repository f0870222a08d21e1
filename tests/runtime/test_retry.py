"""Retry-After, and which responses prove that a request has had no effect."""

import os
import subprocess
import sys
import time

import httpx
import pytest

from security_copilot_runtime import clock
from security_copilot_runtime.retry import Retry, refused, retry_after

# Thu, 01 Jan 2026 00:00:00 UTC
NEW_YEAR = 1_767_225_600.0


class NewYear(clock.Clock):
    """A hundred seconds before the new year."""

    def now(self) -> float:
        return NEW_YEAR - 100


def seconds(value: str) -> float | None:
    """A Retry-After, read a hundred seconds before the new year."""
    with clock.use(NewYear()):
        return retry_after(httpx.Response(503, headers=[(b"Retry-After", value.encode())]))


FORMS = ["Thu, 01 Jan 2026 00:00:00 GMT", "Thursday, 01-Jan-26 00:00:00 GMT", "Thu Jan  1 00:00:00 2026"]


@pytest.mark.parametrize("date", FORMS)
def test_each_form_of_an_http_date_is_utc(date: str) -> None:
    assert seconds(date) == 100


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system has no time.tzset")
def test_the_time_zone_of_the_process_does_not_matter() -> None:
    """asctime names no zone."""
    program = "from tests.runtime.test_retry import *; print([seconds(date) for date in FORMS])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"TZ": "America/New_York"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[100.0, 100.0, 100.0]"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0),
        (" 7 ", 7),
        ("2.5", 2.5),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 0),
        ("Thu, 01 Jan 2026 02:00:00 +0200", 100),
        *(
            (absurd, None)
            for absurd in (
                "",
                "-5",
                "nan",
                "inf",
                "1e400",
                "1_0",
                "0x10",
                "9" * 400,
                "5, 7",
                "soon",
                "Thu, 99 Jan 2026 00:00:00 GMT",
                "Thu, 01 Jan 99999 00:00:00 GMT",
                "Mon Jan  1",
                "\u0663",
                ",",
                "a" * 10_000,
            )
        ),
    ],
)
def test_every_value_is_seconds_or_none(value: str, expected: float | None) -> None:
    assert seconds(value) == expected


@pytest.mark.parametrize("value", ["86401", "1" + "0" * 30, "Fri, 31 Dec 9999 23:59:59 GMT"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_is_retried_after_more_than_a_day(value: str, method: str) -> None:
    """Even without a deadline; the caller gets the seconds."""
    response = httpx.Response(429, headers={"Retry-After": value})

    assert Retry().after_response(response, method, 1) is None
    assert Retry().after_response(httpx.Response(429, headers={"Retry-After": "86400"}), method, 1) == 86_400


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([400, 401, 403, 404, 409, 412, 422, 429, 431, 451], True),
        ([408, 452, 499, 500, 501, 502, 503, 504, 599], False),
    ],
)
def test_what_was_refused_has_had_no_effect(statuses: list[int], expected: bool) -> None:
    assert {refused(status, None) for status in statuses} == {expected}


def test_503_with_retry_after_is_a_refusal() -> None:
    assert refused(503, 0.0)
    assert not refused(504, 0.0)


@pytest.mark.parametrize("status", [502, 504])
def test_creates_are_retried_on_more_statuses_if_the_caller_wants_it(status: int) -> None:
    """And only creates."""
    retry = Retry(creates_on=[502, 504])
    response = httpx.Response(status, headers={"Retry-After": "7"})

    assert retry.after_response(response, "POST", 1) == 7
    assert retry.after_response(response, "POST", retry.attempts) is None
    assert Retry().after_response(response, "POST", 1) is None
    assert retry.after_response(httpx.Response(502), "GET", 1) is None
    assert retry.after_response(httpx.Response(503), "POST", 1) is None
