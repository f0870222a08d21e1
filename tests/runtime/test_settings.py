"""Mistakes in the settings of a client are reported when it is made, and show no secret."""

import asyncio
import re
import ssl
from collections import UserDict
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx
from security_copilot_client import AuthenticatedClient, Retry, ask

PASSWORD = "h4nter2"
NAN = float("nan")
INFINITY = float("inf")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"token": None}, "or a credential of azure-identity, not None; is the variable that holds it set?"),
        ({"deadline": "60"}, "deadline must be a number of seconds above 0, or None for no limit, not '60'"),
        ({"deadline": True}, "deadline must be a number of seconds above 0, or None for no limit, not True"),
        ({"timeout": "60"}, "timeout must be a number of seconds above 0, or None for no limit, not '60'"),
        ({"timeout": (1, 2)}, "timeout must be a number"),
        ({"timeout": httpx.Timeout("60")}, "timeout.connect must be a number"),  # type: ignore[arg-type]  # the mistake
        ({"headers": [("X-A", PASSWORD)]}, "headers must be a dict of names and values, not list"),
        ({"headers": {"X-A": 1}}, "headers['X-A'] must be a string, not int"),
        ({"headers": {b"X-A": PASSWORD}}, "headers[b'X-A'] must be a string, not str"),
        ({"headers": "X-A: b"}, "headers must be a dict of names and values, not str"),
        ({"retry": 3}, "retry must be a Retry, such as Retry(attempts=3), or None for no retries, not 3"),
        ({"retry": False}, "retry must be a Retry"),
        ({"base_url": None}, "base_url must be a string, not NoneType"),
        ({"base_url": httpx.URL("https://example.com")}, "base_url must be a string, not URL"),
        ({"verify_ssl": None}, "verify_ssl must be a bool, a path or an SSL context, not NoneType"),
        ({"httpx_args": ["proxy"]}, "httpx_args must be a dict of arguments, not list"),
        ({"httpx_args": {"timeout": 3}}, "httpx_args must not contain 'timeout': use the argument timeout"),
        ({"httpx_args": {"verify": False}}, "httpx_args must not contain 'verify': use the argument verify_ssl"),
        ({"httpx_args": {"auth": ("me", PASSWORD)}}, "httpx_args must not contain 'auth': use the argument token"),
        (
            {"httpx_args": {"follow_redirects": True}},
            "must not contain 'follow_redirects': redirects are never followed",
        ),
    ],
    ids=str,
)
def test_a_wrong_type(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        AuthenticatedClient(**{"token": "t", **settings})

    assert message in str(caught.value)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("name", ["deadline", "timeout"])
@pytest.mark.parametrize("seconds", [0, -1, NAN, INFINITY, -INFINITY])
def test_seconds_that_are_no_limit(name: str, seconds: float) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be a number of seconds above 0, or None for no limit, not "):
        AuthenticatedClient(token="t", **{name: seconds})  # type: ignore[arg-type]  # the mistake
    with pytest.raises(ValueError, match=f"^{name} must be "):
        AuthenticatedClient(token="t").with_options(**{name: seconds})  # type: ignore[arg-type]  # the mistake


@pytest.mark.parametrize(("seconds", "expected"), [("60", TypeError), (NAN, ValueError), (0, ValueError)])
def test_the_deadline_of_a_question(seconds: Any, expected: type[Exception]) -> None:
    """Nothing is sent."""
    with respx.mock, pytest.raises(expected, match=r"^deadline must be a number of seconds above 0"):
        ask("Who am I?", client=AuthenticatedClient(token="t"), deadline=seconds)


@pytest.mark.parametrize("name", ["", "X A", "X:", "Xé", "X\n"])
def test_an_unusable_name_of_a_header(name: str) -> None:
    with pytest.raises(ValueError, match=r"^headers contains .* which cannot be the name of a header"):
        AuthenticatedClient(token="t", headers={name: "a"})


@pytest.mark.parametrize("text", ["\n", " ", "é", "\x7f", "a\r\nX-B: c"])
def test_an_unusable_value_of_a_header(text: str) -> None:
    """httpx would show it in an exception, and a line break would be another header."""
    with pytest.raises(ValueError, match=r"^headers\['X-A'\] has ") as caught:
        AuthenticatedClient(token="t").with_options(headers={"X-A": f"{PASSWORD}{text}"})
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"https://me:{PASSWORD}@example.com/beta", "contains a user name or password"),
        (f"https://{PASSWORD}@example.com/beta", "contains a user name or password"),
        ("https://@example.com/beta", "contains a user name or password"),
        (f"https://me:{PASSWORD}@example.com:port/beta", "contains a user name or password"),
        (f"//me:{PASSWORD}@example.com/beta", "contains a user name or password"),
        (f"me:{PASSWORD}@example.com/beta", "must be an absolute URL"),
        (f"https://me:{PASSWORD}/x@example.com/beta", "must be an absolute URL"),
        (f"https:/me:{PASSWORD}@example.com", "must be an absolute URL"),
        (f"https://example.com/beta?key={PASSWORD}", "contains a query or a fragment"),
        (f"https://example.com/beta#{PASSWORD}", "contains a query or a fragment"),
        ("https://example.com/beta?", "contains a query or a fragment"),
        ("https://example.com/beta#", "contains a query or a fragment"),
        (
            "example.com/beta",
            "must be an absolute URL, such as https://graph.microsoft.com/beta, not 'example.com/beta'",
        ),
        ("", "must be an absolute URL"),
        ("ftp://example.com", "must be an absolute URL"),
        ("https://", "must be an absolute URL"),
        ("https://example.com:99999", "must be an absolute URL"),
        ("https://example.com:port", "must be an absolute URL"),
        ("https://example.com\\beta", "must be an absolute URL"),
        ("https://example.com/beta ", "must be an absolute URL"),
    ],
)
def test_an_unusable_base_url(url: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"^base_url ") as caught:
        AuthenticatedClient(token="t", base_url=url)

    assert message in str(caught.value)
    assert PASSWORD not in f"{caught.value!r}{caught.value.__context__!r}{caught.value.__cause__!r}"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/beta", "https://EXAMPLE.com", "http://[::1]:8/", "https://a.b/@c"])
