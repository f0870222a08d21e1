"""What README, docs/, ARCHITECTURE.md and CONTRIBUTING.md say, executed."""

import argparse
import importlib.util
import inspect
import json
import re
import tomllib
import typing
from itertools import takewhile
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from security_copilot_contract import cli
from security_copilot_contract.emulator import OUTCOMES, Store
from security_copilot_contract.spec.document import document
from tests import ROOT
from tests.repository.blocks import PAGES, Block, blocks, run_command, run_python

CLIENT = (ROOT / "docs/client.md").read_text("utf-8")
MODULES = re.findall(r"^\| `(\w+\.\w+)` \| (.*) \| (.*) \|$", CLIENT, re.MULTILINE)
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
# What a sample may use that the tests' environment need not have. `make sdk` executes those with msgraph_beta.
OPTIONAL = ("azure.identity", "msgraph_beta", "opentelemetry.instrumentation.httpx", "opentelemetry.sdk")
LANGUAGES = {"python", "shell", "text", "toml", "yaml", "json"}
# Those that `make languages` executes, on the one page that has them.
OTHER_LANGUAGES = {"bash", "typescript", "javascript"}


def each(*languages: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("block", blocks(*languages), ids=str)


@each("python")
def test_python_block_runs_alone(block: Block, tmp_path: Path) -> None:
    """In a process and a folder of its own, offline, and with the output that the page shows."""
    missing = [name for name in OPTIONAL if re.search(rf"^(from|import) {name}\b", block.code, re.MULTILINE)]
    for name in missing:
        pytest.importorskip(name)

    done = run_python(block.code, tmp_path, is_test=block.is_test)

    assert done.code == 0, f"{block}\n{done.out}\n{done.err}"
    if block.output is not None:
        assert done.out == block.output


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("client.get()", "NameError"),
        ("def test_it(): client.get()", "NameError"),
        ("import socket; socket.create_connection(('192.0.2.1', 80))", "the sample reaches for the network"),
        ("import httpx; httpx.get('https://graph.microsoft.com')", "the sample reaches for the network"),
        ("import warnings; warnings.warn('old', DeprecationWarning)", "DeprecationWarning"),
    ],
)
def test_a_broken_block_fails(code: str, error: str, tmp_path: Path) -> None:
    """A name that the block does not define, a request to another machine, a warning."""
    done = run_python(code, tmp_path, is_test="def test" in code)

    assert done.code == 1
    assert error in done.out + done.err


@each("shell")
def test_shell_block_names_what_exists(block: Block) -> None:
    """Its commands, their options, targets of make, extras, modules and files."""
    assert block.commands
    for words in block.commands:
        assert_exists(words)


@pytest.mark.parametrize("block", [b for b in blocks("shell") if b.is_offline], ids=str)
def test_shell_block_runs(block: Block, tmp_path: Path) -> None:
    """If it needs no service, no build, and ends by itself."""
    done = [run_command(words, tmp_path) for words in block.commands]

    assert [d.code for d in done] == [0] * len(done), f"{block}\n{done}"
    if block.output is not None:
        assert "".join(d.out for d in done) == block.output


@each("toml")
def test_toml_block_is_a_configuration(block: Block, tmp_path: Path) -> None:
    """One that `check` takes, as it is."""
    (tmp_path / "options.toml").write_text(block.code, "utf-8")

    done = run_command(
        ["security-copilot-contract", "check", "--plan", "--config", str(tmp_path / "options.toml")], tmp_path
    )

    assert done.code == 0, done.err


@each("yaml")
def test_yaml_block_is_a_step_of_a_workflow(block: Block) -> None:
    """With inputs that the action has, and all that it needs."""
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))

    for step in yaml.safe_load(block.code):
        assert re.match(r"[\w-]+/security-copilot-client@", step["uses"])
        assert {name for name, entry in action["inputs"].items() if entry.get("required")} <= set(step["with"])
        assert set(step["with"]) <= set(action["inputs"])


