"""`security-copilot-contract ask` and `wait`: ask a question, or wait for its answer, on the command line."""

import argparse
import shlex
import sys
from collections.abc import Callable
from typing import Any

import httpx
from security_copilot_client import (
    AuthenticatedClient,
    EvaluationError,
    Ids,
    NotAnsweredError,
    SecurityCopilotError,
    ask,
    wait,
)
from security_copilot_client.models import Evaluation
from security_copilot_client.models.evaluation_result_type import EVALUATION_RESULT_TYPE_VALUES

from security_copilot_asking.answer import content_of, end_of
from security_copilot_contract import credentials, gateways
from security_copilot_contract.progress_printer import ProgressPrinter, report, write
from security_copilot_runtime.tokens import Token

_PROG = "security-copilot-contract"
_WORKSPACE = "default"
_DEADLINE = 600.0
_STDIN = "-"
_TOKEN = f"The token comes from {credentials.TOKEN_VARIABLE}, --token-command, or azure-identity."
# Sends requests; returns the evaluation that has ended.
_Send = Callable[[AuthenticatedClient, ProgressPrinter], Evaluation]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `ask` to a parser."""
    parser.description = (
        "Ask a question, and print the answer. Without --url the built-in emulator answers; it runs no model. The "
        f"service bills each question, and nothing that is created can be deleted. {_TOKEN} Progress, retries and the "
        "ids of what is created are printed on stderr. Exit code 0: answered; 1: the evaluation ended without an "
        "answer, or the deadline passed; 2: could not ask."
    )
    parser.add_argument("question", help=f"the question; {_STDIN} reads it from stdin")
    parser.add_argument("--url", help="the service's base URL, with /beta (default: the built-in emulator)")
    parser.add_argument("--session", metavar="ID", help="the session to ask in (default: a new one)")
    _add_common_options(parser)
    parser.set_defaults(run=run)


def add_wait_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `wait` to a parser."""
    parser.description = (
        "Wait for the answer to a question that was asked before, and print it. Nothing is created or billed. "
        f"{_TOKEN} Exit code 0: answered; 1: the evaluation ended without an answer, or the deadline passed; 2: could "
        "not poll the evaluation."
    )
    parser.add_argument("session", metavar="SESSION", help="the id of the session")
    parser.add_argument("prompt", metavar="PROMPT", help="the id of the prompt")
    parser.add_argument("evaluation", metavar="EVALUATION", help="the id of the evaluation")
    parser.add_argument("--url", required=True, help="the service's base URL, with /beta")
    _add_common_options(parser)
    parser.set_defaults(run=run_wait)


def _add_common_options(parser: argparse.ArgumentParser) -> None:
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
    gateways.add_options(parser)
    parser.add_argument("--record", metavar="DIR", help="write each exchange to this folder, without secrets")
    parser.add_argument(
        "--keep", action="append", metavar="NAME", help="a name that --record writes as it is; may be repeated"
    )


def run(options: argparse.Namespace) -> int:
    """Ask the question, and print the answer; returns the exit code."""
    try:
        question = _read_stdin() if options.question == _STDIN else options.question
    except UnicodeDecodeError as error:
        return _failed(f"cannot read the question from stdin: {error}", 2)
    if not question.strip():
        return _failed("the question is empty; nothing was created", 2)

    def send(client: AuthenticatedClient, printer: ProgressPrinter) -> Evaluation:
        return ask(
            question,
            client=client,
            workspace_id=_WORKSPACE,
            session_id=options.session,
            deadline=options.deadline,
            on_progress=printer.show,
        ).evaluation

    if options.url is not None:
        return _with_service(options, send)
    from security_copilot_contract.emulator import TOKEN, emulator, running  # noqa: PLC0415 - an extra

    report("No --url: the built-in emulator answers; it runs no model.\n")
    with running(emulator()) as url:
        return _print_answer(options, url, TOKEN, send)


def run_wait(options: argparse.Namespace) -> int:
    """Wait for the answer, and print it; returns the exit code."""

    def send(client: AuthenticatedClient, printer: ProgressPrinter) -> Evaluation:
        ids = Ids(_WORKSPACE, options.session, options.prompt, options.evaluation)
        return wait(*ids, client=client, deadline=options.deadline, on_progress=printer.show)

    return _with_service(options, send)


def _read_stdin() -> str:
    return "" if sys.stdin is None else sys.stdin.read().rstrip("\r\n")


