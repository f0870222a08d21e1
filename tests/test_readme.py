"""What the README says, done."""

import importlib
import inspect
import re
import shlex
import typing
from pathlib import Path

import pytest
from security_copilot_client import AuthenticatedClient

from security_copilot_contract import cli
from security_copilot_contract.emulator import TOKEN
from security_copilot_contract.judge import document

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
MODULES = re.findall(r"^\| `(\w+\.\w+)` \| (.*) \| (.*) \|$", README, re.MULTILINE)


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


@pytest.mark.parametrize(("module", "arguments", "returns"), MODULES)
def test_the_table_of_modules_has_their_arguments_and_what_they_return(
    module: str, arguments: str, returns: str
) -> None:
    """But for the headers, which the client sends by itself."""
    sync = importlib.import_module(f"security_copilot_client.api.{module}").sync
    returned = typing.get_type_hints(sync)["return"]

    named = set(re.findall(r"`(\w+)[`=]", arguments))
    classes = {cls.__name__ for cls in typing.get_args(returned) or (returned,)}
    assert named == set(inspect.signature(sync).parameters) - {"client", "client_request_id", "prefer"}
    assert set(re.findall(r"`(\w+)`", returns)) == classes


def test_the_table_of_modules_has_every_operation() -> None:
    """Once, by the tag and the id."""
    names = [f"{o.definition['tags'][0]}.{re.sub('(?=[A-Z])', '_', o.id).lower()}" for o in document().operations]

    assert sorted(name for name, _, _ in MODULES) == sorted(names)
