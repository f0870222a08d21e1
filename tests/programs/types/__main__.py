"""Measures with pyright and ty what mypy does not: how complete the public types are, and what users see of them.

It fails unless each package is fully typed, `user_program.py` has no error, and each import in `misspelt_imports.py`
has one. `make lint` checks both samples with mypy.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PACKAGES = (
    "security_copilot_asking",
    "security_copilot_client",
    "security_copilot_contract",
    "security_copilot_runtime",
)
_PROGRAM = Path(__file__).with_name("user_program.py")
_MISSPELT = Path(__file__).with_name("misspelt_imports.py")
# File and line of an error, and its message.
_Errors = dict[tuple[str, int], str]


def main(checkers: Path) -> int:
    """Measure with the checkers in a folder; the exit code."""
    failures = [failure for package in _PACKAGES for failure in _untyped(checkers, package)]
    with tempfile.TemporaryDirectory() as folder:
        misspelt = Path(folder, _MISSPELT.name)
        misspelt.write_text(_without_comments(_MISSPELT.read_text("utf-8")), "utf-8")
        for name, errors in (("pyright", _pyright(checkers, misspelt)), ("ty", _ty(checkers, misspelt))):
            found = [*_in_program(errors), *_missed(errors)]
            failures += [f"{name}: {failure}" for failure in found]
            print(f"{name}: {len(errors)} errors, {len(found)} lines that differ from what is expected")
    print("\n".join(failures))
    return 1 if failures else 0


def _untyped(checkers: Path, package: str) -> Iterator[str]:
    """The public symbols of a package whose types are not known. Those of other packages do not count."""
    report = _json(checkers / "pyright", "--outputjson", "--ignoreexternal", "--verifytypes", package)
    found = report["typeCompleteness"]
    symbols = [symbol for symbol in found["symbols"] if symbol["isExported"]]
    print(f"{package}: {found['completenessScore']:.1%} of {len(symbols)} public symbols have a known type")
    if not symbols:
        yield f"{package}: nothing was measured"
    for symbol in symbols:
        if not symbol["isTypeKnown"] or symbol["isTypeAmbiguous"]:
            yield f"{symbol['name']}: {'; '.join(each['message'] for each in symbol['diagnostics'])}"


def _without_comments(program: str) -> str:
    return re.sub(r"  # type: ignore.*", "", program)


def _pyright(checkers: Path, misspelt: Path) -> _Errors:
    report = _json(checkers / "pyright", "--outputjson", "--pythonpath", sys.executable, _PROGRAM, misspelt)
    return {
        (Path(error["file"]).name, error["range"]["start"]["line"] + 1): error["message"]
        for error in report["generalDiagnostics"]
    }


def _ty(checkers: Path, misspelt: Path) -> _Errors:
    report = _json(
        checkers / "ty", "check", "--python", sys.executable, "--output-format", "gitlab", _PROGRAM, misspelt
    )
    return {
        (Path(error["location"]["path"]).name, error["location"]["positions"]["begin"]["line"]): error["description"]
        for error in report
    }


def _in_program(errors: _Errors) -> Iterator[str]:
    for (file, line), message in errors.items():
        if file == _PROGRAM.name:
            yield f"{file}:{line}: {message}"


def _missed(errors: _Errors) -> Iterator[str]:
    for number, line in enumerate(_MISSPELT.read_text("utf-8").splitlines(), 1):
        if line.startswith("    from ") and (_MISSPELT.name, number) not in errors:
            yield f"{_MISSPELT.name}:{number}: no error for {line.partition('#')[0].strip()}"


def _json(*command: str | Path) -> Any:
    # With --verifytypes pyright finds packages with the Python of the path only.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", env={**os.environ, "PATH": path})
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}") from None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).parent))
