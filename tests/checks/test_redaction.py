"""A service that sends the token back: it gets into no output and no report."""

import html
import json
import math
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from security_copilot_contract import cli
from security_copilot_contract.checks.budget import Budget, spending
from security_copilot_contract.checks.redaction import RedactedFile, Secrets
from security_copilot_contract.emulator import emulator
from security_copilot_runtime.clock import SkippingClock, use

Serve = Callable[[ASGIApp], str]

# As long as a real one, with the characters that are written in other ways in JSON and in URLs.
TOKEN = "eyJ0/eXAi+OiJKV1QiLCJhbGciOiJSUzI1NiJ9.c2VjcmV0LXBheWxvYWQ.c2lnbmF0dXJl=="
FORMS = (TOKEN, TOKEN.replace("/", "\\/"), quote(TOKEN, safe=""))
# A secret with characters that JSON and HTML escape.
KEY = 'a-"key"\\&-ö'


class Echo:
    """An emulator that sends the Authorization header back: in the head of each response, and in each error."""

    def __init__(self) -> None:
        self.app = emulator(token=TOKEN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        authorization = dict(scope["headers"]).get(b"authorization", b"")
        status = 0

        async def echo(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                kept = [(name, value) for name, value in message["headers"] if name != b"content-length"]
                message["headers"] = [*kept, (b"x-echo", authorization), (b"x-url", quote(authorization).encode())]
            elif status >= 400:
                message["body"] += authorization + authorization.replace(b"/", b"\\/")
            await send(message)

        await self.app(scope, receive, echo)


def test_it_is_nowhere(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in stdout nor in annotations, the summary of the job, or any report."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    # The configuration of Schemathesis, by which it writes the header as it is, changes nothing.
    config = tmp_path / "options.toml"
    config.write_text("[schemathesis.output.sanitization]\nenabled = false\n", "utf-8")
    reports = ["--report", "junit,html,har,ndjson,json", "--report-dir", str(tmp_path), "--config", str(config)]

    with use(SkippingClock()):
        code = cli.main(["check", serve(Echo()), "--profile", "live", *reports])

    printed = capsys.readouterr()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    everything = [printed.out, printed.err, *(path.read_text("utf-8", "replace") for path in files)]
    assert code == 1
    names = {"junit.xml", "report.html", "report.json", "checks.har", "checks.ndjson", "summary.md"}
    assert names <= {path.name for path in files}
    assert any("Bearer [Filtered]Bearer [Filtered]" in text for text in everything)
    assert not [text for text in everything for form in FORMS if form in text or json.dumps(form)[1:-1] in text]


def test_it_is_in_no_line_about_a_service_that_cannot_be_checked(
    serve: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For example in the place that it redirects to."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
    app = Response(status_code=302, headers={"Location": f"https://sso.example/{TOKEN}"})

    assert cli.main(["check", serve(app)]) == 2
    assert "redirects (302) to https://sso.example/[Filtered]; " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("secret", "sent", "seen"),
    [
        (TOKEN, f"a{TOKEN}b", "a[Filtered]b"),
        (TOKEN, f"a{quote(TOKEN, safe='')}b", "a[Filtered]b"),
        ("emulator", "The emulator, emulators", "The [Filtered], emulators"),
        ("secret", "a secret", "a secret"),
    ],
)
def test_only_the_secret_is_replaced(secret: str, sent: str, seen: str, serve: Serve) -> None:
    """A short one only where it is a word, and one that may be any word not at all."""
    secrets = Secrets()
    secrets.add(secret)

    with spending(Budget(), secrets), requests.Session() as session:
        received = session.get(serve(JSONResponse(sent, headers={"X": sent})), timeout=10)

    assert received.json() == seen
    assert received.headers["X"] == seen


def test_a_secret_in_two_chunks_is_replaced(serve: Serve) -> None:
    """requests reads 10 kB at a time."""
    secrets = Secrets()
    secrets.add(TOKEN)
    padding = "x" * (10 * 1024 - len(TOKEN) // 2)

    with spending(Budget(), secrets), requests.Session() as session:
        received = session.get(serve(Response(padding + TOKEN)), timeout=10)

    assert received.text == f"{padding}[Filtered]"


@pytest.mark.parametrize("before", ["", "B", "Be", "Bearer "])
@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_a_secret_in_base64_is_replaced(encode: Callable[[bytes], bytes], before: str) -> None:
    """Wherever it is in what was encoded. At its edges one character may be left, encoded with its neighbour."""
    secrets = Secrets()
    secrets.add(TOKEN)

    encoded = encode(f"{before}{TOKEN}, etc.".encode())
    left, replacement, right = secrets.redact(encoded).partition(b"[Filtered]")

    assert replacement
    assert len(left) <= math.ceil(len(before) * 8 / 6)
    assert len(right) <= len(encode(b"=, etc."))


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        json.dumps(KEY)[1:-1],
        json.dumps(KEY, ensure_ascii=False)[1:-1],
        html.escape(KEY),
        quote(KEY, safe=""),
        quote(KEY, safe="").replace("%C3%B6", "%c3%b6"),
    ],
)
def test_a_secret_is_replaced_as_formats_escape_it(form: str) -> None:
    """JSON, HTML and URLs."""
    secrets = Secrets()
    secrets.add(KEY)

    assert secrets.redact_text(f"<{form}>") == "<[Filtered]>"


def test_a_file_redacts_what_is_written_in_parts(tmp_path: Path) -> None:
    """A text between two flushes is one; the folder is created."""
    secrets = Secrets()
    secrets.add(TOKEN)

    with RedactedFile(tmp_path / "reports" / "x.txt", secrets) as file:
        file.write(f"a {TOKEN[:9]}")
        file.write(f"{TOKEN[9:]} b\n")
        file.flush()
        file.write("c")

    assert not file.problems
    assert file.path.read_bytes() == b"a [Filtered] b\nc"


def test_a_file_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    """And raises nothing: the check goes on."""
    with RedactedFile(tmp_path, Secrets()) as file:
        file.write("a")
        file.flush()
        file.write("b")

    assert len(file.problems) == 1
    assert file.problems[0].startswith(f"{tmp_path}: ")
