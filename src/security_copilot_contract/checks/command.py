"""The command `security-copilot-contract check`: its options, from the command line and a file, and its output."""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import get_args

from attrs import evolve

from security_copilot_contract import credentials, gateways
from security_copilot_contract.checks.check_service import check, refuse_unusable
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.options import CONFIG, DEFAULT_SEED, KINDS, merged
from security_copilot_contract.checks.options import settings as made_of
from security_copilot_contract.checks.plan import description
from security_copilot_contract.checks.reporting import github
from security_copilot_contract.checks.reporting.explain import explained, listed
from security_copilot_contract.checks.reporting.terminal import Terminal
from security_copilot_contract.checks.run import REPORT_DIR, REPORTS, CannotCheckError, Profile, Settings
from security_copilot_contract.credentials import TOKEN_VARIABLE
from security_copilot_contract.emulator import TOKEN, Store, emulator, running
from security_copilot_contract.recording.interactions import traffic
from security_copilot_contract.recording.recorder import Recorder
from security_copilot_contract.spec.exchange import exchanges


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to a parser."""
    parser.add_argument("url", nargs="?", help="base URL of the service, with /beta (default: the built-in emulator)")
    _add(
        parser,
        "profile",
        "|".join(get_args(Profile)),
        "read: reads only, nothing is created; live: at most 32 requests and 2 sessions; full: generated cases too, "
        "hundreds of sessions (default: full for this machine, live for any other)",
    )
    parser.add_argument("--plan", action="store_true", help="print the requests of the plan, and send none")
    parser.add_argument(
        "--explain",
        nargs="?",
        const="",
        metavar="PROMISE",
        help="explain a promise, with an example of a break, and send nothing; without a name, list the promises",
    )
    _add(parser, "seed", "N", f"selects the cases (default: {DEFAULT_SEED}; random for read and live)")
    _add(parser, "max-requests", "N", "send at most N requests")
    _add(parser, "max-writes", "N", "send at most N writes")
    _add(
        parser,
        "evaluations",
        "N",
        "create at most N evaluations, which are billed (default: 0; no limit on this machine)",
    )
    _add(parser, "rate", "N", "requests per second (default: 5 for read and live)")
    _add(parser, "report", "FORMATS", f"write reports: {', '.join(REPORTS)}; several with commas")
    _add(parser, "report-dir", "DIR", f"folder for the reports (default: {REPORT_DIR})")
    _add(parser, "baseline", "FILE", "accept the failures in this file, which the first run writes")
    _add_flag(parser, "update-baseline", "add the failures of this run to the baseline")
    _add(parser, "token-command", "COMMAND", f"command that prints the token, if {TOKEN_VARIABLE} is not set")
    gateways.add_options(parser)
    parser.add_argument("--config", metavar="FILE", help=f"file with options (default: {CONFIG}, if it exists)")
    parser.add_argument(
        "--record", metavar="DIR", help="write the exchanges of the plan to this folder, without secrets"
    )
    parser.add_argument(
        "--keep", action="append", metavar="NAME", help="a name that --record writes as it is; may be repeated"
    )
    _add_flag(parser, "allow-live-service", "allow the full profile to fill graph.microsoft.com with sessions")
    parser.set_defaults(run=run)


def _add(parser: argparse.ArgumentParser, name: str, metavar: str, purpose: str) -> None:
    parser.add_argument(f"--{name}", type=KINDS[name].from_text, metavar=metavar, help=purpose)


def _add_flag(parser: argparse.ArgumentParser, name: str, purpose: str) -> None:
    # None if it is not given: a file may contain it.
    parser.add_argument(f"--{name}", action="store_const", const=True, help=purpose)


def run(options: argparse.Namespace) -> int:
    """Check a service, print the plan, or explain a promise; the exit code."""
    if options.explain is not None:
        print("\n".join(explained(options.explain) if options.explain else listed()))
        return 0
    given = merged(options)
    settings = made_of(given)
    refuse_unusable(settings)
    if options.plan:
        return _print_plan(settings)
    if settings.url:
        return _check(settings, token_from(given.get("token-command"), settings.url), options)
    with running(emulator(Store.documented(exchanges(), settings.seed))) as url:
        return _check(evolve(settings, url=url), TOKEN, options)


def _check(settings: Settings, token: str | Callable[[], str], options: argparse.Namespace) -> int:
    if options.record is None:
        return _reported(settings, token)
    try:
        recorder = Recorder(options.record, settings.base_url, options.keep or ())
    except ValueError as error:
        raise CannotCheckError(f"--record: {error}") from None
    try:
        return _reported(settings, token, lambda name, interaction: recorder.add(traffic(interaction), name))
    finally:
        print()
        for line in recorder.summary():
            print(line)


def _reported(
    settings: Settings,
    token: str | Callable[[], str],
    on_exchange: Callable[[str, Interaction], None] | None = None,
) -> int:
    terminal = Terminal(settings, sys.stdout)
    with github.no_commands():
        result = check(settings, token, progress=terminal.progress, on_exchange=on_exchange)
        terminal.finish(result)
    for line in result.run.unwritten:
        print(f"cannot write {line}", file=sys.stderr)
    if github.is_running():
        github.report(result)
    return result.exit_code


def token_from(command: str | None, url: str) -> str | Callable[[], str]:
    """The token in the environment, or what runs the command that prints it. CannotCheckError if there is neither."""
    token = os.environ.get(TOKEN_VARIABLE)
    if token or command is None:
        if not token:
            raise CannotCheckError(f"no token: set {TOKEN_VARIABLE} to one that {url} accepts, or give --token-command")
        return token
    return partial(credentials.printed_by, command)


def _print_plan(settings: Settings) -> int:
    steps = settings.steps()
    print(f"Plan of the profile {settings.profile}. Nothing is sent.\n")
    print("\n".join(description(steps)))
    if not settings.generates:
        most = sum(step.times for step in steps)
        creates = Counter(step.name.partition(":")[0] for step in steps if step.verb == "POST" and not step.is_refused)
        counts = ", ".join(f"{name}: {count}" for name, count in creates.items())
        evaluations = "" if "evaluations" in creates else "; no evaluations"
        creating = f"Creates (cannot be deleted): {counts}{evaluations}" if creates else "Creates nothing"
        print(f"\nAt most {most} requests. {creating}.")
    else:
        print("\nSchemathesis sends thousands of generated cases first, which depend on the responses.")
    return 0
