"""What each layer does with an operation whose success has no body, one function for each layer.

test_empty_success.py runs them in a process of their own, in which the document is another one: it has `deleteSession`,
which the API has not.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module

import httpx
import pytest
from security_copilot_client import AuthenticatedClient, ServiceError
from starlette.requests import Request
from starlette.responses import Response

from security_copilot_contract import ContractError, ContractTransport, SecurityCopilotMock
from security_copilot_contract.checks.check_service import check
from security_copilot_contract.checks.plan_builder import plan
from security_copilot_contract.checks.reporting.overview import not_exercised
from security_copilot_contract.checks.run import PLAN, Settings
from security_copilot_contract.checks.runner import Runner
from security_copilot_contract.emulator import TOKEN, EmulatorTransport, Store, app, running
from security_copilot_contract.emulator.resource import SESSION, Resource
from security_copilot_contract.mock.route import OperationRoute
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.violation import Violation

Handlers = Mapping[str, app.Handler]

URL = "https://service/beta"
ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"

delete_session = import_module("security_copilot_client.api.sessions.delete_session")


def the_document() -> None:
    """It takes the response without a body, and no body with it."""
    operation = document().operation("deleteSession")

    assert operation.response_violations(204, {}, b"") == []
    assert operation.response_violations(204, {}, b"{}") == [
        Violation("body", "undocumented", expected="none", got="2 bytes")
    ]


def the_client() -> None:
    """The call returns None; the error of another status is raised."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(204 if request.url.path.endswith(ID) else 404)

    transport = httpx.MockTransport(answer)
    _succeeds(transport)
    with _client(transport) as client, pytest.raises(ServiceError) as caught:
        delete_session.sync("default", "another", client=client)
    assert caught.value.status_code == 404


def the_transport() -> None:
    """The response passes; one with a body is a breach."""
    for content, breached in ((b"", []), (b"{}", ["deleteSession"])):
        transport = ContractTransport(
            httpx.MockTransport(lambda _, content=content: httpx.Response(204, content=content)),
            base_url=URL,
            raises=False,
        )
        _succeeds(transport)
        assert [breach.operation for breach in transport.breaches] == breached * transport.calls
        assert (transport.calls, transport.unread) == (4, 0)


def the_mock() -> None:
    """It answers as documented, and refuses to make up a response with a body."""
    with SecurityCopilotMock(URL) as mock:
        _succeeds()
        route = mock.routes["delete_session"]
        assert isinstance(route, OperationRoute)
        assert route.documented == {}
        route.throttle(times=1)
        _succeeds()
        with pytest.raises(ContractError):
            route.respond(content=b"{}")


def the_emulator() -> None:
    """Its handlers may answer without a body, with a socket and without one."""
    with _deletion(_remove):
        with httpx.Client(transport=EmulatorTransport()) as client:
            _deletes(client, "http://emulator/beta")
        with running(app.emulator()) as url, httpx.Client() as client:
            _deletes(client, url)


def the_plan() -> None:
    """It sends the operation; a service that keeps what it says it deletes breaks a promise."""
    assert _broken(_remove) == {}
    assert _broken(_keep) == {"sessions: get deleted": ["unknown_is_404"]}


def the_report() -> None:
    """The live profile does not send the operation, and the report lists it as not exercised."""
    with _deletion(_remove), running(app.emulator()) as url:
        result = check(Settings(url, "live", 1), TOKEN)
    assert ("deleteSession", PLAN) in result.not_exercised
    assert any("deleteSession" in line for line in not_exercised(result))


def _broken(handler: app.Handler) -> dict[str, list[str]]:
    """The promises that each step of the plan breaks, with that handler for the operation."""
    with _deletion(handler), running(app.emulator()) as url:
        runner = Runner(url, TOKEN)
        results = list(runner.run(plan(1, live=False)))
        runner.close()
    assert {operation.id for operation in document().operations} == {result.step.operation for result in results}
    return {result.step.name: list(result.broken) for result in results if result.broken}


@contextmanager
def _deletion(handler: app.Handler) -> Iterator[None]:
    """The emulator has the operation, with that handler, as long as this lasts."""

    def row(resource: Resource, on_many: Handlers, on_one: Handlers) -> tuple[Resource, Handlers, Handlers]:
        return resource, on_many, {**on_one, "DELETE": handler} if resource is SESSION else on_one

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "_OPERATIONS", tuple(row(*operations) for operations in app._OPERATIONS))  # noqa: SLF001 - the table of routes
        yield


def _deletes(client: httpx.Client, base_url: str) -> None:
    url = f"{base_url}/security/securityCopilot/workspaces/default/sessions/{ID}"
    response = client.delete(url, headers={"Authorization": f"Bearer {TOKEN}"})
    assert "content-type" not in response.headers
    assert document().operation("deleteSession").response_violations(204, response.headers, response.content) == []
    assert client.delete(url, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404


async def _remove(request: Request, resource: Resource) -> Response:
    path, _ = app._found(request, resource)  # noqa: SLF001 - as the handlers do
    collection, _, key = path.rpartition("/")
    store: Store = request.app.state.store
    kept = [entity for _, entity in store.latest(collection) if entity["id"] != key]
    store._in(collection).__init__()  # type: ignore[misc] # noqa: SLF001 - the API has nothing that deletes
    for entity in reversed(kept):
        store.add(collection, entity)
    return Response(status_code=204)


async def _keep(request: Request, resource: Resource) -> Response:
    app._found(request, resource)  # noqa: SLF001 - as the handlers do
    return Response(status_code=204)


def _client(transport: httpx.MockTransport | ContractTransport | None = None) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=URL, token="a", httpx_args={"transport": transport} if transport else {})


def _succeeds(transport: httpx.MockTransport | ContractTransport | None = None) -> None:
    """The operation returns None, blocking and with asyncio."""
    with _client(transport) as client:
        assert delete_session.sync("default", ID, client=client) is None
        detailed = delete_session.sync_detailed("default", ID, client=client)
        assert (detailed.status_code, detailed.parsed) == (204, None)
    asyncio.run(_succeeds_with_asyncio(transport))


async def _succeeds_with_asyncio(transport: httpx.MockTransport | ContractTransport | None) -> None:
    async with _client(transport) as client:
        assert await delete_session.asyncio("default", ID, client=client) is None
        detailed = await delete_session.asyncio_detailed("default", ID, client=client)
        assert (detailed.status_code, detailed.parsed) == (204, None)
