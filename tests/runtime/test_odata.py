"""String literals of OData."""

import asyncio
from typing import Any

import pytest
from security_copilot_client import AuthenticatedClient, odata_string
from security_copilot_client.api.sessions import create_session, list_sessions
from security_copilot_client.models import SessionCreate

from security_copilot_contract.emulator import TOKEN, EmulatorTransport, Store


@pytest.mark.parametrize(
    ("text", "literal"), [("", "''"), ("a", "'a'"), ("O'Brien", "'O''Brien'"), ("''", "''''''"), ('"\\', "'\"\\'")]
)
def test_quotes_are_doubled(text: str, literal: str) -> None:
    assert odata_string(text) == literal


@pytest.mark.parametrize("value", [None, 5, b"a"])
def test_only_text_is_a_string(value: Any) -> None:
    with pytest.raises(TypeError, match=f"odata_string takes a string, not {type(value).__name__}"):
        odata_string(value)


@pytest.mark.parametrize("name", ["O'Brien", "' or 1 eq 1 or '", "a&$top=1", "100% + é #1", "'"])
@pytest.mark.parametrize("mode", ["sync", "asyncio"])
def test_a_filter_finds_exactly_the_text(name: str, mode: str) -> None:
    """Also text that looks like OData or like a URL."""

    async def found() -> list[str]:
        filter_ = f"displayName eq {odata_string(name)}"
        async with AuthenticatedClient(token=TOKEN, httpx_args={"transport": EmulatorTransport(Store())}) as client:
            for each in (name, "other"):
                await create_session.asyncio("default", client=client, body=SessionCreate(display_name=each))
            if mode == "asyncio":
                page = await list_sessions.asyncio("default", client=client, filter_=filter_)
            else:
                page = await asyncio.to_thread(list_sessions.sync, "default", client=client, filter_=filter_)
        return [str(session.display_name) for session in page.value]

    assert asyncio.run(found()) == [name]
