"""The packages whose names are imported on first use list them without importing them."""

import importlib
import subprocess
import sys

import pytest

import security_copilot_contract

PROGRAM = "import {package}, sys; print(*dir({package})); print(*sys.modules)"
DIR = {
    "security_copilot_client": ("ask", "security_copilot_asking"),
    "security_copilot_client.models": ("Session", "security_copilot_client.models.session"),
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


@pytest.mark.parametrize("package", DIR)
def test_a_name_that_does_not_exist_is_an_error(package: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'Misspelt'"):
        importlib.import_module(package).Misspelt  # noqa: B018 - the access is tested


def test_type_checkers_reject_misspelt_names() -> None:
    """`make lint` fails if a type checker accepts one of these: a `type: ignore` is then unused."""
    with pytest.raises(ImportError):
        from security_copilot_client import AuthenticatedClinet  # type: ignore[attr-defined] # noqa: F401, PLC0415
    with pytest.raises(ImportError):
        from security_copilot_client.models import Sesion  # type: ignore[attr-defined] # noqa: F401, PLC0415
    with pytest.raises(ImportError):
        from security_copilot_contract import SecurityCopilotMok  # type: ignore[attr-defined] # noqa: F401, PLC0415


def test_an_operation_loads_the_models_that_it_needs() -> None:
    """And not those of other resources, which would take longer than the rest of it."""
    program = "from security_copilot_client.api.sessions import create_session; import sys; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout.split()

    assert "security_copilot_client.models.session" in modules
    assert "security_copilot_client.models.plugin" not in modules
