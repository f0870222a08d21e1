"""The emulator's routes."""

from collections.abc import Callable
from http import HTTPStatus
from itertools import dropwhile, islice
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from security_copilot_contract.emulator import body, query
from security_copilot_contract.emulator.errors import Refusal, bad_request, refuse
from security_copilot_contract.emulator.middleware import GUID, BearerToken, Tracing
from security_copilot_contract.emulator.query import QueryOptions
from security_copilot_contract.emulator.store import WORKSPACE, Session, Store
from security_copilot_contract.exchanges import documented

TOKEN = "emulator"  # noqa: S105 - not a secret: the token of a server that holds nothing
PAGE_SIZE = 100

_NO_OPTIONS = QueryOptions()
_TIPS = "The emulator sends tips where Microsoft Graph does. $select keeps a response small: "

_SESSIONS = "/beta/security/securityCopilot/workspaces/{workspace_id}/sessions"


def emulator(store: Store | None = None, token: str = TOKEN) -> ASGIApp:
    """The emulator as an ASGI application.

    `store` is what it starts with, every documented session when left out; `token` is the one bearer token
    that it accepts.
    """
    app = Starlette(
        routes=[Route(_SESSIONS, Sessions), Route(_SESSIONS + "/{session_id}", SingleSession)],
        middleware=[Middleware(BearerToken, token=token)],
        exception_handlers={HTTPException: refuse, Exception: refuse},
    )
    app.router.redirect_slashes = False
    app.state.store = Store.documented(documented()) if store is None else store
    # Around everything, so that an answer to a fault of the emulator is traced as well.
    return Tracing(app)


class Sessions(HTTPEndpoint):
    """The sessions of a workspace."""

    async def get(self, request: Request) -> Response:
        """listSessions."""
        store = _store(request)
        options = query.parse(request.query_params, ("$count", "$filter", "$select", "$top", "$skiptoken"))
        matching = [s for s in store.newest_first() if options.display_name in (None, s.display_name)]
        page, last = _page(matching, options, store)
        content: dict[str, Any] = {"@odata.context": _context(request, options.select), **_tips(request, options)}
        if options.count:
            content["@odata.count"] = len(matching)
        if last is not None:
            content["@odata.nextLink"] = _next_link(request, last)
        content["value"] = [_properties(session, options.select) for session in page]
        return JSONResponse(content)

    async def post(self, request: Request) -> Response:
        """createSession."""
        store = _store(request)
        query.parse(request.query_params, ())
        display_name = await body.display_name(request)
        if display_name is None:
            raise bad_request("The property 'displayName' is required.", "displayName")
        return _entity(request, store.create(display_name), status=HTTPStatus.CREATED)


class SingleSession(HTTPEndpoint):
    """One session."""

    async def get(self, request: Request) -> Response:
        """getSession."""
        session = _session(request)
        options = query.parse(request.query_params, ("$select",))
        return _entity(request, session, options)

    async def patch(self, request: Request) -> Response:
        """updateSession."""
        session = _session(request)
        query.parse(request.query_params, ())
        display_name = await body.display_name(request)
        if display_name is not None:
            session = _store(request).rename(session, display_name)
        return _entity(request, session)


def _store(request: Request) -> Store:
    """The store of the workspace that the path names, once the request is one that can be answered."""
    _accepts_json(request)
    workspace_id = request.path_params["workspace_id"]
    if workspace_id != WORKSPACE:
        if not GUID.fullmatch(workspace_id):
            raise bad_request(f"The workspace id is {workspace_id!r}; it must be 'default' or a GUID.", "workspaceId")
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no workspace {workspace_id!r}.")
    store: Store = request.app.state.store
    return store


def _session(request: Request) -> Session:
    store = _store(request)
    session_id = request.path_params["session_id"]
    if not GUID.fullmatch(session_id):
        raise bad_request(f"The session id is {session_id!r}; it must be a GUID.", "sessionId")
    session = store.get(session_id)
    if session is None:
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no session {session_id!r}.")
    return session


def _accepts_json(request: Request) -> None:
    ranges = [r.partition(";") for r in request.headers.get("accept", "*/*").lower().split(",")]
    wanted = {kind.strip() for kind, _, parameters in ranges if parameters.replace(" ", "") not in ("q=0", "q=0.0")}
    if wanted.isdisjoint({"*/*", "application/*", "application/json"}):
        raise Refusal(HTTPStatus.NOT_ACCEPTABLE, "The service answers in application/json only.")


def _page(sessions: list[Session], options: QueryOptions, store: Store) -> tuple[list[Session], Session | None]:
    """The page that is asked for, and the session after which the next page starts, if there is one."""
    if options.after is not None:
        if store.get(options.after) is None:
            raise bad_request("$skiptoken is not one that the service has issued.", "$skiptoken")
        sessions = list(islice(dropwhile(lambda s: s.id != options.after, sessions), 1, None))
    size = min(options.top or PAGE_SIZE, PAGE_SIZE)
    page = sessions[:size]
    return page, page[-1] if len(sessions) > size else None


def _base(request: Request) -> str:
    return str(request.base_url) + "beta"


def _context(request: Request, select: tuple[str, ...] | None, *, entity: bool = False) -> str:
    """The context URL of OData: the collection, what $select left of it, and whether one entity is meant."""
    selected = f"({','.join(select)})" if select else ""
    suffix = "/$entity" if entity else ""
    collection = f"security/securityCopilot/workspaces('{request.path_params['workspace_id']}')/sessions"
    return f"{_base(request)}/$metadata#{collection}{selected}{suffix}"


def _next_link(request: Request, last: Session) -> str:
    options = {**request.query_params, "$skiptoken": query.skiptoken(last.id)}
    return f"{_base(request)}{request.url.path.removeprefix('/beta')}?{urlencode(options, safe='$,')}"


_PROPERTIES: dict[str, Callable[[Session], str | None]] = {
    "id": lambda session: session.id,
    "createdDateTime": lambda session: session.created,
    "lastModifiedDateTime": lambda session: session.modified,
    "displayName": lambda session: session.display_name,
}


def _properties(session: Session, select: tuple[str, ...] | None) -> dict[str, str | None]:
    return {name: read(session) for name, read in _PROPERTIES.items() if select is None or name in select}


def _tips(request: Request, options: QueryOptions) -> dict[str, str]:
    """A GET that does not select gets the tip to do so."""
    if request.method != "GET" or options.select is not None:
        return {}
    return {"@microsoft.graph.tips": f"{_TIPS}GET {request.url.path}?$select=createdDateTime,displayName"}


def _entity(
    request: Request, session: Session, options: QueryOptions = _NO_OPTIONS, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    content: dict[str, Any] = {"@odata.context": _context(request, options.select, entity=True)}
    return JSONResponse(content | _tips(request, options) | _properties(session, options.select), status)
