"""The GitHub action and the nightly workflow: both run the command as users do."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.types import ASGIApp

from security_copilot_contract.emulator import TOKEN, emulator
from tests import ROOT

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
NIGHTLY = yaml.safe_load((ROOT / ".github/workflows/nightly.yml").read_text("utf-8"))
INSTALL, CHECK = ACTION["runs"]["steps"]
BASH = shutil.which("bash")


def environment(**inputs: str) -> dict[str, str]:
    """The environment of a step: each input, by its expression in the action."""
    values = {name: spec.get("default", "") for name, spec in ACTION["inputs"].items()} | inputs
    env = {}
    for name, expression in CHECK["env"].items():
        (input_,) = re.findall(r"^\$\{\{ inputs\.([a-z-]+) \}\}$", expression)
        env[name] = values[input_]
    return env


def step(cwd: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the step that checks."""
    assert BASH is not None, "the steps of a composite action run in bash, on every platform"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = {**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8", **environment(**inputs)}
    command = [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", CHECK["run"]]
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, check=False, encoding="utf-8", timeout=120)


def test_every_input_reaches_the_command() -> None:
    """Each is used, and none is part of a script, which it could change."""
    used = {expression.removeprefix("${{ inputs.").removesuffix(" }}") for expression in CHECK["env"].values()}

    assert used == set(ACTION["inputs"])
    assert "${{" not in CHECK["run"] + INSTALL["run"]


def test_the_step_checks_a_service(serve: Callable[[ASGIApp], str], tmp_path: Path) -> None:
    """And writes the reports to the given folder."""
    done = step(tmp_path, url=serve(emulator()), token=TOKEN, options="--rate 1000 --seed 5")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "profile live, seed 5" in done.stdout
    assert list((tmp_path / "security-copilot-contract").glob("*.xml"))


def test_the_step_fails_when_the_command_does(serve: Callable[[ASGIApp], str], tmp_path: Path) -> None:
    """And prints the message of the command."""
    done = step(tmp_path, url=serve(emulator()), token="another", report="")

    assert done.returncode == 2
    assert "does not accept the token" in done.stderr


def test_the_step_fails_without_a_url(tmp_path: Path) -> None:
    """A variable that is not set is an empty input. The built-in emulator is not checked in its place."""
    done = step(tmp_path, url="", token=TOKEN)

    assert done.returncode == 2
    assert "the URL is empty" in done.stderr
    assert done.stdout == ""


def test_an_input_is_no_script(tmp_path: Path) -> None:
    """Whatever it contains."""
    done = step(tmp_path, url='http://127.0.0.1:1/beta"; touch evil; "', options="$(touch evil) ;touch evil")

    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["url", "token-command", "report"])
def test_the_nightly_run_gives_what_the_action_takes(name: str) -> None:
    """It checks the live service with the action of this repository and the profile live."""
    (used,) = (step["with"] for step in NIGHTLY["jobs"]["check"]["steps"] if step.get("uses") == "./")

    assert set(used) <= set(ACTION["inputs"])
    assert name in used
    assert used["url"] == "https://graph.microsoft.com/beta"
    assert ACTION["inputs"]["profile"]["default"] == used.get("profile", "live") == "live"
