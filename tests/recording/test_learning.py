"""`learn`: a recording of the emulator agrees with everything; that of a broken server does not, and says where."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import pytest
from attrs import evolve
from starlette.types import ASGIApp

from security_copilot_contract import ContractTransport, cli
from security_copilot_contract.checks.run import Settings
from security_copilot_contract.emulator import TOKEN, EmulatorTransport, Store, Timing, emulator, running
from security_copilot_contract.recording.comparing import of_service
from security_copilot_contract.recording.learning import Disagreement, Learned, learn, of_exchanges
from security_copilot_contract.spec import exchange as exchange_files
from security_copilot_contract.spec.exchange import Exchange, Response, exchanges
from security_copilot_contract.spec.violation import Description, Violation
from tests import ROOT
from tests.mutants import resources, servers
from tests.mutants.faults import MUTANTS
from tests.programs import fidelity

assert servers
assert resources  # register more of them
Serve = Callable[[ASGIApp], str]


@pytest.fixture(scope="module")
def recording() -> list[Exchange]:
    """A recording of the emulator, with an evaluation."""
    with running(emulator(Store(timing=Timing(0, 0)).load(exchanges()))) as url:
        return of_service(Settings(url, "live", 1, evaluations=1, rate=10_000.0), TOKEN)


def test_pages_that_are_not_recorded_are_no_disagreement() -> None:
    """The emulator has only what the recording shows of the service."""
    store = Store(timing=Timing(0, 0)).load(exchanges())
    collection = "workspaces/default/sessions/ecdfb9b3-58f5-457f-a18c-4a477890b252/prompts"
    store.add(collection, {"content": "Who else?", "createdDateTime": "2025-10-22T20:14:00Z"})
    with running(emulator(store)) as url:
        recorded = of_service(Settings(url, "live", 1, rate=10_000.0), TOKEN)

    earlier = next(exchange for exchange in recorded if exchange.name.endswith("-prompts-list-earlier"))
    assert "@odata.nextLink" in earlier.response.json()
    assert [found.text for found in of_exchanges(recorded).disagreements] == []


def write(folder: Path, recorded: Sequence[Exchange]) -> None:
    for exchange in recorded:
        (folder / f"{exchange.name}.http").write_text(exchange_files.text(exchange), "ascii")


def changed(recorded: Sequence[Exchange], name: str, old: str, new: str) -> Learned:
    """What is learned if the body of one response were another."""
    return of_exchanges([_changed(exchange, old, new) if name in exchange.name else exchange for exchange in recorded])


def _changed(exchange: Exchange, old: str, new: str) -> Exchange:
    response: Response = exchange.response
    assert old.encode() in response.body
    return evolve(exchange, response=evolve(response, body=response.body.replace(old.encode(), new.encode())))


def claims(learned: Learned) -> set[tuple[str, str]]:
    return {(found.operation, found.claim) for found in learned.disagreements}


def test_a_recording_of_the_emulator_agrees(recording: list[Exchange]) -> None:
    """Each exchange, with an evaluation, pages and refused requests."""
    learned = of_exchanges(recording)

    assert [found.text for found in learned.disagreements] == []
    assert learned.fidelity == 1
    assert len(learned.exchanges) == len(recording) > 30


MUTANTS_WITH_CLAIMS = {
    "create_says_200": {("createSession", "document"), ("createSession", "emulator"), ("createSession", "promise")},
    "list_without_id": {("listSessions", "client"), ("listSessions", "emulator"), ("listSessions", "promise")},
    "names_are_trimmed": {("updateSession", "emulator"), ("updateSession", "promise")},
}


@pytest.mark.parametrize("name", MUTANTS_WITH_CLAIMS)
def test_a_recording_of_a_broken_server_disagrees(name: str) -> None:
    """And says with which claims."""
    learned = of_exchanges(fidelity.recording(MUTANTS[name], fidelity.live()))

    assert learned.fidelity < 1
    assert claims(learned) >= MUTANTS_WITH_CLAIMS[name]


def _change_of(learned: Learned, claim: str) -> str:
    found: Disagreement = next(found for found in learned.disagreements if found.claim == claim)
    path, _, line = found.change.partition(":")
    return (ROOT / path).read_text("utf-8").splitlines()[int(line) - 1] if line else path


def test_the_line_to_change_is_named(recording: list[Exchange]) -> None:
    """Of the document, the emulator and the promise; if the client cannot parse what it should, the template."""
    learned = changed(
        recording, "sessions-get-selected", '"displayName": "text-', '"displayName": 1, "@unknown.annotation1": "'
    )

    assert _change_of(learned, "document").strip() == "displayName:"
    assert _change_of(learned, "emulator").startswith('    {**_ID, **_TIMES, "displayName": Property(')
    assert _change_of(learned, "promise").startswith("@promise(")
    assert _change_of(learned, "client") == "openapi/templates/model.py.jinja"


def test_an_accepted_request_that_the_document_does_not_allow(recording: list[Exchange]) -> None:
    """The document is too strict then: the line is that of the request's schema."""
    body = b'{"displayName": 1000001}'
    odd = [evolve(e, request=evolve(e.request, body=body)) if "sessions-rename" in e.name else e for e in recording]
    learned = of_exchanges(odd)

    assert "displayName: expected a string, got 1000001" in {d.text for d in learned.disagreements}
    assert _change_of(learned, "document").strip() == "displayName:"


