"""`security-copilot-contract check`: Schemathesis, over real HTTP, in all its phases."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from security_copilot_contract.checks.tally import PHASES, Tally
from security_copilot_contract.document import document
from security_copilot_contract.emulator import TOKEN, emulator, running

OPERATIONS = [operation.id for operation in document().operations]
SECRET = "t0ps3cret"
Fault = Callable[[Scope, int, Any], tuple[int, Any]]


def check(*arguments: str, token: str | None = TOKEN) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    environment = {name: value for name, value in os.environ.items() if name != "SECURITY_COPILOT_TOKEN"}
    environment |= {"PYTHONIOENCODING": "utf-8"}
    if token is not None:
        environment["SECURITY_COPILOT_TOKEN"] = token
    command = [sys.executable, "-m", "security_copilot_contract", "check", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, check=False, encoding="utf-8", timeout=300)


def test_the_emulator_keeps_the_contract() -> None:
    """No failure, and every operation has run cases in every phase."""
    done = check()

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("The contract is kept.\n")
    rows = [line.split() for line in done.stdout.splitlines() if line.split()[:1] and line.split()[0] in OPERATIONS]
    assert [row[0] for row in rows] == OPERATIONS
    for row in rows:
        assert len(row) == 1 + len(PHASES)
        assert all(int(cases) > 0 for cases in row[1:]), row
    assert "failed" not in done.stdout


def test_the_same_seed_sends_the_same_cases() -> None:
    """Case by case, against a service that answers the same; another seed sends others."""
    first, second, other = (check("--seed", seed).stdout.partition("Test cases against")[2] for seed in "778")

    def counts(report: str) -> list[str]:
        return report.splitlines()[1:]

    assert counts(first) == counts(second)
    assert counts(first) != counts(other)


class Broken:
    """The emulator behind a fault, which changes the status and the JSON of its answers."""

    def __init__(self, fault: Fault) -> None:
        self.app: ASGIApp = emulator(token=SECRET)
        self.fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}

        async def faulty(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            status, body = self.fault(scope, start["status"], json.loads(message["body"]))
            content = json.dumps(body).encode()
            headers = [(n, v) for n, v in start["headers"] if n != b"content-length"]
            await send({**start, "status": status, "headers": [*headers, (b"content-length", b"%d" % len(content))]})
            await send({**message, "body": content})

        await self.app(scope, receive, faulty)


def created_with_200(scope: Scope, status: int, body: Any) -> tuple[int, Any]:
    """A create that says 200."""
    del scope
    return (200 if status == 201 else status), body


def incomplete_update(scope: Scope, status: int, body: Any) -> tuple[int, Any]:
    """An update that returns part of the session only."""
    if scope["method"] == "PATCH" and status == 200:
        del body["lastModifiedDateTime"]
    return status, body


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (created_with_200, "Received: 200"),
        (incomplete_update, '"lastModifiedDateTime" is a required property'),
    ],
)
def test_a_broken_promise_is_found(fault: Fault, message: str) -> None:
    """Exit code 1, and the failure says what is wrong; the token stays out of it."""
    with running(Broken(fault)) as url:
        done = check(url, token=SECRET)

    assert done.returncode == 1, done.stdout + done.stderr
    assert message in done.stdout
    assert done.stdout.endswith("The contract is broken.\n")
    assert SECRET not in done.stdout + done.stderr


class TestCannotRun:
    """What keeps the checks from running: one line, exit code 2, no traceback."""

    @pytest.mark.parametrize(
        ("url", "message"),
        [
            ("localhost:8000", "'localhost:8000' is no base URL"),
            ("ftp://127.0.0.1/beta", "'ftp://127.0.0.1/beta' is no base URL"),
            ("http://127.0.0.1:eight/beta", "'http://127.0.0.1:eight/beta' is no base URL"),
            ("http://127.0.0.1:99999/beta", "http://127.0.0.1:99999/beta"),
            ("http://127.0.0.1:1/beta", "Nothing usable answers at http://127.0.0.1:1/beta"),
            ("https://graph.microsoft.com/beta", "graph.microsoft.com is the live service"),
            ("https://GRAPH.microsoft.com./beta", "is the live service"),
            ("http://gateway.example/beta", "If they may be created there, add --allow-writes."),
        ],
    )
    def test_for_a_url(self, url: str, message: str) -> None:
        """It names the URL or its host, and what to do."""
        self.assert_one_line(check(url), message)

    def test_for_the_live_service_whatever_is_allowed(self) -> None:
        """There is no way to fill it with sessions by accident."""
        self.assert_one_line(check("https://graph.microsoft.com/beta", "--allow-writes"), "is the live service")

    def test_for_lack_of_a_token(self) -> None:
        """It says where the token is looked for."""
        self.assert_one_line(check("http://127.0.0.1:1/beta", token=None), "set SECURITY_COPILOT_TOKEN")

    @pytest.mark.parametrize("token", [f"{SECRET}\n", f"{SECRET} x", f"{SECRET}é"])
    def test_for_a_token_that_is_none(self, base_url: str, token: str) -> None:
        """It says what is wrong with it, and does not tell it."""
        done = check(base_url, token=token)

        self.assert_one_line(done, "the token has a character that no bearer token has")
        assert SECRET not in done.stderr

    def test_for_a_token_that_is_not_accepted(self, base_url: str) -> None:
        """It does not tell the token."""
        done = check(base_url, token=SECRET)

        self.assert_one_line(done, "does not accept the token")
        assert SECRET not in done.stderr

    def test_for_a_url_without_beta(self, base_url: str) -> None:
        """It says what the URL must be."""
        self.assert_one_line(check(base_url.removesuffix("/beta")), "the URL must be the base URL")

    @staticmethod
    def assert_one_line(done: subprocess.CompletedProcess[str], message: str) -> None:
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith("security-copilot-contract: ")
        assert message in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_phase_without_cases_is_a_failure() -> None:
    """What did not run has not passed."""
    tally = Tally()
    tally.cases.update({("getSession", phase): 1 for phase in PHASES if phase != "stateful"})

    assert tally.not_exercised(["getSession"]) == [("getSession", "stateful")]
