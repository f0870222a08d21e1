"""Imports of names that a package does not have: every type checker must report each.

For type checkers a package with a module `__getattr__` has every name. Each comment is for mypy, which reports those
that suppress nothing; the other checkers see the imports without them.
"""
# ruff: noqa: F401 - what matters is the import

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from security_copilot_client import AuthenticatedCleint  # type: ignore[attr-defined]
    from security_copilot_client.api import AsyncOpertions  # type: ignore[attr-defined]
    from security_copilot_client.api.sessions import Sesions  # type: ignore[attr-defined]
    from security_copilot_client.errors import ServiceEror  # type: ignore[attr-defined]
    from security_copilot_client.models import Sesion  # type: ignore[attr-defined]
    from security_copilot_client.types import UNSETT  # type: ignore[attr-defined]

    from security_copilot_asking import Asnwer  # type: ignore[attr-defined]
    from security_copilot_contract import ContractTranport  # type: ignore[attr-defined]
    from security_copilot_contract.checks import CannotChekError  # type: ignore[attr-defined]
    from security_copilot_contract.emulator import EmulatorTranport  # type: ignore[attr-defined]
    from security_copilot_contract.mock import SecurityCopilotMokc  # type: ignore[attr-defined]
    from security_copilot_runtime import retrry  # type: ignore[attr-defined]
    from security_copilot_runtime.retry import Rerty  # type: ignore[attr-defined]
