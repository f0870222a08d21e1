"""The command `security-copilot-contract`, also as `python -m security_copilot_contract`."""

import os
import sys
from pathlib import Path

from security_copilot_contract import cli


def main() -> int:
    """Run the command, if what it needs is installed; its exit code."""
    for name in ("stdout", "stderr"):
        # Who has closed it wants to hear nothing. Python leaves None there, and a socket might get its number.
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
