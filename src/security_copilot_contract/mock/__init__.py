"""A mock of the Security Copilot API, for tests of code that calls it. It is based on respx.

Responses are canned and stateless: by default those of the documentation. For behaviour there is the emulator. The mock
is strict: a request that breaks the contract fails the test, and so does a response that a test defines.
"""

from security_copilot_contract.extras import needed

with needed("mock"):
    from security_copilot_contract.mock.route import OperationRoute
    from security_copilot_contract.mock.router import SecurityCopilotMock

__all__ = ["OperationRoute", "SecurityCopilotMock"]
