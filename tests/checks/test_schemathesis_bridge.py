"""The bridge to Schemathesis: what a run changes in its process, and which requests a service may accept."""

from collections.abc import Callable

import pytest
from schemathesis.checks import CHECKS
from schemathesis.cli.commands.run import executor
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER
from starlette.types import ASGIApp

from security_copilot_contract.checks import CannotCheckError, Settings, check
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.schemathesis_checks import _is_tolerated
from security_copilot_contract.emulator import TOKEN, emulator

SESSIONS = "/security/securityCopilot/workspaces/default/sessions"
JSON = {"content-type": "application/json"}


def process_state() -> tuple[object, ...]:
    """What Schemathesis keeps for the process."""
    hooks = {name: list(registered) for name, registered in GLOBAL_HOOK_DISPATCHER.get_all().items()}
    return CHECKS.get_all_names(), hooks, vars(executor)["from_schema"]


@pytest.mark.parametrize("configuration", [{}, {"worker": 2}], ids=["a run", "a run that fails"])
def test_a_run_leaves_nothing_behind(serve: Callable[[ASGIApp], str], configuration: dict[str, object]) -> None:
    """Neither checks nor hooks, so the next run in the process has only its own."""
    before = process_state()
    settings = Settings(serve(emulator()), "live", 1, rate=1000, schemathesis=configuration)

    if configuration:
        with pytest.raises(CannotCheckError, match="the configuration of Schemathesis"):
            check(settings, TOKEN)
    else:
        assert check(settings, TOKEN)

    assert process_state() == before


@pytest.mark.parametrize(
    ("request_", "tolerated"),
    [
        (("GET", f"{SESSIONS}?$top=0", {}, b""), True),
        (("GET", f"{SESSIONS}?$top=-1", {}, b""), False),
        (("GET", f"{SESSIONS}?page=2", {}, b""), True),
        (("GET", f"{SESSIONS}?$page=2", {}, b""), False),
        (("GET", SESSIONS, {"client-request-id": "no GUID"}, b""), True),
        (("GET", SESSIONS, {"client-request-id": "no GUID", "prefer": ""}, b""), True),
        (("POST", SESSIONS, JSON, b'{"displayName": "a", "b": 1}'), True),
        (("POST", SESSIONS, JSON, b'{"displayName": 5, "b": 1}'), False),
        (("POST", SESSIONS, JSON, b"{"), False),
        (("DELETE", SESSIONS, {}, b""), False),
    ],
    ids=str,
)
def test_odata_tolerates_more_than_the_document(
    request_: tuple[str, str, dict[str, str], bytes], *, tolerated: bool
) -> None:
    """A service that accepts such a request is no finding."""
    method, url, headers, body = request_

    assert _is_tolerated(Interaction("http://h/beta", method, url, headers, body, 200, {}, b"")) is tolerated
