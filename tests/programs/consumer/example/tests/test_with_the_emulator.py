"""Tests with the emulator, which keeps what the application writes.

It comes with security-copilot-client[contract]. Within a process it is an httpx transport; on a socket it is a server,
for programs that create their client themselves.
"""

import pytest
from security_copilot_client import AuthenticatedClient
from security_copilot_contract.emulator import (
    OUTCOMES,
    TOKEN,
    EmulatorTransport,
    ManualClock,
    Outcome,
    Store,
    Timing,
    emulator,
    running,
)

from incident_triage import Incident, assess, assess_all, earlier, main, resume

INCIDENT = Incident(4711, "Sign-ins from two countries")
SESSIONS = "workspaces/default/sessions"


@pytest.fixture
def clock() -> ManualClock:
    """The emulator's clock, which stands still until a test advances it."""
    return ManualClock()


@pytest.fixture
def store(clock: ManualClock) -> Store:
    """The emulator's data. An evaluation is complete at the first poll."""
    return Store(clock, timing=Timing(created=0, running=0))


@pytest.fixture
def client(store: Store) -> AuthenticatedClient:
    return connected(store)


def connected(store: Store) -> AuthenticatedClient:
    return AuthenticatedClient(token=TOKEN, httpx_args={"transport": EmulatorTransport(store)})


def test_an_incident_keeps_its_session(client: AuthenticatedClient, store: Store) -> None:
    """Asked about twice, it has two prompts in one session."""
    assess(client, INCIDENT)
    assess(client, Incident(4712, "A phishing mail"))
    assess(client, INCIDENT)

    sessions = earlier(client)
    assert sorted(sessions) == ["Incident 4711", "Incident 4712"]
    assert store.count(f"{SESSIONS}/{sessions['Incident 4711']}/prompts") == 2


def test_the_session_is_found_on_a_later_page(client: AuthenticatedClient, store: Store) -> None:
    """The service gives sessions in pages, the latest first."""
    assess(client, INCIDENT)
    for number in range(250):
        store.insert(SESSIONS, {"displayName": f"Incident {number}"})

    assess(client, INCIDENT)

    assert store.count(SESSIONS) == 251


def test_the_question_is_what_is_evaluated(client: AuthenticatedClient) -> None:
    """The emulator's answer is made from the prompt."""
    assert assess(client, INCIDENT).text == f"The emulator has evaluated: {INCIDENT.question}"


def test_a_test_chooses_the_outcome(client: AuthenticatedClient, store: Store) -> None:
    store.outcome = Outcome(content="Reset the password.")
    assert assess(client, INCIDENT).text == "Reset the password."

    store.outcome = OUTCOMES["rejected"]
    assert assess(client, INCIDENT).text == "No assessment: rejected"


def test_an_evaluation_that_takes_an_hour_is_not_asked_for_twice(clock: ManualClock) -> None:
    store = Store(clock, timing=Timing(created=0, running=3600))
    store.outcome = Outcome(content="Reset the password.")
    client = connected(store)

    pending = assess(client, INCIDENT, deadline=0.2).pending
    clock.advance(3600)

    assert pending is not None
    assert resume(client, pending) == "Reset the password."


async def test_many_at_once_do_not_mix(store: Store) -> None:
    """Each gets the answer to its own question, also when asked about again."""
    incidents = [Incident(number, f"Alert {number}") for number in range(20)]

    async with connected(store) as client:
        for _ in range(2):
            assessments = await assess_all(client, incidents)

    assert [a.text for a in assessments] == [f"The emulator has evaluated: {i.question}" for i in incidents]
    assert store.count(SESSIONS) == 20


def test_the_command_against_a_server(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From end to end, over a socket."""
    store.outcome = Outcome(content="Reset the password.")

    with running(emulator(store)) as base_url:
        monkeypatch.setenv("SECURITY_COPILOT_URL", base_url)
        monkeypatch.setenv("SECURITY_COPILOT_TOKEN", TOKEN)
        status = main(["4711", "Sign-ins from two countries"])

    assert (status, capsys.readouterr().out) == (0, "Reset the password.\n")
