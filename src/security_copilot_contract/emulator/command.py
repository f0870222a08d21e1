"""`security-copilot-contract serve`: its options, and what it prints."""

import argparse
import os
import re
import signal
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from uvicorn.server import HANDLED_SIGNALS

from security_copilot_contract.credentials import TOKEN_VARIABLE
from security_copilot_contract.emulator import file_writing
from security_copilot_contract.emulator.access_log import AccessLog
from security_copilot_contract.emulator.app import TOKEN, emulator
from security_copilot_contract.emulator.autosave import Fingerprint, fingerprint, saving
from security_copilot_contract.emulator.background_stderr import background_stderr
from security_copilot_contract.emulator.cors import ANY, Cors
from security_copilot_contract.emulator.evaluation import MOST_SECONDS, Timing
from security_copilot_contract.emulator.faults import Faults
from security_copilot_contract.emulator.file_lock import InUseError, locked
from security_copilot_contract.emulator.latency import Latency
from security_copilot_contract.emulator.public_url import BASE_PATH, Network, PublicUrl, networks
from security_copilot_contract.emulator.server import Server, base_url, listen
from security_copilot_contract.emulator.store import Store
from security_copilot_contract.spec.exchange import exchanges

_DEFAULT_PORT = 8000
# SIGHUP comes when the terminal is closed; Windows does not have it.
_SIGNALS = (*HANDLED_SIGNALS, *filter(None, [getattr(signal, "SIGHUP", None)]))
# As browsers write it: in lower case, without a path.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")


