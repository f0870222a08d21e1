"""The command `security-copilot-contract`.

Exit codes: 0 success: the promises are kept, or there is an answer; 1 a promise is broken, or there is no answer; 2 the
command could not run; 130 and 143 it was interrupted; 141 its output was closed.
"""

import argparse
import importlib.metadata
import io
import os
import sys
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from security_copilot_contract import ask
from security_copilot_contract.credentials import TOKEN_VARIABLE
from security_copilot_contract.spec.files import DOCUMENT

if TYPE_CHECKING:
    from security_copilot_contract.spec.contradictions import Contradiction


_PROG = "security-copilot-contract"
_EXAMPLES = "examples:"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    _escape_unencodable(sys.stdout, sys.stderr)
    _share_certificates(os.environ)
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
        # For example because the disk is full to which the output goes.
        _drop_output()
        return _fail(f"cannot continue: {error}")


def _escape_unencodable(*streams: TextIO) -> None:
    """Escape what a terminal cannot encode: names and values of a service may have any character."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="backslashreplace")


def _share_certificates(environment: MutableMapping[str, str]) -> None:
    """Let the variables for CA bundles work alike in all commands: requests knows some, and httpx the others."""
    bundle = environment.get("REQUESTS_CA_BUNDLE") or environment.get("CURL_CA_BUNDLE")
    if bundle:
        environment.setdefault("SSL_CERT_DIR" if Path(bundle).is_dir() else "SSL_CERT_FILE", bundle)
    else:
        bundle = environment.get("SSL_CERT_FILE") or environment.get("SSL_CERT_DIR")
        if bundle:
            environment["REQUESTS_CA_BUNDLE"] = bundle


def _drop_output() -> None:
    # Otherwise Python reports the error again, when it flushes at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _HelpFormatter(argparse.HelpFormatter):
    """Wraps paragraphs, and leaves examples as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith(_EXAMPLES) else super()._fill_text(text, width, indent)


class _Parser(argparse.ArgumentParser):
    """Reports an error in one line, in the name of the command that it is about."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=_HelpFormatter, **settings)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Like that of the base class, except that nothing is left for the parser above."""
        found, left = super().parse_known_args(args, namespace)
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return found, left

    def error(self, message: str) -> NoReturn:
        line = " ".join(message.split())
        self.exit(2, f"{self.prog}: {line}; see `{self.prog} --help`\n")


