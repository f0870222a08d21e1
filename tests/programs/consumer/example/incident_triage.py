"""Ask Security Copilot about incidents: each has a session of its own, which is found again by its name.

incident-triage 4711 "Sign-ins from two countries"
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from security_copilot_client import (
    AuthenticatedClient,
    Ids,
    NotAnsweredError,
    NotDoneError,
    SecurityCopilotError,
    ask,
    ask_async,
    wait,
)
from security_copilot_client.api.sessions import list_sessions
from security_copilot_client.models import Evaluation, Session

GRAPH = "https://graph.microsoft.com/beta"
WORKSPACE = "default"


@dataclass(frozen=True)
class Incident:
    """What is known of an incident."""

    number: int
    title: str

    @property
    def name(self) -> str:
        """The name of its session."""
        return f"Incident {self.number}"

    @property
    def question(self) -> str:
        """What is asked about it."""
        return f"Assess {self.name}: {self.title}. What should be done first?"


@dataclass(frozen=True)
class Assessment:
    """What Security Copilot says, or why it says nothing; if only for now, where to look again."""

    text: str
    pending: Ids | None = None


def earlier(client: AuthenticatedClient) -> dict[str, str]:
    """The ids of the sessions of incidents that have been assessed before, by their names."""
    sessions = list_sessions.iterate(WORKSPACE, client=client)
    return {s.display_name: s.id for s in sessions if isinstance(s, Session) and s.display_name}


async def earlier_async(client: AuthenticatedClient) -> dict[str, str]:
    """Likewise, for asyncio."""
    sessions = list_sessions.aiterate(WORKSPACE, client=client)
    return {s.display_name: s.id async for s in sessions if isinstance(s, Session) and s.display_name}


def assess(client: AuthenticatedClient, incident: Incident, *, deadline: float = 300) -> Assessment:
    """Ask in the session of the incident, a new one at first; SecurityCopilotError when nothing could be asked."""
    session_id = earlier(client).get(incident.name)
    new = None if session_id else incident.name
    try:
        answer = ask(incident.question, client=client, session_id=session_id, display_name=new, deadline=deadline)
    except (NotAnsweredError, NotDoneError) as error:
        return _unanswered(error)
    return Assessment(answer.content)


async def assess_all(client: AuthenticatedClient, incidents: Iterable[Incident]) -> list[Assessment]:
    """Assess many incidents at once."""
    sessions = await earlier_async(client)

    async def one(incident: Incident) -> Assessment:
        session_id = sessions.get(incident.name)
        new = None if session_id else incident.name
        try:
            answer = await ask_async(incident.question, client=client, session_id=session_id, display_name=new)
        except (NotAnsweredError, NotDoneError) as error:
            return _unanswered(error)
        return Assessment(answer.content)

    return await asyncio.gather(*map(one, incidents))


def resume(client: AuthenticatedClient, pending: Ids) -> str:
    """Wait for an assessment that was not done; it is not asked, and billed, again."""
    return _said(wait(*pending, client=client))


def _unanswered(error: NotAnsweredError | NotDoneError) -> Assessment:
    if isinstance(error, NotDoneError):
        return Assessment("Not assessed yet", pending=error.ids)
    return Assessment(_said(error.evaluation))


def _said(evaluation: Evaluation) -> str:
    """What an evaluation says at its end: the answer, or why there is none."""
    result = evaluation.result
    if evaluation.state != "completed" or result is None:
        return f"No assessment: {evaluation.state}"
    return (result.type_ == "success" and result.content) or f"No assessment: {result.type_}"


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 when nothing could be asked."""
    parser = argparse.ArgumentParser(description="Ask Security Copilot about an incident.")
    parser.add_argument("number", type=int)
    parser.add_argument("title")
    options = parser.parse_args(arguments)
    base_url = os.environ.get("SECURITY_COPILOT_URL", GRAPH)
    with AuthenticatedClient(base_url=base_url, token=os.environ["SECURITY_COPILOT_TOKEN"]) as client:
        try:
            assessment = assess(client, Incident(options.number, options.title))
        except SecurityCopilotError as error:
            print(error, file=sys.stderr)
            return 1
    print(assessment.text)
    return 0
