"""The authorities that a client trusts; with a TLS server."""

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from security_copilot_client import AuthenticatedClient, NoResponseError

from tests.runtime.test_network import JSON, answer, sends, server


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that is its own authority, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [openssl, *made, *names, "-keyout", path.with_suffix(".key"), "-out", path],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return path


def sync(client: AuthenticatedClient) -> httpx.Response:
    with client:
        return client.request(method="get", url="/x")


def run(client: AuthenticatedClient) -> httpx.Response:
    async def main() -> httpx.Response:
        async with client:
            return await client.arequest(method="get", url="/x")

    return asyncio.run(main())


@pytest.mark.parametrize("get", [sync, run])
@pytest.mark.parametrize(
    "verify_ssl", [str, Path, lambda path: ssl.create_default_context(cafile=path)], ids=["str", "Path", "context"]
)
def test_an_authority_of_the_caller(
    get: Callable[[AuthenticatedClient], httpx.Response], ca: Path, verify_ssl: Callable[[Path], Any]
) -> None:
    """A path needs no deprecated argument of httpx: a warning would fail this test."""
    with tls_server(ca) as (url, _):
        client = AuthenticatedClient(token="t", base_url=url, retry=None, verify_ssl=verify_ssl(ca))
        assert get(client).content == JSON


@pytest.mark.parametrize("get", [sync, run])
def test_an_unknown_authority(get: Callable[[AuthenticatedClient], httpx.Response], ca: Path) -> None:
    with tls_server(ca) as (url, _), pytest.raises(NoResponseError, match=r"CERTIFICATE_VERIFY_FAILED"):
        get(AuthenticatedClient(token="t", base_url=url, retry=None))


def test_no_verification(ca: Path) -> None:
    with tls_server(ca) as (url, _):
        assert sync(AuthenticatedClient(token="t", base_url=url, retry=None, verify_ssl=False)).content == JSON


def test_a_file_without_certificates(tmp_path: Path) -> None:
    """The message names the argument; nothing is sent."""
    path = tmp_path / "ca.pem"
    path.write_text("no certificate")
    client = AuthenticatedClient(token="t", verify_ssl=path)

    with pytest.raises(ValueError, match=r"^verify_ssl must be a file or folder of CA certificates") as caught:
        sync(client)
    assert repr(str(path)) in str(caught.value)


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^verify_ssl must be a file or folder of CA certificates that exists"):
        AuthenticatedClient(token="t", verify_ssl=str(tmp_path / "ca.pem"))


def test_event_loops_share_the_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """To load them takes longer than a call."""
    contexts: list[object] = []

    def init(self: httpx.AsyncClient, **arguments: Any) -> None:
        contexts.append(arguments["verify"])
        original(self, **arguments)

    original = httpx.AsyncClient.__init__
    monkeypatch.setattr(httpx.AsyncClient, "__init__", init)
    client = AuthenticatedClient(token="t")

    async def get() -> httpx.AsyncClient:
        return client.get_async_httpx_client()

    for _ in range(2):
        asyncio.run(get())

    assert len(contexts) == 2
    assert isinstance(contexts[0], ssl.SSLContext)
    assert contexts[0] is contexts[1]


def tls_server(ca: Path) -> Any:
    """A server with this certificate, as `server` gives it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(ca, ca.with_suffix(".key"))

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as encrypted:
            sends(answer(JSON))(encrypted)

    return server(serve, "https")
