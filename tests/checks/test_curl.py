"""The curl command of a finding sends what was sent, whatever bytes that were."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from security_copilot_contract import gateways
from security_copilot_contract.checks.reporting.curl import curl
from security_copilot_contract.checks.reporting.example import AUTHORIZATION, Example

JSON = ("Content-Type", "application/json")
TOKEN = ("Authorization", AUTHORIZATION)

SHELL = shutil.which("sh")

needs_curl = pytest.mark.skipif(shutil.which("curl") is None or SHELL is None, reason="needs curl and sh")


class _Recorder(BaseHTTPRequestHandler):
    """Records request line, headers and body, whatever the method."""

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline()
        if not self.raw_requestline or not self.parse_request():
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.received.append((self.requestline, dict(self.headers.items()), body))  # type: ignore[attr-defined]  # as below
        self.send_response(204)
        self.end_headers()
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture
def received() -> Iterator[tuple[str, list[tuple[str, dict[str, str], bytes]]]]:
    """The URL of a server, and the requests that it gets."""
    with HTTPServer(("127.0.0.1", 0), _Recorder) as server:
        server.received = []  # type: ignore[attr-defined]  # of this test
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", server.received  # type: ignore[attr-defined]  # likewise
        server.shutdown()
        thread.join()


@needs_curl
@pytest.mark.parametrize(
    ("method", "path", "headers", "body"),
    [
        ("GET", "/beta/sessions", (TOKEN,), b""),
        ("POST", "/beta/sessions", (TOKEN, JSON), '{"a": "it\'s Zoë\'s \\n $HOME `x` %s ☕"}'.encode()),
        ("PATCH", "/beta", (JSON,), b"@file"),
        ("POST", "/beta", (JSON,), b"\x00\xff%d\\n'\"\r\n12"),
        ("POST", "/beta", (JSON,), b"line 1\nline 2\x1b[31m"),
        ("POST", "/beta", (), b"{}"),
        ("HEAD", "/beta", (TOKEN,), b""),
        ("TRACE", "/beta?$top=1&x=[1-3]{a,b}", (), b""),
        ("GET", "/beta/../x/./y", (("Accept-Language", ""), ("X-A", "it's \xe9 $HOME"), ("X-B", '"\t"')), b""),
    ],
)
def test_it_sends_the_same(
    method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes, received: tuple[str, list[Any]]
) -> None:
    """Method, target, headers and body, byte for byte; the token comes from the environment."""
    url, requests = received
    lines = curl(Example(method, url + path, headers, body, 200))

    subprocess.run(
        [str(SHELL), "-c", "\n".join(lines)],
        env={**os.environ, "SECURITY_COPILOT_TOKEN": "t0ps3cret"},
        check=True,
        capture_output=True,
        timeout=30,
    )

    (line, got, content) = requests[0]
    assert line == f"{method} {path} HTTP/1.1"
    assert content == body
    expected = {name: "Bearer t0ps3cret" if (name, value) == TOKEN else value for name, value in headers}
    assert {name: got.get(name) for name in expected} == expected
    assert ("Content-Type" in got) == (JSON in headers)


@needs_curl
def test_it_sends_the_headers_of_a_gateway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, received: tuple[str, list[Any]]
) -> None:
    """From the same variable and the same file; a value that was given as it is does not appear."""
    url, requests = received
    key = tmp_path / "it's a key"
    key.write_text("from the file\n")
    monkeypatch.setenv("GATEWAY_KEY", 'from "the" variable')
    given = ["X-Variable: $GATEWAY_KEY", f"X-File: @{key}", "X-Literal: secret"]

    lines = curl(Example("GET", url, (), b"", 200, curl_options=tuple(gateways.curl_options(given))))

    subprocess.run([str(SHELL), "-c", "\n".join(lines)], check=True, capture_output=True, timeout=30)
    headers = requests[0][1]
    assert (headers["X-Variable"], headers["X-File"]) == ('from "the" variable', "from the file")
    assert "secret" not in "\n".join(lines)


def test_it_fits_into_80_columns() -> None:
    """Each line but the last is continued, and fits with an indentation; a URL or a body may be too long."""
    example = Example("POST", f"http://h/{'a' * 200}", (JSON, ("client-request-id", "1" * 36), TOKEN), b"{}", 200)

    lines = curl(example)

    assert lines[0] == 'curl -i -X POST -H "Authorization: Bearer $SECURITY_COPILOT_TOKEN" \\'
    assert all(line.endswith(" \\") and len(line) <= 78 for line in lines[:-1])
    assert lines[-1] == f"  http://h/{'a' * 200}"


def test_it_has_only_characters_that_the_terminal_shows() -> None:
    """Others come from printf, so the command still sends them."""
    example = Example("POST", "http://h/", (JSON,), '{"a": "Zoë"}'.encode(), 200)

    assert "Zoë" in "\n".join(curl(example, "cp1252"))
    assert curl(example, "ascii")[0].startswith("""printf '{"a": "Zo\\303\\253"}' | curl -i -X POST """)
