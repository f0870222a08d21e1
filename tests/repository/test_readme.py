"""What the README says, done."""

import argparse
import importlib
import inspect
import re
import shlex
import typing
from pathlib import Path
from typing import Any

import pytest
from security_copilot_client import AuthenticatedClient, ask

from security_copilot_contract import cli
from security_copilot_contract.emulator import TOKEN, Store, command
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.exchange import exchanges
from tests import ROOT

README = (ROOT / "README.md").read_text("utf-8")
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


@pytest.mark.parametrize("way", ["EmulatorTransport(store)", "running(emulator("])
def test_the_examples_of_a_test_run(way: str) -> None:
    """The emulator starts within another project's test."""
    (example,) = [example for example in EXAMPLES if way in example]
    namespace: dict[str, Any] = {"AuthenticatedClient": AuthenticatedClient}

    exec(example, namespace)  # noqa: S102 - likewise

    assert isinstance(namespace["client"], AuthenticatedClient)


def test_the_example_of_traffic_is_held_against_the_document(base_url: str) -> None:
    """The emulator's, instead of a gateway's."""
    (example,) = [example for example in EXAMPLES if "ContractTransport(" in example]
    namespace: dict[str, Any] = {"AuthenticatedClient": AuthenticatedClient, "ask": ask, "token": TOKEN}

    exec(example.replace("https://gateway.example/beta", base_url), namespace)  # noqa: S102 - likewise

    assert namespace["transport"].calls >= 4


def test_the_example_of_the_document_lists_the_exchanges(capsys: pytest.CaptureFixture[str]) -> None:
    """And has the paths."""
    (example,) = [example for example in EXAMPLES if "exchanges():" in example]
    namespace: dict[str, Any] = {}

    exec(example, namespace)  # noqa: S102 - likewise

    assert namespace["paths"] == document().raw["paths"]
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [e.name for e in exchanges()]


def test_the_data_file_is_one(tmp_path: Path) -> None:
    """With a session, which its prompt is in."""
    (data,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    (tmp_path / "data.json").write_text(data, "utf-8")

    store = Store.saved(tmp_path / "data.json")

    assert len(store) == 1
    assert store.count(f"workspaces/default/sessions/{next(store.newest_first()).id}/prompts") == 1


def test_the_table_of_options_has_those_of_serve() -> None:
    """All of them."""
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    _, _, table = README.partition("| option of `serve` | |")
    named = re.findall(r"^\| (`--.*?) \|", table.partition("\n\n")[0], re.MULTILINE)

    assert set(re.findall(r"--[a-z]+", " ".join(named))) == {*re.findall(r"--[a-z]+", parser.format_usage())}


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
