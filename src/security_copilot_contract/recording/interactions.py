"""The interactions of a check as traffic to record, and recorded exchanges as interactions."""

import re
from collections.abc import Iterator, Sequence

from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.recording import vocabulary
from security_copilot_contract.recording.redaction import Traffic
from security_copilot_contract.spec.exchange import Exchange
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES

_BASES = (f"https://{vocabulary.GRAPH}/beta", vocabulary.ELSEWHERE)
_UNAUTHORIZED = 401
_PART = re.compile(r"contains\(\w+, *'part-\d+'\)", re.ASCII)


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


def token_of(exchange: Exchange) -> str | None:
    """The bearer token of a request; None without one."""
    value = next((v for name, v in exchange.request.headers.items() if name.lower() == "authorization"), None)
    return None if value is None else value.rpartition(" ")[2]


def valid_tokens(recorded: Sequence[Exchange]) -> frozenset[str]:
    """The tokens that the service has accepted at least once."""
    refused = {_UNAUTHORIZED, *INTERMEDIARIES}
    tokens = (token_of(exchange) for exchange in recorded if exchange.response.status not in refused)
    return frozenset(token for token in tokens if token is not None)


def is_unclear(interaction: Interaction) -> bool:
    """Whether a recording does not show which items the filter of a request, or of its first page, matches.

    A part of a text has a stand-in of its own, which shows nothing about the texts that contain it.
    """
    return _PART.fullmatch(interaction.query.get("$filter", "")) is not None


def of_exchanges(recorded: Sequence[Exchange]) -> Iterator[Interaction]:
    """Exchanges of one recording, in their order, as interactions of a check."""
    valid = valid_tokens(recorded)
    pages: dict[str, Interaction] = {}
    for exchange in recorded:
        request, response = exchange.request, exchange.response
        base = next((base for base in _BASES if request.url.startswith(f"{base}/")), vocabulary.ELSEWHERE)
        interaction = Interaction(
            base,
            request.method,
            request.url.removeprefix(base),
            {name.lower(): value for name, value in request.headers.items()},
            request.body,
            response.status,
            {name.lower(): [value] for name, value in response.headers.items()},
            response.body,
            token_of(exchange) in valid,
            pages.get(request.url),
        )
        if interaction.next_link is not None:
            pages[interaction.next_link] = interaction
        yield interaction
