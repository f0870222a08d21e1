"""`security-copilot-contract check`: its options, from the command line and a file, and what it prints."""

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
from security_copilot_contract.checks.plan import described
from security_copilot_contract.checks.report import summary
from security_copilot_contract.checks.run import CannotRunError, Outcome, Profile, Settings, check, profile_for
from security_copilot_contract.checks.runner import Sent
from security_copilot_contract.credentials import TOKEN_VARIABLE
from security_copilot_contract.emulator import TOKEN, Store, emulator, running
from security_copilot_contract.spec.exchange import exchanges

_CONFIG = Path("security-copilot-contract.toml")
_DEFAULT_SEED = 1
# What may stand in the file, by the name of the option, and its type there.
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
    """Give a parser the options of the command."""
    parser.add_argument("url", nargs="?", help="its base URL, with /beta; the emulator, started for it, if left out")
    parser.add_argument(
        "--profile",
        choices=get_args(Profile),
        help="live: the directed plan alone, 30 requests at most and 2 sessions; full: generated cases as well, "
        "hundreds of sessions (default: full for this machine, live for any other)",
    )
    parser.add_argument("--plan", action="store_true", help="show the requests of the plan, and send none")
    parser.add_argument(
        "--seed", type=_natural, metavar="N", help=f"which cases are sent (default: {_DEFAULT_SEED}, for live any)"
    )
    parser.add_argument("--max-requests", type=_natural, metavar="N", help="send no more requests than this")
    parser.add_argument("--max-writes", type=_natural, metavar="N", help="send no more writes than this")
    parser.add_argument(
        "--evaluations",
        type=_natural,
        metavar="N",
        help="create no more evaluations than this, which are billed (default: none, except on this machine)",
    )
    parser.add_argument("--rate", type=_positive, metavar="N", help="requests in a second (default: 5 for live)")
    parser.add_argument(
        "--report", type=_listed, metavar="FORMATS", help="write reports: junit, html, har, vcr, ndjson, json, allure"
    )
    parser.add_argument("--report-dir", metavar="DIR", help="where to (default: schemathesis-report)")
    parser.add_argument("--baseline", metavar="FILE", help="failures to accept; written by the first run")
    parser.add_argument("--update-baseline", action="store_true", help="accept the failures of this run as well")
    parser.add_argument("--token-command", metavar="COMMAND", help=f"prints the token, if {TOKEN_VARIABLE} is not set")
    parser.add_argument("--config", metavar="FILE", help=f"options from a file (default: {_CONFIG}, if it is there)")
    parser.add_argument(
        "--allow-live-service", action="store_true", help="let the full profile fill graph.microsoft.com with sessions"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check a service, or show the plan; the exit code."""
    settings = _settings(_settled(options), options)
    if options.plan:
        return _show_plan(settings)
    if settings.url:
        return _report(check(settings, _token(options, settings.url), on_step=_progress(settings)))
    with running(emulator(Store.documented(exchanges(), settings.seed))) as url:
        return _report(check(evolve(settings, url=url), TOKEN, on_step=_progress(settings)))


def _settings(given: Mapping[str, Any], options: argparse.Namespace) -> Settings:
    profile = given.get("profile") or (profile_for(given["url"]) if "url" in given else "full")
    # What a run creates on a live service is told from what the last one did.
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


def _settled(options: argparse.Namespace) -> dict[str, Any]:
    """The options of the command line, laid over those of the file."""
    typed = {name: getattr(options, name.replace("-", "_"), None) for name in _KEYS}
    return {**_from_file(options.config), **{name: value for name, value in typed.items() if value is not None}}


def _from_file(name: str | None) -> dict[str, Any]:
    path = Path(name) if name is not None else _CONFIG
    if name is None and not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CannotRunError(f"{path}: {error}") from None
    for key, value in found.items():
        if key not in _KEYS:
            raise CannotRunError(f"{path}: there is no option {key!r}; there are {', '.join(_KEYS)}")
        kind = _KEYS[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise CannotRunError(f"{path}: {key} is {value!r}, of the wrong type")
    if found.get("profile", "live") not in get_args(Profile):
        raise CannotRunError(f"{path}: profile is {found['profile']!r}; there are {', '.join(get_args(Profile))}")
    return found


def _token(options: argparse.Namespace, url: str) -> str:
    try:
        token = credentials.given(_settled(options).get("token-command"))
    except credentials.NoTokenError as error:
        raise CannotRunError(str(error)) from None
    if token is None:
        raise CannotRunError(f"no token: set {TOKEN_VARIABLE} to one that {url} accepts, or give --token-command")
    return token


def _show_plan(settings: Settings) -> int:
    steps = settings.steps()
    print(f"The plan of the profile {settings.profile}. Nothing is sent.\n")
    print("\n".join(described(steps)))
    if settings.live:
        most = sum(step.times for step in steps)
        creates = Counter(step.name.partition(":")[0] for step in steps if step.verb == "POST" and not step.is_refused)
        told = ", ".join(f"{name}: {count}" for name, count in creates.items())
        evaluations = "" if "evaluations" in creates else "; no evaluation"
        print(f"\n{most} requests at most. Created, and not to be deleted: {told}{evaluations}.")
    else:
        print("\nBefore it Schemathesis sends thousands of generated cases, which depend on the answers.")
    return 0


def _progress(settings: Settings) -> Callable[[Sent], None]:
    def show(sent: Sent) -> None:
        came = "no answer" if sent.call is None else sent.call.status
        said = f"breaks {', '.join(sent.broken)}" if sent.broken else "ok"
        if settings.live or sent.broken:
            print(f"  {sent.request.method:<7}{came!s:<11}{sent.step.name:<42}{said}", flush=True)

    return show


def _report(outcome: Outcome) -> int:
    for line in summary(outcome):
        print(line)
    if github.is_running():
        github.report(outcome)
    return 0 if outcome else 1


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
