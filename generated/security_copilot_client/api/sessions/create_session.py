# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.o_data_error import ODataError
from ...models.session import Session
from ...models.session_create import SessionCreate
from ...types import UNSET, Response, Unset


def _get_kwargs(
    workspace_id: str,
    *,
    body: SessionCreate,
    client_request_id: UUID | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(client_request_id, Unset):
        headers["client-request-id"] = client_request_id

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/security/securityCopilot/workspaces/{workspace_id}/sessions".format(
            workspace_id=quote(str(workspace_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ODataError | Session | None:
    if response.status_code == 201:
        response_201 = Session.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = ODataError.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ODataError.from_dict(response.json())

        return response_401

    if response.status_code == 402:
        response_402 = ODataError.from_dict(response.json())

        return response_402

    if response.status_code == 403:
        response_403 = ODataError.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ODataError.from_dict(response.json())

        return response_404

    if response.status_code == 405:
        response_405 = ODataError.from_dict(response.json())

        return response_405

    if response.status_code == 406:
        response_406 = ODataError.from_dict(response.json())

        return response_406

    if response.status_code == 409:
        response_409 = ODataError.from_dict(response.json())

        return response_409

    if response.status_code == 410:
        response_410 = ODataError.from_dict(response.json())

        return response_410

    if response.status_code == 411:
        response_411 = ODataError.from_dict(response.json())

        return response_411

    if response.status_code == 412:
        response_412 = ODataError.from_dict(response.json())

        return response_412

    if response.status_code == 413:
        response_413 = ODataError.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ODataError.from_dict(response.json())

        return response_415

    if response.status_code == 416:
        response_416 = ODataError.from_dict(response.json())

        return response_416

    if response.status_code == 422:
        response_422 = ODataError.from_dict(response.json())

        return response_422

    if response.status_code == 423:
        response_423 = ODataError.from_dict(response.json())

        return response_423

    if response.status_code == 429:
        response_429 = ODataError.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ODataError.from_dict(response.json())

        return response_500

    if response.status_code == 501:
        response_501 = ODataError.from_dict(response.json())

        return response_501

    if response.status_code == 503:
        response_503 = ODataError.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = ODataError.from_dict(response.json())

        return response_504

    if response.status_code == 507:
        response_507 = ODataError.from_dict(response.json())

        return response_507

    if response.status_code == 509:
        response_509 = ODataError.from_dict(response.json())

        return response_509

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ODataError | Session]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionCreate,
    client_request_id: UUID | Unset = UNSET,
) -> Response[ODataError | Session]:
    """Create a session

     Starts a new, named session in the workspace. It cannot be deleted again.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        body (SessionCreate): A session to be created.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ODataError | Session]
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        body=body,
        client_request_id=client_request_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionCreate,
    client_request_id: UUID | Unset = UNSET,
) -> ODataError | Session | None:
    """Create a session

     Starts a new, named session in the workspace. It cannot be deleted again.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        body (SessionCreate): A session to be created.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ODataError | Session
    """

    return sync_detailed(
        workspace_id=workspace_id,
        client=client,
        body=body,
        client_request_id=client_request_id,
    ).parsed


async def asyncio_detailed(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionCreate,
    client_request_id: UUID | Unset = UNSET,
) -> Response[ODataError | Session]:
    """Create a session

     Starts a new, named session in the workspace. It cannot be deleted again.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        body (SessionCreate): A session to be created.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ODataError | Session]
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        body=body,
        client_request_id=client_request_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    workspace_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionCreate,
    client_request_id: UUID | Unset = UNSET,
) -> ODataError | Session | None:
    """Create a session

     Starts a new, named session in the workspace. It cannot be deleted again.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        body (SessionCreate): A session to be created.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ODataError | Session
    """

    return (
        await asyncio_detailed(
            workspace_id=workspace_id,
            client=client,
            body=body,
            client_request_id=client_request_id,
        )
    ).parsed
