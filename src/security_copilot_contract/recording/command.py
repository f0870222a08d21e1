"""The commands `learn` and `compare`: their options and their output."""

import argparse
import json
import secrets
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from security_copilot_contract.checks.command import token_from
from security_copilot_contract.checks.run import CannotCheckError, Profile, Settings
from security_copilot_contract.recording.comparing import Compared, Side, compare, of_recording, of_service
from security_copilot_contract.recording.learning import Learned, learn
from security_copilot_contract.recording.page import page
from security_copilot_contract.spec.exchange import Exchange

_MOST_SHOWN = 3
_PROFILES: tuple[Profile, ...] = ("read", "live")


def add_learn_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `learn` to a parser."""
    parser.add_argument("folder", metavar="DIR", help="the folder of a recording")
    parser.add_argument("--json", metavar="FILE", help="write the result as JSON")
    parser.add_argument("--html", metavar="FILE", help="write the result as one HTML page")
    parser.set_defaults(run=run_learn)


def run_learn(options: argparse.Namespace) -> int:
    """Compare a recording with what this project claims; 0 if they agree, 1 if not."""
    try:
        learned = learn(Path(options.folder))
    except ValueError as error:
        raise CannotCheckError(str(error)) from None
    for line in _learned(learned):
        print(line)
    if options.json is not None:
        _write("--json", options.json, json.dumps(_json(learned), indent=2) + "\n")
    if options.html is not None:
        _write("--html", options.html, page(learned, options.folder))
    return 1 if learned.disagreements else 0


def _write(option: str, path: str, text: str) -> None:
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise CannotCheckError(f"{option}: cannot write {path}: {error.strerror}") from None


def _learned(learned: Learned) -> Iterator[str]:
    for found in learned.disagreements:
        yield f"{found.operation}, {found.claim}: {found.text}"
        yield f"    in {_shortened(found.exchanges)}; change {found.change}"
    for title, names in learned.left_out.items():
        yield f"{title}: {_shortened(names)}"
    count = len(learned.exchanges)
    yield f"Fidelity {learned.fidelity:.0%}: {learned.agreeing} of {count} exchanges agree with all claims."


def _shortened(names: Sequence[str]) -> str:
    more = len(names) - _MOST_SHOWN
    return ", ".join(names[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _json(learned: Learned) -> dict[str, Any]:
    return {
        "exchanges": len(learned.exchanges),
        "agreeing": learned.agreeing,
        "fidelity": learned.fidelity,
        "skipped": learned.skipped,
        "unclear": learned.unclear,
        "disagreements": [
            {
                "operation": found.operation,
                "claim": found.claim,
                "promise": found.promise or None,
                "part": found.violation.part,
                "kind": found.violation.kind,
                "pointer": found.violation.pointer,
                "name": found.violation.name,
                "text": found.text,
                "change": found.change,
                "exchanges": found.exchanges,
            }
            for found in learned.disagreements
        ],
    }


def add_compare_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `compare` to a parser."""
    parser.description = (
        "Send the same plan to two services, and show what differs in their behaviour. Ids, times and the order of "
        "properties may differ. Exit code 0: equal; 1: different; 2: could not compare."
    )
    parser.add_argument("a", metavar="A", help="a base URL with /beta, or the folder of a recording")
    parser.add_argument("b", metavar="B", help="the other one")
    parser.add_argument("--profile", choices=_PROFILES, default="live", help="what is sent (default: %(default)s)")
    parser.add_argument("--evaluations", type=int, default=0, metavar="N", help="create N evaluations in each, billed")
    parser.add_argument("--rate", type=float, metavar="N", help="requests per second (default: 5)")
    parser.add_argument("--token-command", metavar="COMMAND", help="prints the token for both, or for A")
    parser.add_argument("--other-token-command", metavar="COMMAND", help="prints the token for B, if it is another one")
    parser.set_defaults(run=run_compare)


def run_compare(options: argparse.Namespace) -> int:
    """Compare two services or recordings; 0 if they are equal, 1 if not. CannotCheckError without a common step."""
    a = _exchanges("A", options.a, options, options.token_command)
    b = _exchanges("B", options.b, options, options.other_token_command or options.token_command)
    compared = compare(a, b)
    if not compared.steps:
        raise CannotCheckError("A and B have no step in common, so nothing was compared")
    for line in _compared(compared):
        print(line)
    return 1 if compared.differences else 0


def _exchanges(side: Side, source: str, options: argparse.Namespace, command: str | None) -> list[Exchange]:
    if "://" not in source:
        return of_recording(Path(source))
    # A gateway and the service behind it have the same sessions, so each side creates sessions with names of its own.
    seed = secrets.randbelow(2**32)
    settings = Settings(source, options.profile, seed, evaluations=options.evaluations, rate=options.rate)
    token = token_from(command, source)
    return of_service(settings, token() if callable(token) else token, partial(_print_created, side))


def _print_created(side: Side, lines: Iterator[str]) -> None:
    """At once, since the other side may be one that cannot be compared."""
    for number, line in enumerate(lines):
        print(line if number else f"{side}: {line}")


def _compared(compared: Compared) -> Iterator[str]:
    if compared.differences:
        yield "What A returns is `got`, what B returns is `expected`.\n"
    for found in compared.differences:
        promise = f"only {found.broken_by} breaks {found.promise}: " if found.promise else ""
        yield f"{_shortened(list(found.operations))}: {promise}{found.violation}"
        yield f"    in {_shortened(list(found.steps))}"
    for side in ("A", "B"):
        steps = [step for step, only in compared.only.items() if only == side]
        if steps:
            yield f"Not compared, since only {side} has them: {_shortened(steps)}"
    count = len(compared.differences)
    verdict = "A and B are equal" if not count else f"A and B differ in {count} {'way' if count == 1 else 'ways'}"
    yield f"{verdict}: {len(compared.steps)} steps compared."
