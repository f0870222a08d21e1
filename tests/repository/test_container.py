"""The Dockerfile, as far as it can be held against the rest without a container."""

import argparse
import json
import re
import tomllib
from pathlib import Path

from security_copilot_contract import health
from security_copilot_contract.emulator import command
from tests import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def instruction(name: str) -> str:
    (value,) = re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)
    return str(value)


def test_it_serves_where_it_is_reached_and_keeps_the_data() -> None:
    """At the port that is exposed and looked at, in the volume."""
    serve, *arguments = json.loads(instruction("CMD"))
    parser = argparse.ArgumentParser()
    command.add_options(parser)

    options = parser.parse_args(arguments)

    assert serve == "serve"
    assert options.host == "0.0.0.0"  # noqa: S104 - within a container
    assert str(options.port) == instruction("EXPOSE")
    *module, port = json.loads(instruction("HEALTHCHECK CMD"))
    assert module == ["python", "-m", health.__name__]
    assert port == instruction("EXPOSE")
    assert options.data.parent == Path(instruction("VOLUME"))


def test_what_it_starts_is_a_command_of_the_package() -> None:
    """By the name that the wheel installs it by."""
    (program,) = json.loads(instruction("ENTRYPOINT"))

    assert program in PROJECT["project"]["scripts"]


def test_what_the_wheel_is_made_of_is_copied() -> None:
    """The folder that a build sees is the repository, less what .dockerignore keeps away."""
    ignore = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    project, hatch = PROJECT["project"], PROJECT["tool"]["hatch"]
    wheel = hatch["build"]["targets"]["wheel"]
    needed = [
        "pyproject.toml",
        "constraints.txt",
        *(part["path"] for part in hatch["metadata"]["hooks"]["fancy-pypi-readme"]["fragments"]),
        *project["license-files"],
        hatch["version"]["path"],
        *wheel["packages"],
        *wheel["force-include"],
    ]

    assert "*" in ignore
    assert {Path(path).parts[0] for path in needed} == {line[1:] for line in ignore if line.startswith("!")}
