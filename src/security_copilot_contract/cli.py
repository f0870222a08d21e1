"""The command `security-copilot-contract`.

Exit codes: 0 the promises are kept, 1 one is broken, 2 the command could not do its work.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from security_copilot_contract.checks import CannotRunError, Outcome, check
from security_copilot_contract.checks.run import TOKEN_VARIABLE
from security_copilot_contract.checks.tally import PHASES
from security_copilot_contract.document import document
from security_copilot_contract.emulator import TOKEN, Store, emulator, listen, running
from security_copilot_contract.emulator.server import base_url, server
from security_copilot_contract.exchanges import documented

_DEFAULT_PORT = 8000
_DEFAULT_SEED = 1


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="security-copilot-contract", description="The contract of Security Copilot's sessions API, at work."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    checks = commands.add_parser(
        "check",
        help="check whether a service keeps the contract",
        description="Check whether a service keeps the contract. "
        f"The token is read from {TOKEN_VARIABLE}. Exit code 0: kept; 1: broken; 2: could not run.",
    )
    checks.add_argument("url", nargs="?", help="its base URL, with /beta; the emulator, started for it, if left out")
    checks.add_argument("--seed", type=int, default=_DEFAULT_SEED, help="which cases are sent (default: %(default)s)")
    checks.add_argument(
        "--allow-writes", action="store_true", help="allow a host other than this machine to be filled with sessions"
    )
    checks.set_defaults(run=_check)

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


def _check(options: argparse.Namespace) -> int:
    if options.url is None:
        with running(emulator(Store.documented(documented(), options.seed))) as url:
            return _report(check(url, TOKEN, seed=options.seed), url)
    token = os.environ.get(TOKEN_VARIABLE)
    if not token:
        raise CannotRunError(f"no token: set {TOKEN_VARIABLE} to one that {options.url} accepts.")
    return _report(check(options.url, token, seed=options.seed, allow_writes=options.allow_writes), options.url)


def _report(outcome: Outcome, url: str) -> int:
    operations = [operation.id for operation in document().operations]
    cases = outcome.tally.cases
    print(f"\nTest cases against {url}\n")
    print(f"{'':<16}" + "".join(f"{phase:>10}" for phase in PHASES))
    for operation in operations:
        print(f"{operation:<16}" + "".join(f"{cases[operation, phase]:>10}" for phase in PHASES))
    exchanges = len(documented())
    print(f"\n{cases.total()} cases, {outcome.tally.checks.total()} checks, {exchanges} documented exchanges.")
    for problem in outcome.exchange_problems:
        print(f"The document contradicts the documented exchange {problem}")
    for operation, phase in outcome.not_exercised:
        print(f"Not exercised: {operation} in the phase {phase}")
    print("The contract is kept." if outcome else "The contract is broken.")
    return 0 if outcome else 1


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