def test_a_usable_base_url(url: str) -> None:
    assert AuthenticatedClient(token="t", base_url=url).base_url == url.rstrip("/")


def sync(client: AuthenticatedClient, **request: Any) -> object:
    return client.request(**request)


def run(client: AuthenticatedClient, **request: Any) -> object:
    return asyncio.run(client.arequest(**request))


@pytest.mark.parametrize("call", [sync, run])
@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"https://me:{PASSWORD}@graph.microsoft.com/beta/x", "url contains a user name or password"),
        (f"https://{PASSWORD}@example.com/x", "url contains a user name or password"),
        (f"me:{PASSWORD}@example.com", "url must be an absolute URL, or a path that begins with a slash"),
        ("security", "url must be an absolute URL, or a path that begins with a slash"),
    ],
)
def test_an_unusable_url_of_a_request(call: Callable[..., object], url: str, message: str) -> None:
    """httpx would send the password in place of the token."""
    with respx.mock, pytest.raises(ValueError, match=f"^{message}") as caught:
        call(AuthenticatedClient(token="t"), method="get", url=url)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("call", [sync, run])
@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"client-request-id": "a\r\nX-Mine: b"}, "headers['client-request-id'] has a space at an end, or a character"),
        ({"X-Mine": "é"}, "headers['X-Mine'] has a space at an end, or a character that is no visible ASCII"),
        ({"X Mine": "a"}, "headers contains 'X Mine', which cannot be the name of a header"),
    ],
)
def test_an_unusable_header_of_a_request(call: Callable[..., object], headers: dict[str, str], message: str) -> None:
    """Nothing is sent. Otherwise the error would not exclude that a create has arrived."""
    with respx.mock, pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        call(AuthenticatedClient(token="t"), method="post", url="/x", headers=headers)


def test_an_httpx_client_of_the_wrong_kind() -> None:
    client: Any = AuthenticatedClient(token="t")

    with pytest.raises(TypeError, match=r"^client must be an httpx.Client, not AsyncClient$"):
        client.set_httpx_client(httpx.AsyncClient())
    with pytest.raises(TypeError, match=r"^client must be an httpx.AsyncClient, not Client$"):
        client.set_async_httpx_client(httpx.Client())
    with pytest.raises(TypeError, match=r"^client must be an httpx.Client, not NoneType$"):
        client.set_httpx_client(None)


def test_usable_settings() -> None:
    """They are copied: a change of the caller's dict does not change the client."""
    headers = {"X-Mine": "a"}
    client = AuthenticatedClient(
        token=lambda: "t",
        headers=headers,
        timeout=5,
        deadline=None,
        retry=Retry(attempts=2),
        verify_ssl=ssl.create_default_context(),
        httpx_args=UserDict({"trust_env": False}),
    )
    headers["X-Mine"] = "b"

    with client:
        http = client.get_httpx_client()
        assert http.timeout == httpx.Timeout(5)
        assert not http.trust_env
    with respx.mock:
        route = respx.get("https://graph.microsoft.com/beta/x")
        client.request(method="get", url="/x")
    assert route.calls.last.request.headers["X-Mine"] == "a"


def test_no_timeout() -> None:
    assert AuthenticatedClient(token="t", timeout=None).get_httpx_client().timeout == httpx.Timeout(None)


@pytest.mark.parametrize("call", [sync, run])
@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"url": "/x"}, [("key", "k"), ("many", "1"), ("many", "2")]),
        ({"url": "/x", "params": {"$top": 5}}, [("key", "k"), ("many", "1"), ("many", "2"), ("$top", "5")]),
        ({"url": "/x", "params": {"key": "mine"}}, [("key", "mine"), ("many", "1"), ("many", "2")]),
        (
            {"url": "https://graph.microsoft.com/beta/x?$skiptoken=a%2Bb&key=theirs"},
            [("key", "theirs"), ("many", "1"), ("many", "2"), ("$skiptoken", "a+b")],
        ),
    ],
)
def test_parameters_for_every_request(
    call: Callable[..., object], request_: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Those of the request, or of a link, have precedence."""
    client = AuthenticatedClient(token="t", httpx_args={"params": {"key": "k", "many": ["1", "2"]}})
    with respx.mock:
        route = respx.get(path="/beta/x")
        call(client, method="get", **request_)

    assert sorted(route.calls.last.request.url.params.multi_items()) == sorted(expected)


@pytest.mark.parametrize(
    ("call", "transport", "kind"),
    [
        (sync, httpx.AsyncHTTPTransport(), "an httpx.BaseTransport"),
        (run, httpx.HTTPTransport(), "an httpx.AsyncBaseTransport for asyncio"),
    ],
)
def test_a_transport_of_the_other_kind(call: Callable[..., object], transport: object, kind: str) -> None:
    client = AuthenticatedClient(token="t", httpx_args={"transport": transport})

    with pytest.raises(TypeError, match=rf"^httpx_args\['transport'\] must be {kind}, not {type(transport).__name__}$"):
        call(client, method="get", url="/x")
