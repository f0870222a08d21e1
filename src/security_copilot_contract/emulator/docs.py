"""The document beside the emulator's operations, rendered for reading and trying.

    /              redirects to /docs
    /docs          Swagger UI, from the folder swagger_ui: nothing is loaded from another host
    /openapi.json  the document, with this emulator as its server

None of them needs a token. The operations do not read the document; it is loaded on the first request for it. No page
awaits anything, so a blocking client of EmulatorTransport can read them too.
"""

import gzip
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import security_copilot_contract
from security_copilot_contract.emulator.public_url import BASE_PATH, root_url
from security_copilot_contract.emulator.refusal import refuse

# Files of the package swagger-ui-dist, unchanged, with their licences. `make swagger-ui` renews them.
SWAGGER_UI = Path(__file__).with_name("swagger_ui")

_COMPRESSED = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
_ICON = "favicon-32x32.png"
# The browser refuses every other origin. Swagger UI has its icons in data URLs.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Security Copilot, emulated</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/page.css">
</head>
<body>
<main id="docs" data-token="{token}"></main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
# Swagger UI lays out tables for wide windows only, and leaves these texts dark in its dark mode.
_STYLE = """html.dark-mode .swagger-ui :is(.header-col, .examples-select__section-label) { color: #e4e6e6; }
@media (max-width: 40rem) {
  .swagger-ui table :is(thead, .response-col_links > i) { display: none; }
  .swagger-ui table :is(tbody, tr, td), .swagger-ui table { display: block; max-width: none; width: auto; }
  .swagger-ui :is(pre, code, .opblock-summary-path) { overflow-wrap: anywhere; white-space: pre-wrap; }
  .swagger-ui :is(input, select, textarea) { max-width: 100%; min-width: 0; }
}
"""
# Swagger UI has a dark mode, which it does not choose by itself.
_START = """const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
const main = document.getElementById("docs");
const start = (spec) => {
  // Behind a gateway the emulator does not know its public address; this page was loaded from it.
  spec.servers[0].url = new URL("beta", location).href;
  const ui = SwaggerUIBundle({
    spec,
    domNode: main,
    deepLinking: true,
    validatorUrl: null,
    onComplete: () => main.dataset.token && ui.preauthorizeApiKey("bearer", main.dataset.token),
  });
};
fetch("openapi.json").then((answer) => answer.json()).then(start, (error) => { main.textContent = error; });
"""


def with_docs(app: ASGIApp, *, public_token: str) -> ASGIApp:
    """The application, plus the pages that show the document.

    `public_token` is the token that the page sends until the user enters another. Anyone can read it in the page; empty
    for none.
    """
    routes = [
        Route("/", _root),
        Route("/docs", partial(_page, public_token)),
        Route("/docs/start.js", _start),
        Route("/docs/page.css", _style),
        Route(f"/docs/{_ICON}", _icon),
        *(Route(f"/docs/{name}", partial(_compressed, name)) for name in _COMPRESSED),
        Route("/openapi.json", _document),
    ]
    # Not the default of one router: no operation passes the layers of another application.
    docs = Starlette(routes=routes, exception_handlers={HTTPException: refuse})
    paths = {route.path for route in routes}

    async def routed(scope: Scope, receive: Receive, send: Send) -> None:
        await (docs if scope["path"] in paths else app)(scope, receive, send)

    return routed


async def _root(_: Request) -> Response:
    # Relative, since a gateway may have removed a prefix from the path.
    return RedirectResponse("docs")


async def _page(public_token: str, _: Request) -> Response:
    return HTMLResponse(_PAGE.format(token=public_token), headers={"Content-Security-Policy": _POLICY})


async def _start(_: Request) -> Response:
    return Response(_START, media_type="text/javascript")


async def _style(_: Request) -> Response:
    return Response(_STYLE, media_type="text/css")


async def _icon(_: Request) -> Response:
    return Response((SWAGGER_UI / _ICON).read_bytes(), media_type="image/png")


async def _compressed(name: str, request: Request) -> Response:
    """A file that is stored compressed; decompressed for clients that do not name gzip."""
    content, headers = (SWAGGER_UI / f"{name}.gz").read_bytes(), {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        content = gzip.decompress(content)
    return Response(content, headers=headers, media_type=_COMPRESSED[name])


async def _document(request: Request) -> Response:
    return JSONResponse(_emulated(security_copilot_contract.document().raw, root_url(request)))


def _emulated(raw: dict[str, Any], root: str) -> dict[str, Any]:
    """The document, adapted to the emulator at a URL: one token, and no permissions."""
    shown = deepcopy(raw)
    shown["servers"] = [{"url": f"{root}{BASE_PATH}", "description": "This emulator"}]
    shown["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "The token that this emulator was started with."}
    }
    for operation in security_copilot_contract.Document(shown).operations:
        # Swagger UI adds the parameters of the path late; an operation that is opened before that lacks them.
        operation.definition["parameters"] = operation.parameters
        operation.definition["description"] += f"\n\nThe service requires the permission `{operation.scopes[0]}`."
        operation.definition["security"] = [{"bearer": []}]
    for item in shown["paths"].values():
        item.pop("parameters", None)
    return shown