def _with_service(options: argparse.Namespace, send: _Send) -> int:
    try:
        token = credentials.given(options.token_command) or credentials.from_azure(options.url)
    except (credentials.NoTokenError, ValueError) as error:  # a ValueError for a URL that is none
        return _failed(error, 2)
    return _print_answer(options, options.url, token, send)


def _print_answer(options: argparse.Namespace, url: str, token: Token, send: _Send) -> int:
    if options.record is None:
        return _print_of_client(options, url, token, send, {})
    from security_copilot_contract.recording import recorder, transport  # noqa: PLC0415 - an extra

    try:
        recording = recorder.Recorder(options.record, url, options.keep or ())
    except ValueError as error:
        return _failed(f"--record: {error}", 2)
    try:
        return _print_of_client(options, url, token, send, {"event_hooks": {"response": [transport.hook(recording)]}})
    finally:
        report("".join(f"{line}\n" for line in recording.summary()))


def _print_of_client(
    options: argparse.Namespace, url: str, token: Token, send: _Send, httpx_args: dict[str, Any]
) -> int:
    printer = ProgressPrinter()
    host = ""
    try:
        with _client(options, url, token, httpx_args) as client:
            host = _host(client)
            with printer.retries(host):
                evaluation = send(client, printer)
    except SecurityCopilotError as error:
        printer.end()
        return _failed(f"{host}: {error}", 1 if isinstance(error, EvaluationError) else 2, _remedy(error, options))
    except credentials.NoTokenError as error:
        printer.end()
        return _failed(error, 2, _remedy(error, options))
    except ValueError as error:
        return _failed(error, 2)
    except ImportError:  # httpx raises it if a SOCKS proxy is set
        return _failed(gateways.SOCKS_REMEDY, 2)
    except KeyboardInterrupt as interrupt:
        printer.end()
        _failed(f"interrupted; {_known(_ids_on(interrupt))}", 130, _remedy(interrupt, options))
        raise
    printer.end()
    return _print(evaluation)


def _client(options: argparse.Namespace, url: str, token: Token, httpx_args: dict[str, Any]) -> AuthenticatedClient:
    headers: dict[str, str] = {}
    for name, value in gateways.headers(options.header or ()):
        # One header given twice means the same as its values in one.
        headers[name.lower()] = ", ".join([*filter(None, [headers.get(name.lower())]), value])
    certificate: str | None = options.client_cert
    verify = True if certificate is None else gateways.with_certificate(httpx.create_ssl_context(), certificate)
    return AuthenticatedClient(base_url=url, token=token, headers=headers, verify_ssl=verify, httpx_args=httpx_args)


def _host(client: AuthenticatedClient) -> str:
    """The host of the service, and its port if the URL has one."""
    return httpx.URL(client.base_url).netloc.decode("ascii")


def _ids_on(error: BaseException) -> Ids | None:
    """The ids that `ask` or `wait` put on the exception; None if it comes from elsewhere."""
    return getattr(error, "ids", None)


def _known(ids: Ids | None) -> str:
    """What exists when the command is interrupted."""
    if ids is None:
        return "no response to a create has come"
    return str(ids) if ids.evaluation_id else f"{ids}; a create may have reached the service"


def _remedy(error: BaseException, options: argparse.Namespace) -> str | None:
    """How to get an answer that may still come, without being billed again."""
    ids = _ids_on(error)
    if ids is None or not ids.evaluation_id or options.url is None or isinstance(error, NotAnsweredError):
        return None
    command = shlex.join([_PROG, "wait", ids.session_id, ids.prompt_id, ids.evaluation_id, "--url", options.url])
    return f"The evaluation goes on. To wait for its answer, at no further cost: {command}"


def _print(evaluation: Evaluation) -> int:
    content = content_of(evaluation)
    if content is None:
        return _failed(f"no answer: the evaluation {end_of(evaluation)}", 1)
    result = evaluation.result
    if result is not None and result.type_ not in EVALUATION_RESULT_TYPE_VALUES:
        report(f"The type of the result, {result.type_!r}, is not documented.\n")
    write(sys.stdout, f"{content}\n")
    return 0


def _failed(reason: object, code: int, remedy: str | None = None) -> int:
    line = " ".join(str(reason).split())
    report(f"{_PROG}: {line}\n")
    if remedy is not None:
        report(f"{remedy}\n")
    return code


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number of seconds above 0, got {text}")
    return number
