"""Run Microsoft's own SDK against the emulator, and measure what it costs.

    python -m tests.programs.sdk PYTHON

PYTHON is an interpreter that has msgraph-beta-sdk. Run by `make sdk`. The SDK has some 60,000 files, so it is not part
of the tests.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from security_copilot_contract.emulator import TOKEN, Store, emulator, running
from security_copilot_contract.spec.exchange import exchanges
from tests import ROOT
from tests.programs.sdk import cost
from tests.repository.blocks import blocks_of

OFFICIAL = Path(__file__).with_name("official.py")
PAGE = ROOT / "docs/from-msgraph-beta-sdk.md"


def main(python: str) -> int:
    """Exit status 1 if the SDK and the emulator disagree, or a sample of the page does something else."""
    store = Store.documented(exchanges())
    store.add("workspaces/default/plugins", {"name": "Own"})
    start = time.monotonic()
    with running(emulator(store)) as url:
        done = subprocess.run([python, str(OFFICIAL), url, TOKEN], check=False)
    print(f"{'They agree' if done.returncode == 0 else 'They disagree'}, after {time.monotonic() - start:.1f} s.")
    broken = [sample for sample in samples() if not works(python, *sample)]
    with running(emulator(Store())) as url:
        cost.measure(sys.executable, python, url)
    return 1 if done.returncode or broken else 0


def samples() -> list[tuple[str, str, str]]:
    """The samples of the page that use the SDK: where, code and output."""
    return [(str(b), b.code, b.output or "") for b in blocks_of(PAGE) if "from msgraph_beta import" in b.code]


def works(python: str, where: str, code: str, output: str) -> bool:
    """Run a sample with an emulator of its own; print whether it did what the page shows."""
    with tempfile.TemporaryDirectory() as folder, running(emulator(Store())) as url:
        file = Path(folder) / "sample.py"
        file.write_text(code, "utf-8")
        command = [str(Path(python).absolute()), "-m", "tests.programs.sdk.sample", url, TOKEN, str(file)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    is_right = done.returncode == 0 and done.stdout == output
    print(f"{where}: {'as shown' if is_right else f'expected {output!r}, got {done.stdout!r}'}")
    return is_right


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
