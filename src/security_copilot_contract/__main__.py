"""The command `security-copilot-contract`, also as `python -m security_copilot_contract`."""

import sys


def main() -> int:
    """Run the command, if what it needs is installed; its exit code."""
    try:
        from security_copilot_contract import cli  # noqa: PLC0415 - the extra may not be installed
    except ModuleNotFoundError as error:
        install = 'pip install "security-copilot-client[contract]"'
        print(f"security-copilot-contract: {error.name} is not installed; run: {install}", file=sys.stderr)
        return 2
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
