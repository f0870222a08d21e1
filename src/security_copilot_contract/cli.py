"""The command `security-copilot-contract`.

Exit codes: 0 the promises are kept, or there is an answer; 1 one is broken, or there is none; 2 the command could not
do its work; 130 and 141 when it was interrupted, or nobody reads what it prints.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from security_copilot_contract import ask
from security_copilot_contract.credentials import TOKEN_VARIABLE
from security_copilot_contract.spec.files import DOCUMENT

if TYPE_CHECKING:
    from security_copilot_contract.spec.contradictions import Contradiction


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(arguments[0] if arguments else None).parse_args(arguments)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _drop_output()
        return 141
    except OSError as error:
        # Such as that of a full disk, to which the output goes.
        _drop_output()
        return _cannot(f"cannot go on: {error}")


def _drop_output() -> None:
    # Else Python complains once more, when it flushes at the end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser(wanted: str | None) -> argparse.ArgumentParser:
    """The parser, with the options of the command that is wanted: what the others need may not be installed."""
    parser = argparse.ArgumentParser(
        prog="security-copilot-contract", description="The contract of Security Copilot's API, at work."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (purpose, add_options) in _COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        if name == wanted:
            add_options(command)
    return parser


def _add_check(parser: argparse.ArgumentParser) -> None:
    from security_copilot_contract.checks import CannotRunError, command  # noqa: PLC0415 - 2 s, and an extra

    def run(options: argparse.Namespace) -> int:
        try:
            return command.run(options)
        except CannotRunError as error:
            return _cannot(error)

    parser.description = (
        "Check whether a service keeps the contract. "
        f"The token is read from {TOKEN_VARIABLE}. Exit code 0: kept; 1: broken; 2: could not run."
    )
    command.add_options(parser)
    parser.set_defaults(run=run)


def _add_checks(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_checks)


def _add_docs(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_docs)


def _add_document(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_document)


def _add_serve(parser: argparse.ArgumentParser) -> None:
    from security_copilot_contract.emulator import command  # noqa: PLC0415 - an extra

    def run(options: argparse.Namespace) -> int:
        try:
            return command.run(options)
        except command.CannotServeError as error:
            return _cannot(error)

    command.add_options(parser)
    parser.set_defaults(run=run)


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "ask": ("ask a question, and print the answer", ask.add_options),
    "check": ("check whether a service keeps the contract", _add_check),
    "checks": ("list what is checked: each promise, and where it is documented", _add_checks),
    "docs": ("list where Microsoft's documentation contradicts itself", _add_docs),
    "document": ("print the OpenAPI document, to the byte", _add_document),
    "serve": ("start the emulator", _add_serve),
}


def _cannot(reason: object) -> int:
    print(f"security-copilot-contract: {reason}", file=sys.stderr)
    return 2


def _checks(options: argparse.Namespace) -> int:
    from security_copilot_contract.checks.promises import PROMISES  # noqa: PLC0415 - an extra

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
    from security_copilot_contract.spec.contradictions import contradictions  # noqa: PLC0415 - an extra
    from security_copilot_contract.spec.exchange import exchanges  # noqa: PLC0415 - likewise

    del options
    for name, listed in groupby(contradictions(), key=lambda contradiction: contradiction.exchange):
        requests = [exchange.request for exchange in exchanges() if exchange.name == name]
        print("\n".join([f"{name}: {r.method} {r.url}" for r in requests] or ["in no example"]), end="\n\n")
        for contradiction in listed:
            print("\n      ".join(_told(contradiction)), end="\n\n")
    print(f"{len(contradictions())} contradictions. Every check tells when one is gone, or when there is another.")
    return 0


def _document(options: argparse.Namespace) -> int:
    del options
    # As bytes: text would get the ends of lines and the encoding of the system.
    sys.stdout.buffer.write(DOCUMENT.read_bytes())
    sys.stdout.buffer.flush()
    return 0


def _told(contradiction: "Contradiction") -> Iterator[str]:
    yield f"  {contradiction.place}"
    yield contradiction.shows
    yield f"But: {contradiction.against}"
    if contradiction.correction is not None:
        yield f"Should be {contradiction.correction.by!r} instead of {contradiction.correction.replace!r}."
    if contradiction.fits is not None:
        yield f"It would fit {contradiction.fits}."
    yield f"The document sides with {contradiction.takes}."
