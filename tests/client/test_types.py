"""The types of what reads return: mypy checks each `assert_type`, and the calls run against the emulator."""

from typing import assert_type

import pytest
from security_copilot_client import AuthenticatedClient
from security_copilot_client.api.plugins import list_plugins
from security_copilot_client.api.sessions import get_session, list_sessions
from security_copilot_client.models import (
    ODataError,
    Plugin,
    ProjectedPlugin,
    ProjectedSession,
    Session,
    SessionProperty,
)
from security_copilot_client.types import UNSET, Response, Unset

from security_copilot_contract.emulator import TOKEN, EmulatorTransport, Store
from tests import stored_sessions
from tests.programs.types import user_program


@pytest.fixture
def store() -> Store:
    store = Store()
    stored_sessions.create(store, "a")
    return store


@pytest.fixture
def client(store: Store) -> AuthenticatedClient:
    return AuthenticatedClient(token=TOKEN, httpx_args={"transport": EmulatorTransport(store)})


def test_items_are_whole_without_select(client: AuthenticatedClient) -> None:
    """Their attributes need no check for UNSET."""
    for session in list_sessions.iterate("default", client=client, top=1):
        assert_type(session, Session)
        assert (session.created_date_time.year, session.id.upper()) > (2000, "")
    for plugin in list_plugins.iterate("default", client=client):
        assert_type(plugin, Plugin)
    assert_type(list_sessions.sync("default", client=client).value, list[ProjectedSession | Session])


async def test_items_are_whole_without_select_with_asyncio(client: AuthenticatedClient) -> None:
    async for session in list_sessions.aiterate("default", client=client):
        assert_type(session, Session)


def test_items_may_be_projections_with_select(client: AuthenticatedClient) -> None:
    for session in list_sessions.iterate("default", client=client, select=["id"]):
        assert_type(session, ProjectedSession | Session)
    for plugin in list_plugins.iterate("default", client=client, select=["name"]):
        assert_type(plugin, ProjectedPlugin | Plugin)


@pytest.mark.parametrize("select", [UNSET, ["id"]])
async def test_select_can_be_passed_on(client: AuthenticatedClient, select: list[SessionProperty] | Unset) -> None:
    """By a function that takes it as the operations do."""
    for session in list_sessions.iterate("default", client=client, select=select):
        assert_type(session, ProjectedSession | Session)
    async for session in list_sessions.aiterate("default", client=client, select=select):
        assert_type(session, ProjectedSession | Session)


async def test_one_object_is_whole_without_select(client: AuthenticatedClient) -> None:
    (listed,) = list_sessions.iterate("default", client=client)

    session = get_session.sync("default", listed.id, client=client)
    assert_type(session, Session)
    assert_type(await get_session.asyncio("default", listed.id, client=client), Session)
    detailed = get_session.sync_detailed("default", listed.id, client=client)
    assert_type(detailed, Response[ODataError | Session])
    assert isinstance(detailed.parsed, Session)
    assert session.id == listed.id == detailed.parsed.id

    selected = get_session.sync("default", listed.id, client=client, select=["id"])
    assert_type(selected, ProjectedSession | Session)
    assert_type(
        await get_session.asyncio_detailed("default", listed.id, client=client, select=["id"]),
        Response[ODataError | ProjectedSession | Session],
    )
    assert (selected.id, selected.created_date_time) == (listed.id, UNSET)


def test_a_program_of_a_user_runs_blocking(client: AuthenticatedClient, capsys: pytest.CaptureFixture[str]) -> None:
    """`make types` checks the same program with pyright and ty."""
    assert user_program.blocking(client) == "The emulator has evaluated: Who am I?"
    assert "Mine\n" in capsys.readouterr().out


async def test_a_program_of_a_user_runs_with_asyncio(client: AuthenticatedClient) -> None:
    assert await user_program.nonblocking(client) == "The emulator has evaluated: Who am I?"


def test_a_program_of_a_user_runs_with_the_mock() -> None:
    user_program.with_the_mock()
