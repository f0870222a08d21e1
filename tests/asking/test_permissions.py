"""The message of a 403 names the permissions that asking needs; whoever asks for one alone cannot ask and poll."""

import pickle
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from security_copilot_client import PermissionDeniedError, Progress, ServiceError, ask, wait

from security_copilot_asking.permissions import NEEDED
from security_copilot_contract import cli
from security_copilot_contract.emulator import Timing
from security_copilot_contract.spec.document import document
from tests.asking.faulty_transport import STEPS, FaultyTransport, answers, call_asyncio, call_sync

REFUSED = answers(403, '{"error": {"code": "Forbidden", "message": "No."}}', **{"Content-Type": "application/json"})
Call = Callable[..., Any]


@pytest.fixture(params=[call_sync, call_asyncio], ids=["sync", "asyncio"])
def call(request: pytest.FixtureRequest) -> Call:
    """Call `ask` or `wait`, blocking or with asyncio."""
    function: Call = request.param
    return function


@pytest.mark.parametrize("step", STEPS)
def test_at_each_step(call: Call, step: str) -> None:
    """After what the service says; a copy says the same."""
    with pytest.raises(PermissionDeniedError, match=r"^403 Forbidden: No\..* \(") as caught:
        call(ask, FaultyTransport({step: [REFUSED]}, Timing(1, 1)), "Who am I?")

    assert str(caught.value).endswith(f"; {NEEDED}")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own


def test_while_waiting(call: Call) -> None:
    with pytest.raises(PermissionDeniedError) as caught:
        call(wait, FaultyTransport({"poll": [REFUSED]}), "default", "a", "b", "c")

    assert str(caught.value).count(NEEDED) == 1


def test_it_is_not_said_twice() -> None:
    """If `on_progress` asks as well."""

    def report(_: Progress) -> None:
        call_sync(ask, FaultyTransport({"sessions": [REFUSED]}), "Who are you?")

    with pytest.raises(PermissionDeniedError) as caught:
        call_sync(ask, FaultyTransport({}), "Who am I?", on_progress=report)

    assert str(caught.value).count(NEEDED) == 1


@pytest.mark.parametrize("status", [401, 404])
def test_no_other_status_is_explained(call: Call, status: int) -> None:
    """It has another cause."""
    with pytest.raises(ServiceError) as caught:
        call(ask, FaultyTransport({"prompts": [answers(status)]}), "Who am I?")

    assert NEEDED not in str(caught.value)


def test_the_permissions_are_those_of_the_document() -> None:
    """Of the operations that `ask` and `wait` call."""
    called = ("createSession", "createPrompt", "createEvaluation", "getEvaluation")
    security = [o.definition["security"] for o in document().operations if o.id in called]
    documented = {permission for needs in security for need in needs for permission in need.get("oauth2", [])}

    assert documented == set(re.findall(r"SecurityCopilotWorkspaces\.(?:\w+\.)*\w+", NEEDED))


def test_on_the_command_line(
    serve: Callable[[Any], str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the one line of the error."""
    monkeypatch.setenv("SECURITY_COPILOT_TOKEN", "t")

    async def refuse(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    url = serve(refuse)
    assert cli.main(["ask", "Who am I?", "--url", url]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"security-copilot-contract: {httpx.URL(url).netloc.decode()}: 403 Forbidden")
    assert line.endswith(NEEDED)