def test_what_lands_in_additional_properties_is_reported(recording: list[Exchange]) -> None:
    """With the schema of the document that lacks it; an unknown member of an enumeration is no mistake."""
    learned = changed(recording, "-sessions-list-again", '"id": ', '"unknownProperty7": 1000001, "id": ')

    client = {found.text for found in learned.disagreements if found.claim == "client"}
    assert client == {"value/0/unknownProperty7: expected no such property, got one"}
    assert claims(learned) == {("listSessions", "client"), ("listSessions", "emulator")}


@pytest.mark.parametrize("odd", [[1], {"a": None}, 5, None, "text-1", "2026-01-01T00:00:00"])
def test_any_recording_can_be_learned_from(odd: object, recording: list[Exchange]) -> None:
    """Also that of a service in which every value is wrong."""

    def replaced(value: object) -> object:
        if isinstance(value, dict):
            return {name: replaced(inner) for name, inner in value.items()}
        return [replaced(item) for item in value] if isinstance(value, list) else odd

    bodies = [json.dumps(replaced(exchange.response.json())).encode() for exchange in recording]
    learned = of_exchanges(
        [evolve(e, response=evolve(e.response, body=body)) for e, body in zip(recording, bodies, strict=True)]
    )

    assert learned.fidelity < 1
    assert len(learned.exchanges) == len(recording)


def test_each_way_to_differ_is_one_disagreement() -> None:
    """With the exchanges concerned, whichever items and values differ; but another status is another way."""
    learned = Learned(["a", "b", "c", "d"])
    for exchange, violation in (
        ("a", Violation("body", "type", "/value/0/id", "id", Description("a GUID"), "text-1")),
        ("a", Violation("body", "type", "/value/2/id", "id", Description("a GUID"), "text-2")),
        ("b", Violation("body", "type", "/value/0/id", "id", Description("a GUID"), "text-3")),
        ("b", Violation("status", "value", expected=200, got=400)),
        ("c", Violation("status", "value", expected=200, got=404)),
    ):
        learned.add(exchange, Disagreement("listSessions", "emulator", violation, "file:1"))

    assert [(found.text, found.exchanges) for found in learned.disagreements] == [
        ('value/0/id: expected a GUID, got "text-1"', ["a", "b"]),
        ("status: expected 200, got 400", ["b"]),
        ("status: expected 200, got 404", ["c"]),
    ]
    assert learned.fidelity == 0.25


