"""Without the extra that a name needs, one sentence says what to install."""

import subprocess
import sys

import pytest

MOCK = 'pip install "security-copilot-client[mock]"'
CONTRACT = 'pip install "security-copilot-client[contract]"'


@pytest.mark.parametrize(
    ("statement", "library", "install"),
    [
        ("from security_copilot_contract import SecurityCopilotMock", "respx", MOCK),
        ("from security_copilot_contract.mock import SecurityCopilotMock", "respx", MOCK),
        ("from security_copilot_contract import ContractTransport", "jsonschema_rs", MOCK),
        ("from security_copilot_contract.emulator import EmulatorTransport", "starlette", CONTRACT),
    ],
)
def test_the_extra_is_named(statement: str, library: str, install: str) -> None:
    program = f"import sys; sys.modules[{library!r}] = None; {statement}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    last = done.stderr.strip().splitlines()[-1]
    assert last == f"ModuleNotFoundError: {library} is not installed; run: {install}"


def test_a_module_of_ours_that_is_missing_is_not_an_extra() -> None:
    name = "security_copilot_contract.mock.route"
    program = f"import sys; sys.modules[{name!r}] = None; import security_copilot_contract.mock"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "pip install" not in done.stderr
    assert name in done.stderr
