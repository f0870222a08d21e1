"""The committed client is what the document generates, and drift is reported."""

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


def test_generating_again_makes_no_difference(tmp_path: Path) -> None:
    """The result depends on the document and the templates alone."""
    committed = generate.read(generate.CLIENT)
    again = generate.read(generate.generate(tmp_path / "again"))

    assert again == committed
    assert "py.typed" in again
    marks = ("# Generated from openapi/", "# Copied from openapi/")
    assert all(lines[0].startswith(marks) for name, lines in again.items() if name != "py.typed")


def test_drift_is_shown_as_a_diff(capsys: pytest.CaptureFixture[str]) -> None:
    """It has changed, missing and extra files, and the command to run."""
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
def test_every_override_names_its_version_and_when_to_delete_it(name: str) -> None:
    """It replaces a template of the pinned generator, and differs from it."""
    text = (generate.OPENAPI / "templates" / name).read_text("utf-8")
    pinned = f"From openapi-python-client {importlib.metadata.version('openapi-python-client')}"

    header = text.partition("#}")[0]
    assert header.startswith(f"{{#\n{pinned}"), "compare it with the new release, then name that release"
    assert "upstream issue" in header or "/issues/" in header
    assert generate.overrides()[name]


def test_overrides_are_shown_with_their_size(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line, and the number of lines of each file."""
    assert generate.show_overrides() == 0

    shown = capsys.readouterr().out
    assert "+++ ours/endpoint_macros.py.jinja" in shown
    assert re.search(r"^endpoint_macros\.py\.jinja +\+\d+ +-\d+$", shown, re.MULTILINE)


OWN_DESCRIPTION = """
openapi: 3.1.1
info: {title: Small, version: "1"}
paths: {}
components:
  schemas:
    Moment: {type: string, format: date-time, description: The format of every moment.}
    State: {type: string, enum: [on, off], description: Every state.}
    Thing:
      type: object
      properties:
        created: {$ref: "#/components/schemas/Moment", description: When it was created.}
        changed: {$ref: "#/components/schemas/Moment"}
        state: {$ref: "#/components/schemas/State", description: How it is now.}
"""


def test_a_description_beside_a_reference_reaches_the_docstring(tmp_path: Path) -> None:
    """Except beside an enumeration or an object: a copy of it would be generated as a second class."""
    document = tmp_path / "small.yaml"
    document.write_text(OWN_DESCRIPTION)
    package = generate.generate(tmp_path / "project", document)

    model = (package / "models" / "thing.py").read_text()
    assert "created: When it was created.\n" in model
    assert "changed: The format of every moment.\n" in model
    assert "state: Every state.\n" in model
    assert {path.stem for path in (package / "models").glob("*.py")} == {"__init__", "state", "thing"}


def test_the_generator_still_ignores_what_stands_beside_a_reference(tmp_path: Path) -> None:
    """Once this fails, delete generate.with_own_descriptions."""
    document = tmp_path / "small.yaml"
    document.write_text(OWN_DESCRIPTION)
    done = generate.run_generator(document, tmp_path / "project")

    assert done.returncode == 0, done.stdout
    model = (tmp_path / "project" / generate.CLIENT.name / "models" / "thing.py").read_text()
    assert "created: The format of every moment.\n" in model
