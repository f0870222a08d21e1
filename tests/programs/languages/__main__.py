"""Execute docs/other-languages.md: start each emulator, write each file, run each script, and compare its output.

Run by `make languages`; it needs npm, jq and openssl, and installs what the page does into a temporary folder.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import ROOT
from tests.programs.consumer import wheel
from tests.programs.generators.workshop import BrokenError, Workshop
from tests.repository.blocks import Block, blocks_of

PAGE = ROOT / "docs/other-languages.md"
TOOLS = ["uv==0.13.9", "pipx==1.18.4"]
PACKAGE = "security-copilot-client"
DEFAULT_PORT = "8000"
SECONDS = 300


class Reader:
    """Somebody who follows the page from its start, with a released wheel, on free ports."""

    def __init__(self, shop: Workshop, package: Path, started: ExitStack) -> None:
        self._folder = shop.folder
        self._package = package
        self._started = started
        self._programs = Path(shop.program("python")).parent
        self._urls: dict[str, str] = {}

    def follow(self, block: Block) -> str:
        """Do what a block says; the output of a script."""
        if block.language == "shell":
            return self._serve(block)
        if block.language == "bash":
            return self._run(block.code)
        name = block.code.splitlines()[0].removeprefix("// ")
        (self._folder / name).write_text(self._here(block.code), "utf-8")
        return ""

    def _serve(self, block: Block) -> str:
        (words,) = block.commands
        port = words[words.index("--port") + 1] if "--port" in words else DEFAULT_PORT
        command = [word.replace(PACKAGE, str(self._package), 1) if "[" in word else word for word in words]
        url = self._started.enter_context(serving([*command, "--port", "0"], self._folder, self._environment()))
        self._urls[re.sub("[0-9]+$", port, url)] = url
        return ""

    def _run(self, script: str) -> str:
        done = subprocess.run(
            ["/usr/bin/env", "bash", "-euo", "pipefail", "-c", self._here(script)],
            cwd=self._folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        if done.returncode:
            raise BrokenError(f"{script}\nends with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def _here(self, code: str) -> str:
        """Code of the page, with the addresses of the emulators that run."""
        for documented, url in self._urls.items():
            code = code.replace(documented, url)
        return code

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PATH": f"{self._programs}{os.pathsep}{os.environ['PATH']}"}


@contextmanager
def serving(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The origin of an emulator that a command starts."""
    print(*command, flush=True)
    with (
        (folder / "stderr").open("a", encoding="utf-8") as errors,
        subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"https?://127\.0\.0\.1:[0-9]+", line)
            assert found, f"{line}{(folder / 'stderr').read_text('utf-8')}"
            yield found[0]
        finally:
            # The emulator is a child of uvx.
            os.killpg(process.pid, signal.SIGTERM)


def main() -> int:
    """Exit status 1 if a script prints anything but what the page shows. BrokenError if one fails."""
    differ = 0
    with tempfile.TemporaryDirectory() as name, ExitStack() as started:
        shop = Workshop.equipped(Path(name), pip=TOOLS, npm=[])
        reader = Reader(shop, wheel.build(Path(name)), started)
        for block in (b for b in blocks_of(PAGE) if b.language != "text"):
            output = reader.follow(block)
            if block.output not in (None, output):
                differ = 1
                print(f"{block} prints:\n{output}The page shows:\n{block.output}", flush=True)
    return differ


if __name__ == "__main__":
    sys.exit(main())
