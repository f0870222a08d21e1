"""`compare A B`: quiet about ids, times and order, and loud about behaviour."""

import re
from pathlib import Path

import pytest
from attrs import evolve

from security_copilot_contract import cli
from security_copilot_contract.checks.reporting import created
from security_copilot_contract.emulator import TOKEN, Store, Timing, emulator
from security_copilot_contract.recording.comparing import Difference, compare
from security_copilot_contract.spec.exchange import Exchange, exchanges
from tests.mutants import resources, servers, variants
from tests.mutants.faults import MUTANTS, VARIANTS
from tests.programs.fidelity import live, recording
from tests.recording.test_learning import Serve, write

assert servers
assert resources
assert variants  # register servers

# They differ from the emulator in ids, times and order, in what the document leaves open, and in a gateway's pages.
EQUAL = (
    *("times_have_three_digits_and_an_offset", "ids_are_in_capitals", "items_are_in_another_order"),
    *("there_are_annotations_of_any_type", "errors_are_as_seen_in_public"),
    "a_gateway_responds_503_with_html_now_and_then",
)
# Each with one of the differences that it makes.
DIFFERENT = {
    "create_says_200": ("createSession", "status: expected 201, got 200"),
    "create_without_name": ("createSession", "displayName: required, but missing"),
    "names_are_trimmed": ("updateSession", "displayName: expected the value that was sent or created, got another"),
}


@pytest.fixture(scope="module")
def expected() -> list[Exchange]:
    """A recording of the emulator."""
    return recording(VARIANTS["nothing_differs"], live())


def texts(differences: list[Difference]) -> list[tuple[str, str]]:
    return [(operation, str(found.violation)) for found in differences for operation in found.operations]


@pytest.mark.parametrize("name", EQUAL)
def test_a_server_that_behaves_alike_is_equal(name: str, expected: list[Exchange]) -> None:
    """Whatever its ids and times are, and however it writes them."""
    compared = compare(recording(VARIANTS[name], live()), expected)

    assert texts(compared.differences) == []
    assert len(compared.steps) > 25
    assert compared.only == {}


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_broken_server_differs(name: str, expected: list[Exchange]) -> None:
    """In what it breaks. The other way round it is the same difference."""
    broken = recording(MUTANTS[name], live())

    assert DIFFERENT[name] in texts(compare(broken, expected).differences)
    assert compare(expected, broken).differences


def test_a_promise_that_one_side_breaks_is_named(expected: list[Exchange]) -> None:
    """With the side, and once for each operation."""
    broken = recording(MUTANTS["create_says_200"], live())
    for a, b, side in ((broken, expected, "A"), (expected, broken, "B")):
        found = [difference for difference in compare(a, b).differences if difference.promise]
        assert [(d.operations, d.promise, d.broken_by) for d in found] == [
            (("createSession",), "documented_status", side)
        ]


def test_a_promise_about_no_operation_is_compared_too(expected: list[Exchange]) -> None:
    """Such as that about a method that a path does not have."""
    other = next(exchange for exchange in expected if exchange.name.endswith("-sessions-list-again"))
    refused = evolve(
        other,
        request=evolve(other.request, method="PUT"),
        response=evolve(other.response, status=405, headers={"Allow": "GET, POST"}, body=b""),
    )
    wrong = evolve(refused, response=evolve(refused.response, headers={"Allow": "GET, PUT"}))

    found = compare([wrong], [refused]).differences
    assert [(each.operations, each.promise) for each in found] == [(("PUT of no operation",), "other_methods_are_405")]


def test_steps_of_one_side_are_not_differences(expected: list[Exchange]) -> None:
    """They are listed: for example, there is no other page."""
    compared = compare(expected[:-3], expected)

    assert compared.differences == []
    assert set(compared.only.values()) == {"B"}
    assert len(compared.only) == 3


class TestCommand:
    """`security-copilot-contract compare A B`."""

    def test_two_urls_of_one_service(
        self, serve: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As with a gateway: what the first plan has created is no difference. Exit code 0."""
        monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
        url = serve(emulator(Store(timing=Timing(0, 0)).load(exchanges())))

        assert cli.main(["compare", url, url, "--rate", "10000", "--evaluations", "1"]) == 0
        created = "{}: Created on this machine, cannot be deleted: 2 sessions, 1 prompt, 1 evaluation"
        *lines, last = capsys.readouterr().out.splitlines()
        assert lines == [created.format("A"), created.format("B")]
        assert re.fullmatch(r"A and B are equal: [34]\d steps compared\.", last)

    def test_what_was_created_is_listed(
        self, serve: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also if the other side cannot be compared, with each id unless the service is on this machine."""
        monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
        monkeypatch.setattr(created, "is_loopback", lambda _: False)
        store = Store(timing=Timing(0, 0)).load(exchanges())
        url = serve(emulator(store))

        assert cli.main(["compare", url, "http://127.0.0.1:9/beta", "--rate", "10000"]) == 2
        printed = capsys.readouterr().out
        assert printed.startswith("A: Created, cannot be deleted: 2 sessions")
        listed = re.findall(r"^  sessions +(\S+)  ", printed, re.MULTILINE)
        assert all(store.find(f"workspaces/default/sessions/{key}") for key in listed)
        assert len(listed) == 2

    def test_a_refused_token(
        self,
        expected: list[Exchange],
        serve: Serve,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Exit code 2: it says nothing about the behaviour."""
        monkeypatch.setenv("SECURITY_COPILOT_TOKEN", "another-token")
        write(tmp_path, expected)

        assert cli.main(["compare", str(tmp_path), serve(emulator()), "--rate", "10000"]) == 2
        assert "has refused every request (401)" in capsys.readouterr().err

    def test_two_recordings_that_differ(
        self, expected: list[Exchange], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Exit code 1, with what A returns and what B returns."""
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
        write(tmp_path / "a", recording(MUTANTS["create_says_200"], live()))
        write(tmp_path / "b", expected)

        assert cli.main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 1
        printed = capsys.readouterr().out
        assert "What A returns is `got`, what B returns is `expected`." in printed
        assert "createSession: status: expected 201, got 200\n    in sessions-create, " in printed
        assert "createSession: only A breaks documented_status: status: not documented: 200 (OK)" in printed
        assert "A and B differ in 2 ways: " in printed

    def test_a_recording_and_itself(
        self, expected: list[Exchange], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Exit code 0."""
        write(tmp_path, expected)

        assert cli.main(["compare", str(tmp_path), str(tmp_path)]) == 0
        assert "A and B are equal: " in capsys.readouterr().out

    @pytest.mark.parametrize("other", ["http://127.0.0.1:9/beta", "nothing-here"])
    def test_what_cannot_be_compared(
        self,
        other: str,
        expected: list[Exchange],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Exit code 2, with the reason."""
        monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
        write(tmp_path, expected)

        assert cli.main(["compare", str(tmp_path), other]) == 2
        reason = "has not responded" if "://" in other else "is missing; give the folder of a recording"
        assert f"{other} {reason}" in capsys.readouterr().err

    def test_recordings_of_other_steps(
        self, expected: list[Exchange], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Nothing is compared, which is not the same as equal."""
        for name, part in (("a", expected[:2]), ("b", expected[5:6])):
            (tmp_path / name).mkdir()
            write(tmp_path / name, part)

        assert cli.main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 2
        assert "no step in common" in capsys.readouterr().err
