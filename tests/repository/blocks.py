"""The fenced code blocks of the pages, and how each is executed alone."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from textwrap import dedent

from attrs import frozen

from tests import ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<code>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_SECONDS = 60
# The plugins of pytest that happen to be installed, and that no sample uses.
_WITHOUT = [f"-pno:{name}" for name in ("cacheprovider", "xdist", "asyncio", "anyio", "hypothesispytest")]
_COMMAND = "security-copilot-contract"
# The commands that need no service and end soon; and what makes the others so.
_OFFLINE_COMMANDS = {"promises": None, "contradictions": None, "document": None, "ask": None, "check": "live"}

# Runs a module or a file in this process, which must not reach any other machine.
_OFFLINE = """
import runpy, sys

LOCAL = {None, "", "localhost", "127.0.0.1", "::1", b"localhost", b"127.0.0.1"}

def refuse(event, arguments):
    if event == "socket.getaddrinfo" and arguments[0] not in LOCAL:
        raise PermissionError(f"the sample reaches for the network: {arguments[0]}")
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in LOCAL:
        raise PermissionError(f"the sample reaches for the network: {arguments[1][0]}")

sys.addaudithook(refuse)
sys.path.insert(0, "")
kind, target, *sys.argv[1:] = sys.argv[1:]
if kind == "module":
    runpy.run_module(target, run_name="__main__", alter_sys=True)
else:
    sys.argv[0] = target
    runpy.run_path(target, run_name="__main__")
"""


@frozen
class Block:
    """A fenced block: its page, the line of its fence, and the output that a `text` block right after it shows."""

    page: str
    line: int
    language: str
    code: str
    output: str | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def is_test(self) -> bool:
        """Whether pytest runs it."""
        return re.search(r"^ *(async )?def test_", self.code, re.MULTILINE) is not None

    @property
    def commands(self) -> list[list[str]]:
        """The words of each command of a `shell` block, without what redirects its output."""
        lines = self.code.replace("\\\n", " ").splitlines()
        split = [shlex.split(line, comments=True) for line in lines]
        return [words for words in split if words]

    @property
    def is_offline(self) -> bool:
        """Whether each command of a `shell` block can be run here."""
        return all(map(_is_offline, self.commands))


@frozen
class Done:
    """How a process ended."""

    code: int
    out: str
    err: str


def blocks(*languages: str) -> list[Block]:
    """The blocks of all pages in these languages; in all without any."""
    return [b for page in PAGES for b in blocks_of(page) if not languages or b.language in languages]


def blocks_of(page: Path) -> Iterator[Block]:
    """The blocks of a page."""
    text = page.read_text("utf-8")
    found = list(_FENCE.finditer(text))
    for block, following in zip_longest(found, found[1:]):
        shown = (
            following is not None
            and following["language"] == "text"
            and not text[block.end() : following.start()].strip()
        )
        yield Block(
            page.relative_to(ROOT).as_posix(),
            text.count("\n", 0, block.start()) + 1,
            block["language"],
            dedent(block["code"]),
            following["code"] if shown and following is not None else None,
        )


def run_python(code: str, folder: Path, *, is_test: bool = False) -> Done:
    """Run code as the only file of a folder: a program by itself, a test by pytest."""
    name = "test_sample.py" if is_test else "sample.py"
    (folder / name).write_text(code, "utf-8")
    if is_test:
        without = [] if "import schemathesis" in code else ["-pno:schemathesis"]
        return _run("module", "pytest", "-q", "--assert=plain", *_WITHOUT, *without, name, folder=folder)
    return _run("file", name, folder=folder)


def run_command(words: list[str], folder: Path) -> Done:
    """Run `security-copilot-contract` in a folder; what goes into a file by `> FILE` is written there."""
    program, *arguments = words
    assert program == _COMMAND
    target = None
    if ">" in arguments:
        *arguments, _, target = arguments
    done = _run("module", "security_copilot_contract", *arguments, folder=folder)
    if target is not None:
        (folder / target).write_text(done.out, "utf-8")
    return done


def _run(*arguments: str, folder: Path) -> Done:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SECURITY_COPILOT_")}
    environment.pop("GITHUB_ACTIONS", None)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", "-c", _OFFLINE, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=_SECONDS,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _is_offline(words: list[str]) -> bool:
    """A full check takes a minute, `serve` goes on, and a URL is of a service that is not here."""
    program, name, *options = [*words, ""]
    needs_more = name == "serve" or (name == "check" and not {"live", "--explain"} & set(options))
    return program == _COMMAND and not needs_more and not any("://" in option for option in options)
