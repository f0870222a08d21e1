"""Run Microsoft's own SDK against the emulator.

    python -m tests.programs.sdk PYTHON

PYTHON is an interpreter that has msgraph-beta-sdk. Run by `make sdk`. The SDK has some 60,000 files, so it is not part
of the tests.
"""

import subprocess
import sys
import time
from pathlib import Path

from security_copilot_contract.emulator import TOKEN, Store, emulator, running
from security_copilot_contract.spec.exchange import exchanges

OFFICIAL = Path(__file__).with_name("official.py")


def main(python: str) -> int:
    """Exit status 1 if the SDK and the emulator disagree."""
    store = Store.documented(exchanges())
    store.add("workspaces/default/plugins", {"name": "Own"})
    start = time.monotonic()
    with running(emulator(store)) as url:
        done = subprocess.run([python, str(OFFICIAL), url, TOKEN], check=False)
    print(f"{'They agree' if done.returncode == 0 else 'They disagree'}, after {time.monotonic() - start:.1f} s.")
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
