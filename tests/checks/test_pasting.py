"""The curl command of a finding, pasted into a shell, shows the break again."""

import os
import shutil
import subprocess
from collections.abc import Callable
from email.parser import BytesParser
from typing import Any

import pytest
from starlette.types import ASGIApp

from security_copilot_contract.checks.check_service import check
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.promises import PROMISES
from security_copilot_contract.checks.reporting.curl import curl
from security_copilot_contract.checks.reporting.example import Example
from security_copilot_contract.checks.reporting.findings import Finding
from security_copilot_contract.checks.run import Settings
from security_copilot_contract.emulator import TOKEN
from security_copilot_runtime.clock import SkippingClock, use
from tests.mutants import servers
from tests.mutants.faults import MUTANTS

assert servers  # registers them

SHELL = shutil.which("sh")

pytestmark = pytest.mark.skipif(shutil.which("curl") is None or SHELL is None, reason="needs curl and sh")


def findings(url: str, profile: Any) -> list[Finding]:
    with use(SkippingClock()):
        result = check(Settings(url, profile, 1, rate=1000, max_requests=90), TOKEN)
    return [finding for group in result.groups for finding in group.findings]


def pasted(example: Example, base_url: str) -> Interaction:
    """The interaction that the command makes, with the token in the environment."""
    done = subprocess.run(
        [str(SHELL), "-c", "\n".join(curl(example))],
        env={**os.environ, "SECURITY_COPILOT_TOKEN": TOKEN},
        capture_output=True,
        check=True,
        timeout=30,
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    first, _, fields = head.partition(b"\r\n")
    message = BytesParser().parsebytes(fields + b"\r\n\r\n")
    headers = {name.lower(): message.get_all(name, []) for name in message}
    sent = {name.lower(): value for name, value in example.request_headers}
    path = example.url.removeprefix(base_url)
    status = int(first.split()[1])
    return Interaction(base_url, example.method, path, sent, example.request_body, status, headers, body)


@pytest.mark.parametrize(
    ("mutant", "promise", "profile"),
    [
        ("names_are_trimmed", "written_is_returned", "live"),
        ("error_without_code", "error_is_odata", "live"),
        ("error_without_code", "error_is_odata", "full"),
        ("context_is_of_prompts", "context_names_the_resource", "live"),
        ("context_is_of_prompts", "context_names_the_resource", "full"),
    ],
)
def test_it_breaks_the_promise_again(mutant: str, promise: str, profile: str, serve: Callable[[ASGIApp], str]) -> None:
    """Of the plan and of generated cases: the command needs nothing but the token in the environment."""
    url = serve(MUTANTS[mutant].app())

    found = [f for f in findings(url, profile) if f.check.name == promise and (profile == "live" or f.generated)]

    assert found
    for finding in found:
        assert finding.example is not None
        verdict = PROMISES[promise].validate(pasted(finding.example, url), None)
        violation = finding.violation
        assert violation is not None
        assert (violation.part, violation.kind, violation.name) in {(v.part, v.kind, v.name) for v in verdict or ()}


def test_the_token_is_not_in_it(serve: Callable[[ASGIApp], str]) -> None:
    """Nor is it filtered, so that the command works."""
    (command,) = {
        "\n".join(curl(f.example))
        for f in findings(serve(MUTANTS["context_is_of_prompts"].app()), "live")[:1]
        if f.example is not None
    }

    assert TOKEN not in command
    assert "Filtered" not in command
    assert '"Authorization: Bearer $SECURITY_COPILOT_TOKEN"' in command
