"""Headers, certificates and their authorities, and proxies: what gateways want besides the token, of each command."""

import socket
import socketserver
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
import requests
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract import cli
from security_copilot_contract.emulator import TOKEN, Store, Timing, emulator
from security_copilot_runtime.clock import SkippingClock, use

Serve = Callable[[ASGIApp], str]
KEY = "subscription-key-0123456789"
# Those of a real environment would lead requests elsewhere.
VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NO_PROXY", "ALL_PROXY")
ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
# The arguments of each command that sends requests, around the URL.
COMMANDS = {
    "ask": (["ask", "Who am I?", "--url"], []),
    "check": (["check"], ["--profile", "read"]),
    "doctor": (["doctor"], []),
    "wait": (["wait", ID, ID, ID, "--url"], []),
}


def run(command: str, url: str, *options: str) -> int:
    before, after = COMMANDS[command]
    with use(SkippingClock()):
        return cli.main([*before, url, *after, *options])


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
    for name in VARIABLES:
        # Set first, so that what the command sets is undone as well.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


class Gateway:
    """A gateway that wants a subscription key with each request."""

    def __init__(self) -> None:
        self.app = emulator(Store(timing=Timing(0, 0)))
        self.keys: list[list[str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.keys.append([value.decode() for name, value in scope["headers"] if name == b"x-key"])
        await self.app(scope, receive, send)


@pytest.mark.parametrize("place", ["command line", "variable", "file"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_header_is_sent_with_each_request(
    command: str,
    place: str,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its value comes from the command line, a variable, or a file."""
    monkeypatch.setenv("KEY", KEY)
    (tmp_path / "key").write_text(f"{KEY}\n")
    value = {"command line": KEY, "variable": "$KEY", "file": f"@{tmp_path / 'key'}"}[place]
    gateway = Gateway()

    code = run(command, serve(gateway), "--header", f"X-Key: {value}")

    assert code == (2 if command == "wait" else 0)  # there is no such evaluation
    assert gateway.keys
    assert all(keys == [KEY] for keys in gateway.keys)
    assert KEY not in "".join(capsys.readouterr())


def test_a_header_in_the_file_of_options(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names a variable."""
    monkeypatch.setenv("KEY", KEY)
    (tmp_path / "options.toml").write_text("header = ['X-Key: $KEY']\n")
    gateway = Gateway()

    assert run("check", serve(gateway), "--config", str(tmp_path / "options.toml")) == 0
    assert all(keys == [KEY] for keys in gateway.keys)


@pytest.mark.parametrize("command", COMMANDS)
def test_several_headers_of_one_name(command: str, serve: Serve) -> None:
    gateway = Gateway()

    run(command, serve(gateway), "--header", "X-Key: a", "--header", "x-key: b")

    assert {", ".join(keys) for keys in gateway.keys} == {"a, b"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_header_that_the_service_sends_back_is_masked(
    command: str, serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    refusal = JSONResponse({"error": {"code": "BadKey", "message": f"{KEY} is unknown"}}, status_code=403)

    assert run(command, serve(refusal), "--header", f"X-Key: {KEY}") == 2
    printed = "".join(capsys.readouterr())
    assert "403" in printed
    assert KEY not in printed


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--header", "X-Key"], "--header: expected the form 'Name: value'"),
        (["--header", "Authorization: a"], "--header: Authorization is set by the command itself"),
        (["--client-cert", "nowhere"], "--client-cert: cannot load a certificate and its key from nowhere: No such"),
    ],
)
def test_an_option_that_is_unusable(
    command: str, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says so, and nothing is sent."""
    assert run(command, "http://127.0.0.1:9/beta", *options) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"security-copilot-contract: {message}")


@pytest.fixture
def with_key(certificate: tuple[Path, Path], tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 and its key in one file."""
    path = tmp_path / "with-key.pem"
    path.write_bytes(b"".join(part.read_bytes() for part in certificate))
    return path


class Forbidding(BaseHTTPRequestHandler):
    """A service that lets nobody read."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815 - the name that http.server wants

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def tls(with_key: Path) -> Iterator[str]:
    """The base URL of a service that wants a client certificate, over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(with_key)
    context.load_verify_locations(with_key)
    context.verify_mode = ssl.CERT_REQUIRED
    with ThreadingHTTPServer(("127.0.0.1", 0), Forbidding) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}/beta"
        server.shutdown()


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_client_certificate_and_a_bundle_are_used(
    command: str,
    variable: str,
    tls: str,
    with_key: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whether requests knows the variable, or httpx does."""
    monkeypatch.setenv(variable, str(with_key))

    assert run(command, tls, "--client-cert", str(with_key)) == 2
    assert "403" in "".join(capsys.readouterr())


@pytest.mark.parametrize("command", ["ask", "check"])
def test_without_them_there_is_no_response(command: str, tls: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The line says why."""
    assert run(command, tls) == 2
    assert "CERTIFICATE_VERIFY_FAILED" in capsys.readouterr().err


class Socks(socketserver.StreamRequestHandler):
    """A SOCKS5 proxy (RFC 1928) without authentication. `asked` are the addresses that it was asked to connect to."""

    asked: ClassVar[list[str]] = []

    def handle(self) -> None:
        (_, methods) = self.rfile.read(2)
        self.rfile.read(methods)
        self.wfile.write(b"\x05\x00")
        kind = self.rfile.read(4)[3]
        host = socket.inet_ntoa(self.rfile.read(4)) if kind == 1 else self.rfile.read(self.rfile.read(1)[0]).decode()
        port = int.from_bytes(self.rfile.read(2))
        self.asked.append(f"{host}:{port}")
        with socket.create_connection((host, port)) as service:
            self.wfile.write(b"\x05\x00\x00\x01" + bytes(6))
            threading.Thread(target=_relay, args=(self.connection, service), daemon=True).start()
            _relay(service, self.connection)


def _relay(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(65536):
            sink.sendall(content)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def socks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A SOCKS proxy that the environment names: the addresses that it was asked to connect to."""
    monkeypatch.setattr(Socks, "asked", [])
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Socks) as server:
        monkeypatch.setenv("ALL_PROXY", f"socks5h://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield Socks.asked
        server.shutdown()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_socks_proxy_is_used(command: str, serve: Serve, socks: list[str]) -> None:
    pytest.importorskip("socksio")
    pytest.importorskip("socks")
    url = serve(emulator(Store(timing=Timing(0, 0))))

    assert run(command, url) == (2 if command == "wait" else 0)
    assert set(socks) == {urlsplit(url).netloc}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_socks_proxy_needs_more_libraries(
    command: str, socks: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line says which."""
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setitem(sys.modules, "socks", None)
    monkeypatch.setattr(requests.adapters, "SOCKSProxyManager", _without_socks)

    assert run(command, "http://127.0.0.1:9/beta") == 2
    assert "a SOCKS proxy needs more libraries; run: pip install socksio pysocks" in "".join(capsys.readouterr())
    assert socks == []


def _without_socks(*_: object, **__: object) -> None:
    """As requests without pysocks."""
    raise requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support.")


@pytest.mark.parametrize("proxy", ["http://me:pa55word@127.0.0.1:99999", "socks9://me:pa55word@127.0.0.1:9"])
@pytest.mark.parametrize("command", COMMANDS)
def test_the_password_of_a_proxy_is_not_shown(
    command: str, proxy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Some libraries quote the URL of a proxy that they cannot use."""
    monkeypatch.setenv("ALL_PROXY", proxy)

    assert run(command, "http://service.example/beta") in (1, 2)
    assert "pa55word" not in "".join(capsys.readouterr())
