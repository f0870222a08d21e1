"""`security-copilot-contract serve`: its options, and what it prints."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from types import FrameType

from uvicorn.server import HANDLED_SIGNALS

from security_copilot_contract.credentials import TOKEN_VARIABLE
from security_copilot_contract.emulator.app import TOKEN, emulator
from security_copilot_contract.emulator.autosave import saving
from security_copilot_contract.emulator.evaluation import MOST_SECONDS, Pace
from security_copilot_contract.emulator.faults import Faults
from security_copilot_contract.emulator.latency import Latency
from security_copilot_contract.emulator.log import AccessLog
from security_copilot_contract.emulator.server import Server, base_url, listen
from security_copilot_contract.emulator.store import Store
from security_copilot_contract.spec.exchange import exchanges

_DEFAULT_PORT = 8000
# The last one comes when the terminal is closed; there is none on Windows.
_SIGNALS = (*HANDLED_SIGNALS, *filter(None, [getattr(signal, "SIGHUP", None)]))


class CannotServeError(Exception):
    """The emulator cannot start: why, and what to do, in one line."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of the command."""
    parser.description = (
        f"Start the emulator. It accepts the token in {TOKEN_VARIABLE}, or '{TOKEN}' if there is none, and tells each "
        "request on stderr."
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=_DEFAULT_PORT, help="the port to listen at, 0 for any (default: %(default)s)"
    )
    parser.add_argument("--token", type=_token, metavar="TOKEN", help="the token to accept, and no other")
    parser.add_argument(
        "--seed", type=int, metavar="N", help="give the same requests the same ids, times and failures each time"
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="load what the emulator remembers from a JSON file, and save it there; made when it does not exist",
    )
    parser.add_argument(
        "--latency", type=_seconds, default=0.0, metavar="SECONDS", help="have every request wait so long"
    )
    parser.add_argument(
        "--fail",
        type=_fault,
        action="append",
        default=[],
        metavar="STATUS:SHARE",
        help="let a share of the requests fail: 429:0.1 for one of ten; may be repeated",
    )
    parser.add_argument(
        "--pace",
        type=_pace,
        default=Pace(),
        metavar="CREATED:RUNNING",
        help="how many seconds an evaluation is created, and then running "
        f"(default: {Pace().created:g}:{Pace().running:g})",
    )


def run(options: argparse.Namespace) -> int:
    """Serve until a signal comes; the exit code."""
    store = _store(options)
    store.pace = options.pace
    faults = _faults(options)
    latency = Latency(emulator(store, _accepted(options) or TOKEN, faults), options.latency)
    try:
        sock = listen(options.host, options.port)
    except (OSError, OverflowError) as error:
        reason = f"cannot listen at {options.host}:{options.port}: {str(error).rstrip('.')}"
        raise CannotServeError(f"{reason}. Try --port 0, or another --host.") from None
    server = Server(AccessLog(latency if options.latency else latency.app), latency.end)
    # From here on, and not only while it serves.
    _handle_signals(server.handle_exit)
    with sock:
        for line in _announced(base_url(sock), options):
            print(line)
        sys.stdout.flush()
        try:
            with saving(store, options.data) if options.data else nullcontext():
                server.run([sock])
        except OSError as error:
            raise CannotServeError(f"cannot save {options.data}: {error}. What is new is lost.") from None
    # Python would let another one end the process on its way out.
    _handle_signals(signal.SIG_IGN)
    return 0


def _handle_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in _SIGNALS:
        # What has been started to outlive the terminal, as by nohup, does.
        if number in HANDLED_SIGNALS or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def _announced(url: str, options: argparse.Namespace) -> Iterator[str]:
    yield f"Security Copilot emulator, listening at {url} (Ctrl-C stops it)"
    accepted = "<the token>" if options.token else f"${TOKEN_VARIABLE}" if _accepted(options) else TOKEN
    sessions = f"{url}/security/securityCopilot/workspaces/default/sessions"
    yield f'Try: curl -H "Authorization: Bearer {accepted}" {sessions}'
    yield f"Docs: {url.removesuffix('beta')}docs"
    if options.data is not None:
        yield f"Data: {options.data}, {'loaded' if options.data.exists() else 'new'}; saved after writes and at the end"
    if options.seed is not None:
        yield f"Seed: {options.seed}; time goes on with the requests, by half a second"
    if options.latency:
        yield f"Latency: {options.latency:g} s"
    if options.fail:
        yield "Failing: " + ", ".join(f"{100 * share:g}% with {status}" for status, share in options.fail)
    if options.pace != Pace():
        yield f"Pace: evaluations are created for {options.pace.created:g} s and running for {options.pace.running:g} s"


def _store(options: argparse.Namespace) -> Store:
    if options.data is None:
        return Store.documented(exchanges(), options.seed)
    path: Path = options.data
    try:
        # Where a file could not be saved in the end.
        unfit = not path.is_file() if path.exists() else path.is_symlink()
        if unfit or not os.access(path.resolve().parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
            raise CannotServeError(f"--data: {path} is no file that can be written; name one in a folder that can")
        return Store.saved(path, options.seed) if path.exists() else Store.documented(exchanges(), options.seed)
    except (OSError, ValueError) as error:
        raise CannotServeError(f"--data: {error}. Mend the file, or name another; it is left as it is.") from None


def _faults(options: argparse.Namespace) -> Faults | None:
    shares = dict(options.fail)
    if len(shares) < len(options.fail):
        raise CannotServeError("--fail has a status twice; give each one share")
    try:
        return Faults(shares, options.seed) if shares else None
    except ValueError as error:
        raise CannotServeError(f"--fail: {error}") from None


def _accepted(options: argparse.Namespace) -> str | None:
    """The token that the user has chosen."""
    if options.token is not None:
        return str(options.token)
    try:
        return _token(os.environ[TOKEN_VARIABLE]) if os.environ.get(TOKEN_VARIABLE) else None
    except argparse.ArgumentTypeError as error:
        raise CannotServeError(f"{TOKEN_VARIABLE}: {error}") from None


def _token(text: str) -> str:
    # It is not told which one.
    if not text or not all("!" <= character <= "~" for character in text):
        raise argparse.ArgumentTypeError("a token has visible ASCII characters only, and at least one")
    return text


def _fault(text: str) -> tuple[int, float]:
    status, _, share = text.partition(":")
    if not status.isdecimal() or not share:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form STATUS:SHARE, such as 429:0.1")
    fault = int(status), _number(share)
    try:
        Faults(dict([fault]))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None
    return fault


def _pace(text: str) -> Pace:
    created, _, running = text.partition(":")
    if not created or not running:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form CREATED:RUNNING, such as 0.3:1.2")
    return Pace(_seconds(created), _seconds(running))


def _seconds(text: str) -> float:
    seconds = _number(text)
    if not 0 <= seconds < MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds; it must be from 0 to {MOST_SECONDS:,}")
    return seconds


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