@each("json")
def test_json_block_is_a_data_file(block: Block, tmp_path: Path) -> None:
    """With every entity that it names."""
    (tmp_path / "data.json").write_text(block.code, "utf-8")

    store = Store.saved(tmp_path / "data.json")

    assert {path: store.count(path) for path in json.loads(block.code)} == {
        path: len(entities) for path, entities in json.loads(block.code).items()
    }


def test_every_block_is_of_a_language_that_is_tested() -> None:
    """And a `text` block is an output, or a picture in characters."""
    others = [block for block in blocks() if block.language not in LANGUAGES]
    assert {(block.page, block.language) for block in others} == {
        ("docs/other-languages.md", language) for language in OTHER_LANGUAGES
    }
    assert blocks("python")
    assert not [block for block in blocks() if "\t" in block.code and block.language != "text"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """To a file of the repository, and to a heading in it."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)]+)\)", text):
        if link.startswith("https://"):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_relative_to(ROOT)
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{page.name}: {link}"


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_named_paths_exist(name: str) -> None:
    """From the root, or from a room."""
    bases = [ROOT, *(ROOT / "src" / room for room in (".", "security_copilot_contract", "security_copilot_runtime"))]
    paths = re.findall(r"`([\w.-]+(?:/[\w.-]*)+|\w+\.py)`", (ROOT / name).read_text("utf-8"))

    assert paths
    assert [path for path in paths if not any((base / path).exists() for base in bases)] == []


def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_in_the_index() -> None:
    """Of docs/, and of README."""
    for start in ("docs/index.md", "README.md"):
        listed = set(re.findall(r"\]\((?:docs/)?([\w-]+\.md)\)", (ROOT / start).read_text("utf-8")))
        assert {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"} <= listed


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("command-line", "ask"),
        ("command-line", "check"),
        ("command-line", "serve"),
        ("command-line", "wait"),
        ("emulator", "serve"),
    ],
)
def test_the_table_of_options_is_complete(page: str, name: str) -> None:
    """Each option of the command, and no other."""
    text = (ROOT / f"docs/{page}.md").read_text("utf-8")
    _, _, table = text.partition(f"| option of `{name}` | |")
    rows = re.findall(r"^\| (`--.*?) \| ", table.partition("\n\n")[0], re.MULTILINE)

    assert options_in(" ".join(rows)) == options_in(parser_of(name).format_usage()) - {"-h"}


@pytest.mark.parametrize(("page", "name"), [("command-line", "serve"), ("emulator", "serve"), ("command-line", "ask")])
def test_the_placeholders_of_options_are_those_of_the_command(page: str, name: str) -> None:
    """As `--help` has them."""
    text = (ROOT / f"docs/{page}.md").read_text("utf-8")
    usage = parser_of(name).format_help()

    for option, placeholder in re.findall(r"`(--[a-z-]+) ([A-Z:]+)`", text):
        if option in options_in(usage) and f"{option} {option[2:].upper()}" not in usage:
            assert f"{option} {placeholder}" in usage


def test_the_table_of_endings_is_complete() -> None:
    """Each outcome that a prompt can ask for."""
    text = (ROOT / "docs/emulator.md").read_text("utf-8")

    assert set(re.findall(r"`\[emulator: (\w+)\]`", text)) == set(OUTCOMES) - {"success"}


def test_the_table_of_commands_is_complete() -> None:
    """Each command, once."""
    text = (ROOT / "docs/command-line.md").read_text("utf-8")
    listed = re.findall(r"^\| `([a-z]+)(?: \[?[A-Z]+\]?)*` \| ", text, re.MULTILINE)

    assert sorted(listed) == sorted(commands())


@pytest.mark.parametrize(("module", "arguments", "returns"), MODULES)
def test_the_table_of_operations_has_arguments_and_results(module: str, arguments: str, returns: str) -> None:
    """All except the headers, which the client sends by itself."""
    sync = importlib.import_module(f"security_copilot_client.api.{module}").sync
    returned = typing.get_type_hints(sync)["return"]

    named = set(re.findall(r"`(\w+)[`=]", arguments))
    classes = {cls.__name__ for cls in typing.get_args(returned) or (returned,)}
    assert named == set(inspect.signature(sync).parameters) - {"client", "client_request_id", "prefer"}
    assert set(re.findall(r"`(\w+)`", returns)) == classes


def test_the_table_of_operations_is_complete() -> None:
    """Each operation once, by its tag and its id."""
    names = [f"{o.definition['tags'][0]}.{re.sub('(?=[A-Z])', '_', o.id).lower()}" for o in document().operations]

    assert sorted(name for name, _, _ in MODULES) == sorted(names)


def assert_exists(words: list[str]) -> None:
    """A command, and what it names."""
    while re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    program, *arguments = words
    check = _CHECKS.get(Path(program).name)
    assert check is not None, f"{program!r} is no command that this test knows"
    check(arguments)


def _contract(arguments: list[str]) -> None:
    arguments = list(takewhile(lambda argument: argument not in ("<", ">"), arguments))
    cli._parser(arguments[0]).parse_args(arguments)  # noqa: SLF001 - main() would run the command


def _pip(arguments: list[str]) -> None:
    command, *requirements = arguments
    assert command == "install"
    extras = PYPROJECT["project"]["optional-dependencies"]
    for requirement in requirements:
        name, _, listed = requirement.rstrip("]").partition("[")
        assert name == PYPROJECT["project"]["name"] or name.startswith("opentelemetry-")
        assert not listed or set(listed.split(",")) <= set(extras)


def _uvx(arguments: list[str]) -> None:
    option, requirement, command, *options = arguments
    assert option == "--from"
    _pip(["install", requirement])
    assert_exists([command, *options])


def _pipx(arguments: list[str]) -> None:
    assert arguments[:2] == ["run", "--spec"]
    _uvx(["--from", *arguments[2:]])


def _make(arguments: list[str]) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for argument in arguments:
        assert argument in targets or re.fullmatch(r"[A-Z]+=\S+", argument), argument


def _docker(arguments: list[str]) -> None:
    assert arguments[0] in ("build", "run")
    assert (ROOT / "Dockerfile").exists()


def _curl(arguments: list[str]) -> None:
    (url,) = [argument for argument in arguments if argument.startswith("http")]
    assert document().operation_at("GET", url.partition("/beta")[2]) is not None, url


def _python(arguments: list[str]) -> None:
    arguments = arguments[: arguments.index("-k")] if "-k" in arguments else arguments
    if arguments[0] == "-m":
        assert importlib.util.find_spec(arguments[1]) is not None
        files = arguments[2:] if arguments[1] == "pytest" else []
    else:
        files = arguments[:1]
    for name in files:
        assert name.startswith("-") or (ROOT / name.partition("::")[0]).exists(), name


def _git(arguments: list[str]) -> None:
    assert arguments[0] in ("clone", "switch", "diff", "status", "commit", "add")


def _schemathesis(arguments: list[str]) -> None:
    from schemathesis.cli import schemathesis  # noqa: PLC0415 - it takes a second, for one block

    known = {option for parameter in schemathesis.commands[arguments[0]].params for option in parameter.opts}
    assert {argument for argument in arguments if argument.startswith("--")} <= known


_CHECKS = {
    "security-copilot-contract": _contract,
    "schemathesis": _schemathesis,
    "pip": _pip,
    "uvx": _uvx,
    "pipx": _pipx,
    "make": _make,
    "docker": _docker,
    "curl": _curl,
    "python": _python,
    "git": _git,
}


def options_in(text: str) -> set[str]:
    """The options that a text names."""
    return set(re.findall(r"--[a-z]+(?:-[a-z]+)*", text))


def parser_of(name: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    return subparsers(name)[name]


def commands() -> set[str]:
    """The names of all commands."""
    return set(subparsers(None))


def subparsers(wanted: str | None) -> dict[str, argparse.ArgumentParser]:
    """The parsers of all commands, with the options of the one that is wanted."""
    parser = cli._parser(wanted)  # noqa: SLF001 - see above
    commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no other way to list them
    (action,) = [a for a in parser._actions if isinstance(a, commands)]  # noqa: SLF001 - likewise
    return dict(action.choices)
