"""A program as users write it: no type checker finds an error in it, and tests/client/test_types.py runs it."""
# pyright: strict

from typing import assert_type

from security_copilot_client import AuthenticatedClient, NotFoundError, Retry, ServiceError, ask, odata_string
from security_copilot_client.models import ProjectedSession, Session
from security_copilot_client.types import UNSET

from security_copilot_contract import SecurityCopilotMock


def blocking(client: AuthenticatedClient) -> str:
    session = client.sessions.create("Who am I")
    client.sessions.update(session.id, display_name="Mine")
    for listed in client.sessions.list(top=50, filter_=f"displayName eq {odata_string('Mine')}"):
        assert_type(listed, Session)
        print(listed.created_date_time.isoformat(), listed.display_name)
    for named in client.sessions.list(select=["id", "displayName"]):
        assert_type(named, ProjectedSession | Session)
        if named.display_name is not UNSET:
            print(named.display_name)
    try:
        client.sessions.get("00000000-0000-0000-0000-000000000000")
    except NotFoundError as error:
        print(error.code, error.request_id)
    return ask("Who am I?", client=client.with_options(deadline=60, retry=Retry(attempts=2))).content


async def nonblocking(client: AuthenticatedClient) -> str | None:
    session = await client.aio.sessions.create("Who am I")
    prompt = await client.aio.prompts.create(session.id, "Who am I?")
    evaluation = await client.aio.evaluations.create(session.id, prompt.id)
    async for plugin in client.aio.plugins.list():
        print(plugin.name.upper())
    try:
        ended = await client.aio.wait(session.id, prompt.id, evaluation.id, deadline=60)
    except ServiceError as error:
        print(error.status_code, error.retry_after)
        return None
    return ended.result.content if ended.result else None


def with_the_mock() -> None:
    with SecurityCopilotMock() as mock, AuthenticatedClient(token="any") as client:
        mock.create_session.throttle(2, retry_after=5)
        mock.evaluate("Nobody.", polls=3)
        assert client.ask("Who am I?").content == "Nobody."
        assert mock.pauses[:2] == [5, 5]
        assert mock.get_evaluation.call_count == 3