class CannotServeError(Exception):
    """The emulator cannot start. The message is one line with the reason and the remedy."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of the command."""
    parser.description = (
        f"Start the emulator. It accepts the token in {TOKEN_VARIABLE}, or '{TOKEN}' if that is not set, and logs each "
        "request to stderr."
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port",
        type=int,
        default=_DEFAULT_PORT,
        help="the port to listen on; 0 picks a free one (default: %(default)s)",
    )
    parser.add_argument("--token", type=_token, metavar="TOKEN", help="the only token to accept")
    parser.add_argument("--seed", type=int, metavar="N", help="make ids, times and failures reproducible")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="load the data from this JSON file and save it there; created if it does not exist",
    )
    parser.add_argument(
        "--latency", type=_seconds, default=0.0, metavar="SECONDS", help="delay every response by this long"
    )
    parser.add_argument(
        "--fail",
        type=_fault,
        action="append",
        default=[],
        metavar="STATUS:PROBABILITY",
        help="fail requests at random: 429:0.1 fails one in ten with 429; may be repeated",
    )
    parser.add_argument(
        "--timing",
        type=_timing,
        default=Timing(),
        metavar="CREATED:RUNNING",
        help="seconds that an evaluation stays created, and then running "
        f"(default: {Timing().created:g}:{Timing().running:g})",
    )
    parser.add_argument(
        "--base-url",
        type=_base_url,
        metavar="URL",
        help="the base URL of the clients, for links, if a gateway is in between: https://gateway.example/beta",
    )
    parser.add_argument(
        "--forwarded-allow-ips",
        type=_networks,
        default=[],
        metavar="LIST",
        help="gateways whose X-Forwarded-Host, -Proto and -Prefix count: 127.0.0.1,10.0.0.0/8, or * for all",
    )
    parser.add_argument(
        "--cors",
        type=_origin,
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let pages of this origin call the emulator: http://localhost:3000, or * for all; may be repeated",
    )
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="serve https with this certificate, in PEM")
    parser.add_argument(
        "--tls-key", type=Path, metavar="FILE", help="the private key, in PEM (default: it is in the file --tls-cert)"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until a signal comes; the exit code."""
    try:
        with background_stderr(), nullcontext() if options.data is None else _locked(options.data):
            return _run(options)
    except InUseError as error:
        raise CannotServeError(f"--data: {error}; stop that one or choose another file") from None


def _run(options: argparse.Namespace) -> int:
    store, loaded = _loaded(options)
    store.timing = options.timing
    faults = _faults(options)
    latency = Latency(emulator(store, _accepted(options) or TOKEN, faults), options.latency)
    tls = _tls(options)
    try:
        sock = listen(options.host, options.port)
    except (OSError, OverflowError) as error:
        reason = f"cannot listen on {options.host}:{options.port}: {str(error).rstrip('.')}"
        raise CannotServeError(f"{reason}. Try --port 0, or another --host.") from None
    app = PublicUrl(latency if options.latency else latency.app, options.base_url, options.forwarded_allow_ips)
    server = Server(AccessLog(Cors(app, options.cors) if options.cors else app), latency.end, tls)
    # Now, so that a signal during the start stops it cleanly as well.
    _handle_signals(server.handle_exit)
    with sock:
        for line in _announced(base_url(sock, "https" if tls else "http"), options):
            print(line)
        sys.stdout.flush()
        try:
            with saving(store, options.data, loaded) if options.data else nullcontext():
                server.run([sock])
        except OSError as error:
            raise CannotServeError(
                f"cannot save {options.data}: {error}. Changes since the last save are lost."
            ) from None
    # A second signal would kill the process while it exits.
    _handle_signals(signal.SIG_IGN)
    return 0


def _handle_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in _SIGNALS:
        # Respect nohup.
        if number in HANDLED_SIGNALS or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def _announced(url: str, options: argparse.Namespace) -> Iterator[str]:
    yield f"Security Copilot emulator, listening on {url} (Ctrl-C stops it)"
    accepted = "<the token>" if options.token else f"${TOKEN_VARIABLE}" if _accepted(options) else TOKEN
    sessions = f"{url}/security/securityCopilot/workspaces/default/sessions"
    yield f'Try: curl -H "Authorization: Bearer {accepted}" {sessions}'
    yield f"Docs: {url.removesuffix('beta')}docs"
    if options.base_url is not None:
        yield f"Base URL of the clients: {options.base_url}"
    if options.data is not None:
        yield f"Data: {options.data}, {'loaded' if options.data.exists() else 'new'}; saved after writes and on exit"
    if options.seed is not None:
        yield f"Seed: {options.seed}; the clock advances 0.5 s per reading"
    if options.latency:
        yield f"Latency: {options.latency:g} s"
    if options.fail:
        yield "Failing: " + ", ".join(f"{100 * probability:g}% with {status}" for status, probability in options.fail)
    if options.timing != Timing():
        timing = options.timing
        yield f"Timing: evaluations are created for {timing.created:g} s and running for {timing.running:g} s"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Use the data file alone; CannotServeError if it could not be saved later."""
    try:
        unfit = not path.is_file() if path.exists() else path.is_symlink()
        if unfit or not os.access(path.resolve().parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
            raise CannotServeError(f"--data: cannot write {path}; choose a file in a writable folder")
    except OSError as error:
        raise CannotServeError(f"--data: {error}. Choose another file.") from None
    with locked(path):
        # If it cannot list the folder, the remains stay.
        with suppress(OSError):
            file_writing.remove_remains(path)
        yield


def _loaded(options: argparse.Namespace) -> tuple[Store, Fingerprint | None]:
    """The store, and the fingerprint of its file from before it was loaded, so that a change meanwhile is noticed."""
    path: Path | None = options.data
    if path is None or not path.exists():
        return Store.documented(exchanges(), options.seed), None
    try:
        loaded = fingerprint(path)
        return Store.saved(path, options.seed), loaded
    except (OSError, ValueError) as error:
        backup = file_writing.backup_of(path)
        remedy = f", or restore {backup}" if backup.exists() else ""
        raise CannotServeError(
            f"--data: {error}. Fix the file or choose another{remedy}; it was not changed."
        ) from None


def _faults(options: argparse.Namespace) -> Faults | None:
    probabilities = dict(options.fail)
    if len(probabilities) < len(options.fail):
        raise CannotServeError("--fail names a status twice; give each status one probability")
    try:
        return Faults(probabilities, options.seed) if probabilities else None
    except ValueError as error:
        raise CannotServeError(f"--fail: {error}") from None


def _tls(options: argparse.Namespace) -> tuple[Path, Path] | None:
    """The files of the certificate and of its key; None without them."""
    if options.tls_cert is None:
        if options.tls_key is not None:
            raise CannotServeError("--tls-key needs --tls-cert")
        return None
    files = options.tls_cert, options.tls_key or options.tls_cert
    try:
        # With a password, so that it does not ask for one.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*files, password="")
    except (OSError, ValueError) as error:
        reason = f"cannot use {' and '.join(map(str, dict.fromkeys(files)))}: {error}"
        raise CannotServeError(
            f"--tls-cert: {reason}. It needs a certificate and its key, unencrypted, in PEM."
        ) from None
    return files


def _accepted(options: argparse.Namespace) -> str | None:
    """The token that the user chose; None for the default."""
    if options.token is not None:
        return str(options.token)
    try:
        return _token(os.environ[TOKEN_VARIABLE]) if os.environ.get(TOKEN_VARIABLE) else None
    except argparse.ArgumentTypeError as error:
        raise CannotServeError(f"{TOKEN_VARIABLE}: {error}") from None


def _token(text: str) -> str:
    # The message must not show the token.
    if not text or not all("!" <= character <= "~" for character in text):
        raise argparse.ArgumentTypeError("a token must consist of visible ASCII characters")
    return text


def _fault(text: str) -> tuple[int, float]:
    status, _, probability = text.partition(":")
    if not status.isdecimal() or not probability:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form STATUS:PROBABILITY, such as 429:0.1")
    fault = int(status), _number(probability)
    try:
        Faults(dict([fault]))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None
    return fault


def _base_url(text: str) -> str:
    try:
        url = urlsplit(text)
        fit = url.scheme in ("http", "https") and url.hostname and url.path.endswith(BASE_PATH) and url.port != 0
    except ValueError:
        fit = False
    if not fit or not re.fullmatch(r"[!-~]+", text) or set(text) & set("?#@"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a base URL, such as https://gateway.example{BASE_PATH}")
    return text


def _networks(text: str) -> list[Network]:
    try:
        return networks(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _origin(text: str) -> str:
    if text != ANY and not _ORIGIN.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an origin, such as http://localhost:3000")
    return text


def _timing(text: str) -> Timing:
    created, _, running = text.partition(":")
    if not created or not running:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form CREATED:RUNNING, such as 0.3:1.2")
    return Timing(_seconds(created), _seconds(running))


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
