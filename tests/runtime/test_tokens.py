"""Tokens of functions and of credentials, and what a 401 asks for."""

import asyncio
import base64
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest
from security_copilot_client import AuthenticatedClient, AuthenticationError
from security_copilot_client.api.sessions import get_session

from security_copilot_runtime import clock, tokens
from tests.documented import documented_session

SECRET = "t0ps3cret"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"
CLAIMS = '{"access_token":{"nbf":{"essential":true}}}'
CHALLENGE = f'Bearer error="insufficient_claims", claims="{base64.b64encode(CLAIMS.encode()).decode()}"'
OK = httpx.Response(200, json=documented_session())
REFUSED = httpx.Response(401)
CLAIMS_WANTED = httpx.Response(401, headers={"WWW-Authenticate": CHALLENGE})


@pytest.fixture(params=["sync", "asyncio"])
def call(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Calls an operation, blocking or with asyncio."""
    if request.param == "sync":
        return lambda module, *a, **k: module.sync(*a, **k)
    return lambda module, *a, **k: asyncio.run(module.asyncio(*a, **k))


class Service:
    """It gives one response after the other, and the last one again and again."""

    def __init__(self, *responses: httpx.Response) -> None:
        self.responses = list(responses)
        self.tokens: list[str] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        answer = self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def client(self, token: Any, **settings: Any) -> AuthenticatedClient:
        return AuthenticatedClient(
            token=token, retry=None, httpx_args={"transport": httpx.MockTransport(self.handle)}, **settings
        )


class AccessToken(NamedTuple):
    """As azure.core.credentials has it."""

    token: str
    expires_on: int


class Credential:
    """As azure.identity has it; the tokens are numbered."""

    def __init__(self, lifetime: float = 3600) -> None:
        self.lifetime = lifetime
        self.calls: list[tuple[Any, ...]] = []
        self.threads: list[int] = []

    def get_token(
        self, *scopes: str, claims: str | None = None, tenant_id: str | None = None, **kwargs: Any
    ) -> AccessToken:
        assert tenant_id is None
        self.calls.append((scopes, claims, kwargs))
        self.threads.append(threading.get_ident())
        return AccessToken(f"token-{len(self.calls)}", int(clock.now() + self.lifetime))


class AsyncCredential(Credential):
    """As azure.identity.aio has it."""

    async def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:  # type: ignore[override]  # as there
        await asyncio.sleep(0)
        return super().get_token(*scopes, **kwargs)


class TestClaims:
    """Continuous access evaluation: a 401 that states which token the service would accept."""

    def test_a_function_that_takes_claims_gets_them(self, call: Callable[..., Any]) -> None:
        """On the retry alone."""
        given: list[str | None] = []

        def provider(*, claims: str | None = None) -> str:
            given.append(claims)
            return f"token-{len(given)}"

        service = Service(CLAIMS_WANTED, OK)
        call(get_session, "default", "a", client=service.client(provider))

        assert given == [None, CLAIMS]
        assert service.tokens == ["token-1", "token-2"]

    @pytest.mark.parametrize("provider", [lambda: SECRET, lambda one=SECRET: one, SECRET.__str__])
    def test_other_functions_are_called_without(self, call: Callable[..., Any], provider: Callable[[], str]) -> None:
        """Some have no signature."""
        service = Service(CLAIMS_WANTED, OK)
        call(get_session, "default", "a", client=service.client(provider))

        assert service.tokens == [SECRET, SECRET]

    async def test_an_asyncio_function_gets_them(self) -> None:
        given: list[str | None] = []

        async def provider(claims: str | None = None) -> str:
            given.append(claims)
            return SECRET

        await get_session.asyncio("default", "a", client=Service(CLAIMS_WANTED, OK).client(provider))

        assert given == [None, CLAIMS]

    @pytest.mark.parametrize(("answer", "expected"), [(CLAIMS_WANTED, CLAIMS), (REFUSED, None)])
    def test_the_error_has_them(self, call: Callable[..., Any], answer: httpx.Response, expected: str | None) -> None:
        """If the second token is refused, or there is none."""
        for token in (SECRET, lambda: SECRET):
            with pytest.raises(AuthenticationError) as raised:
                call(get_session, "default", "a", client=Service(answer).client(token))
            assert raised.value.claims == expected


class TestCredentials:
    """A credential of azure-identity as token."""

    def test_its_token_is_used_until_shortly_before_it_expires(self, call: Callable[..., Any]) -> None:
        """With the scope of Microsoft Graph."""
        credential, service = Credential(lifetime=3600), Service(OK)
        client = service.client(credential)

        with clock.use(clock.SkippingClock()) as skipping:
            call(get_session, "default", "a", client=client)
            skipping.sleep(3200)
            call(get_session, "default", "a", client=client)
            skipping.sleep(200)
            call(get_session, "default", "a", client=client)

        assert service.tokens == ["token-1", "token-1", "token-2"]
        assert credential.calls == [((GRAPH_SCOPE,), None, {"enable_cae": True})] * 2

    @pytest.mark.parametrize(("answer", "claims"), [(CLAIMS_WANTED, CLAIMS), (REFUSED, None)])
    def test_a_refused_token_is_not_used_again(
        self, call: Callable[..., Any], answer: httpx.Response, claims: str | None
    ) -> None:
        """The credential gets the claims."""
        credential, service = Credential(), Service(answer, OK)
        client = service.client(credential)

        call(get_session, "default", "a", client=client)
        call(get_session, "default", "a", client=client)

        assert service.tokens == ["token-1", "token-2", "token-2"]
        assert [asked for _, asked, _ in credential.calls] == [None, claims]

    def test_a_call_that_was_refused_takes_the_token_that_another_has_renewed(self) -> None:
        """Sixteen calls with an old token ask for one new token."""
        credential = Credential()
        source = tokens.source(credential, httpx.URL("https://graph.microsoft.com"))
        old = source.current()

        assert {source.current(refused=old, claims=CLAIMS) for _ in range(16)} == {"token-2"}
        assert len(credential.calls) == 2

    async def test_of_asyncio(self) -> None:
        credential, service = AsyncCredential(), Service(CLAIMS_WANTED, OK)
        client = service.client(credential)

        await get_session.asyncio("default", "a", client=client)
        await get_session.asyncio("default", "a", client=client)

        assert service.tokens == ["token-1", "token-2", "token-2"]
        assert [asked for _, asked, _ in credential.calls] == [None, CLAIMS]

    def test_of_asyncio_in_a_blocking_call(self) -> None:
        with pytest.raises(TypeError, match="this credential is for asyncio"):
            get_session.sync("default", "a", client=Service(OK).client(AsyncCredential()))

    async def test_a_blocking_one_does_not_stop_other_tasks(self) -> None:
        """It may run a program that takes seconds."""
        credential = Credential()
        await get_session.asyncio("default", "a", client=Service(OK).client(credential))

        assert credential.threads != [threading.get_ident()]

    def test_without_options(self, call: Callable[..., Any]) -> None:
        """A class of the caller's may take the scopes alone."""
        credential = type("Own", (), {"get_token": lambda *_: AccessToken(SECRET, 2**40)})()
        service = Service(CLAIMS_WANTED, OK)

        call(get_session, "default", "a", client=service.client(credential))

        assert service.tokens == [SECRET, SECRET]

    @pytest.mark.parametrize(
        ("base_url", "scope"),
        [
            ("https://graph.microsoft.com/beta", GRAPH_SCOPE),
            ("https://GRAPH.microsoft.com:443/beta/", GRAPH_SCOPE),
            ("https://graph.microsoft.us/beta", "https://graph.microsoft.us/.default"),
            ("https://gateway.example:8443/graph", "https://gateway.example:8443/.default"),
            ("http://localhost:8000/beta", GRAPH_SCOPE),
            ("http://127.0.0.1:8000/beta", GRAPH_SCOPE),
            ("http://[::1]:8000/beta", GRAPH_SCOPE),
        ],
    )
    def test_the_scope_is_of_the_origin(self, call: Callable[..., Any], base_url: str, scope: str) -> None:
        """On this machine a gateway gets a token of Microsoft Graph."""
        credential = Credential()
        call(get_session, "default", "a", client=Service(OK).client(credential, base_url=base_url))

        assert credential.calls[0][0] == (scope,)

    def test_not_without_tls(self) -> None:
        """Others could read the token on its way."""
        with pytest.raises(ValueError, match="base_url must be an https URL, or on this machine"):
            AuthenticatedClient(token=Credential(), base_url="http://gateway.example/beta")

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            (SECRET, "the credential returned str; it must return an AccessToken"),
            (AccessToken(f"{SECRET}\n", 2**40), "the token has a character"),
        ],
    )
    def test_what_it_returns_is_checked(self, call: Callable[..., Any], given: Any, message: str) -> None:
        """The message does not show it."""
        credential = type("Own", (), {"get_token": lambda *_, **__: given})()

        with pytest.raises((TypeError, ValueError), match=message) as raised:
            call(get_session, "default", "a", client=Service(OK).client(credential))
        assert SECRET not in str(raised.value)


class TestMistakes:
    """They are reported when the client is made; the message does not show the token."""

    @pytest.mark.parametrize(
        ("token", "message"),
        [
            (None, "token must be a bearer token, .*, not None; is the variable that holds it set?"),
            (
                5,
                "token must be a bearer token, a function that returns one, or a credential of azure-identity, not int",
            ),
            (SECRET.encode(), "not bytes"),
            ("", "the token is empty"),
            (f"{SECRET}\n", "the token has a character that no bearer token has, such as a space or line break"),
            (f"Bearer {SECRET}", "the token has a character that no bearer token has"),
            (f"{SECRET}\u00e9", "the token has a character that no bearer token has"),
        ],
    )
    def test_at_once(self, token: Any, message: str) -> None:
        with pytest.raises((TypeError, ValueError), match=message) as raised:
            AuthenticatedClient(token=token)
        assert SECRET not in str(raised.value)
