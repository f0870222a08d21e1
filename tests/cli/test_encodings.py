"""Terminals that cannot encode what the command prints: it is escaped."""

import io
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from starlette.types import ASGIApp

from security_copilot_contract import cli
from security_copilot_contract.emulator import TOKEN
from security_copilot_runtime.clock import SkippingClock, use
from tests.mutants import servers
from tests.mutants.faults import MUTANTS

assert servers

# Encoding, handling of errors, and how it prints the name "Zoë", and a hot beverage.
TERMINALS: list[tuple[str, str, str, str]] = [
    ("cp1252", "strict", "Zoë", "\\u2615"),
    ("ascii", "strict", "Zo\\xeb", "\\u2615"),
    ("ascii", "surrogateescape", "Zo\\xeb", "\\u2615"),
    ("ascii", "replace", "Zo?", "?"),
    ("utf-8", "strict", "Zoë", "☕"),
]


@pytest.fixture(params=TERMINALS, ids=lambda terminal: " ".join(terminal[:2]))
def terminal(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> tuple[Callable[[list[str]], tuple[int, str]], str, str]:
    """Run the command on a terminal; exit code and what it shows. And what the terminal makes of two texts."""
    encoding, errors, name, beverage = request.param

    def run(arguments: list[str]) -> tuple[int, str]:
        shown = io.BytesIO()
        with monkeypatch.context() as patched, io.TextIOWrapper(shown, encoding, errors) as screen:
            patched.setattr("sys.stdout", screen)
            code = cli.main(arguments)
            screen.flush()
            # Schemathesis writes UTF-8 to a terminal that claims to take ASCII alone.
            return code, shown.getvalue().decode(encoding, "replace")

    return run, name, beverage


Terminal = tuple[Callable[[list[str]], tuple[int, str]], str, str]


def test_the_plan(terminal: Terminal) -> None:
    """It has texts that are easily corrupted."""
    run, name, beverage = terminal

    code, out = run(["check", "--plan", "--profile", "full", "--seed", "1"])

    assert code == 0
    assert f"{name}'s cafe" in out
    assert beverage in out


def test_findings(terminal: Terminal, serve: Callable[[ASGIApp], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """They have what was written, and what came back."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
    run, name, _ = terminal

    with use(SkippingClock()):
        code, out = run(["check", serve(MUTANTS["update_is_lost"].app()), "--profile", "live", "--seed", "1"])

    assert code == 1
    assert "read_returns_what_was_written    getSession    " in out
    assert 'displayName  expected  "  Contract check' in out
    assert f"{name}'s cafe" in out


@pytest.mark.parametrize("variables", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}])
def test_a_real_process(variables: dict[str, str]) -> None:
    """With PYTHONIOENCODING, and without it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONIOENCODING"}
    command = [sys.executable, "-X", "utf8=0", "-m", "security_copilot_contract", "check", "--plan"]

    done = subprocess.run(command, env={**environment, **variables}, capture_output=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Zo\\xeb's cafe" in done.stdout
