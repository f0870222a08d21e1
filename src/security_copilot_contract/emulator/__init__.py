"""An emulator of the Security Copilot API, in memory, written from the API's documentation.

It does not read the OpenAPI document, so that the two can be held against each other. An evaluation runs as
time passes, but no model does: the answer is made from the prompt, and so is any other outcome, if the prompt asks
for it (`OUTCOMES`). What it does not imitate: permissions (any request with the one token may do everything),
throttling but by chance (`Faults`), replication delay, and any workspace other than `default`.
"""

from security_copilot_contract.emulator.app import TOKEN, emulator
from security_copilot_contract.emulator.clock import Clock, ManualClock
from security_copilot_contract.emulator.evaluation import OUTCOMES, Outcome, Pace
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
    "Pace",
    "Store",
    "emulator",
    "listen",
    "running",
]
