"""The emulator as an HTTP server: refusals, content negotiation, framing, gateways and browsers."""

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.emulator import TOKEN, emulator
from security_copilot_contract.emulator.accept import accepts_json
from security_copilot_contract.emulator.cors import Cors
from security_copilot_contract.emulator.public_url import PublicUrl, networks

SESSIONS = "/beta/security/securityCopilot/workspaces/default/sessions"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
GATEWAY = {
    "X-Forwarded-Host": "gateway.example:8443",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/copilot/",
}
PREFLIGHT = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,x-a"}


async def send(
    app: ASGIApp, method: str = "GET", path: str = SESSIONS, peer: str = "10.0.0.1", **request: Any
) -> httpx.Response:
    transport = httpx.ASGITransport(app, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator", headers=AUTHORIZED) as client:
        return await client.request(method, path, **request)


class TestRefusals:
    """Each is an OData error with a request-id."""

    @pytest.mark.parametrize("path", ["/", "/docs", "/docs/start.js", "/docs/swagger-ui.css", "/openapi.json"])
    async def test_a_page_has_one_method(self, path: str) -> None:
        """405, and which methods there are."""
        refused = await send(emulator(), "POST", path)

        assert refused.status_code == 405
        assert sorted(refused.headers["allow"].split(", ")) == ["GET", "HEAD"]
        error = refused.json()["error"]
        assert error["code"] == "MethodNotAllowed"
        assert error["innerError"]["request-id"] == refused.headers["request-id"]

    @pytest.mark.parametrize("path", ["/docs/", "/docs/other", "/favicon.ico", "/openapi.yaml", "/beta"])
    async def test_a_page_that_does_not_exist(self, path: str) -> None:
        """404."""
        refused = await send(emulator(), "GET", path)

        assert refused.status_code == 404
        assert refused.json()["error"]["innerError"]["request-id"] == refused.headers["request-id"]

    async def test_pages_have_the_ids_of_their_requests(self) -> None:
        """As the operations."""
        id_ = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
        page = await send(emulator(), path="/docs", headers={"client-request-id": id_})

        assert page.headers["client-request-id"] == id_
        assert page.headers["request-id"]


@pytest.mark.parametrize(
    ("accept", "accepted"),
    [
        ("*/*", True),
        ("application/*", True),
        ("APPLICATION/JSON", True),
        ("application/json;charset=utf-8", True),
        ("application/json; odata.metadata=minimal; q=0.001", True),
        ("text/html, application/json", True),
        ("text/html;q=0.9, */*;q=0.1", True),
        ("application/json;q=0, application/json;q=1", True),
        ("application/json;q=1.000", True),
        ("text/html", False),
        ("application/json;q=0", False),
        ("application/json;q=0.", False),
        ("application/json; Q=0.000", False),
        ("application/json;charset=utf-8;q=0.00", False),
        # The most specific range counts.
        ("*/*, application/json;q=0", False),
        ("application/*;q=0, */*", False),
        ("application/*;q=0, application/json", True),
    ],
)
def test_accept_is_understood(accept: str, accepted: bool) -> None:
    """RFC 9110, sections 12.4.2 and 12.5.1."""
    assert accepts_json(accept) is accepted


@pytest.mark.parametrize("parameters", ["", ";charset=utf-8", '; charset="UTF-8"', ";odata.metadata=minimal"])
async def test_the_media_type_of_a_body_may_have_parameters(parameters: str) -> None:
    """They do not matter: JSON is in UTF-8 (RFC 8259, section 11)."""
    headers = {"Content-Type": f"application/json{parameters}"}
    created = await send(emulator(), "POST", headers=headers, content='{"displayName": "é"}'.encode())

    assert created.status_code == 201
    assert created.json()["displayName"] == "é"


def test_two_lengths_of_a_body_are_refused(base_url: str) -> None:
    """The rest of the connection is not read, since it may be part of the body (RFC 9112, section 6.3)."""
    head = (
        f"POST {SESSIONS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    second = "GET /docs HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection((urlsplit(base_url).hostname, urlsplit(base_url).port or 0)) as one:
        one.settimeout(10)
        one.sendall(f"{head}0\r\n\r\n{second}".encode())
        received = b"".join(iter(lambda: one.recv(65536), b""))

    assert received.startswith(b"HTTP/1.1 400 ")
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"connection: close\r\n" in received
    assert b"both Content-Length and Transfer-Encoding" in received


class TestGateway:
    """Links, contexts and the document begin with the URL of the client."""

    @pytest.mark.parametrize(
        ("headers", "base"),
        [
            (GATEWAY, "https://gateway.example:8443/copilot/beta"),
            ({}, "http://emulator/beta"),
            ({"X-Forwarded-Host": "[::1]:80"}, "http://[::1]:80/beta"),
            ({"X-Forwarded-Proto": "HTTPS"}, "https://emulator/beta"),
            ({"X-Forwarded-Prefix": "/a/b"}, "http://emulator/a/b/beta"),
            ({"X-Forwarded-Prefix": "/"}, "http://emulator/beta"),
            # The outermost gateway comes first.
            ({"X-Forwarded-Host": "outer, inner", "X-Forwarded-Proto": "https, http"}, "https://outer/beta"),
            # What is malformed does not count.
            (
                {"X-Forwarded-Host": 'a"b', "X-Forwarded-Proto": "ftp", "X-Forwarded-Prefix": "//a?b"},
                "http://emulator/beta",
            ),
        ],
    )
    async def test_the_headers_of_a_trusted_peer_count(self, headers: dict[str, str], base: str) -> None:
        """Of others they do not."""
        trusting = PublicUrl(emulator(), trusted=networks("127.0.0.1, 10.0.0.0/8"))

        for peer, expected in (("10.9.8.7", base), ("::ffff:10.9.8.7", base), ("11.0.0.1", "http://emulator/beta")):
            page = (await send(trusting, path=f"{SESSIONS}?$top=1", headers=headers, peer=peer)).json()
            assert page["@odata.context"].startswith(f"{expected}/$metadata#")
            assert page["@odata.nextLink"].startswith(f"{expected}{SESSIONS.removeprefix('/beta')}?")
            document = (await send(trusting, path="/openapi.json", headers=headers, peer=peer)).json()
            assert document["servers"][0]["url"] == expected

    @pytest.mark.parametrize("peer", ["10.0.0.1", "fe80::1%eth0", "::1"])
    async def test_all_peers_may_be_trusted(self, peer: str) -> None:
        """By `*`."""
        page = await send(PublicUrl(emulator(), trusted=networks("*")), headers=GATEWAY, peer=peer)

        assert page.json()["@odata.context"].startswith("https://gateway.example:8443/copilot/beta/")

    async def test_a_base_url_comes_before_headers(self) -> None:
        """It is the base URL of the clients."""
        app = PublicUrl(emulator(), base_url="https://other.example/beta", trusted=networks("*"))

        page = await send(app, headers=GATEWAY)

        assert page.json()["@odata.context"].startswith("https://other.example/beta/$metadata#")

    async def test_a_client_pages_on(self) -> None:
        """Each next link leads through the gateway, which adds a prefix and another host."""
        inner = PublicUrl(emulator(), trusted=networks("10.0.0.1"))

        async def gateway(scope: Scope, receive: Receive, answer: Send) -> None:
            assert scope["path"].startswith("/copilot/beta/")
            path = scope["path"].removeprefix("/copilot")
            added = [(name.lower().encode(), value.encode()) for name, value in GATEWAY.items()]
            others = [header for header in scope["headers"] if header[0] != b"host"]
            headers = [*others, *added, (b"host", b"inner")]
            await inner({**scope, "path": path, "raw_path": path.encode(), "headers": headers}, receive, answer)

        url: str | None = f"https://gateway.example:8443/copilot{SESSIONS}?$top=1"
        ids = []
        while url:
            page = (await send(gateway, path=url)).json()
            ids += [session["id"] for session in page["value"]]
            url = page.get("@odata.nextLink")
        assert len(set(ids)) == len(ids) == 4

    async def test_the_page_stays_behind_the_prefix(self) -> None:
        """Its references are relative, and the redirect to it."""
        redirect = await send(emulator(), path="/")
        page = await send(emulator(), path="/docs")

        assert redirect.headers["location"] == "docs"
        assert 'href="/' not in page.text
        assert 'src="/' not in page.text


class TestBrowsers:
    """Pages of other origins."""

    @pytest.mark.parametrize("origins", [["http://a.example", "http://b.example"], ["*"]])
    async def test_an_allowed_origin_may_ask_and_read(self, origins: list[str]) -> None:
        """A preflight needs no token."""
        app, origin = Cors(emulator(), origins), {"Origin": "http://b.example"}

        preflight = await send(app, "OPTIONS", headers={**origin, **PREFLIGHT, "Authorization": ""})
        page = await send(app, headers=origin)

        assert preflight.status_code == 204
        assert "PATCH" in preflight.headers["access-control-allow-methods"]
        assert preflight.headers["access-control-allow-headers"] == "authorization,x-a"
        assert page.status_code == 200
        assert "request-id" in page.headers["access-control-expose-headers"]
        for answer in (preflight, page):
            assert answer.headers["access-control-allow-origin"] == "http://b.example"
            assert answer.headers["vary"] == "Origin"

    async def test_other_origins_may_not(self) -> None:
        """Their preflight is a request as any other; nor may a page read a response without an origin."""
        app = Cors(emulator(), ["http://a.example"])

        preflight = await send(app, "OPTIONS", headers={"Origin": "http://c.example", **PREFLIGHT})
        page = await send(app, headers={"Origin": "http://c.example"})
        direct = await send(app)

        assert preflight.status_code == 405
        assert preflight.json()["error"]["code"] == "MethodNotAllowed"
        assert (page.status_code, direct.status_code) == (200, 200)
        assert not [name for answer in (preflight, page, direct) for name in answer.headers if name.startswith("acc")]
        assert page.headers["vary"] == "Origin"
