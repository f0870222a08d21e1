"""Writing to a stderr that nobody reads."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from security_copilot_contract.emulator import background_stderr
from security_copilot_contract.emulator.background_stderr import BackgroundStream


class Reader:
    """A file that blocks its writer until it is read."""

    def __init__(self) -> None:
        self.entered, self.reads, self.text = threading.Event(), threading.Event(), ""

    def write(self, text: str) -> None:
        self.entered.set()
        assert self.reads.wait(10)
        self.text += text


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.reads.set()


def test_passes_everything_on_in_order(reader: Reader) -> None:
    """Also lines that are written in parts."""
    reader.reads.set()
    stream = BackgroundStream(reader.write)

    for number in range(1000):
        print(number, "written", file=stream)

    assert stream.end(10)
    assert reader.text == "".join(f"{number} written\n" for number in range(1000))


def test_lines_of_several_threads_are_not_mixed(reader: Reader, many_turns: None) -> None:
    """Each line arrives whole."""
    del many_turns
    reader.reads.set()
    stream = BackgroundStream(reader.write)
    threads = [
        threading.Thread(target=lambda letter=letter: [stream.write(f"{50 * letter}\n") for _ in range(50)])
        for letter in "abcd"
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert stream.end(10)
    assert sorted(reader.text.splitlines()) == sorted(50 * letter for letter in "abcd" for _ in range(50))


def test_drops_and_counts_what_nobody_reads(reader: Reader) -> None:
    """The count stands where the dropped lines would have stood."""
    stream = BackgroundStream(reader.write, most_characters=40)
    stream.write("first\n")
    assert reader.entered.wait(10)

    for number in range(1000):
        stream.write(f"line {number:4}\n")
    reader.reads.set()
    wait_for(lambda: "dropped" in reader.text)
    stream.write("later\n")

    assert stream.end(10)
    assert reader.text.splitlines() == [
        "first",
        *(f"line {number:4}" for number in range(3)),
        "security-copilot-contract: 997 lines were dropped, since nobody read stderr",
        "later",
    ]


def test_the_end_does_not_wait_for_long(reader: Reader) -> None:
    """If nobody reads, it ends without the rest; the lines that it drops are reported to whoever reads later."""
    stream = BackgroundStream(reader.write, most_characters=10)
    stream.write("a\n")
    assert reader.entered.wait(10)
    stream.write("too long a line\n")
    started = time.monotonic()

    assert not stream.end(0.05)
    assert time.monotonic() - started < 5
    reader.reads.set()
    wait_for(lambda: reader.text.endswith("1 line was dropped, since nobody read stderr\n"))


def test_a_closed_file_stops_nothing() -> None:
    """Errors of the file are ignored."""

    def fail(_: str) -> None:
        raise BrokenPipeError

    stream = BackgroundStream(fail)
    stream.write("a\n")
    assert stream.end(10)


def test_stands_in_for_stderr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It writes with the encoding of the file, and everything is written at the end of the block."""
    path = tmp_path / "stderr"
    with path.open("w", encoding="latin-1", errors="backslashreplace") as file:
        monkeypatch.setattr(sys, "stderr", file)
        with background_stderr.background_stderr():
            sys.stderr.write("\xe9\u20ac\n")
        assert sys.stderr is file

    assert path.read_bytes() == b"\xe9\\u20ac\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no non-blocking pipes")
@pytest.mark.parametrize("blocking", [True, False])
def test_stays_in_the_background_while_nobody_reads(monkeypatch: pytest.MonkeyPatch, blocking: bool) -> None:
    """On a real pipe, also in non-blocking mode; whoever reads late gets all of it."""
    monkeypatch.setattr(background_stderr, "_END_SECONDS", 0.05)
    reading, writing = os.pipe()
    os.set_blocking(writing, blocking)
    text = 200_000 * "a"
    with os.fdopen(reading, encoding="utf-8") as pipe, os.fdopen(writing, "w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with background_stderr.background_stderr():
            sys.stderr.write(f"{text}\n")
        assert sys.stderr is not stderr
        assert pipe.readline() == f"{text}\n"


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
