"""Both packages list their public names without importing them."""

import subprocess
import sys

import pytest

import security_copilot_contract

PROGRAM = "import {package}, sys; print(*dir({package})); print(*sys.modules)"
DIR = {
    "security_copilot_client": ("ask", "security_copilot_asking"),
    "security_copilot_contract": ("SecurityCopilotMock", "respx"),
}


@pytest.mark.parametrize("package", DIR)
def test_dir_lists_the_public_names_without_importing_them(package: str) -> None:
    """And no helper of the module."""
    name, heavy = DIR[package]
    command = [sys.executable, "-c", PROGRAM.format(package=package)]
    listed, modules = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()

    assert name in listed.split()
    assert {"import_module", "TYPE_CHECKING"}.isdisjoint(listed.split())
    assert heavy not in modules.split()


def test_every_listed_name_of_the_contract_exists() -> None:
    for name in dir(security_copilot_contract):
        assert getattr(security_copilot_contract, name) is not None


def test_exceptions_of_the_contract_show_where_users_import_them() -> None:
    """In tracebacks."""
    assert security_copilot_contract.ContractError.__module__ == "security_copilot_contract"
