"""A caller's day with servers that behave differently from the emulator: a valid one never stops it."""

import asyncio
import gzip
import re
from contextlib import suppress

import httpx
import pytest
from security_copilot_client import AuthenticatedClient, ServiceError

from security_copilot_contract.emulator import TOKEN
from security_copilot_contract.mock import SecurityCopilotMock
from security_copilot_contract.spec.document import document
from security_copilot_contract.wire.transport import ContractTransport
from security_copilot_runtime.clock import SkippingClock, use
from tests.mutants.day import Stop, aday, day
from tests.mutants.faults import MUTANTS, VARIANTS, Mutant
from tests.mutants.resources import TOLERATED
from tests.mutants.transport import MutantTransport, Responded
from tests.programs.outcomes import URL, outcomes

_SERVER = document().raw["servers"][0]["url"]


def a_day(transport: httpx.BaseTransport) -> list[Stop]:
    """A day with a blocking client."""
    arguments = {"transport": transport}
    with use(SkippingClock()), AuthenticatedClient(token=TOKEN, base_url=URL, httpx_args=arguments) as client:
        return day(client)


def an_asyncio_day(transport: httpx.AsyncBaseTransport) -> list[Stop]:
    """A day with asyncio."""

    async def run() -> list[Stop]:
        arguments = {"transport": transport}
        async with AuthenticatedClient(token=TOKEN, base_url=URL, httpx_args=arguments) as client:
            return await aday(client)

    with use(SkippingClock()):
        return asyncio.run(run())


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_a_valid_server_never_stops_a_day(variant: Mutant) -> None:
    """All twelve operations and `ask` succeed, blocking and with asyncio; the transport finds no breach.

    The mock accepts the responses: a test may give it any of them.
    """
    server = MutantTransport(variant)
    contract = ContractTransport(MutantTransport(variant), base_url=URL)

    stops = [stop for stop in a_day(server) if not may_stop(stop)]
    asyncio_stops = [stop for stop in an_asyncio_day(contract) if not may_stop(stop)]

    assert stops == asyncio_stops == []
    contract.verify()
    assert accepted_by_the_mock(server.responses) >= 20


def accepted_by_the_mock(responses: list[Responded]) -> int:
    """Respond with each by the mock; the number of those that it has a route for."""
    mock = SecurityCopilotMock(URL)
    count = 0
    for each in responses:
        with suppress(LookupError):  # a link to a next page may lead anywhere
            operation, _ = document().match(each.request.method, _SERVER + str(each.request.url).removeprefix(URL))
            route = getattr(mock, re.sub("(?=[A-Z])", "_", operation.id).lower())
            # It compresses nothing, and joins no chunks.
            headers = {"content-type": each.headers["content-type"]} if "content-type" in each.headers else {}
            route.respond(each.status, content=decoded(each), headers=headers)
            count += 1
    return count


def may_stop(stop: Stop) -> bool:
    """The client retries neither 408 nor 502: only polling goes on."""
    return isinstance(stop.error, ServiceError) and stop.error.status_code in (408, 502) and stop.step != "ask"


@pytest.mark.parametrize("name", TOLERATED)
def test_a_broken_server_that_has_what_is_needed_stops_no_day(name: str) -> None:
    """Though the check reports it."""
    assert a_day(MutantTransport(MUTANTS[name])) == []
    assert an_asyncio_day(MutantTransport(MUTANTS[name])) == []


def decoded(response: Responded) -> bytes:
    """The body without its encoding."""
    return gzip.decompress(response.content) if "content-encoding" in response.headers else response.content


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
