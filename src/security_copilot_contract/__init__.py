"""The contract of Microsoft Security Copilot's API: document, exchanges, checks, emulator.

    document()     the OpenAPI document: `raw` as other tools take it, and a judge of messages
    exchanges()    the documented HTTP exchanges
    SecurityCopilotMock()    a mock of the API for tests, over respx
    ContractTransport()    a transport of httpx that holds what passes through it against the document

Each is loaded when it is asked for: who only wants the command does not wait for it, and who has not installed the
extra `contract` can have what does not need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from security_copilot_contract.mock import SecurityCopilotMock
    from security_copilot_contract.spec.document import Document, document
    from security_copilot_contract.spec.exchange import Exchange, exchanges
    from security_copilot_contract.wire.message import Breach, ContractError
    from security_copilot_contract.wire.transport import ContractTransport

__all__ = [
    "Breach",
    "ContractError",
    "ContractTransport",
    "Document",
    "Exchange",
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
    "SecurityCopilotMock": "mock",
    "document": "spec.document",
    "exchanges": "spec.exchange",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
