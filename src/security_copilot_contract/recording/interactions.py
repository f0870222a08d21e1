"""The interactions of a check as traffic to record."""

from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.recording.redaction import Traffic


def traffic(interaction: Interaction) -> Traffic:
    """A request of a check, and its response."""
    # A nextLink may lead anywhere, so it may not begin with the base URL.
    is_relative = interaction.url.startswith("/")
    return Traffic(
        interaction.method,
        interaction.base_url + interaction.url if is_relative else interaction.url,
        list(interaction.request_headers.items()),
        interaction.request_body,
        interaction.status,
        [(name, value) for name, values in interaction.headers.items() for value in values],
        interaction.response_body,
    )
