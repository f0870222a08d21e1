"""The emulator's /docs: the document, rendered and tried in a real browser, entirely offline."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.emulator import TOKEN, emulator
from security_copilot_contract.spec.document import document
from tests import browser

PATHS = ("docs", "docs/start.js", "docs/page.css", "docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "openapi.json")
LIST_SESSIONS = "document.getElementById('operations-sessions-listSessions')"
TOLD = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")


@pytest.fixture
def origin(base_url: str) -> str:
    return base_url.removesuffix("/beta")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[browser.Page]:
    path = browser.installed()
    if path is None:
        pytest.skip("no Chromium or Chrome that can be told what to do")
    with browser.browsing(path, tmp_path) as page:
        yield page


def test_a_browser_shows_every_operation_and_tries_one(page: browser.Page, origin: str) -> None:
    """With no error in its console, and without a request to anyone but the emulator."""
    page.send("Page.navigate", url=origin)

    page.wait(f"document.querySelectorAll('.opblock').length === {len(document().operations)}")
    shown = page.wait("[...document.querySelectorAll('.opblock')].map(block => block.id)")
    assert sorted(shown) == sorted(f"operations-{o.definition['tags'][0]}-{o.id}" for o in document().operations)
    assert "a conversation with Security Copilot" in page.wait("document.body.innerText")

    page.click(f"{LIST_SESSIONS}.querySelector('.opblock-summary-control')")
    page.click(f"{LIST_SESSIONS}.querySelector('.try-out__btn')")
    page.click(f"{LIST_SESSIONS}.querySelector('.execute')")
    answer = page.wait(f"{LIST_SESSIONS}.querySelector('.live-responses-table .response')?.innerText")
    assert answer.split()[0] == "200"
    assert "ecdfb9b3-58f5-457f-a18c-4a477890b252" in answer

    assert [event for event in page.events if event["method"] in TOLD] == []
    requested = [e["params"]["request"]["url"] for e in page.events if e["method"] == "Network.requestWillBeSent"]
    assert [url for url in requested if not url.startswith((f"{origin}/", "data:"))] == []
    assert f"{origin}/beta/security/securityCopilot/workspaces/default/sessions?%24count=true" in requested


def test_it_is_tried_where_the_page_comes_from(page: browser.Page, serve: Callable[[ASGIApp], str]) -> None:
    """Also behind a gateway that removes a prefix, and names another host to the emulator."""
    app = emulator()

    async def gateway(scope: Scope, receive: Receive, send: Send) -> None:
        others = [header for header in scope.get("headers", ()) if header[0] != b"host"]
        path = scope["path"].removeprefix("/copilot") if scope["path"].startswith("/copilot/") else "/not/behind/it"
        headers = [*others, (b"host", b"inner.example:1")]
        await app({**scope, "path": path, "raw_path": path.encode(), "headers": headers}, receive, send)

    page.send("Page.navigate", url=f"{serve(gateway).removesuffix('/beta')}/copilot/")

    for button in (".opblock-summary-control", ".try-out__btn", ".execute"):
        page.click(f"{LIST_SESSIONS}?.querySelector('{button}')")
    answer = page.wait(f"{LIST_SESSIONS}.querySelector('.live-responses-table .response')?.innerText")
    assert answer.split()[0] == "200"


def test_a_link_to_an_operation_shows_its_parameters(page: browser.Page, origin: str) -> None:
    """Those of its path too, however soon it is opened; with what is there filled in."""
    page.send("Page.navigate", url=f"{origin}/docs#/sessions/getSession")

    page.click("document.querySelector('.is-open .try-out__btn')")
    names = page.wait("[...document.querySelectorAll('[data-param-name]')].map(row => row.dataset.paramName)")
    assert sorted(names) == ["$select", "client-request-id", "sessionId", "workspaceId"]
    assert page.wait("document.querySelector('[data-param-name=workspaceId] input').value") == "default"


def test_it_follows_the_colour_scheme(page: browser.Page, origin: str) -> None:
    """At once, when it changes; every text stands out."""
    page.send("Page.navigate", url=f"{origin}/docs#/sessions/createSession")
    page.wait("document.querySelector('.is-open .header-col')?.innerText")

    for scheme, background in (("dark", "rgb(28, 32, 34)"), ("light", "rgba(0, 0, 0, 0)"), ("dark", "rgb(28, 32, 34)")):
        page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        style = "getComputedStyle(document.querySelector('{}'))".format
        page.wait(f"{style('html')}.backgroundColor === '{background}'")
        page.wait(f"{style('.is-open td.header-col')}.color === {style('.is-open .col_header')}.color")


def test_it_fits_a_narrow_window(page: browser.Page, origin: str) -> None:
    """Of a phone, with an operation that was tried."""
    page.send("Emulation.setDeviceMetricsOverride", width=400, height=800, deviceScaleFactor=1, mobile=False)
    page.send("Page.navigate", url=f"{origin}/docs#/sessions/createSession")

    page.click("document.querySelector('.is-open .try-out__btn')")
    page.click("document.querySelector('.is-open .execute')")
    page.wait("document.querySelector('.live-responses-table .response')?.innerText")
    page.wait("document.querySelector('.is-open .operation-link')?.innerText")
    assert page.wait("document.documentElement.scrollWidth") <= 400


@pytest.mark.parametrize("name", ["swagger-ui.css", "swagger-ui-bundle.js"])
def test_what_is_stored_compressed_suits_each_client(name: str, origin: str) -> None:
    """Also one that does not decompress; both get the file of Swagger UI."""
    compressed = httpx.get(f"{origin}/docs/{name}")
    plain = httpx.get(f"{origin}/docs/{name}", headers={"Accept-Encoding": "identity"})

    assert compressed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.text == compressed.text
    assert ".swagger-ui" in plain.text
    assert {answer.headers["vary"] for answer in (compressed, plain)} == {"Accept-Encoding"}


def test_the_browser_may_load_from_nowhere_else(origin: str) -> None:
    """Whatever the renderer would want: the policy names no other origin, and nothing is allowed by default."""
    policy = httpx.get(f"{origin}/docs").headers["content-security-policy"]

    directives = dict(directive.strip().split(" ", 1) for directive in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert {source for sources in directives.values() for source in sources.split()} == {"'none'", "'self'", "data:"}


def test_the_document_is_the_emulators(origin: str) -> None:
    """Valid, with this server and its one token; the permissions are told in words, and the rest is as it was."""
    shown = httpx.get(f"{origin}/openapi.json").json()

    OpenAPIV31SpecValidator(shown).validate()
    assert [server["url"] for server in shown["servers"]] == [f"{origin}/beta"]
    assert [s["scheme"] for s in shown["components"]["securitySchemes"].values()] == ["bearer"]
    for operation in document().operations:
        there = shown["paths"][operation.path][operation.method.lower()]
        assert there["security"] == [{"bearer": []}]
        assert there["description"].endswith(f"the permission `{operation.scopes[0]}`.")
        assert there["responses"] == operation.definition["responses"]
    assert shown["components"]["schemas"] == document().schemas


def test_the_document_stays_as_it_is(origin: str) -> None:
    """What the checks hold a service against is not what is shown."""
    httpx.get(f"{origin}/openapi.json")

    assert document().raw["servers"][0]["url"] == "https://graph.microsoft.com/beta"
    assert "oauth2" in document().raw["components"]["securitySchemes"]


@pytest.mark.parametrize(("token", "shown"), [(TOKEN, True), ("t0ps3cret", False)], ids=["public", "own"])
def test_only_the_public_token_is_filled_in(token: str, shown: bool, serve: Callable[[ASGIApp], str]) -> None:
    """One's own is in nothing that is shown."""
    origin = serve(emulator(token=token)).removesuffix("/beta")

    texts = [httpx.get(f"{origin}/{path}").text for path in PATHS]

    assert (f'data-token="{TOKEN}"' in texts[0]) is shown
    assert "t0ps3cret" not in "".join(texts)


def test_the_origin_leads_there(origin: str) -> None:
    """Who opens the emulator's address in a browser sees what it can do."""
    assert httpx.get(origin, follow_redirects=True).url == f"{origin}/docs"


@pytest.mark.parametrize("path", ["beta", "beta/docs", "docs/other", "docs/../openapi/security-copilot.yaml"])
def test_nothing_else_is_to_be_had_without_a_token(path: str, origin: str) -> None:
    """The operations and what is nowhere answer as they do without the docs."""
    assert httpx.get(f"{origin}/{path}").status_code == 401


def test_it_is_loaded_when_asked_for() -> None:
    """Who starts an emulator in a test does not wait for the document, or for what renders it."""
    code = "import sys; from security_copilot_contract.emulator import emulator; emulator(); print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert {"security_copilot_contract.spec.document", "flask", "flask_swagger_ui"}.isdisjoint(done.stdout.split())
