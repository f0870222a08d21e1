"""How many of a sample of the broken servers the generated cases catch by themselves.

    python -m tests.programs.cases

The plan, which the profile full sends as well, catches all of them. Here only what generated cases find counts: that
they report a promise as broken which the server is known to break. There are few cases, as in the tests.
"""

import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from security_copilot_contract.emulator import running
from tests.programs.matrix import every, prepare, with_progress
from tests.programs.seeds import check

# One server in so many: some twenty.
_ONE_IN = 80
_CONFIGURATION = "[schemathesis.generation]\nmax-examples = 3\n"
_LEAST = 0.5


def catches(name: str) -> bool:
    """Whether generated cases alone catch a server."""
    mutant = every()[name]
    with running(mutant.app()) as url, tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "few.toml"
        configuration.write_text(_CONFIGURATION, "utf-8")
        check(url, "--config", str(configuration), "--seed", "1", "--report", "json", "--report-dir", folder)
        findings = json.loads((Path(folder) / "report.json").read_text("utf-8"))["findings"]
    return any(each["generated"] and each["check"] in mutant.promises for each in findings)


def main() -> int:
    prepare()
    names = list(every())[::_ONE_IN]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        caught = list(with_progress(pool.map(catches, names), len(names)))
    missed = [name for name, is_caught in zip(names, caught, strict=True) if not is_caught]
    print(f"Generated cases alone catch {sum(caught)} of a sample of {len(names)} broken servers")
    print(f"Not: {', '.join(missed)}")
    return 0 if sum(caught) >= _LEAST * len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
