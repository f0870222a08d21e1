# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from typing import Any, overload
from uuid import UUID

import httpx
from security_copilot_runtime import arguments, parsing
from security_copilot_runtime.values import wrong_type as _wrong_type

from ... import models as _models
from ...client import AuthenticatedClient
from ...models.projected_session import ProjectedSession
from ...models.session import Session
from ...models.session_property import SessionProperty
from ...types import UNSET, Response, Unset


def _get_kwargs(
    workspace_id: str,
    session_id: str,
    *,
    select: list[SessionProperty] | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> dict[str, Any]:
    return {
        "method": "get",
        "url": "/security/securityCopilot/workspaces/{workspace_id}/sessions/{session_id}".format(
            workspace_id=parsing.segment("workspace_id", workspace_id),
            session_id=parsing.segment("session_id", session_id),
        ),
        "params": {"$select": select if select is UNSET else arguments.names("select", select)},
        "headers": {
            "client-request-id": client_request_id
            if client_request_id is UNSET
            else arguments.guid("client_request_id", client_request_id)
        },
    }


def _parse_response_200(data: object) -> ProjectedSession | Session:
    if isinstance(data, dict) and data.keys() >= Session._required:
        try:
            componentsschemas_retrieved_session_type_0 = Session.from_dict(data)

            return componentsschemas_retrieved_session_type_0
        except (TypeError, ValueError, AttributeError, KeyError):
            pass
    if not isinstance(data, dict):
        raise _wrong_type("response_200", data, "an object")
    componentsschemas_retrieved_session_type_1 = ProjectedSession.from_dict(data)

    return componentsschemas_retrieved_session_type_1


def _parse_response(response: httpx.Response, is_selected: bool = False) -> ProjectedSession | Session:
    if response.is_success:
        return parsing.parse(response, _parse_response_200 if is_selected else Session.from_dict)

    raise parsing.failure(response)


def _build_response(
    response: httpx.Response, is_selected: bool
) -> Response[ProjectedSession | Session | _models.ODataError]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=parsing.lenient(response, lambda: _parse_response(response, is_selected), _models.ODataError.from_dict),
    )


@overload
def sync(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Session: ...


@overload
def sync(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: list[SessionProperty] | Unset,
    client_request_id: UUID | Unset = UNSET,
) -> ProjectedSession | Session: ...


def sync(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: list[SessionProperty] | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> ProjectedSession | Session:
    """Get a session.

    Returns one session.

    Args:
        workspace_id: The GUID of a workspace, or `default`.
        session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
        select: The properties to return.
        client_request_id: A GUID, in hyphenated hexadecimal.

    Raises:
        TypeError: If an argument is of a wrong type. Nothing is sent.
        ValueError: If an id is empty, "." or "..". Nothing is sent.
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
        errors.NoResponseError: If no response comes.
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id, session_id=session_id, select=select, client_request_id=client_request_id
    )
    return _parse_response(arguments.client(client).request(**kwargs), select is not UNSET)


@overload
async def asyncio(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Session: ...


@overload
async def asyncio(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: list[SessionProperty] | Unset,
    client_request_id: UUID | Unset = UNSET,
) -> ProjectedSession | Session: ...


async def asyncio(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: list[SessionProperty] | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> ProjectedSession | Session:
    """Like `sync`, for asyncio."""
    kwargs = _get_kwargs(
        workspace_id=workspace_id, session_id=session_id, select=select, client_request_id=client_request_id
    )
    return _parse_response(await arguments.client(client).arequest(**kwargs), select is not UNSET)


@overload
def sync_detailed(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Response[_models.ODataError | Session]: ...


@overload
def sync_detailed(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: list[SessionProperty] | Unset,
    client_request_id: UUID | Unset = UNSET,
) -> Response[_models.ODataError | ProjectedSession | Session]: ...


def sync_detailed(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: list[SessionProperty] | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Response[Any]:
    """Like `sync`, but returns every response: status, headers, content, and the object parsed from it.

    `parsed` is the success or the error, or None if there is no body or it is malformed. Raises
    errors.NoResponseError and errors.InvalidResponseError only if the response is missing or incomplete.
    """
    kwargs = _get_kwargs(
        workspace_id=workspace_id, session_id=session_id, select=select, client_request_id=client_request_id
    )
    return _build_response(arguments.client(client).request(**kwargs), select is not UNSET)


@overload
async def asyncio_detailed(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Response[_models.ODataError | Session]: ...


@overload
async def asyncio_detailed(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: list[SessionProperty] | Unset,
    client_request_id: UUID | Unset = UNSET,
) -> Response[_models.ODataError | ProjectedSession | Session]: ...


async def asyncio_detailed(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    select: list[SessionProperty] | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
) -> Response[Any]:
    """Like `sync_detailed`, for asyncio."""
    kwargs = _get_kwargs(
        workspace_id=workspace_id, session_id=session_id, select=select, client_request_id=client_request_id
    )
    return _build_response(await arguments.client(client).arequest(**kwargs), select is not UNSET)
