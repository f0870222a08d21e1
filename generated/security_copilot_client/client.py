# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
import ssl
from json import dumps
from typing import Any, Self

import httpx
from attrs import define, evolve, field
from security_copilot_runtime import deadline, sending
from security_copilot_runtime.retry import Retry
from security_copilot_runtime.tokens import Token

from .types import UNSET

_DEFAULT_HEADERS = {
    "Accept": "application/json",
    # Without this the service sends unknownFutureValue in place of new members of an enumeration.
    "Prefer": "include-unknown-enum-members",
    "User-Agent": f"security-copilot-client/0.1.0 python-httpx/{httpx.__version__}",
}


@define(kw_only=True)
class AuthenticatedClient:
    """A client of the API, for blocking calls and for asyncio.

    Use it in a `with` or `async with` block, or close it.

    Attributes:
        token: A bearer token, or a function that returns one and is called for each attempt; for asyncio it may
            return an awaitable. azure.identity.get_bearer_token_provider returns such a function, blocking or aio.
            The token is sent to the origin of the base URL only.
        base_url: The absolute URL that the paths of the document are relative to.
        headers: Headers for every request. They replace the defaults of the same name.
        timeout: The time to connect, and for each single read or write, in seconds.
        deadline: The seconds that a whole call may take, including retries and the pauses between them. None is no
            limit.
        retry: When a request is retried. None is never.
        verify_ssl: Whether to verify the certificate of the service; or a CA bundle, or an SSL context.
        httpx_args: Further arguments for the constructors of httpx.Client and httpx.AsyncClient.

    Raises:
        ValueError: If the base URL is not absolute, or the deadline is not above 0.
    """

    token: Token = field(repr=False)
    base_url: str = "https://graph.microsoft.com/beta"
    _headers: dict[str, str] = field(factory=dict, repr=False, alias="headers")
    _timeout: httpx.Timeout = field(default=httpx.Timeout(60.0, connect=10.0), alias="timeout")
    _deadline: float | None = field(default=300.0, alias="deadline")
    _retry: Retry | None = field(factory=Retry, alias="retry")
    _verify_ssl: str | bool | ssl.SSLContext = field(default=True, alias="verify_ssl")
    _httpx_args: dict[str, Any] = field(factory=dict, repr=False, alias="httpx_args")
    _policy: sending.Policy = field(init=False, repr=False, eq=False)
    _client: httpx.Client | None = field(default=None, init=False, repr=False, eq=False)
    _base_headers: httpx.Headers = field(init=False, repr=False, eq=False)
    _async_client: httpx.AsyncClient | None = field(default=None, init=False, repr=False, eq=False)
    _async_base_headers: httpx.Headers = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        url = httpx.URL(self.base_url)
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError(f"base_url must be an absolute URL, not {self.base_url!r}")
        if self._deadline is not None and self._deadline <= 0:
            raise ValueError(f"deadline must be a number of seconds above 0, or None, not {self._deadline!r}")
        self.base_url = self.base_url.rstrip("/")
        self._policy = sending.Policy(url, self.token, self._retry, self._deadline)

    def with_headers(self, headers: dict[str, str]) -> Self:
        """A new client like this one, with additional headers."""
        return evolve(self, headers={**self._headers, **headers})

    def with_timeout(self, timeout: httpx.Timeout) -> Self:
        """A new client like this one, with another timeout."""
        return evolve(self, timeout=timeout)

    def _merge(self, headers: httpx.Headers) -> httpx.Headers:
        merged = httpx.Headers({"Host": self._policy.base_url.netloc.decode("ascii")})
        for more in (headers, _DEFAULT_HEADERS, self._headers):
            merged.update(more)
        return merged

    def request(self, **kwargs: Any) -> httpx.Response:
        """Send a request as every operation does, and return the response, whatever its status.

        Args:
            method: The HTTP method.
            url: A path of the document, or an absolute URL.
            params: Query parameters. A list is sent as one comma-separated value; UNSET and None are left out.
            headers: Headers for this request. UNSET is left out.
            json: The body, as JSON values.

        Raises:
            errors.NoResponseError: If no response comes.
            errors.InvalidResponseError: If the response is incomplete.
        """
        http = self.get_httpx_client()
        return sending.send(http, self._build_request(http, self._base_headers, **kwargs), self._policy)

    async def arequest(self, **kwargs: Any) -> httpx.Response:
        """Like `request`, for asyncio."""
        http = self.get_async_httpx_client()
        request = self._build_request(http, self._async_base_headers, **kwargs)
        return await sending.asend(http, request, self._policy)

    def _build_request(
        self,
        http: httpx.Client | httpx.AsyncClient,
        base_headers: httpx.Headers,
        *,
        method: str,
        url: str,
        params: dict[str, Any] | None = None,
        headers: dict[str, Any] | None = None,
        json: Any = None,
    ) -> httpx.Request:
        # httpx.Client.build_request merges URL, headers, cookies and parameters anew each time, which takes 30 us.
        merged = httpx.Headers(base_headers)
        if url.startswith("/"):
            target = sending.parsed_url(self.base_url + url)
        else:
            target = httpx.URL(url)
            merged["Host"] = target.netloc.decode("ascii")
        for name, value in (headers or {}).items():
            if value is not UNSET:
                merged[name] = str(value)  # a header parameter may be a UUID
        query = {
            name: ",".join(value) if isinstance(value, (list, tuple)) else value
            for name, value in (params or {}).items()
            if value is not UNSET and value is not None
        }
        content = b""
        if json is not None:
            content = dumps(json, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        if content:
            merged["Content-Length"] = str(len(content))
        request = httpx.Request(
            method,
            target,
            params=query or None,
            headers=merged,
            cookies=http.cookies or None,
            stream=httpx.ByteStream(content),
            # From 0.28 on, httpx would do this itself when it sends.
            extensions={"timeout": http.timeout.as_dict()},
        )
        request.read()
        return request

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Use this httpx client, with its own timeouts and TLS settings in place of those given to this client."""
        self._base_headers = self._merge(client.headers)
        self._client = client
        return self

    def get_httpx_client(self) -> httpx.Client:
        """The underlying httpx client, created on first use."""
        if self._client is None:
            client = httpx.Client(timeout=self._timeout, verify=self._verify_ssl, **self._httpx_args)
            deadline.observe(client)
            self.set_httpx_client(client)
            return client
        return self._client

    def __enter__(self) -> Self:
        self.get_httpx_client().__enter__()
        return self

    def __exit__(self, *args: Any) -> None:
        self.get_httpx_client().__exit__(*args)

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def set_async_httpx_client(self, client: httpx.AsyncClient) -> Self:
        """Use this httpx client, with its own timeouts and TLS settings in place of those given to this client."""
        self._async_base_headers = self._merge(client.headers)
        self._async_client = client
        return self

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """The underlying httpx client, created on first use."""
        if self._async_client is None:
            client = httpx.AsyncClient(timeout=self._timeout, verify=self._verify_ssl, **self._httpx_args)
            self.set_async_httpx_client(client)
            return client
        return self._async_client

    async def __aenter__(self) -> Self:
        await self.get_async_httpx_client().__aenter__()
        return self

    async def __aexit__(self, *args: Any) -> None:
        await self.get_async_httpx_client().__aexit__(*args)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._async_client is not None:
            await self._async_client.aclose()
