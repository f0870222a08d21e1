"""The contract of Microsoft Security Copilot's API: tools to test a client, the document and a service against it.

    document()             the OpenAPI document, which also validates messages; `raw` for other tools
    exchanges()            the documented HTTP exchanges
    SecurityCopilotMock()  a mock of the API for tests, on top of respx
    ContractTransport()    an httpx transport that validates all traffic against the document

Each name is imported on first use: the command starts faster, and without the extra `contract` you can use everything
that does not need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from security_copilot_contract.mock import SecurityCopilotMock
    from security_copilot_contract.spec.document import Document, document
    from security_copilot_contract.spec.exchange import Exchange, exchanges
    from security_copilot_contract.wire.message import Breach, ContractError, Remark
    from security_copilot_contract.wire.transport import ContractTransport

__version__ = "0.1.0"

__all__ = [
    "Breach",
    "ContractError",
    "ContractTransport",
    "Document",
    "Exchange",
    "Remark",
    "SecurityCopilotMock",
    "document",
    "exchanges",
]

_MODULES = {
    "Breach": "wire.message",
    "ContractError": "wire.message",
    "ContractTransport": "wire.transport",
    "Document": "spec.document",
    "Exchange": "spec.exchange",
    "Remark": "wire.message",
    "SecurityCopilotMock": "mock",
    "document": "spec.document",
    "exchanges": "spec.exchange",
}


# For type checkers this package has the names above and no others.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from security_copilot_contract.extras import needed  # noqa: PLC0415 - pytest loads this package in every run

        with needed("mock"):
            return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)

    def __dir__() -> list[str]:
        return sorted({*__all__, "__version__"})