class _Unfiltered(EmulatorTransport):
    """Ignores all query options."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        plain = httpx.Request(request.method, request.url.copy_with(query=None), headers=request.headers)
        return super().handle_request(plain)


def filtered(kind: type[EmulatorTransport], texts: Sequence[str], folder: Path) -> Learned:
    """What is learned from lists of plugins whose names contain texts."""
    store = Store()
    for name in ("Feeds", "Feeds of others", "Mail"):
        store.add("workspaces/default/plugins", {"name": name})
    plugins = "https://gw.corp-name.net/beta/security/securityCopilot/workspaces/default/plugins"
    transport = ContractTransport(kind(store), base_url=plugins.partition("/security")[0], record=folder, raises=False)
    with httpx.Client(transport=transport, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        for text in texts:
            client.get(plugins, params={"$filter": f"contains(name,'{text}')"})
    return learn(folder)


def test_a_filter_with_a_part_of_a_text_is_left_out(tmp_path: Path) -> None:
    """Its stand-in is no part of that of the text. Compared is a filter with a text that no other contains."""
    learned = filtered(EmulatorTransport, ("feed", "Feeds", "Mail", "nothing", "FEED"), tmp_path)

    assert [found.text for found in learned.disagreements] == []
    assert learned.unclear == ["002-listplugins", "005-listplugins"]


def test_a_filter_that_is_ignored_disagrees(tmp_path: Path) -> None:
    """Where the recording shows it."""
    learned = filtered(_Unfiltered, ("Feeds", "Mail"), tmp_path)

    assert learned.unclear == ["001-listplugins"]
    assert {name for found in learned.disagreements for name in found.exchanges} == {"002-listplugins"}


def test_what_an_intermediary_sends_is_skipped(recording: list[Exchange]) -> None:
    """It says nothing about the service."""
    gateway = evolve(recording[0], name="000-gateway", response=Response(503, {}, b"[not JSON: 5 bytes, text/html]"))
    learned = of_exchanges([gateway, *recording])

    assert learned.skipped == ["000-gateway"]
    assert learned.fidelity == 1


class TestCommand:
    """`security-copilot-contract learn DIR`."""

    def test_a_recording_that_agrees(
        self, recording: list[Exchange], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Exit code 0."""
        write(tmp_path, recording)

        assert cli.main(["learn", str(tmp_path)]) == 0
        count = len(recording)
        assert capsys.readouterr().out == f"Fidelity 100%: {count} of {count} exchanges agree with all claims.\n"

    def test_a_recording_that_does_not(
        self, recording: list[Exchange], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Exit code 1, and the same as JSON."""
        wrong = next(exchange for exchange in recording if exchange.name.endswith("-sessions-list-again"))
        write(tmp_path, recording)
        write(tmp_path, [_changed(wrong, '"id": ', '"unknownProperty7": null, "id": ')])
        file = tmp_path / "learned.json"

        assert cli.main(["learn", str(tmp_path), "--json", str(file)]) == 1
        printed = capsys.readouterr().out
        assert "listSessions, client: value/0/unknownProperty7: expected no such property, got one\n" in printed
        assert f"    in {wrong.name}; change openapi/security-copilot.yaml:" in printed
        report = json.loads(file.read_text("utf-8"))
        assert report["agreeing"] == report["exchanges"] - 1 == len(recording) - 1
        assert [(d["claim"], d["kind"], d["name"], d["exchanges"]) for d in report["disagreements"]] == [
            ("client", "additional", "unknownProperty7", [wrong.name]),
            ("emulator", "additional", "unknownProperty7", [wrong.name]),
        ]

    @pytest.mark.parametrize(("content", "message"), [(None, "has no recording"), ("x", "there is no response")])
    def test_no_recording(
        self, content: str | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Exit code 2, with the reason."""
        if content is not None:
            (tmp_path / "001.http").write_text(content, "ascii")

        assert cli.main(["learn", str(tmp_path)]) == 2
        assert message in capsys.readouterr().err
