"""The authorities that a client trusts; with a TLS server."""

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from security_copilot_client import AuthenticatedClient, NoResponseError

from tests.runtime.test_network import JSON, answer, sends, server


@pytest.fixture
def ca(certificate: tuple[Path, Path]) -> Path:
    """The file of the authority; its key is beside it."""
    return certificate[0]


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


@pytest.mark.parametrize("get", [sync, run])
@pytest.mark.parametrize("content", [None, "no certificate"], ids=["missing", "of something else"])
def test_a_variable_that_names_no_certificates(
    get: Callable[[AuthenticatedClient], httpx.Response],
    content: str | None,
    ca: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The message names the variable; nothing is sent, and nothing is tried again."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    expected = f"SSL_CERT_FILE must be a file of CA certificates (PEM), not {str(path)!r}"

    with tls_server(ca) as (url, connected), pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        get(AuthenticatedClient(token="t", base_url=url))
    assert len(connected) <= 1


@pytest.mark.parametrize("get", [sync, run])
def test_certificates_are_loaded_for_the_first_tls_connection(
    get: Callable[[AuthenticatedClient], httpx.Response], ca: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for http, and only once. For asyncio in a thread: the event loop does not wait."""
    monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    threads: list[threading.Thread] = []
    original = httpx.create_ssl_context

    def create(**arguments: Any) -> ssl.SSLContext:
        threads.append(threading.current_thread())
        return original(**arguments)

    monkeypatch.setattr(httpx, "create_ssl_context", create)
    with server(sends(answer(JSON))) as (url, _):
        assert get(AuthenticatedClient(token="t", base_url=url, retry=None)).content == JSON
    assert threads == []

    with tls_server(ca) as (url, _):
        client = AuthenticatedClient(token="t", base_url=url, retry=None)
        assert [get(client).content for _ in range(2)] == [JSON, JSON]
    assert len(threads) == 1
    assert (threads[0] is threading.main_thread()) is (get is sync)


@pytest.mark.parametrize("trust_env", [True, False])
def test_a_variable_counts_if_the_environment_is_trusted(
    trust_env: bool, ca: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for httpx."""
    monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    with tls_server(ca) as (url, _):
        client = AuthenticatedClient(token="t", base_url=url, retry=None, httpx_args={"trust_env": trust_env})
        if trust_env:
            assert sync(client).content == JSON
        else:
            with pytest.raises(NoResponseError, match=r"CERTIFICATE_VERIFY_FAILED"):
                sync(client)


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
    context.load_cert_chain(ca, ca.with_name("key.pem"))
    context.set_alpn_protocols(["http/1.1"])

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as encrypted:
            assert encrypted.selected_alpn_protocol() == "http/1.1"  # the client offers it, as httpx does
            sends(answer(JSON))(encrypted)

    return server(serve, "https")
