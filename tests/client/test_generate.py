"""The committed client is what the document generates, and drift is seen."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import generate
import pytest


def test_the_committed_client_is_what_the_document_generates() -> None:
    """`make drift` passes."""
    command = [sys.executable, generate.__file__, "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    assert done.stdout == "No drift: the committed client is what the document generates.\n"
    assert done.returncode == 0


def test_generating_twice_makes_no_difference(tmp_path: Path) -> None:
    """Whatever there was before, the result is the same."""
    first = generate.read(generate.generate(tmp_path / "one"))
    second = generate.read(generate.generate(tmp_path / "two"))

    assert first == second
    assert "py.typed" in first
    marks = ("# Generated from openapi/", "# Copied from openapi/")
    assert all(lines[0].startswith(marks) for name, lines in first.items() if name != "py.typed")


def test_drift_is_shown_as_a_diff(capsys: pytest.CaptureFixture[str]) -> None:
    """What was changed, what is missing and what is left over, and what to do."""
    committed = {"a.py": ["one\n", "two\n"], "left.py": ["x\n"]}
    fresh = {"a.py": ["one\n", "three\n"], "new.py": ["y\n"]}

    status = generate.report(generate.drift(committed, fresh))

    shown = capsys.readouterr().out
    assert status == 1
    assert "--- committed/a.py\n+++ document/a.py\n" in shown
    assert "-two\n+three\n" in shown
    assert "Only committed: left.py\n" in shown
    assert "Only generated: new.py\n" in shown
    assert shown.endswith("Run `make generate` and commit the result.\n")


@pytest.mark.parametrize("name", generate.overrides())
def test_every_override_says_what_it_changes_and_for_how_long(name: str) -> None:
    """It replaces a template of the pinned generator, and differs from it."""
    text = (generate.OPENAPI / "templates" / name).read_text("utf-8")
    pinned = f"From openapi-python-client {importlib.metadata.version('openapi-python-client')}"

    assert text.startswith(f"{{#\n{pinned}"), "re-read it against the new release, then name that release"
    assert generate.overrides()[name]


def test_overrides_are_shown_with_their_size(capsys: pytest.CaptureFixture[str]) -> None:
    """Line by line, and in sum."""
    assert generate.show_overrides() == 0

    shown = capsys.readouterr().out
    assert "+++ ours/endpoint_macros.py.jinja" in shown
    assert re.search(r"^endpoint_macros\.py\.jinja +\+\d+ +-\d+$", shown, re.MULTILINE)
