# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Any
from uuid import UUID

import httpx
from security_copilot_runtime import parsing

from ...client import AuthenticatedClient
from ...models.o_data_error import ODataError
from ...models.prompt import Prompt
from ...models.prompt_create import PromptCreate
from ...types import UNSET, Response, Unset


def _get_kwargs(
    workspace_id: str,
    session_id: str,
    *,
    body: PromptCreate,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(client_request_id, Unset):
        headers["client-request-id"] = client_request_id

    if not isinstance(prefer, Unset):
        headers["Prefer"] = prefer

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/security/securityCopilot/workspaces/{workspace_id}/sessions/{session_id}/prompts".format(
            workspace_id=parsing.segment("workspace_id", workspace_id),
            session_id=parsing.segment("session_id", session_id),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_201(data: Any) -> Prompt:
    response_201 = Prompt.from_dict(data)

    return response_201


def _parse_response(response: httpx.Response) -> Prompt:
    if response.status_code == 201:
        return parsing.parse(response, _parse_201)
    raise parsing.failure(response)


def _build_response(response: httpx.Response) -> Response[ODataError | Prompt]:
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
    body: PromptCreate,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Response[ODataError | Prompt]:
    """Create a prompt

     Adds a prompt to the session. It can be neither changed nor deleted again, and nothing runs yet.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        prefer (str | Unset): What the caller would like, such as `include-unknown-enum-members`.
        body (PromptCreate): A prompt to be created.

    Raises:
        errors.InvalidResponseError: If the response breaks off.
        errors.NoResponseError: If no response comes.

    Returns:
        Response[ODataError | Prompt]
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        body=body,
        client_request_id=client_request_id,
        prefer=prefer,
    )

    return _build_response(client.request(**kwargs))


def sync(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    body: PromptCreate,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Prompt:
    """Create a prompt

     Adds a prompt to the session. It can be neither changed nor deleted again, and nothing runs yet.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        prefer (str | Unset): What the caller would like, such as `include-unknown-enum-members`.
        body (PromptCreate): A prompt to be created.

    Raises:
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Returns:
        Prompt
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        body=body,
        client_request_id=client_request_id,
        prefer=prefer,
    )

    return _parse_response(client.request(**kwargs))


async def asyncio_detailed(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    body: PromptCreate,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Response[ODataError | Prompt]:
    """Create a prompt

     Adds a prompt to the session. It can be neither changed nor deleted again, and nothing runs yet.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        prefer (str | Unset): What the caller would like, such as `include-unknown-enum-members`.
        body (PromptCreate): A prompt to be created.

    Raises:
        errors.InvalidResponseError: If the response breaks off.
        errors.NoResponseError: If no response comes.

    Returns:
        Response[ODataError | Prompt]
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        body=body,
        client_request_id=client_request_id,
        prefer=prefer,
    )

    return _build_response(await client.arequest(**kwargs))


async def asyncio(
    workspace_id: str,
    session_id: str,
    *,
    client: AuthenticatedClient,
    body: PromptCreate,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Prompt:
    """Create a prompt

     Adds a prompt to the session. It can be neither changed nor deleted again, and nothing runs yet.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        prefer (str | Unset): What the caller would like, such as `include-unknown-enum-members`.
        body (PromptCreate): A prompt to be created.

    Raises:
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Returns:
        Prompt
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        body=body,
        client_request_id=client_request_id,
        prefer=prefer,
    )

    return _parse_response(await client.arequest(**kwargs))
