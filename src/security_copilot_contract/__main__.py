"""The command `security-copilot-contract`, also as `python -m security_copilot_contract`."""

import sys

from security_copilot_contract import cli


def main() -> int:
    """Run the command, if what it needs is installed; its exit code."""
    try:
        return cli.main()
    except ModuleNotFoundError as error:
        install = 'pip install "security-copilot-client[contract]"'
        print(f"security-copilot-contract: {error.name} is not installed; run: {install}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
