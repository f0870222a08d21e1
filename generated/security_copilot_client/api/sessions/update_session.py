# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
from security_copilot_runtime import arguments, parsing

from ... import models as _models
from ...client import AuthenticatedClient
from ...models.session import Session
from ...models.session_update import SessionUpdate
from ...types import UNSET, Response, Unset


def _get_kwargs(
    workspace_id: str, session_id: str, *, body: SessionUpdate, client_request_id: UUID | Unset = UNSET
) -> dict[str, Any]:
    return {
        "method": "patch",
        "url": "/security/securityCopilot/workspaces/{workspace_id}/sessions/{session_id}".format(
            workspace_id=parsing.segment("workspace_id", workspace_id),
            session_id=parsing.segment("session_id", session_id),
        ),
        "headers": {
            "client-request-id": client_request_id
            if client_request_id is UNSET
            else arguments.guid("client_request_id", client_request_id),
            "Content-Type": "application/json",
        },
        "json": arguments.body(body, SessionUpdate),
    }


def _parse_response(response: httpx.Response) -> Session:
    if response.is_success:
        return parsing.parse(response, Session.from_dict)

    raise parsing.failure(response)


def _build_response(response: httpx.Response) -> Response[Session | _models.ODataError]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=parsing.lenient(response, lambda: _parse_response(response), _models.ODataError.from_dict),
    )


def sync(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionUpdate,
    client_request_id: UUID | Unset = UNSET,
) -> Session:
    """Update a session.

    Renames the session. If the name changes, `lastModifiedDateTime` is updated.

    Args:
        workspace_id: The GUID of a workspace, or `default`.
        session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
        client_request_id: A GUID, in hyphenated hexadecimal.
        body: The changes to a session. Omitted properties are not changed.

    Raises:
        TypeError: If an argument is of a wrong type. Nothing is sent.
        ValueError: If an id is empty, "." or "..". Nothing is sent.
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
        errors.NoResponseError: If no response comes.
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id, session_id=session_id, body=body, client_request_id=client_request_id
    )
    return _parse_response(arguments.client(client).request(**kwargs))


async def asyncio(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionUpdate,
    client_request_id: UUID | Unset = UNSET,
) -> Session:
    """Like `sync`, for asyncio."""
    kwargs = _get_kwargs(
        workspace_id=workspace_id, session_id=session_id, body=body, client_request_id=client_request_id
    )
    return _parse_response(await arguments.client(client).arequest(**kwargs))


def sync_detailed(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionUpdate,
    client_request_id: UUID | Unset = UNSET,
) -> Response[Session | _models.ODataError]:
    """Like `sync`, but returns every response: status, headers, content, and the object parsed from it.

    `parsed` is the success or the error, or None if there is no body or it is malformed. Raises
    errors.NoResponseError and errors.InvalidResponseError only if the response is missing or incomplete.
    """
    kwargs = _get_kwargs(
        workspace_id=workspace_id, session_id=session_id, body=body, client_request_id=client_request_id
    )
    return _build_response(arguments.client(client).request(**kwargs))


async def asyncio_detailed(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    body: SessionUpdate,
    client_request_id: UUID | Unset = UNSET,
) -> Response[Session | _models.ODataError]:
    """Like `sync_detailed`, for asyncio."""
    kwargs = _get_kwargs(
        workspace_id=workspace_id, session_id=session_id, body=body, client_request_id=client_request_id
    )
    return _build_response(await arguments.client(client).arequest(**kwargs))
