# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, overload
from uuid import UUID

import httpx
from security_copilot_runtime import arguments, paging, parsing

from ... import models as _models
from ...client import AuthenticatedClient
from ...models.projected_session import ProjectedSession
from ...models.session import Session
from ...models.session_collection import SessionCollection
from ...models.session_property import SessionProperty
from ...types import UNSET, Response, Unset


def _get_kwargs(
    workspace_id: str,
    *,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: list[SessionProperty] | Unset = UNSET,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> dict[str, Any]:
    return {
        "method": "get",
        "url": "/security/securityCopilot/workspaces/{workspace_id}/sessions".format(
            workspace_id=parsing.segment("workspace_id", workspace_id)
        ),
        "params": {
            "$count": count if count is UNSET else arguments.plain("count", count, bool),
            "$filter": filter_ if filter_ is UNSET else arguments.plain("filter_", filter_, str),
            "$select": select if select is UNSET else arguments.names("select", select),
            "$top": top if top is UNSET else arguments.plain("top", top, int),
        },
        "headers": {
            "client-request-id": client_request_id
            if client_request_id is UNSET
            else arguments.guid("client_request_id", client_request_id)
        },
    }


def _parse_page(data: Any) -> SessionCollection:
    return SessionCollection.from_dict(parsing.as_page(data, Session))


def _parse_whole_page(data: Any) -> SessionCollection:
    return parsing.whole_page(parsing.as_page(data, Session), SessionCollection, Session)


def _parse_response(response: httpx.Response, is_selected: bool = False) -> SessionCollection:
    if response.is_success:
        return parsing.parse(response, _parse_page if is_selected else _parse_whole_page)

    raise parsing.failure(response)


def _build_response(response: httpx.Response, is_selected: bool) -> Response[SessionCollection | _models.ODataError]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=parsing.lenient(response, lambda: _parse_response(response, is_selected), _models.ODataError.from_dict),
    )


def sync(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: list[SessionProperty] | Unset = UNSET,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> SessionCollection:
    """List the sessions.

    Returns the sessions of the workspace, page by page.

    Args:
        workspace_id: The GUID of a workspace, or `default`.
        count: Whether to count the items on all pages.
        filter_: An OData expression.
        select: The properties to return.
        top: The number of items on a page.
        client_request_id: A GUID, in hyphenated hexadecimal.

    Raises:
        TypeError: If an argument is of a wrong type. Nothing is sent.
        ValueError: If an id is empty, "." or "..". Nothing is sent.
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
        errors.NoResponseError: If no response comes.
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )
    return _parse_response(arguments.client(client).request(**kwargs), select is not UNSET)


async def asyncio(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: list[SessionProperty] | Unset = UNSET,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> SessionCollection:
    """Like `sync`, for asyncio."""
    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )
    return _parse_response(await arguments.client(client).arequest(**kwargs), select is not UNSET)


def sync_detailed(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: list[SessionProperty] | Unset = UNSET,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Response[SessionCollection | _models.ODataError]:
    """Like `sync`, but returns every response: status, headers, content, and the object parsed from it.

    `parsed` is the success or the error, or None if there is no body or it is malformed. Raises
    errors.NoResponseError and errors.InvalidResponseError only if the response is missing or incomplete.
    """
    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )
    return _build_response(arguments.client(client).request(**kwargs), select is not UNSET)


async def asyncio_detailed(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: list[SessionProperty] | Unset = UNSET,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Response[SessionCollection | _models.ODataError]:
    """Like `sync_detailed`, for asyncio."""
    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )
    return _build_response(await arguments.client(client).arequest(**kwargs), select is not UNSET)


@overload
def iterate(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: Unset = UNSET,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Iterator[Session]: ...


@overload
def iterate(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: list[SessionProperty] | Unset,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Iterator[ProjectedSession | Session]: ...


def iterate(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: list[SessionProperty] | Unset = UNSET,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Iterator[ProjectedSession | Session]:
    """Like `sync`, but yields the items of all pages, with one page in memory at a time.

    Raises errors.InvalidResponseError as well if a page links to another origin, or to a page that was fetched before.
    """
    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )
    for page in paging.pages(
        arguments.client(client), kwargs, lambda response: _parse_response(response, select is not UNSET)
    ):
        for item in page.value:
            yield item


@overload
def aiterate(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: Unset = UNSET,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> AsyncIterator[Session]: ...


@overload
def aiterate(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: list[SessionProperty] | Unset,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> AsyncIterator[ProjectedSession | Session]: ...


async def aiterate(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: list[SessionProperty] | Unset = UNSET,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> AsyncIterator[ProjectedSession | Session]:
    """Like `iterate`, for asyncio."""
    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )
    async for page in paging.apages(
        arguments.client(client), kwargs, lambda response: _parse_response(response, select is not UNSET)
    ):
        for item in page.value:
            yield item
