# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import httpx
from security_copilot_runtime import paging, parsing

from ...client import AuthenticatedClient
from ...models.o_data_error import ODataError
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
    headers: dict[str, Any] = {}
    if not isinstance(client_request_id, Unset):
        headers["client-request-id"] = client_request_id

    params: dict[str, Any] = {}

    params["$count"] = count

    params["$filter"] = filter_

    json_select: list[str] | Unset = UNSET
    if not isinstance(select, Unset):
        json_select = []
        for select_item_data in select:
            select_item: str = select_item_data
            json_select.append(select_item)

    params["$select"] = UNSET if isinstance(json_select, Unset) else ",".join(json_select)

    params["$top"] = top

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/security/securityCopilot/workspaces/{workspace_id}/sessions".format(
            workspace_id=parsing.segment("workspace_id", workspace_id),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_200(data: Any) -> SessionCollection:
    response_200 = SessionCollection.from_dict(data)

    return response_200


def _parse_response(response: httpx.Response) -> SessionCollection:
    if response.status_code == 200:
        return parsing.parse(response, _parse_200)
    raise parsing.failure(response)


def _build_response(response: httpx.Response) -> Response[ODataError | SessionCollection]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=parsing.lenient(response, _parse_response, ODataError.from_dict),
    )


def sync_detailed(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: list[SessionProperty] | Unset = UNSET,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Response[ODataError | SessionCollection]:
    """List the sessions

     Returns the sessions of the workspace, page by page.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        count (bool | Unset): Whether to count the items on all pages.
        filter_ (str | Unset): An expression of OData.
        select (list[SessionProperty] | Unset): The properties to return, and no others.
        top (int | Unset): How many items a page should hold.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.

    Raises:
        errors.InvalidResponseError: If the response breaks off.
        errors.NoResponseError: If no response comes.

    Returns:
        Response[ODataError | SessionCollection]
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )

    return _build_response(client.request(**kwargs))


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
    """List the sessions

     Returns the sessions of the workspace, page by page.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        count (bool | Unset): Whether to count the items on all pages.
        filter_ (str | Unset): An expression of OData.
        select (list[SessionProperty] | Unset): The properties to return, and no others.
        top (int | Unset): How many items a page should hold.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.

    Raises:
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Returns:
        SessionCollection
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )

    return _parse_response(client.request(**kwargs))


async def asyncio_detailed(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    count: bool | Unset = UNSET,
    filter_: str | Unset = UNSET,
    select: list[SessionProperty] | Unset = UNSET,
    top: int | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Response[ODataError | SessionCollection]:
    """List the sessions

     Returns the sessions of the workspace, page by page.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        count (bool | Unset): Whether to count the items on all pages.
        filter_ (str | Unset): An expression of OData.
        select (list[SessionProperty] | Unset): The properties to return, and no others.
        top (int | Unset): How many items a page should hold.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.

    Raises:
        errors.InvalidResponseError: If the response breaks off.
        errors.NoResponseError: If no response comes.

    Returns:
        Response[ODataError | SessionCollection]
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )

    return _build_response(await client.arequest(**kwargs))


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
    """List the sessions

     Returns the sessions of the workspace, page by page.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        count (bool | Unset): Whether to count the items on all pages.
        filter_ (str | Unset): An expression of OData.
        select (list[SessionProperty] | Unset): The properties to return, and no others.
        top (int | Unset): How many items a page should hold.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.

    Raises:
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Returns:
        SessionCollection
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )

    return _parse_response(await client.arequest(**kwargs))


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
    """List the sessions

     Returns the sessions of the workspace, page by page.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        count (bool | Unset): Whether to count the items on all pages.
        filter_ (str | Unset): An expression of OData.
        select (list[SessionProperty] | Unset): The properties to return, and no others.
        top (int | Unset): How many items a page should hold.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.

    Raises:
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Yields:
        ProjectedSession | Session
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )

    for page in paging.pages(client, kwargs, _parse_response):
        for item in page.value:
            yield item


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
    """List the sessions

     Returns the sessions of the workspace, page by page.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        count (bool | Unset): Whether to count the items on all pages.
        filter_ (str | Unset): An expression of OData.
        select (list[SessionProperty] | Unset): The properties to return, and no others.
        top (int | Unset): How many items a page should hold.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.

    Raises:
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Yields:
        ProjectedSession | Session
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        count=count,
        filter_=filter_,
        select=select,
        top=top,
        client_request_id=client_request_id,
    )

    async for page in paging.apages(client, kwargs, _parse_response):
        for item in page.value:
            yield item
