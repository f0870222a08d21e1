"""What the README says, done."""

import re
import shlex
from pathlib import Path

import pytest
from security_copilot_client import AuthenticatedClient

from security_copilot_contract import cli
from security_copilot_contract.emulator import TOKEN

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_first_example_ends_with_an_answer(base_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Against the emulator instead of Microsoft Graph."""
    code = EXAMPLES[0].replace("https://graph.microsoft.com/beta", base_url)

    exec(code, {"token": TOKEN})  # noqa: S102 - that the README's code runs is the test

    assert capsys.readouterr().out == "The emulator has evaluated: Who am I?\n"


def test_the_second_example_creates_a_session(base_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """By an operation of its own."""
    with AuthenticatedClient(base_url=base_url, token=TOKEN) as client:
        exec(EXAMPLES[1], {"client": client})  # noqa: S102 - likewise

    assert re.match(r"[0-9a-f-]{36} 20\d\d-", capsys.readouterr().out)


def test_the_first_command_ends_with_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the emulator."""
    (command,) = re.findall(r"^    security-copilot-contract (ask \S.*\?\")$", README, re.MULTILINE)

    assert cli.main(shlex.split(command)) == 0
    assert capsys.readouterr().out == "The emulator has evaluated: Who am I?\n"


def test_the_example_of_a_test_runs() -> None:
    """The emulator starts within another project's test."""
    namespace: dict[str, object] = {"AuthenticatedClient": AuthenticatedClient}

    exec(EXAMPLES[-1], namespace)  # noqa: S102 - likewise

    assert isinstance(namespace["client"], AuthenticatedClient)
