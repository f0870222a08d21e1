"""The command `security-copilot-contract`, also as `python -m security_copilot_contract`."""

import os
import sys
from pathlib import Path

from security_copilot_contract import cli


def main() -> int:
    """Run the command, if its requirements are installed; its exit code."""
    for name in ("stdout", "stderr"):
        # A closed stream is None in Python, and a socket might get its file descriptor.
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the end
    try:
        return cli.main()
    except ModuleNotFoundError as error:
        install = 'pip install "security-copilot-client[contract]"'
        print(f"security-copilot-contract: {error.name} is not installed; run: {install}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
