# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Any
from uuid import UUID

import httpx
from security_copilot_runtime import parsing

from ...client import AuthenticatedClient
from ...models.o_data_error import ODataError
from ...models.session import Session
from ...models.session_update import SessionUpdate
from ...types import UNSET, Response, Unset


def _get_kwargs(
    workspace_id: str,
    session_id: str,
    *,
    body: SessionUpdate,
    client_request_id: UUID | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(client_request_id, Unset):
        headers["client-request-id"] = client_request_id

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/security/securityCopilot/workspaces/{workspace_id}/sessions/{session_id}".format(
            workspace_id=parsing.segment("workspace_id", workspace_id),
            session_id=parsing.segment("session_id", session_id),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_200(data: Any) -> Session:
    response_200 = Session.from_dict(data)

    return response_200


def _parse_response(response: httpx.Response) -> Session:
    if response.status_code == 200:
        return parsing.parse(response, _parse_200)
    raise parsing.failure(response)


def _build_response(response: httpx.Response) -> Response[ODataError | Session]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=parsing.lenient(response, _parse_response, ODataError.from_dict),
    )


def sync_detailed(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionUpdate,
    client_request_id: UUID | Unset = UNSET,
) -> Response[ODataError | Session]:
    """Update a session

     Renames the session. `lastModifiedDateTime` moves when the name changes.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        body (SessionUpdate): What is to change in a session. What is left out stays as it is.

    Raises:
        errors.InvalidResponseError: If the response breaks off.
        errors.NoResponseError: If no response comes.

    Returns:
        Response[ODataError | Session]
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        body=body,
        client_request_id=client_request_id,
    )

    return _build_response(client.request(**kwargs))


def sync(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionUpdate,
    client_request_id: UUID | Unset = UNSET,
) -> Session:
    """Update a session

     Renames the session. `lastModifiedDateTime` moves when the name changes.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        body (SessionUpdate): What is to change in a session. What is left out stays as it is.

    Raises:
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Returns:
        Session
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        body=body,
        client_request_id=client_request_id,
    )

    return _parse_response(client.request(**kwargs))


async def asyncio_detailed(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionUpdate,
    client_request_id: UUID | Unset = UNSET,
) -> Response[ODataError | Session]:
    """Update a session

     Renames the session. `lastModifiedDateTime` moves when the name changes.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        body (SessionUpdate): What is to change in a session. What is left out stays as it is.

    Raises:
        errors.InvalidResponseError: If the response breaks off.
        errors.NoResponseError: If no response comes.

    Returns:
        Response[ODataError | Session]
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        body=body,
        client_request_id=client_request_id,
    )

    return _build_response(await client.arequest(**kwargs))


async def asyncio(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionUpdate,
    client_request_id: UUID | Unset = UNSET,
) -> Session:
    """Update a session

     Renames the session. `lastModifiedDateTime` moves when the name changes.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        body (SessionUpdate): What is to change in a session. What is left out stays as it is.

    Raises:
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Returns:
        Session
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        body=body,
        client_request_id=client_request_id,
    )

    return _parse_response(await client.arequest(**kwargs))
