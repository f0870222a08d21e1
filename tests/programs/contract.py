"""What `make contract` runs, and the block that it ends with.

    python -m tests.programs.contract

All steps run at once, whatever the result of another: one of them keeps only one core busy. Their output is in order:
that of a step is printed while it runs, or, if it has begun before the step above it has ended, from then on. The exit
code is that of the first step that fails.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from queue import SimpleQueue
from threading import Thread

from attrs import frozen

from security_copilot_contract.checks.reporting.style import Style
from tests import ROOT

_READ_ON = """Read on: README.md to use all this, docs/checking.md to check a service of yours,
docs/evidence.md for what the numbers mean, ARCHITECTURE.md to change something."""


@frozen
class Step:
    """A command; `pattern` finds the numbers in its output that `says` is completed with."""

    about: str
    command: Sequence[str]
    says: str
    pattern: str = ""

    def numbers(self, printed: str) -> re.Match[str] | None:
        """Where the numbers are in what the command has printed; None if it has printed none."""
        return re.search(self.pattern, printed, re.MULTILINE)


STEPS = (
    Step("the client", ["openapi/generate.py", "--check"], "in step with the document"),
    Step(
        "the emulator",
        ["-m", "security_copilot_contract", "check"],
        "keeps the contract: {0} operations",
        r"The contract is kept by (\d+ of \d+) operations",
    ),
    Step(
        "the checks",
        ["-m", "tests.programs.matrix"],
        "catch {0} of {1} broken servers",
        r"^ *check --profile full +(\d+) of (\d+) ",
    ),
    Step(
        "the document",
        ["-m", "tests.programs.documents"],
        "{0} of {1} mutations are caught by its tests",
        r"^ *(\d+) of (\d+) +and \d+ of \d+ equivalent ones pass",
    ),
)


@frozen
class Outcome:
    """How a step ended, and what it has printed."""

    step: Step
    exit_code: int
    printed: str

    @property
    def line(self) -> str:
        """The line of the block."""
        found = self.step.numbers(self.printed)
        if self.exit_code or found is None:
            text = f"failed with exit code {self.exit_code}, see above" if self.exit_code else "printed no result"
        else:
            text = self.step.says.format(*found.groups())
        return f"{Style.of(sys.stdout).mark('kept' if self.succeeded else 'broken')} {self.step.about:<13} {text}"

    @property
    def succeeded(self) -> bool:
        """Whether the step has ended well, with the numbers that the block shows."""
        return self.exit_code == 0 and self.step.numbers(self.printed) is not None


class Run:
    """A step that runs. What it prints is kept until somebody reads it."""

    def __init__(self, step: Step) -> None:
        self.step = step
        encoding = sys.stdout.encoding or "utf-8"
        environment = {**os.environ, "PYTHONIOENCODING": f"{encoding}:backslashreplace", "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, *step.command]
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding=encoding)
        self._lines: SimpleQueue[str] = SimpleQueue()
        # A daemon, so that it does not wait for the step when the program is interrupted.
        Thread(target=self._collect, daemon=True).start()

    def _collect(self) -> None:
        try:
            with self._process as process:
                assert process.stdout is not None
                for line in process.stdout:
                    self._lines.put(line)
        finally:
            # Nothing follows, also if a line could not be decoded.
            self._lines.put("")

    def outcome(self) -> Outcome:
        """Print what the step has printed, and what it prints until it ends."""
        printed = []
        for line in iter(self._lines.get, ""):
            print(line, end="", flush=True)
            printed.append(line)
        return Outcome(self.step, self._process.returncode, "".join(printed))


def main(steps: Iterable[Step] = STEPS) -> int:
    runs = [Run(step) for step in steps]
    outcomes = [run.outcome() for run in runs]
    print("\n" + "=" * 80, *(outcome.line for outcome in outcomes), "", _READ_ON, sep="\n")
    failed = [outcome for outcome in outcomes if not outcome.succeeded]
    return (failed[0].exit_code or 1) if failed else 0


if __name__ == "__main__":
    sys.exit(main())
