"""From a question to its answer, and the wait for an evaluation. Use it through `security_copilot_client`."""
