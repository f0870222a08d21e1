"""An emulator of the Security Copilot API, in memory, written from the API's documentation.

It does not read the OpenAPI document, so that the two can be compared. An evaluation runs as time passes, but no model
does: the answer is made from the prompt. A prompt can ask for another outcome (`OUTCOMES`). The emulator does not
imitate permissions (the one token may do everything), throttling other than at random (`Faults`), replication delay, or
any workspace other than `default`.
"""

from security_copilot_contract.extras import needed

with needed("contract"):
    from security_copilot_contract.emulator.app import TOKEN, emulator
    from security_copilot_contract.emulator.clock import Clock, ManualClock
    from security_copilot_contract.emulator.evaluation import OUTCOMES, Outcome, Timing
    from security_copilot_contract.emulator.faults import Faults
    from security_copilot_contract.emulator.in_process import EmulatorTransport
    from security_copilot_contract.emulator.server import listen, running
    from security_copilot_contract.emulator.store import Store

__all__ = [
    "OUTCOMES",
    "TOKEN",
    "Clock",
    "EmulatorTransport",
    "Faults",
    "ManualClock",
    "Outcome",
    "Store",
    "Timing",
    "emulator",
    "listen",
    "running",
]
