"""`security-copilot-contract ask`: ask a question on the command line."""

import argparse
import re
import sys
import time
from typing import TextIO

import httpx
from attrs import define, field
from security_copilot_client import Answer, AuthenticatedClient, EvaluationError, Progress, SecurityCopilotError, ask
from security_copilot_client.models.evaluation_result_type import EVALUATION_RESULT_TYPE_VALUES

from security_copilot_contract import credentials
from security_copilot_runtime.tokens import Token

_DEADLINE = 600.0
# Control characters other than tabs and line ends.
_CONTROL = re.compile(r"(?!\r\n)[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to a parser."""
    parser.description = (
        "Ask a question, and print the answer. Without --url the built-in emulator answers; it runs no model. The "
        "service bills each question, and nothing that is created can be deleted. The token comes from "
        f"{credentials.TOKEN_VARIABLE}, --token-command, or azure-identity. Progress is printed on stderr. "
        "Exit code 0: answered; 1: the evaluation ended without an answer, or the deadline passed; 2: could not ask."
    )
    parser.add_argument("question")
    parser.add_argument("--url", help="the service's base URL, with /beta (default: the built-in emulator)")
    parser.add_argument("--session", metavar="ID", help="the session to ask in (default: a new one)")
    parser.add_argument(
        "--deadline",
        type=_seconds,
        default=_DEADLINE,
        metavar="S",
        help="seconds to wait for the answer (default: %(default)g)",
    )
    parser.add_argument(
        "--token-command",
        metavar="COMMAND",
        help=f"a command that prints the token, used if {credentials.TOKEN_VARIABLE} is not set",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Ask the question, and print the answer; returns the exit code."""
    if options.url is not None:
        try:
            token = credentials.given(options.token_command) or credentials.from_azure(options.url)
        except credentials.NoTokenError as error:
            return _failed(error, 2)
        return _ask(options, options.url, token)
    from security_copilot_contract.emulator import TOKEN, emulator, running  # noqa: PLC0415 - an extra

    print("No --url: the built-in emulator answers; it runs no model.", file=sys.stderr)
    with running(emulator()) as url:
        return _ask(options, url, TOKEN)


def _ask(options: argparse.Namespace, url: str, token: Token) -> int:
    printer = _ProgressPrinter(sys.stderr)
    try:
        with AuthenticatedClient(base_url=url, token=token) as client:
            answer = ask(
                options.question,
                client=client,
                session_id=options.session,
                deadline=options.deadline,
                on_progress=printer.show,
            )
    except EvaluationError as error:
        printer.end()
        return _failed(error, 1)
    except (SecurityCopilotError, credentials.NoTokenError, httpx.InvalidURL, ValueError) as error:
        printer.end()
        return _failed(error, 2)
    except KeyboardInterrupt:
        printer.end()
        _failed(f"interrupted; {printer.created()}", 130)
        raise
    printer.end()
    return _print(answer)


def _print(answer: Answer) -> int:
    result = answer.evaluation.result
    if result is not None and result.type_ not in EVALUATION_RESULT_TYPE_VALUES:
        print(f"The type of the result, {result.type_!r}, is not documented.", file=sys.stderr)
    _write(sys.stdout, f"{answer.content}\n")
    return 0


def _failed(reason: object, code: int) -> int:
    line = " ".join(str(reason).split())
    _write(sys.stderr, f"security-copilot-contract: {line}\n")
    return code


def _write(stream: TextIO, text: str) -> None:
    """Write foreign text; escape what the stream cannot encode, and control characters on a terminal."""
    if stream.isatty():
        text = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


@define
class _ProgressPrinter:
    """Prints progress: on a terminal in one line that changes, otherwise in a new line for each change."""

    stream: TextIO
    started: float = field(factory=time.monotonic)
    progress: Progress | None = None
    shown: str = ""

    def show(self, progress: Progress) -> None:
        """Print the progress, if it has changed."""
        self.progress = progress
        step = self._step(progress)
        if self.stream.isatty():
            line = f"{step}, {time.monotonic() - self.started:.0f} s"
            self.stream.write("\r")
            _write(self.stream, f"{line:<{len(self.shown)}}")
            self.shown = line
        elif step != self.shown:
            _write(self.stream, f"{step}\n")
            self.shown = step

    def end(self) -> None:
        """Clear the line on the terminal."""
        if self.shown and self.stream.isatty():
            self.stream.write(f"\r{'':<{len(self.shown)}}\r")
            self.stream.flush()

    def created(self) -> str:
        """What has been created, with its ids."""
        if self.progress is None:
            return "no response to a create has come"
        ids = self.progress.ids
        return f"created: {ids}" + ("; the evaluation goes on" if ids.evaluation_id else "")

    @staticmethod
    def _step(progress: Progress) -> str:
        if progress.evaluation is not None:
            return f"evaluation {progress.ids.evaluation_id}: {progress.evaluation.state}"
        if progress.ids.prompt_id:
            return f"prompt {progress.ids.prompt_id}: created"
        return f"session {progress.ids.session_id}: created"


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number of seconds above 0, got {text}")
    return number
