"""The emulator's operations."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus

import anyio.lowlevel
from attrs import frozen
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from security_copilot_contract.emulator import body, paging, query, responses
from security_copilot_contract.emulator.accept import accepts_json
from security_copilot_contract.emulator.docs import with_docs
from security_copilot_contract.emulator.faults import Failing, Faults
from security_copilot_contract.emulator.middleware import GUID, BearerToken, Canonical, Tracing
from security_copilot_contract.emulator.refusal import Refusal, bad_request, refuse
from security_copilot_contract.emulator.resource import (
    EVALUATION,
    PLUGIN,
    PROMPT,
    SESSION,
    WORKSPACE,
    Entity,
    Resource,
)
from security_copilot_contract.emulator.store import FullError, Store
from security_copilot_contract.spec.exchange import exchanges

# A key in the state of a request: nothing may suspend its handling.
IN_PROCESS = "in_process"
TOKEN = "emulator"  # noqa: S105 - not a secret: the token of a server that holds nothing

_ROOT = "/beta/security/securityCopilot/"

Handler = Callable[[Request, Resource], Awaitable[Response]]


def emulator(store: Store | None = None, token: str = TOKEN, faults: Faults | None = None) -> ASGIApp:
    """The emulator as an ASGI application.

    `store` holds the initial data; by default, everything that the documentation shows. `token` is the only bearer
    token that it accepts. `faults` makes some of the authorized requests fail.
    """
    app = Starlette(
        routes=list(_routes()),
        middleware=[
            Middleware(BearerToken, token=token),
            *([] if faults is None else [Middleware(Failing, faults=faults)]),
        ],
        exception_handlers={HTTPException: refuse, FullError: _full, Exception: refuse},
    )
    app.router.redirect_slashes = False
    app.state.store = Store.documented(exchanges()) if store is None else store
    # Outermost, so that a response to a bug in the emulator has a request-id as well.
    return Tracing(with_docs(Canonical(app), public_token=token if token == TOKEN else ""))


@frozen
class _Endpoint:
    """The operations at one path, by method."""

    resource: Resource
    handlers: Mapping[str, Handler]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if b"%2f" in (scope.get("raw_path") or b"").lower():
            # An encoded slash does not separate segments (RFC 3986, section 2.2), but `path` has it decoded.
            raise HTTPException(HTTPStatus.NOT_FOUND)
        handler = self.handlers.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            allowed = sorted({*self.handlers, "HEAD"} if "GET" in self.handlers else self.handlers)
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(allowed)})
        _accepts_json(request)
        if request.method in ("GET", "HEAD"):
            await body.absent(request)
        response = await handler(request, self.resource)
        await response(scope, receive, send)


async def _list(request: Request, resource: Resource) -> Response:
    collection = _collection(request, resource)
    options = query.parse(request.query_params, resource, resource.options)
    known = responses.known(request, resource)
    page = await paging.page(_store(request), collection, options, known, partial(_pause, request))
    return responses.of_page(request, resource, page, options.select)


async def _pause(request: Request) -> None:
    """Let other requests be answered. A blocking client in this process does not wait for anything."""
    if not getattr(request.state, IN_PROCESS, False):
        await anyio.lowlevel.checkpoint()


async def _create(request: Request, resource: Resource) -> Response:
    collection = _collection(request, resource)
    query.parse(request.query_params, resource, ())
    entity = _store(request).insert(collection, await body.written(request, resource, whole=True))
    return responses.of_one(request, resource, entity, status=HTTPStatus.CREATED)


async def _evaluate(request: Request, resource: Resource) -> Response:
    collection = _collection(request, resource)
    query.parse(request.query_params, resource, ())
    await body.written(request, resource, whole=True)
    try:
        evaluation = _store(request).evaluate(collection.rpartition("/")[0])
    except ValueError as error:
        raise bad_request(str(error), "content") from None
    return responses.of_one(request, resource, evaluation, status=HTTPStatus.CREATED)


async def _get(request: Request, resource: Resource) -> Response:
    _, entity = _found(request, resource)
    options = query.parse(request.query_params, resource, ("$select",))
    return responses.of_one(request, resource, entity, options.select)


async def _update(request: Request, resource: Resource) -> Response:
    path, _ = _found(request, resource)
    query.parse(request.query_params, resource, ())
    entity = _store(request).change(path, await body.written(request, resource, whole=False))
    return responses.of_one(request, resource, entity)


# For each resource, the operations on its collection and on a single entity.
_OPERATIONS: tuple[tuple[Resource, dict[str, Handler], dict[str, Handler]], ...] = (
    (WORKSPACE, {"GET": _list}, {}),
    (PLUGIN, {"GET": _list}, {}),
    (SESSION, {"GET": _list, "POST": _create}, {"GET": _get, "PATCH": _update}),
    (PROMPT, {"GET": _list, "POST": _create}, {"GET": _get}),
    (EVALUATION, {"GET": _list, "POST": _evaluate}, {"GET": _get}),
)


def _routes() -> Iterator[Route]:
    for resource, on_many, on_one in _OPERATIONS:
        many = _ROOT + resource.template
        yield Route(many, _Endpoint(resource, on_many))
        if resource.slash:
            yield Route(f"{many}/", _Endpoint(resource, {"GET": on_many["GET"]}))
        if on_one:
            yield Route(f"{many}/{{{resource.parameter}}}", _Endpoint(resource, on_one))


async def _full(request: Request, error: Exception) -> Response:
    return await refuse(request, Refusal(HTTPStatus.INSUFFICIENT_STORAGE, str(error)))


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _collection(request: Request, resource: Resource) -> str:
    """The path of the collection; a 404 if one of its parents does not exist."""
    if resource.parent is not None:
        _found(request, resource.parent)
    return resource.template.format_map(request.path_params)


def _found(request: Request, resource: Resource) -> tuple[str, Entity]:
    """The path of the entity, and the entity; a 400 or 404 if there is none."""
    collection = _collection(request, resource)
    key = request.path_params[resource.parameter]
    if key not in resource.aliases and not GUID.fullmatch(key):
        forms = " or ".join([*map(repr, resource.aliases), "a GUID"])
        raise bad_request(f"The {resource.name} id is {key!r}; it must be {forms}.", resource.parameter)
    path = f"{collection}/{key}"
    entity = _store(request).find(path)
    if entity is None:
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no {resource.name} {key!r}.")
    return path, entity


def _accepts_json(request: Request) -> None:
    accept = ",".join(request.headers.getlist("accept") or ["*/*"])
    if not accepts_json(accept):
        raise Refusal(HTTPStatus.NOT_ACCEPTABLE, "The service answers in application/json only.")
