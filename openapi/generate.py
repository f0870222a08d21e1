"""Generate the client from the document.

`python openapi/generate.py` rewrites generated/; with --check it changes nothing, and shows how the
committed client differs from what the document generates (exit status 1 when it does); with --overrides it
shows how each file in openapi/templates differs from the generator's own, for review against a new release.
"""

import argparse
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import openapi_python_client

OPENAPI = Path(__file__).resolve().parent
DOCUMENT = OPENAPI / "security-copilot.yaml"
CLIENT = OPENAPI.parent / "generated" / "security_copilot_client"
HEADER = f"""\
# Generated from openapi/{DOCUMENT.name} by openapi-python-client {version("openapi-python-client")}.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""
# What calls the operations is a part of the client, though no generator writes it.
ASKING = OPENAPI / "asking.py"
COPIED_HEADER = f"""\
# Copied from openapi/{ASKING.name}, which is written by hand.
# Do not edit: change that, then run `make generate`.
"""
MAX_DIFF_LINES = 200


def main() -> int:
    parser = argparse.ArgumentParser(description="Generate the client from the document.")
    parser.add_argument("--check", action="store_true", help="only compare; exit 1 when the committed client differs")
    parser.add_argument(
        "--overrides", action="store_true", help="only show how our templates differ from the stock ones"
    )
    options = parser.parse_args()
    if options.overrides:
        return show_overrides()
    with tempfile.TemporaryDirectory() as scratch:
        fresh = generate(Path(scratch) / "project")
        if options.check:
            return report(drift(read(CLIENT), read(fresh)))
        if CLIENT.exists():
            shutil.rmtree(CLIENT)
        shutil.copytree(fresh, CLIENT)
    print(f"Generated {len(read(CLIENT))} files in {CLIENT.relative_to(OPENAPI.parent).as_posix()}.")
    return 0


def generate(project: Path, document: Path = DOCUMENT) -> Path:
    """Generate into a folder that does not exist yet; the package in it, formatted and marked."""
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]
    command += ["--path", str(document), "--config", str(OPENAPI / "generator.yaml")]
    command += ["--custom-template-path", str(OPENAPI / "templates")]
    # Only with metadata does the generator write py.typed; the rest of the metadata is left behind.
    command += ["--meta", "setup", "--output-path", str(project)]
    # The generator's hooks look for ruff on PATH: it must be the one of this environment.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"The generator refuses {document.name} (exit status {done.returncode}):\n{done.stdout}{done.stderr}")
    package = project / CLIENT.name
    for module in package.rglob("*.py"):
        module.write_text(HEADER + module.read_text("utf-8"), "utf-8", newline="\n")
    copied = COPIED_HEADER + ASKING.read_text("utf-8")
    (package / ASKING.name).write_text(copied, "utf-8", newline="\n")
    return package


def read(package: Path) -> dict[str, list[str]]:
    """The lines of each file of a package, by its path in it."""
    files = (f for f in sorted(package.rglob("*")) if f.is_file() and f.suffix != ".pyc")
    return {f.relative_to(package).as_posix(): f.read_text("utf-8").splitlines(keepends=True) for f in files}


def drift(committed: dict[str, list[str]], fresh: dict[str, list[str]]) -> list[str]:
    """A unified diff from what is committed to what the document generates; empty when they are the same."""
    diff: list[str] = []
    for name in sorted(committed.keys() | fresh.keys()):
        before, after = committed.get(name, []), fresh.get(name, [])
        if name not in fresh:
            diff.append(f"Only committed: {name}\n")
        elif name not in committed:
            diff.append(f"Only generated: {name}\n")
        else:
            diff += difflib.unified_diff(before, after, f"committed/{name}", f"document/{name}", n=2)
    return diff


def report(diff: list[str]) -> int:
    if not diff:
        print("No drift: the committed client is what the document generates.")
        return 0
    sys.stdout.writelines(diff[:MAX_DIFF_LINES])
    if len(diff) > MAX_DIFF_LINES:
        print(f"... and {len(diff) - MAX_DIFF_LINES} more lines")
    print("\nDrift: generated/ is not what the document generates. Run `make generate` and commit the result.")
    return 1


def overrides() -> dict[str, list[str]]:
    """A unified diff from the generator's own template to ours, by the path of the template."""
    stock = Path(openapi_python_client.__file__).parent / "templates"
    diffs = {}
    for path in sorted((OPENAPI / "templates").rglob("*.jinja")):
        name = path.relative_to(OPENAPI / "templates").as_posix()
        theirs = (stock / name).read_text("utf-8").splitlines(keepends=True)
        ours = path.read_text("utf-8").splitlines(keepends=True)
        diffs[name] = list(difflib.unified_diff(theirs, ours, f"stock/{name}", f"ours/{name}", n=1))
    return diffs


def show_overrides() -> int:
    diffs = overrides()
    for diff in diffs.values():
        sys.stdout.writelines([*diff, "\n"])
    print(f"Against openapi-python-client {version('openapi-python-client')}, in lines:")
    for name, diff in diffs.items():
        added, removed = (sum(line[0] == sign and line[:3] != sign * 3 for line in diff) for sign in "+-")
        print(f"{name:<50}{f'+{added}':>6}{f'-{removed}':>6}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
