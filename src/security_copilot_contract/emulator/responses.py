"""Successful responses: an entity, or a page of a collection, in the form of OData."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from security_copilot_contract.emulator import query
from security_copilot_contract.emulator.paging import Page
from security_copilot_contract.emulator.public_url import BASE_PATH, root_url
from security_copilot_contract.emulator.resource import Entity, Resource

_PREFERENCE = "include-unknown-enum-members"
_TIPS = "The emulator sends tips where Microsoft Graph does. $select keeps a response small: "

Select = tuple[str, ...] | None


def of_one(
    request: Request, resource: Resource, entity: Entity, select: Select = None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """A response with one entity."""
    content = _envelope(request, resource, select, "/$entity")
    shown = known(request, resource)
    return _respond(request, content | _selected(shown(entity) if shown else entity, select), status)


def of_page(request: Request, resource: Resource, page: Page, select: Select) -> Response:
    """A response with a page of a collection."""
    content = _envelope(request, resource, select)
    if page.count is not None:
        content["@odata.count"] = page.count
    if page.last is not None:
        content["@odata.nextLink"] = _next_link(request, page.last)
    return _respond(request, content | {"value": [_selected(entity, select) for entity in page.entities]})


def known(request: Request, resource: Resource) -> Callable[[Entity], Entity] | None:
    """How entities are shown to a client that did not ask for undocumented members; None: as they are stored."""
    return None if _takes_unknown(request) or not resource.evolvable else resource.known


def _respond(request: Request, content: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    headers = {"Preference-Applied": _PREFERENCE} if _takes_unknown(request) else None
    return JSONResponse(content, status, headers)


def _takes_unknown(request: Request) -> bool:
    preferences = ",".join(request.headers.getlist("prefer")).lower().split(",")
    return _PREFERENCE in [preference.strip() for preference in preferences]


def _next_link(request: Request, position: int) -> str:
    """The URL of the page after the entity at a position."""
    options = {**request.query_params, "$skiptoken": query.skiptoken(position)}
    return f"{root_url(request)}{request.url.path}?{urlencode(options, safe='$,')}"


def _envelope(request: Request, resource: Resource, select: Select, suffix: str = "") -> dict[str, Any]:
    """The context URL of OData, and the tip to use $select for a GET without it.

    The context names the collection, the selected properties, and whether it is a single entity.
    """
    selected = f"({','.join(select)})" if select else ""
    collection = f"security/securityCopilot/{resource.context.format_map(request.path_params)}"
    content = {"@odata.context": f"{root_url(request)}{BASE_PATH}/$metadata#{collection}{selected}{suffix}"}
    if request.method in ("GET", "HEAD") and select is None:
        tip = ",".join(sorted(resource.properties)[:2])
        content["@microsoft.graph.tips"] = f"{_TIPS}GET {request.url.path}?$select={tip}"
    return content


def _selected(entity: Entity, select: Select) -> dict[str, Any]:
    return {name: v for name, v in entity.items() if select is None or name in select or name.startswith("@")}
