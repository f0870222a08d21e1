"""The command `security-copilot-contract`.

Exit codes: 0 the promises are kept, 1 one is broken, 2 the command could not do its work; 130 and 141 when it was
interrupted, or nobody reads what it prints.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

from security_copilot_contract.checks import CannotRunError, command
from security_copilot_contract.checks.promises import PROMISES
from security_copilot_contract.checks.walk import TOKEN_VARIABLE
from security_copilot_contract.contradictions import Contradiction, contradictions
from security_copilot_contract.emulator import TOKEN, emulator, listen
from security_copilot_contract.emulator.server import base_url, server
from security_copilot_contract.exchanges import documented

_DEFAULT_PORT = 8000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except CannotRunError as error:
        print(f"security-copilot-contract: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Else Python complains once more, when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="security-copilot-contract", description="The contract of Security Copilot's API, at work."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    checks = commands.add_parser(
        "check",
        help="check whether a service keeps the contract",
        description="Check whether a service keeps the contract. "
        f"The token is read from {TOKEN_VARIABLE}. Exit code 0: kept; 1: broken; 2: could not run.",
    )
    command.add_options(checks)

    promises = commands.add_parser("checks", help="list what is checked: each promise, and where it is documented")
    promises.set_defaults(run=_checks)

    docs = commands.add_parser("docs", help="list where Microsoft's documentation contradicts itself")
    docs.set_defaults(run=_docs)

    serve = commands.add_parser(
        "serve",
        help="start the emulator",
        description=f"Start the emulator. It accepts the token in {TOKEN_VARIABLE}, or '{TOKEN}' if there is none.",
    )
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: %(default)s)")
    serve.add_argument(
        "--port", type=int, default=_DEFAULT_PORT, help="the port to listen at, 0 for any (default: %(default)s)"
    )
    serve.set_defaults(run=_serve)
    return parser


def _checks(options: argparse.Namespace) -> int:
    del options
    group = None
    for promise in PROMISES.values():
        if promise.group != group:
            group = promise.group
            print(f"{group}\n")
        print(f"  {promise.name}\n      {promise.sentence}\n      ({promise.source})\n")
    print(f"{len(PROMISES)} promises; the full profile adds the checks of Schemathesis.")
    return 0


def _docs(options: argparse.Namespace) -> int:
    del options
    for name, listed in groupby(contradictions(), key=lambda contradiction: contradiction.exchange):
        requests = [exchange.request for exchange in documented() if exchange.name == name]
        print("\n".join([f"{name}: {r.method} {r.url}" for r in requests] or ["in no example"]), end="\n\n")
        for contradiction in listed:
            print("\n      ".join(_told(contradiction)), end="\n\n")
    print(f"{len(contradictions())} contradictions. Every check tells when one is gone, or when there is another.")
    return 0


def _told(contradiction: Contradiction) -> Iterator[str]:
    yield f"  {contradiction.place}"
    yield contradiction.shows
    yield f"But: {contradiction.against}"
    if contradiction.correction is not None:
        yield f"Should be {contradiction.correction.by!r} instead of {contradiction.correction.replace!r}."
    if contradiction.fits is not None:
        yield f"It would fit {contradiction.fits}."
    yield f"The document sides with {contradiction.takes}."


def _serve(options: argparse.Namespace) -> int:
    token = os.environ.get(TOKEN_VARIABLE)
    try:
        sock = listen(options.host, options.port)
    except (OSError, OverflowError) as error:
        raise CannotRunError(f"cannot listen at {options.host}:{options.port}: {error}. Try --port 0.") from None
    with sock:
        url = base_url(sock)
        print(f"Security Copilot emulator, listening at {url} (Ctrl-C stops it)")
        shown = f"${TOKEN_VARIABLE}" if token else TOKEN
        print(
            f'Try: curl -H "Authorization: Bearer {shown}" {url}/security/securityCopilot/workspaces/default/sessions'
        )
        sys.stdout.flush()
        server(emulator(token=token or TOKEN)).run([sock])
    return 0
