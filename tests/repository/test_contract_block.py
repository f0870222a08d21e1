"""The block that `make contract` ends with."""

import re
from pathlib import Path

import pytest

from tests import ROOT
from tests.programs.contract import STEPS, Step, main
from tests.transcripts import TRANSCRIPTS


def step(about: str, code: str, pattern: str = "") -> Step:
    return Step(about, ["-c", code], "has {0} of {1}" if pattern else "is fine", pattern)


def test_it_has_a_line_for_each_step(capfd: pytest.CaptureFixture[str]) -> None:
    """After what the steps print, with their numbers."""
    steps = [step("one", "print('hello')"), step("two", "print('3 of 4')", r"(\d) of (\d)")]

    assert main(steps) == 0

    printed = capfd.readouterr().out
    assert printed.startswith("hello\n3 of 4\n\n====")
    assert "\n✓ one           is fine\n✓ two           has 3 of 4\n\nRead on: README.md" in printed


@pytest.mark.parametrize(
    ("code", "exit_code", "line"),
    [("exit(3)", 3, "failed with exit code 3, see above"), ("print('nothing')", 1, "printed no result")],
)
def test_a_step_that_fails_gives_its_exit_code(
    code: str, exit_code: int, line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """The other steps run as well. One that prints no numbers has not succeeded."""
    steps = [step("one", code, r"(\d) of (\d)"), step("two", "print('3 of 4')", r"(\d) of (\d)")]

    assert main(steps) == exit_code

    printed = capfd.readouterr().out
    assert f"\n✗ one           {line}\n✓ two           has 3 of 4\n" in printed


def test_steps_run_at_once_and_print_in_order(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The first waits for the second, whose output does not stand between its lines."""
    file = str(tmp_path / "file")
    waits = (
        f"import pathlib, time\nprint('one')\nwhile not pathlib.Path({file!r}).exists(): time.sleep(0.01)\nprint('1')"
    )
    steps = [step("one", waits), step("two", f"print('two'); open({file!r}, 'w').close()")]

    assert main(steps) == 0

    assert capfd.readouterr().out.startswith("one\n1\ntwo\n\n====")


def test_the_numbers_are_found_in_what_the_programs_print() -> None:
    """The check prints its verdict so; the others have the words in their source."""
    _, check, matrix, documents = STEPS

    found = check.numbers(TRANSCRIPTS["full-kept"]())
    assert found is not None
    assert found.groups() == ("12 of 12",)
    assert matrix.numbers("  check --profile full                   1056 of 1056 100.0%\n")
    assert documents.numbers(" 180 of 180   and 4 of 4 equivalent ones pass\n")
    programs = ROOT / "tests" / "programs"
    assert 'f"  check --profile {profile.name' in (programs / "matrix.py").read_text("utf-8")
    assert "equivalent ones pass" in (programs / "documents.py").read_text("utf-8")


def test_every_page_to_read_on_exists(capfd: pytest.CaptureFixture[str]) -> None:
    """Relative to the root of the repository."""
    main([])

    pages = re.findall(r"[\w/]+\.md", capfd.readouterr().out)
    assert len(pages) == 4
    assert all(Path(ROOT, page).is_file() for page in pages)
