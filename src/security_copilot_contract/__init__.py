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
    from security_copilot_contract.exchange import Exchange, exchanges
    from security_copilot_contract.judge import Document, document
    from security_copilot_contract.mock import SecurityCopilotMock
    from security_copilot_contract.traffic import Breach, ContractError
    from security_copilot_contract.transport import ContractTransport

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
    "Breach": "traffic",
    "ContractError": "traffic",
    "ContractTransport": "transport",
    "Document": "judge",
    "Exchange": "exchange",
    "SecurityCopilotMock": "mock",
    "document": "judge",
    "exchanges": "exchange",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
