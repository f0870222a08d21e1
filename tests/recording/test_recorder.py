"""The files of a recording, as ContractTransport(record=...) writes them."""

import errno
import gzip
import json
from pathlib import Path

import httpx
import pytest
from security_copilot_client import AuthenticatedClient, ask, ask_async

from security_copilot_contract import ContractError, ContractTransport, exchanges
from security_copilot_contract.emulator import TOKEN, EmulatorTransport, Store, Timing
from security_copilot_contract.recording.recorder import Recorder
from security_copilot_contract.recording.redaction import Redaction, Traffic

BASE = "https://gw.corp-name.net/beta"
SESSIONS = f"{BASE}/security/securityCopilot/workspaces/default/sessions"
QUESTION = "Who has logged on to DESKTOP-7QK2?"
FILES = ["001-createsession.http", "002-createprompt.http", "003-createevaluation.http", "004-getevaluation.http"]


def emulator_transport() -> EmulatorTransport:
    return EmulatorTransport(Store(timing=Timing(0, 0)))


def client(transport: httpx.BaseTransport | httpx.AsyncBaseTransport) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=BASE, token=TOKEN, httpx_args={"transport": transport})


def answers(status: int = 200, content: bytes = b"{}", **headers: str) -> httpx.MockTransport:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.MockTransport(lambda _: httpx.Response(status, headers=named, stream=httpx.ByteStream(content)))


def test_an_answer_is_recorded(tmp_path: Path) -> None:
    """A file for each exchange, which `exchanges` reads, without the question or the token."""
    with ContractTransport(emulator_transport(), base_url=BASE, record=tmp_path / "new") as transport:
        answer = ask(QUESTION, client=client(transport))

    assert QUESTION in answer.content
    transport.verify()
    files = sorted((tmp_path / "new").iterdir())
    assert [file.name for file in files][:4] == FILES[:4]
    found = exchanges(tmp_path / "new")
    assert [(e.request.method, e.response.status) for e in found[:3]] == [("POST", 201)] * 3
    assert found[-1].response.json()["state"] == "completed"
    assert found[1].request.json()["content"] == found[1].response.json()["content"] == "text-1"
    written = "".join(file.read_text("ascii") for file in files)
    assert not [secret for secret in ("DESKTOP", TOKEN, "corp-name", answer.evaluation.id) if secret in written]


async def test_an_answer_is_recorded_with_asyncio(tmp_path: Path) -> None:
    """The same files."""
    transport = ContractTransport(emulator_transport(), base_url=BASE, record=tmp_path)
    await ask_async(QUESTION, client=client(transport))

    assert [f"{exchange.name}.http" for exchange in exchanges(tmp_path)][:4] == FILES[:4]


def test_a_breach_is_recorded(tmp_path: Path) -> None:
    """A response that raises is the most valuable one, also if its head is wrong already."""
    transport = ContractTransport(answers(418, b'{"a": 1}', content_type="text/html"), base_url=BASE, record=tmp_path)
    with pytest.raises(ContractError), httpx.Client(transport=transport) as plain:
        plain.get(SESSIONS)

    assert exchanges(tmp_path)[0].response.json() == {"unknownProperty1": 1000001}


def test_a_compressed_body_is_recorded_as_json(tmp_path: Path) -> None:
    """And the client still gets it compressed."""
    content = gzip.compress(json.dumps({"value": []}).encode())
    service = answers(200, content, content_type="application/json", content_encoding="gzip")
    transport = ContractTransport(service, base_url=BASE, record=tmp_path, raises=False)
    with httpx.Client(transport=transport) as plain:
        response = plain.get(SESSIONS)

    assert response.json() == {"value": []}
    assert response.headers["Content-Encoding"] == "gzip"
    found = exchanges(tmp_path)[0].response
    assert found.json() == {"value": []}
    assert found.headers == {"content-type": "application/json"}


def test_an_intermediary_is_recorded(tmp_path: Path) -> None:
    """Its page becomes length and media type."""
    transport = ContractTransport(
        answers(503, b"<p>gw.corp-name.net</p>", content_type="text/html"), base_url=BASE, record=tmp_path
    )
    with httpx.Client(transport=transport) as plain:
        assert plain.get(SESSIONS).text == "<p>gw.corp-name.net</p>"

    assert exchanges(tmp_path)[0].response.body == b"[not JSON: 23 bytes, text/html]"


def test_another_service_is_not_recorded(tmp_path: Path) -> None:
    """Such as the one that gives tokens."""
    transport = ContractTransport(answers(), base_url=BASE, record=tmp_path, raises=False)
    with httpx.Client(transport=transport) as plain:
        plain.post("https://login.example/token")

    assert list(tmp_path.iterdir()) == []


def test_two_recordings_are_not_mixed(tmp_path: Path) -> None:
    """Their stand-ins would mean different things."""
    (tmp_path / "001.http").touch()

    with pytest.raises(ValueError, match="contains a recording; choose another folder"):
        ContractTransport(answers(), base_url=BASE, record=tmp_path)


def test_the_summary_says_what_was_replaced(tmp_path: Path) -> None:
    """And shows the unknown names on the terminal, escaped."""
    recorder = Recorder(tmp_path, BASE)
    body = json.dumps({"id": "x", "owner\x1b": 1, "isEnabled": True}).encode()
    recorder.add(Traffic("GET", SESSIONS, [], b"", 200, [("X-Thing", "yes")], body), "sessions: list again")

    assert [file.name for file in tmp_path.iterdir()] == ["001-sessions-list-again.http"]
    assert list(recorder.summary()) == [
        f"Recorded 1 exchange in {tmp_path}",
        "Replaced: texts (2), numbers (1), unknown properties (1), unknown headers (1)",
        "Names that the document does not have (--keep NAME writes one as it is):",
        "  unknown-header-1: 'x-thing'",
        r"  unknownProperty1: 'owner\x1b'",
    ]


def test_what_might_be_secret_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exchange is named in the summary, and nothing of it is written."""
    monkeypatch.setattr(Redaction, "_leaf", lambda *arguments: arguments[1])
    recorder = Recorder(tmp_path, BASE)
    recorder.add(Traffic("GET", SESSIONS, [], b"", 200, [], b'{"displayName": "secret"}'))

    assert list(tmp_path.iterdir()) == []
    assert "Left out: 001-listsessions: something in it might be secret" in list(recorder.summary())


def test_a_full_disk_does_not_stop_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer may have been paid for."""

    def fails(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fails)
    recorder = Recorder(tmp_path, BASE)
    recorder.add(Traffic("GET", SESSIONS, [], b"", 200, [], b"{}"))

    assert list(recorder.summary()) == [
        f"Recorded 0 exchanges in {tmp_path}",
        "Left out: 001-listsessions: cannot be written: No space left on device",
    ]
