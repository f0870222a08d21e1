"""`security-copilot-contract ask`: a question, from the command line to the answer on the screen."""

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
# All but tabs and the ends of lines.
_CONTROL = re.compile(r"(?!\r\n)[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of the command."""
    parser.description = (
        "Ask a question, and print the answer. At a service that is no emulator, each question is billed, and nothing "
        f"of it can be deleted. The token is read from {credentials.TOKEN_VARIABLE}, printed by --token-command, or "
        "found by azure-identity. Exit code 0: answered; 1: the evaluation gave no answer; 2: could not ask."
    )
    parser.add_argument("question")
    parser.add_argument("--url", help="the service's base URL, with /beta; the emulator, started for it, if left out")
    parser.add_argument("--session", metavar="ID", help="the session to ask in (default: a new one)")
    parser.add_argument(
        "--deadline",
        type=_seconds,
        default=_DEADLINE,
        metavar="S",
        help="seconds to wait for the answer (default: %(default)g)",
    )
    parser.add_argument(
        "--token-command", metavar="COMMAND", help=f"prints the token, if {credentials.TOKEN_VARIABLE} is not set"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Ask; the exit code."""
    if options.url is not None:
        try:
            token = credentials.given(options.token_command) or credentials.from_azure(options.url)
        except credentials.NoTokenError as error:
            return _failed(error, 2)
        return _ask(options, options.url, token)
    from security_copilot_contract.emulator import TOKEN, emulator, running  # noqa: PLC0415 - an extra

    print("No --url: this asks the emulator, in which no model runs.", file=sys.stderr)
    with running(emulator()) as url:
        return _ask(options, url, TOKEN)


def _ask(options: argparse.Namespace, url: str, token: Token) -> int:
    teller = _Teller(sys.stderr)
    try:
        with AuthenticatedClient(base_url=url, token=token) as client:
            answer = ask(
                options.question,
                client=client,
                session_id=options.session,
                deadline=options.deadline,
                on_progress=teller.tell,
            )
    except EvaluationError as error:
        teller.end()
        return _failed(error, 1)
    except (SecurityCopilotError, credentials.NoTokenError, httpx.InvalidURL, ValueError) as error:
        teller.end()
        return _failed(error, 2)
    except KeyboardInterrupt:
        teller.end()
        _failed(f"interrupted; {teller.left_behind()}", 130)
        raise
    teller.end()
    return _show(answer)


def _show(answer: Answer) -> int:
    result = answer.evaluation.result
    if result is not None and result.type_ not in EVALUATION_RESULT_TYPE_VALUES:
        print(f"The result is of the type {result.type_!r}, which is not documented.", file=sys.stderr)
    _write(sys.stdout, f"{answer.content}\n")
    return 0


def _failed(why: object, code: int) -> int:
    line = " ".join(str(why).split())
    _write(sys.stderr, f"security-copilot-contract: {line}\n")
    return code


def _write(stream: TextIO, text: str) -> None:
    """Write what others wrote, with escapes for what the stream cannot take, and what would take over a terminal."""
    if stream.isatty():
        text = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


@define
class _Teller:
    """Tells how far it has come: on a terminal in one line that changes, else in a line for each change."""

    stream: TextIO
    began: float = field(factory=time.monotonic)
    progress: Progress | None = None
    shown: str = ""

    def tell(self, progress: Progress) -> None:
        """Tell a step."""
        self.progress = progress
        step = self._step(progress)
        if self.stream.isatty():
            line = f"{step}, {time.monotonic() - self.began:.0f} s"
            self.stream.write("\r")
            _write(self.stream, f"{line:<{len(self.shown)}}")
            self.shown = line
        elif step != self.shown:
            _write(self.stream, f"{step}\n")
            self.shown = step

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self.shown and self.stream.isatty():
            self.stream.write(f"\r{'':<{len(self.shown)}}\r")
            self.stream.flush()

    def left_behind(self) -> str:
        """What there is of the question, by its ids."""
        if self.progress is None:
            return "nothing is known to be created"
        ids = {
            "session": self.progress.session_id,
            "prompt": self.progress.prompt_id,
            "evaluation": self.progress.evaluation_id,
        }
        listed = ", ".join(f"{name} {i}" for name, i in ids.items() if i is not None)
        return f"there is {listed}" + ("; the evaluation goes on" if self.progress.evaluation_id else "")

    @staticmethod
    def _step(progress: Progress) -> str:
        if progress.evaluation is not None:
            return f"evaluation {progress.evaluation_id}: {progress.evaluation.state}"
        if progress.prompt_id is not None:
            return f"prompt {progress.prompt_id}: created"
        return f"session {progress.session_id}: created"


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return number
