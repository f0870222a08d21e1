"""An emulator of the sessions API, in memory, written from the API's documentation.

It does not read the OpenAPI document, so that the two can be held against each other. What it does not
imitate: permissions (any request with the one token may do everything), throttling, replication delay,
and any workspace other than `default`.
"""

from security_copilot_contract.emulator.app import TOKEN, emulator
from security_copilot_contract.emulator.server import listen, running
from security_copilot_contract.emulator.store import Store

__all__ = ["TOKEN", "Store", "emulator", "listen", "running"]
