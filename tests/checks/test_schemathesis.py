"""The promises in runs of Schemathesis that a user starts: on the command line, and under pytest."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from security_copilot_contract.emulator import TOKEN
from security_copilot_contract.spec.files import DOCUMENT
from tests.mutants import servers, variants
from tests.mutants.faults import MUTANTS, VARIANTS

assert servers
assert variants

# No check of Schemathesis reads the Date header; its own checks accuse the gateway.
BROKEN = MUTANTS["date_is_iso"]
VALID = VARIANTS["a_gateway_responds_503_with_html_now_and_then"]
PROMISE = "The Date header is an HTTP date"

TEST = """
import schemathesis

import security_copilot_contract.schemathesis

schema = schemathesis.openapi.from_path({document!r})
schema.config.phases.update(phases=["examples"])


@schema.include(operation_id="listSessions").parametrize()
def test_sessions(case):
    case.call_and_validate(base_url={url!r}, headers={{"Authorization": {authorization!r}}})
"""


def run(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run a module in a process and a folder of its own: exit code and output."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", *arguments],
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120", **environment},
        cwd=folder,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("app", "code"), [(VALID.app, 0), (BROKEN.app, 1)], ids=["valid", "broken"])
def test_on_the_command_line(
    app: Callable[[], ASGIApp], code: int, serve: Callable[[ASGIApp], str], tmp_path: Path
) -> None:
    """A promise is broken as a check of Schemathesis fails, and what a gateway responds breaks none."""
    arguments = ["--url", serve(app()), "--header", f"Authorization: Bearer {TOKEN}", "--phases", "examples"]

    done, out = run(
        tmp_path,
        *("schemathesis.cli", "run", str(DOCUMENT), *arguments, "--seed", "1"),
        SCHEMATHESIS_HOOKS="security_copilot_contract.schemathesis",
    )

    assert done == code, out
    assert (PROMISE in out) is bool(code)
    assert ("Filtered: " in out) is not bool(code)


def test_under_pytest(serve: Callable[[ASGIApp], str], tmp_path: Path) -> None:
    """Each case of `schema.parametrize()` is validated. A valid service passes, as docs/checking.md shows."""
    text = TEST.format(document=str(DOCUMENT), url=serve(BROKEN.app()), authorization=f"Bearer {TOKEN}")
    (tmp_path / "test_service.py").write_text(text, "utf-8")

    code, out = run(
        tmp_path,
        *("pytest", "-p", "schemathesis.pytest.plugin", "--assert=plain", "test_service.py"),
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
    )

    assert code == 1, out
    assert PROMISE in out
