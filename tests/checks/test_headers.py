"""Headers, certificates and their authorities: what gateways want besides the token."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract import cli
from security_copilot_contract.emulator import TOKEN, emulator
from security_copilot_runtime.clock import SkippingClock, use

Serve = Callable[[ASGIApp], str]
KEY = "subscription-key-0123456789"
# Those of a real environment would lead requests elsewhere.
VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
    for name in VARIABLES:
        # Set first, so that what the command sets is undone as well.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


class Gateway:
    """A gateway that wants a subscription key with each request, and sends it back."""

    def __init__(self) -> None:
        self.app = emulator()
        self.keys: list[list[str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.keys.append([value.decode() for name, value in scope["headers"] if name == b"x-key"])
        await self.app(scope, receive, send)


@pytest.mark.parametrize("place", ["command line", "variable", "file", "options"])
def test_a_header_is_sent_with_each_request(
    place: str, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its value comes from the command line, a variable, a file, or a variable that the file of options names."""
    monkeypatch.setenv("KEY", KEY)
    (tmp_path / "key").write_text(f"{KEY}\n")
    (tmp_path / "options.toml").write_text("header = ['X-Key: $KEY']\n")
    given = {
        "command line": ["--header", f"X-Key: {KEY}"],
        "variable": ["--header", "X-Key: $KEY"],
        "file": ["--header", f"X-Key: @{tmp_path / 'key'}"],
        "options": ["--config", str(tmp_path / "options.toml")],
    }
    gateway = Gateway()

    with use(SkippingClock()):
        code = cli.main(["check", serve(gateway), "--profile", "read", *given[place]])

    assert code == 0
    assert len(gateway.keys) > 20
    assert all(keys == [KEY] for keys in gateway.keys)
    assert KEY not in capsys.readouterr().out


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 with its key, in PEM."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    path = tmp_path / "certificate.pem"
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    output = ["-keyout", str(tmp_path / "key.pem"), "-out", str(path)]
    subprocess.run([openssl, *made, *names, *output], check=True, capture_output=True, timeout=60)
    path.write_bytes(path.read_bytes() + (tmp_path / "key.pem").read_bytes())
    return path


class Forbidding(BaseHTTPRequestHandler):
    """A service that lets nobody read."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def tls(certificate: Path) -> Iterator[str]:
    """The base URL of a service that wants a client certificate, over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.load_verify_locations(certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    with ThreadingHTTPServer(("127.0.0.1", 0), Forbidding) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}/beta"
        server.shutdown()


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_client_certificate_and_a_bundle_are_used(
    variable: str, tls: str, certificate: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether requests knows the variable, or httpx does."""
    monkeypatch.setenv(variable, str(certificate))

    with use(SkippingClock()):
        code = cli.main(["check", tls, "--profile", "read", "--client-cert", str(certificate)])

    assert code == 2
    assert "does not let the token's owner read (403)" in capsys.readouterr().err


def test_without_them_there_is_no_response(tls: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The line says why."""
    assert cli.main(["check", tls, "--profile", "read"]) == 2
    assert "CERTIFICATE_VERIFY_FAILED" in capsys.readouterr().err
