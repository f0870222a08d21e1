"""Generate the client from the document.

`python openapi/generate.py` rewrites generated/. With --check it changes nothing, and prints how the committed client
differs from a fresh one (exit status 1 if it does). With --overrides it prints how each file in openapi/templates
differs from the generator's own, for review when the generator is updated.
"""

import argparse
import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import openapi_python_client
from ruamel.yaml import YAML  # the generator's own: YAML 1.2, in which `on` is a string

OPENAPI = Path(__file__).resolve().parent
DOCUMENT = OPENAPI / "security-copilot.yaml"
CLIENT = OPENAPI.parent / "generated" / "security_copilot_client"
HEADER = f"""\
# Generated from openapi/{DOCUMENT.name} by openapi-python-client {version("openapi-python-client")}.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""
MAX_DIFF_LINES = 200
SCHEMAS = "#/components/schemas/"
SCALARS = ("boolean", "integer", "number", "string")


def main() -> int:
    parser = argparse.ArgumentParser(description="Generate the client from the document.")
    parser.add_argument("--check", action="store_true", help="only compare; exit 1 if the committed client differs")
    parser.add_argument(
        "--overrides", action="store_true", help="only print how our templates differ from the stock ones"
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
    """Generate into a folder that does not exist yet. Returns the package in it, formatted and with our header."""
    with tempfile.TemporaryDirectory() as scratch:
        prepared = Path(scratch, document.with_suffix(".json").name)
        content = with_optional_control_information(with_own_descriptions(YAML(typ="safe").load(document)))
        prepared.write_text(json.dumps(content), "utf-8")
        done = run_generator(prepared, project)
    if done.returncode:
        sys.exit(f"The generator refuses {document.name} (exit status {done.returncode}):\n{done.stdout}{done.stderr}")
    package = project / CLIENT.name
    for module in package.rglob("*.py"):
        module.write_text(HEADER + module.read_text("utf-8"), "utf-8", newline="\n")
    return package


def run_generator(document: Path, project: Path) -> subprocess.CompletedProcess[str]:
    """Generate from a document as it is."""
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]
    command += ["--path", str(document), "--config", str(OPENAPI / "generator.yaml")]
    command += ["--custom-template-path", str(OPENAPI / "templates")]
    # The generator writes py.typed only together with metadata, which is not used.
    command += ["--meta", "setup", "--output-path", str(project)]
    # The generator's hooks look for ruff on PATH: it must be the one of this environment.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)


def with_own_descriptions(document: dict[str, Any]) -> dict[str, Any]:
    """A copy of the document in which a description beside a reference to a scalar schema reaches the generator.

    The generator ignores everything beside a `$ref`, so that four timestamps of a model would have the description of
    Timestamp. In the copy the schema replaces the reference. References to enumerations and objects stay, since the
    generator would make a second class of a copy. This waits for
    https://github.com/openapi-generators/openapi-python-client/issues/1432; a test fails once it is not needed.
    """
    schemas = document.get("components", {}).get("schemas", {})

    def copy(node: Any) -> Any:
        if isinstance(node, list):
            return [copy(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "description" in node and isinstance(node.get("$ref"), str):
            schema = schemas.get(node["$ref"].removeprefix(SCHEMAS), {})
            if schema.get("type") in SCALARS and "enum" not in schema:
                return {**schema, **{key: value for key, value in node.items() if key != "$ref"}}
        return {key: copy(value) for key, value in node.items()}

    prepared: dict[str, Any] = copy(document)
    return prepared


def with_optional_control_information(node: Any) -> Any:
    """A copy of the document in which no control information (a name with `@`) is required.

    The service promises it, and the checks demand it. No caller needs it, so no call of the client fails without it.
    """
    if isinstance(node, list):
        return [with_optional_control_information(item) for item in node]
    if not isinstance(node, dict):
        return node
    copied = {key: with_optional_control_information(value) for key, value in node.items()}
    if isinstance(required := copied.get("required"), list):
        copied["required"] = [name for name in required if "@" not in name]
    return copied


def read(package: Path) -> dict[str, list[str]]:
    """The lines of each file of a package, by its path in it."""
    files = (f for f in sorted(package.rglob("*")) if f.is_file() and f.suffix != ".pyc")
    return {f.relative_to(package).as_posix(): f.read_text("utf-8").splitlines(keepends=True) for f in files}


def drift(committed: dict[str, list[str]], fresh: dict[str, list[str]]) -> list[str]:
    """A unified diff from the committed client to a fresh one; empty if they are equal."""
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
    """For each of our templates, by its path, a unified diff from the generator's own."""
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
