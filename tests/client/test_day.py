"""A caller's day with servers that behave differently from the emulator: a valid one never stops it."""

import asyncio

import pytest
from security_copilot_client import AuthenticatedClient

from security_copilot_contract.emulator import TOKEN
from security_copilot_runtime.clock import SkippingClock, use
from tests.mutants.day import Stop, aday, day
from tests.mutants.faults import MUTANTS, VARIANTS, Mutant
from tests.mutants.transport import MutantTransport
from tests.programs.outcomes import URL, outcomes


def a_day(server: Mutant) -> list[Stop]:
    """A day with a blocking client."""
    arguments = {"transport": MutantTransport(server)}
    with use(SkippingClock()), AuthenticatedClient(token=TOKEN, base_url=URL, httpx_args=arguments) as client:
        return day(client)


def an_asyncio_day(server: Mutant) -> list[Stop]:
    """A day with asyncio."""

    async def run() -> list[Stop]:
        arguments = {"transport": MutantTransport(server)}
        async with AuthenticatedClient(token=TOKEN, base_url=URL, httpx_args=arguments) as client:
            return await aday(client)

    with use(SkippingClock()):
        return asyncio.run(run())


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_a_valid_server_never_stops_a_day(variant: Mutant) -> None:
    """All twelve operations and `ask` succeed, blocking and with asyncio."""
    assert a_day(variant) == []
    assert an_asyncio_day(variant) == []


@pytest.mark.parametrize(
    ("server", "step", "reason"),
    [
        ("create_without_id", "create session", "id: required, but missing"),
        ("list_fails", "list sessions", "the service responds with 500"),
        ("is_cut_off", "list sessions", "the response is incomplete"),
        ("ends_within_the_json", "read session", "the body is not JSON"),
        ("update_says_204", "rename session", "there is no body (204)"),
        ("next_link_is_elsewhere", "list sessions", "the next page is at another origin"),
        ("paging_never_ends", "list sessions", "there is always a next page"),
        ("evaluations: it_ends_without_a_result", "ask", "there is no answer"),
        ("evaluations: get_without_id", "read evaluation", "id: required, but missing"),
    ],
)
def test_a_stop_is_right_if_what_the_caller_needs_is_gone(server: str, step: str, reason: str) -> None:
    """The report names it."""
    first = outcomes(MUTANTS[server])[0]

    assert (first.step, first.verdict, first.reason) == (step, "right", reason)