def _parser(wanted: str | None) -> argparse.ArgumentParser:
    """The parser, with the options of one command only: the requirements of the others may not be installed."""
    parser = _Parser(
        prog=_PROG,
        description="Ask Security Copilot, run its emulator, and check services against the contract of its API.",
        epilog=_examples(
            'ask "Who am I?"', "serve", "check http://127.0.0.1:8000/beta", "check https://gateway.example/beta --plan"
        ),
    )
    version = importlib.metadata.version("security-copilot-client")
    parser.add_argument("--version", action="version", version=f"{_PROG} {version}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (purpose, add_options, examples) in _COMMANDS.items():
        command = commands.add_parser(name, help=purpose, epilog=_examples(*examples))
        if name == wanted:
            add_options(command)
    return parser


def _examples(*examples: str) -> str:
    return "\n".join([_EXAMPLES, *(f"  {_PROG} {example}" for example in examples)])


def _add_check(parser: argparse.ArgumentParser) -> None:
    from security_copilot_contract.checks import CannotCheckError, command  # noqa: PLC0415 - 2 s, and an extra

    def run(options: argparse.Namespace) -> int:
        try:
            return command.run(options)
        except CannotCheckError as error:
            return _fail(error)

    parser.description = (
        "Check whether a service keeps the contract. "
        f"The token is read from {TOKEN_VARIABLE}. Exit code 0: kept; 1: broken; 2: cannot run."
    )
    command.add_options(parser)
    parser.set_defaults(run=run)


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    from security_copilot_contract.checks import CannotCheckError, doctor  # noqa: PLC0415 - likewise

    def run(options: argparse.Namespace) -> int:
        try:
            return doctor.run(options)
        except CannotCheckError as error:
            return _fail(error)

    doctor.add_options(parser)
    parser.set_defaults(run=run)


def _add_learn(parser: argparse.ArgumentParser) -> None:
    from security_copilot_contract.recording import command  # noqa: PLC0415 - likewise

    command.add_learn_options(parser)
    parser.set_defaults(run=_refusing(command.run_learn))


def _add_compare(parser: argparse.ArgumentParser) -> None:
    from security_copilot_contract.recording import command  # noqa: PLC0415 - likewise

    command.add_compare_options(parser)
    parser.set_defaults(run=_refusing(command.run_compare))


def _refusing(command: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    from security_copilot_contract.checks import CannotCheckError  # noqa: PLC0415 - likewise

    def run(options: argparse.Namespace) -> int:
        try:
            return command(options)
        except CannotCheckError as error:
            return _fail(error)

    return run


def _add_promises(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_promises)


def _add_contradictions(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_contradictions)


def _add_document(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_document)


def _add_serve(parser: argparse.ArgumentParser) -> None:
    from security_copilot_contract.emulator import command  # noqa: PLC0415 - an extra

    def run(options: argparse.Namespace) -> int:
        try:
            return command.run(options)
        except command.CannotServeError as error:
            return _fail(error)

    command.add_options(parser)
    parser.set_defaults(run=run)


# For each command: its purpose, the function that adds its options, and examples.
_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None], tuple[str, ...]]] = {
    "ask": (
        "ask a question, and print the answer",
        ask.add_options,
        (
            'ask "Who am I?"',
            'ask "Who am I?" --url https://graph.microsoft.com/beta --token-command "print-token"',
            "ask - --url https://graph.microsoft.com/beta < question.txt",
        ),
    ),
    "check": (
        "check whether a service keeps the contract",
        _add_check,
        (
            "check",
            "check http://127.0.0.1:8000/beta",
            "check https://gateway.example/beta --plan",
            "check https://gateway.example/beta --report junit,html --report-dir reports",
            "check https://graph.microsoft.com/beta --evaluations 1",
            "check --explain written_is_returned",
        ),
    ),
    "compare": (
        "show what differs in the behaviour of two services, or of two recordings",
        _add_compare,
        ("compare https://graph.microsoft.com/beta https://gateway.example/beta --profile read",),
    ),
    "contradictions": (
        "list where Microsoft's documentation contradicts itself",
        _add_contradictions,
        ("contradictions",),
    ),
    "doctor": (
        "explain whether a service can be used, and what the token permits",
        _add_doctor,
        ("doctor https://graph.microsoft.com/beta",),
    ),
    "document": (
        "print the OpenAPI document, byte for byte",
        _add_document,
        ("document > security-copilot.yaml",),
    ),
    "learn": (
        "compare a recording with the document, the client, the emulator and the promises",
        _add_learn,
        ("learn recording", "learn recording --json learned.json"),
    ),
    "promises": (
        "list the promises that are checked, and where each is documented",
        _add_promises,
        ("promises",),
    ),
    "serve": (
        "start the emulator",
        _add_serve,
        ("serve", "serve --port 0 --data emulator.json", "serve --fail 429:0.1 --seed 1"),
    ),
    "wait": (
        "wait for the answer to a question that was asked before",
        ask.add_wait_options,
        ("wait SESSION PROMPT EVALUATION --url https://graph.microsoft.com/beta",),
    ),
}


def _fail(reason: object) -> int:
    print(f"{_PROG}: {' '.join(str(reason).split())}", file=sys.stderr)
    return 2


def _promises(options: argparse.Namespace) -> int:
    from security_copilot_contract.checks.reporting.explain import listed  # noqa: PLC0415 - an extra

    del options
    print("\n".join(listed()))
    return 0


def _contradictions(options: argparse.Namespace) -> int:
    from security_copilot_contract.spec.contradictions import contradictions  # noqa: PLC0415 - an extra
    from security_copilot_contract.spec.exchange import exchanges  # noqa: PLC0415 - likewise

    del options
    for name, listed in groupby(contradictions(), key=lambda contradiction: contradiction.exchange):
        requests = [exchange.request for exchange in exchanges() if exchange.name == name]
        print("\n".join([f"{name}: {r.method} {r.url}" for r in requests] or ["in no example"]), end="\n\n")
        for contradiction in listed:
            print("\n      ".join(_lines(contradiction)), end="\n\n")
    print(f"{len(contradictions())} contradictions. The tests fail when one disappears or a new one appears.")
    return 0


def _document(options: argparse.Namespace) -> int:
    del options
    # As bytes: text would get the line ends and the encoding of the system.
    sys.stdout.buffer.write(DOCUMENT.read_bytes())
    sys.stdout.buffer.flush()
    return 0


def _lines(contradiction: "Contradiction") -> Iterator[str]:
    yield f"  {contradiction.place}"
    yield contradiction.shows
    yield f"But: {contradiction.against}"
    if contradiction.correction is not None:
        yield f"Expected {contradiction.correction.by!r} instead of {contradiction.correction.replace!r}."
    if contradiction.fits is not None:
        yield f"It would match {contradiction.fits}."
    verb = "accepts" if contradiction.takes == "both" else "follows"
    yield f"The document {verb} {contradiction.takes}."
