"""What the README says, done."""

import re
from pathlib import Path

import pytest
from security_copilot_client import AuthenticatedClient

from security_copilot_contract.emulator import TOKEN

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_first_example_creates_a_session(base_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Against the emulator instead of Microsoft Graph."""
    code = EXAMPLES[0].replace("https://graph.microsoft.com/beta", base_url)

    exec(code, {"token": TOKEN})  # noqa: S102 - that the README's code runs is the test

    assert re.match(r"[0-9a-f-]{36} 20\d\d-", capsys.readouterr().out)


def test_the_example_of_a_test_runs() -> None:
    """The emulator starts within another project's test."""
    namespace: dict[str, object] = {"AuthenticatedClient": AuthenticatedClient}

    exec(EXAMPLES[-1], namespace)  # noqa: S102 - likewise

    assert isinstance(namespace["client"], AuthenticatedClient)
