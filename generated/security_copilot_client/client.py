# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
import os
import ssl
from functools import partial
from json import JSONEncoder
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakKeyDictionary

import httpx
from attrs import evolve, field, fields, frozen
from security_copilot_runtime import origin, pickling, sending, settings
from security_copilot_runtime.connections import Connections, observing_deadline
from security_copilot_runtime.lazy import LazyModule
from security_copilot_runtime.retry import Retry
from security_copilot_runtime.tokens import Token

from .types import UNSET, Unset

if TYPE_CHECKING:
    from collections.abc import Callable

    from . import Answer, Progress
    from . import api as _api
    from .api import evaluations as _evaluations
    from .api import plugins as _plugins
    from .api import prompts as _prompts
    from .api import sessions as _sessions
    from .api import workspaces as _workspaces
    from .models.evaluation import Evaluation
else:
    _api = LazyModule(".api", __package__)
    _workspaces = LazyModule(".api.workspaces", __package__)
    _plugins = LazyModule(".api.plugins", __package__)
    _sessions = LazyModule(".api.sessions", __package__)
    _prompts = LazyModule(".api.prompts", __package__)
    _evaluations = LazyModule(".api.evaluations", __package__)

_DEFAULT_HEADERS = {
    "Accept": "application/json",
    # Without this the service sends unknownFutureValue in place of new members of an enumeration.
    "Prefer": "include-unknown-enum-members",
    "User-Agent": f"security-copilot-client/0.1.0 python-httpx/{httpx.__version__}",
}

_ENCODER = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


