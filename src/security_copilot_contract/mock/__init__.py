"""A mock of the Security Copilot API for the tests of those who call it, over respx.

It answers as the documentation shows, with the same answer whatever was asked: for behaviour there is the emulator. It
is strict: what breaks the document fails the test, be it a request or a response that the test makes up.
"""

from security_copilot_contract.mock.route import OperationRoute
from security_copilot_contract.mock.router import SecurityCopilotMock

__all__ = ["OperationRoute", "SecurityCopilotMock"]
