"""`security-copilot-contract doctor`: explains with one read whether a service can be used, and with which token."""

import argparse

from security_copilot_contract import gateways
from security_copilot_contract.checks.check_service import examine
from security_copilot_contract.checks.command import token_from
from security_copilot_contract.checks.options import KINDS, settings
from security_copilot_contract.credentials import TOKEN_VARIABLE


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to a parser."""
    parser.description = (
        "Send one read, and explain the response and the token. The token is decoded here and never printed. "
        "Exit code 0: the service can be used; 2: it cannot, or the token lacks a permission."
    )
    parser.add_argument("url", help="base URL of the service, with /beta")
    parser.add_argument(
        "--token-command",
        type=KINDS["token-command"].from_text,
        metavar="COMMAND",
        help=f"command that prints the token, if {TOKEN_VARIABLE} is not set",
    )
    gateways.add_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what one read and the token say; the exit code."""
    url = options.url
    given = {"url": url, "profile": "read", "header": options.header or (), "client-cert": options.client_cert}
    found = examine(settings(given), token_from(options.token_command, url))
    if found.problem is None:
        print(f"{url} responds as this API does.")
    else:
        print(f"{found.problem.rstrip('.')}.")
    for clause in found.token or ["it is no JWT, so nothing can be read from it"]:
        print(f"The token: {clause}.")
    return 0 if found.problem is None and not found.missing else 2
