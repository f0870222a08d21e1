"""A request and its response as they are shown to people: without secrets."""

from collections.abc import Mapping

from attrs import frozen

from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.credentials import TOKEN_VARIABLE

Headers = tuple[tuple[str, str], ...]
# What stands for the token in an example.
AUTHORIZATION = f"Bearer ${TOKEN_VARIABLE}"


@frozen
class Example:
    """A request that shows a finding, and its response; `status` is None if no complete response came.

    `url` is absolute. `curl_options` are further options that curl needs to send the same, each quoted for a shell.
    """

    method: str
    url: str
    request_headers: Headers
    request_body: bytes
    status: int | None
    response_headers: Headers = ()
    response_body: bytes = b""
    curl_options: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        request: tuple[str, str, Mapping[str, str | bytes], bytes],
        interaction: Interaction | None,
        token: str,
        curl_options: tuple[str, ...] = (),
    ) -> "Example":
        """An example from method, URL, headers and body of a request, without the token."""
        method, url, headers, body = request
        sent = [(name, value if isinstance(value, str) else value.decode("latin-1")) for name, value in headers.items()]
        shown = tuple((name, AUTHORIZATION if value == f"Bearer {token}" else value) for name, value in sent)
        if interaction is None:
            return cls(method, url, shown, body, None, curl_options=curl_options)
        received = tuple((name, value) for name, values in interaction.headers.items() for value in values)
        return cls(method, url, shown, body, interaction.status, received, interaction.response_body, curl_options)

    @property
    def size(self) -> int:
        """How much there is to read in the request."""
        return len(self.url) + len(self.request_body) + sum(len(value) for _, value in self.request_headers)
