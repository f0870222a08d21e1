"""The command `security-copilot-contract check`: its options, from the command line and a file, and its output."""

import argparse
import secrets
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

from attrs import evolve

from security_copilot_contract import credentials
from security_copilot_contract.checks import github
from security_copilot_contract.checks.check_service import check
from security_copilot_contract.checks.plan import description
from security_copilot_contract.checks.report import summary
from security_copilot_contract.checks.run import CannotCheckError, Profile, Result, Settings, profile_for
from security_copilot_contract.checks.runner import StepResult
from security_copilot_contract.credentials import TOKEN_VARIABLE
from security_copilot_contract.emulator import TOKEN, Store, emulator, running
from security_copilot_contract.spec.exchange import exchanges

_CONFIG = Path("security-copilot-contract.toml")
_DEFAULT_SEED = 1
# The options that a file may contain, by name, with the type there.
_KEYS: dict[str, type | tuple[type, ...]] = {
    "url": str,
    "profile": str,
    "seed": int,
    "max-requests": int,
    "max-writes": int,
    "evaluations": int,
    "rate": (int, float),
    "report": list,
    "report-dir": str,
    "baseline": str,
    "token-command": str,
    "schemathesis": dict,
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to a parser."""
    parser.add_argument("url", nargs="?", help="base URL of the service, with /beta (default: the built-in emulator)")
    parser.add_argument(
        "--profile",
        choices=get_args(Profile),
        help="live: only the plan, at most 30 requests and 2 sessions; full: generated cases too, hundreds of "
        "sessions (default: full for this machine, live for any other)",
    )
    parser.add_argument("--plan", action="store_true", help="print the requests of the plan, and send none")
    parser.add_argument(
        "--seed", type=_natural, metavar="N", help=f"selects the cases (default: {_DEFAULT_SEED}; random for live)"
    )
    parser.add_argument("--max-requests", type=_natural, metavar="N", help="send at most N requests")
    parser.add_argument("--max-writes", type=_natural, metavar="N", help="send at most N writes")
    parser.add_argument(
        "--evaluations",
        type=_natural,
        metavar="N",
        help="create at most N evaluations, which are billed (default: 0; no limit on this machine)",
    )
    parser.add_argument("--rate", type=_positive, metavar="N", help="requests per second (default: 5 for live)")
    parser.add_argument(
        "--report", type=_listed, metavar="FORMATS", help="write reports: junit, html, har, vcr, ndjson, json, allure"
    )
    parser.add_argument("--report-dir", metavar="DIR", help="folder for the reports (default: schemathesis-report)")
    parser.add_argument(
        "--baseline", metavar="FILE", help="accept the failures in this file, which the first run writes"
    )
    parser.add_argument("--update-baseline", action="store_true", help="add the failures of this run to the baseline")
    parser.add_argument(
        "--token-command", metavar="COMMAND", help=f"command that prints the token, if {TOKEN_VARIABLE} is not set"
    )
    parser.add_argument("--config", metavar="FILE", help=f"file with options (default: {_CONFIG}, if it exists)")
    parser.add_argument(
        "--allow-live-service",
        action="store_true",
        help="allow the full profile to fill graph.microsoft.com with sessions",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check a service, or print the plan; the exit code."""
    settings = _settings(_merged(options), options)
    if options.plan:
        return _print_plan(settings)
    if settings.url:
        return _report(check(settings, _token(options, settings.url), on_step=_progress(settings)))
    with running(emulator(Store.documented(exchanges(), settings.seed))) as url:
        return _report(check(evolve(settings, url=url), TOKEN, on_step=_progress(settings)))


def _settings(given: Mapping[str, Any], options: argparse.Namespace) -> Settings:
    if "url" in given and not given["url"].strip():
        # As from a variable that is not set: a check of the built-in emulator would say nothing about the service.
        raise CannotCheckError("the URL is empty; give the base URL of a service, or none for the built-in emulator")
    profile = given.get("profile") or (profile_for(given["url"]) if "url" in given else "full")
    # So that the entities of a run on a live service differ from those of the last run.
    default_seed = secrets.randbelow(2**32) if profile == "live" else _DEFAULT_SEED
    return Settings(
        url=given.get("url", ""),
        profile=profile,
        seed=given.get("seed", default_seed),
        max_requests=given.get("max-requests"),
        max_writes=given.get("max-writes"),
        evaluations=given.get("evaluations"),
        rate=given.get("rate"),
        reports=tuple(given.get("report", ())),
        report_dir=given.get("report-dir"),
        baseline=given.get("baseline"),
        update_baseline=options.update_baseline,
        allow_live_service=options.allow_live_service,
        schemathesis=given.get("schemathesis", {}),
    )


def _merged(options: argparse.Namespace) -> dict[str, Any]:
    """The options of the command line, over those of the file."""
    typed = {name: getattr(options, name.replace("-", "_"), None) for name in _KEYS}
    return {**_from_file(options.config), **{name: value for name, value in typed.items() if value is not None}}


def _from_file(name: str | None) -> dict[str, Any]:
    path = Path(name) if name is not None else _CONFIG
    if name is None and not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CannotCheckError(f"{path}: {error}") from None
    for key, value in found.items():
        if key not in _KEYS:
            raise CannotCheckError(f"{path}: unknown option {key!r}; valid are {', '.join(_KEYS)}")
        kind = _KEYS[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise CannotCheckError(f"{path}: {key} is {value!r}, which has the wrong type")
    if found.get("profile", "live") not in get_args(Profile):
        raise CannotCheckError(
            f"{path}: unknown profile {found['profile']!r}; valid are {', '.join(get_args(Profile))}"
        )
    return found


def _token(options: argparse.Namespace, url: str) -> str:
    try:
        token = credentials.given(_merged(options).get("token-command"))
    except credentials.NoTokenError as error:
        raise CannotCheckError(str(error)) from None
    if token is None:
        raise CannotCheckError(f"no token: set {TOKEN_VARIABLE} to one that {url} accepts, or give --token-command")
    return token


def _print_plan(settings: Settings) -> int:
    steps = settings.steps()
    print(f"Plan of the profile {settings.profile}. Nothing is sent.\n")
    print("\n".join(description(steps)))
    if settings.live:
        most = sum(step.times for step in steps)
        creates = Counter(step.name.partition(":")[0] for step in steps if step.verb == "POST" and not step.is_refused)
        counts = ", ".join(f"{name}: {count}" for name, count in creates.items())
        evaluations = "" if "evaluations" in creates else "; no evaluations"
        print(f"\nAt most {most} requests. Creates (cannot be deleted): {counts}{evaluations}.")
    else:
        print("\nSchemathesis sends thousands of generated cases first, which depend on the responses.")
    return 0


def _progress(settings: Settings) -> Callable[[StepResult], None]:
    def report(result: StepResult) -> None:
        status = "no response" if result.interaction is None else result.interaction.status
        verdict = f"breaks {', '.join(result.broken)}" if result.broken else "ok"
        if settings.live or result.broken:
            print(f"  {result.request.method:<7}{status!s:<13}{result.step.name:<42}{verdict}", flush=True)

    return report


def _report(result: Result) -> int:
    for line in summary(result):
        print(line)
    if github.is_running():
        github.report(result)
    return result.exit_code


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is less than 0")
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a rate")
    return number


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