@frozen(kw_only=True, eq=False)
class AuthenticatedClient:
    """A client of the API, for blocking calls and for asyncio.

    Use it in a `with` or `async with` block, or close it. It cannot be changed; `with_options` returns another.

    Threads, event loops and processes may share it. Each event loop has its own connections, and so has a process after
    a fork. A copy or a pickle has the settings only; a token that is a string is part of its pickle.

    Attributes:
        token: A bearer token; or a credential of azure.identity or, for asyncio, of azure.identity.aio; or a function
            that returns a token and is called for each attempt. For asyncio it may return an awaitable. If it takes
            the keyword `claims`, it gets those that the service asks for. The token is sent to the origin of the
            base URL only.
        base_url: The absolute URL that the paths of the document are relative to.
        workspace_id: The GUID of a workspace, or `default`: that of every call that names none.
        headers: Headers for every request. They replace the defaults of the same name.
        timeout: The time to connect, and for each single read or write, in seconds. None is no limit.
        deadline: The seconds that a whole call may take, including retries and the pauses between them. None is no
            limit.
        retry: When a request is retried. None is never.
        verify_ssl: Whether to verify the certificate of the service; or a file or folder of CA certificates, or an SSL
            context.
        httpx_args: Further arguments for the constructors of httpx.Client and httpx.AsyncClient.

    Raises:
        TypeError: If an argument has a wrong type. The message names it.
        ValueError: If an argument is unusable, such as a base URL that is not absolute or contains a user name, a
            password, a query or a fragment; or a deadline that is not above 0.
    """

    token: Token = field(converter=settings.token, repr=False)
    base_url: str = field(default="https://graph.microsoft.com/beta", converter=origin.base_url)
    workspace_id: str = "default"
    _headers: dict[str, str] = field(factory=dict, converter=settings.headers, repr=False, alias="headers")
    _timeout: httpx.Timeout = field(
        default=httpx.Timeout(60.0, connect=10.0), converter=settings.timeout, alias="timeout"
    )
    _deadline: float | None = field(default=300.0, converter=settings.deadline, alias="deadline")
    _retry: Retry | None = field(factory=Retry, converter=settings.retry, alias="retry")
    _verify_ssl: str | os.PathLike[str] | bool | ssl.SSLContext = field(
        default=True, converter=settings.verify_ssl, alias="verify_ssl"
    )
    _httpx_args: dict[str, Any] = field(factory=dict, converter=settings.httpx_args, repr=False, alias="httpx_args")
    _policy: sending.Policy = field(init=False, repr=False)
    _connections: Connections = field(init=False, repr=False)
    # Whether this client, and not the one that it is derived from, closes the connections.
    _closes: bool = field(default=True, init=False, repr=False)
    # In place of the timeout of the httpx client.
    _own_timeout: httpx.Timeout | None = field(default=None, init=False, repr=False)
    _base_headers: WeakKeyDictionary[httpx.Client | httpx.AsyncClient, httpx.Headers] = field(
        factory=WeakKeyDictionary, init=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        self._set(
            _policy=sending.Policy(sending.parsed_url(self.base_url), self.token, self._retry, self._deadline),
            _connections=Connections(timeout=self._timeout, verify=self._verify_ssl, httpx_args=self._httpx_args),
        )

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __copy__(self) -> Self:
        copied = evolve(self)
        copied._set(_own_timeout=self._own_timeout)
        copied._connections.own, copied._connections.own_async = self._connections.own, self._connections.own_async
        return copied

    def __deepcopy__(self, memo: object) -> Self:
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, ...]:
        if self._connections.own is not None or self._connections.own_async is not None:
            raise TypeError("a client with an httpx client of your own cannot be pickled; set that after unpickling")
        arguments = {one.alias: getattr(self, one.name) for one in fields(type(self)) if one.init}
        return partial(type(self), **pickling.checked(arguments)), ()

    def with_options(
        self,
        *,
        headers: dict[str, str] | None = None,
        timeout: httpx.Timeout | float | None | Unset = UNSET,
        deadline: float | None | Unset = UNSET,
        retry: Retry | None | Unset = UNSET,
    ) -> Self:
        """A client like this one, with other options. It is cheap.

        It shares the connections of this client, also an httpx client of your own. Only the first client closes them:
        `close`, `aclose` and the end of a `with` block do nothing in a derived one.

        Args:
            headers: Headers in addition to those of this client. They replace those of the same name.
            timeout: As for the constructor. It replaces the timeouts of an httpx client of your own, too.
            deadline: As for the constructor.
            retry: As for the constructor.
        """
        given: dict[str, Any] = {
            "headers": settings.joined(self._headers, headers) if headers else UNSET,
            "timeout": timeout,
            "deadline": deadline,
            "retry": retry,
        }
        derived = evolve(self, **{name: value for name, value in given.items() if value is not UNSET})
        own_timeout = self._own_timeout if timeout is UNSET else derived._timeout
        derived._set(_connections=self._connections, _closes=False, _own_timeout=own_timeout)
        return derived

    def request(self, **kwargs: Any) -> httpx.Response:
        """Send a request as every operation does, and return the response, whatever its status.

        Args:
            method: The HTTP method.
            url: A path of the document, or an absolute URL.
            params: Query parameters. A list is sent as one comma-separated value; UNSET and None are left out.
            headers: Headers for this request. UNSET is left out.
            json: The body, as JSON values. Its Content-Type is application/json unless `headers` has another.

        Raises:
            errors.NoResponseError: If no response comes.
            errors.InvalidResponseError: If the response is incomplete.
        """
        http = self._connections.blocking()
        return sending.send(http, self._build_request(http, **kwargs), self._policy)

    async def arequest(self, **kwargs: Any) -> httpx.Response:
        """Like `request`, for asyncio."""
        http = self._connections.of_loop()
        return await sending.asend(http, self._build_request(http, **kwargs), self._policy)

    def _build_request(
        self,
        http: httpx.Client | httpx.AsyncClient,
        *,
        method: str,
        url: str,
        params: dict[str, Any] | None = None,
        headers: dict[str, Any] | None = None,
        json: Any = None,
    ) -> httpx.Request:
        # httpx.Client.build_request merges URL, headers, cookies and parameters anew each time, which takes 30 us.
        merged = (self._base_headers.get(http) or self._merge(http)).copy()
        if url.startswith("/"):
            target = sending.parsed_url(self.base_url + url)
        else:
            target = origin.absolute(url)
            merged["Host"] = target.netloc.decode("ascii")
        for name, value in (headers or {}).items():
            if value is not UNSET:
                merged[name] = settings.header(name, value)
        query: Any = {
            name: ",".join(value) if isinstance(value, (list, tuple)) else value
            for name, value in (params or {}).items()
            if value is not UNSET and value is not None
        }
        if http.params:
            query = http.params.merge(target.params).merge(query)
        content = b""
        if json is not None:
            content = _ENCODER.encode(json).encode()
            if "Content-Type" not in merged:
                merged["Content-Type"] = "application/json"
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
            extensions={"timeout": (self._own_timeout or http.timeout).as_dict()},
        )
        # httpx would find it out again, from all headers.
        request.headers.encoding = merged.encoding
        request.read()
        return request

    def _merge(self, http: httpx.Client | httpx.AsyncClient) -> httpx.Headers:
        merged = httpx.Headers({"Host": self._policy.base_url.netloc.decode("ascii")})
        for more in (http.headers, _DEFAULT_HEADERS, self._headers):
            merged.update(more)
        self._base_headers[http] = merged
        return merged

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Use this httpx client, with its own timeouts and TLS settings in place of those given to this client.

        This applies to the clients that `with_options` has derived, too. To close this client closes the httpx client.
        """
        self._connections.own = observing_deadline(settings.own_client(client, httpx.Client))
        return self

    def set_async_httpx_client(self, client: httpx.AsyncClient) -> Self:
        """Like `set_httpx_client`, for asyncio. An httpx client of your own works in one event loop only."""
        self._connections.own_async = settings.own_client(client, httpx.AsyncClient)
        return self

    def get_httpx_client(self) -> httpx.Client:
        """The underlying httpx client, made on first use."""
        return self._connections.blocking()

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """The underlying httpx client of the running event loop, made on first use; RuntimeError outside of a loop."""
        return self._connections.of_loop()

    def __enter__(self) -> Self:
        # Importing httpcore takes a while, which should not count against the deadline of the first call.
        self._connections.blocking()
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        self._connections.of_loop()
        return self

    async def __aexit__(self, *args: object) -> None:
        await self.aclose()

    def close(self) -> None:
        """Close the connections of blocking calls. A later call makes new ones."""
        if self._closes:
            self._connections.close()

    async def aclose(self) -> None:
        """Close the connections of the running event loop. A later call makes new ones.

        Those of other event loops are closed when asyncio.run ends them.
        """
        if self._closes:
            await self._connections.aclose()

    @property
    def workspaces(self) -> "_workspaces.Workspaces":
        """The operations of workspaces."""
        return _workspaces.Workspaces(self)

    @property
    def plugins(self) -> "_plugins.Plugins":
        """The operations of plugins."""
        return _plugins.Plugins(self)

    @property
    def sessions(self) -> "_sessions.Sessions":
        """The operations of sessions."""
        return _sessions.Sessions(self)

    @property
    def prompts(self) -> "_prompts.Prompts":
        """The operations of prompts."""
        return _prompts.Prompts(self)

    @property
    def evaluations(self) -> "_evaluations.Evaluations":
        """The operations of evaluations."""
        return _evaluations.Evaluations(self)

    @property
    def aio(self) -> "_api.AsyncOperations":
        """The operations, `ask` and `wait` for asyncio: `await client.aio.sessions.create("Who am I")`."""
        return _api.AsyncOperations(self)

    def ask(
        self,
        content: str,
        *,
        session_id: str | None = None,
        display_name: str | None = None,
        deadline: float | None = 600.0,
        on_progress: "Callable[[Progress], None] | None" = None,
        workspace_id: str | None = None,
    ) -> "Answer":
        """Ask a question, and wait for the answer. It is billed, and nothing that it creates can be deleted.

        See security_copilot_client.ask for arguments and exceptions.
        """
        from . import ask

        return ask(
            content,
            client=self,
            workspace_id=self.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            display_name=display_name,
            deadline=deadline,
            on_progress=on_progress,
        )

    def wait(
        self,
        session_id: str,
        prompt_id: str,
        evaluation_id: str,
        *,
        deadline: float | None = 600.0,
        on_progress: "Callable[[Progress], None] | None" = None,
        workspace_id: str | None = None,
    ) -> "Evaluation":
        """Poll an evaluation until it ends. See security_copilot_client.wait for arguments and exceptions."""
        from . import wait

        return wait(
            self.workspace_id if workspace_id is None else workspace_id,
            session_id,
            prompt_id,
            evaluation_id,
            client=self,
            deadline=deadline,
            on_progress=on_progress,
        )
