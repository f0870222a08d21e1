"""The mock in unittest, which has no fixtures."""

import unittest

from security_copilot_client import AuthenticatedClient
from security_copilot_contract import SecurityCopilotMock

from incident_triage import Incident, assess


class TestAssess(unittest.TestCase):
    def setUp(self) -> None:
        self.mock = self.enterContext(SecurityCopilotMock())
        self.client = self.enterContext(AuthenticatedClient(token="any"))

    def test_the_answer_is_the_assessment(self) -> None:
        self.mock.evaluate("Reset the password.")

        assert assess(self.client, Incident(4711, "Sign-ins")).text == "Reset the password."
