"""With the mock: what the application asks for, and what it makes of each answer.

The fixture `security_copilot_mock` comes with security-copilot-client[mock]. All operations answer as documented until
a test says otherwise; a request or a made-up response that the document does not allow fails the test.
"""

import json

import httpx
import pytest
from security_copilot_client import AuthenticatedClient, NoResponseError
from security_copilot_contract import ContractError, SecurityCopilotMock

from incident_triage import Assessment, Incident, assess, assess_all, main

INCIDENT = Incident(4711, "Sign-ins from two countries")
SESSIONS = "https://graph.microsoft.com/beta/security/securityCopilot/workspaces/default/sessions"


@pytest.fixture
def client() -> AuthenticatedClient:
    return AuthenticatedClient(token="any")


def test_the_answer_is_the_assessment(client: AuthenticatedClient, security_copilot_mock: SecurityCopilotMock) -> None:
    security_copilot_mock.evaluate("Reset the password.")

    assert assess(client, INCIDENT) == Assessment("Reset the password.")


def test_the_incident_is_in_the_question(
    client: AuthenticatedClient, security_copilot_mock: SecurityCopilotMock
) -> None:
    assess(client, INCIDENT)

    sent = json.loads(security_copilot_mock.create_prompt.calls.last.request.content)
    assert sent["content"] == "Assess Incident 4711: Sign-ins from two countries. What should be done first?"


def test_patience(client: AuthenticatedClient, security_copilot_mock: SecurityCopilotMock) -> None:
    """The service is busy twice, and the evaluation takes three looks; the test takes no time."""
    security_copilot_mock.create_session.throttle(2, retry_after=30)
    security_copilot_mock.evaluate("Reset the password.", polls=3)

    assert assess(client, INCIDENT).text == "Reset the password."
    assert security_copilot_mock.pauses[:2] == [30, 30]
    assert security_copilot_mock.get_evaluation.call_count == 3


@pytest.mark.parametrize("end", ["cancelled", "waitingForInput", "rejected", "capacityExceeded"])
def test_an_end_without_an_answer_is_named(
    client: AuthenticatedClient, security_copilot_mock: SecurityCopilotMock, end: str
) -> None:
    security_copilot_mock.evaluate(end=end)

    assert assess(client, INCIDENT) == Assessment(f"No assessment: {end}")


def test_an_evaluation_that_never_ends_can_be_looked_at_later(
    client: AuthenticatedClient, security_copilot_mock: SecurityCopilotMock
) -> None:
    """The deadline of five minutes passes at once."""
    security_copilot_mock.evaluate(end="running")

    pending = assess(client, INCIDENT).pending
    assert pending is not None
    assert pending.evaluation_id == security_copilot_mock.create_evaluation.documented["id"]


def test_a_lost_connection_is_not_asked_again(
    client: AuthenticatedClient, security_copilot_mock: SecurityCopilotMock
) -> None:
    """It may have arrived, and an evaluation is billed."""
    security_copilot_mock.create_evaluation.disconnect(httpx.ReadTimeout)

    with pytest.raises(NoResponseError):
        assess(client, INCIDENT)
    assert security_copilot_mock.create_evaluation.call_count == 1


def test_the_command_says_in_one_line_what_is_missing(
    security_copilot_mock: SecurityCopilotMock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", "any")
    security_copilot_mock.list_sessions.fail(403, "NoLicense", "Security Copilot is not licensed.")

    assert main(["4711", "Sign-ins"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "Security Copilot is not licensed." in line


async def test_many_at_once(security_copilot_mock: SecurityCopilotMock) -> None:
    async with AuthenticatedClient(token="any") as client:
        assessments = await assess_all(client, [INCIDENT] * 5)

    assert len(assessments) == 5
    assert security_copilot_mock.list_sessions.call_count == 1


def test_a_request_that_the_document_does_not_know_fails(security_copilot_mock: SecurityCopilotMock) -> None:
    """The mock is strict: an application that sends this fails its test."""
    with pytest.raises(ContractError, match="name: expected no such property"):
        httpx.post(SESSIONS, json={"displayName": "a", "name": "a"}, headers={"Authorization": "Bearer any"})
    security_copilot_mock.breaches.clear()


def test_a_response_that_the_service_never_gives_fails(security_copilot_mock: SecurityCopilotMock) -> None:
    """A test cannot make up such a response either."""
    with pytest.raises(ContractError, match="displayName: expected a string or null, got 4711"):
        security_copilot_mock.create_session.respond(changed={"displayName": 4711})
