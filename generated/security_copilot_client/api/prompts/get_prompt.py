# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from typing import Any
from uuid import UUID

import httpx
from security_copilot_runtime import parsing

from ...client import AuthenticatedClient
from ...models.o_data_error import ODataError
from ...models.projected_prompt import ProjectedPrompt
from ...models.prompt import Prompt
from ...models.prompt_property import PromptProperty
from ...types import UNSET, Response, Unset


def _get_kwargs(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    *,
    select: list[PromptProperty] | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(client_request_id, Unset):
        headers["client-request-id"] = client_request_id

    if not isinstance(prefer, Unset):
        headers["Prefer"] = prefer

    params: dict[str, Any] = {}

    json_select: list[str] | Unset = UNSET
    if not isinstance(select, Unset):
        json_select = []
        for select_item_data in select:
            select_item: str = select_item_data
            json_select.append(select_item)

    params["$select"] = UNSET if isinstance(json_select, Unset) else ",".join(json_select)

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/security/securityCopilot/workspaces/{workspace_id}/sessions/{session_id}/prompts/{prompt_id}".format(
            workspace_id=parsing.segment("workspace_id", workspace_id),
            session_id=parsing.segment("session_id", session_id),
            prompt_id=parsing.segment("prompt_id", prompt_id),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_200(data: Any) -> ProjectedPrompt | Prompt:
    def _parse_response_200(data: object) -> ProjectedPrompt | Prompt:
        try:
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_retrieved_prompt_type_0 = Prompt.from_dict(data)

            return componentsschemas_retrieved_prompt_type_0
        except (TypeError, ValueError, AttributeError, KeyError):
            pass
        if not isinstance(data, dict):
            raise TypeError()
        componentsschemas_retrieved_prompt_type_1 = ProjectedPrompt.from_dict(data)

        return componentsschemas_retrieved_prompt_type_1

    response_200 = _parse_response_200(data)

    return response_200


def _parse_response(response: httpx.Response) -> ProjectedPrompt | Prompt:
    if response.status_code == 200:
        return parsing.parse(response, _parse_200)
    raise parsing.failure(response)


def _build_response(response: httpx.Response) -> Response[ODataError | ProjectedPrompt | Prompt]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=parsing.lenient(response, _parse_response, ODataError.from_dict),
    )


def sync_detailed(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    *,
    client: AuthenticatedClient,
    select: list[PromptProperty] | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Response[ODataError | ProjectedPrompt | Prompt]:
    """Get a prompt

     Returns one prompt.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        prompt_id (str): The GUID of a prompt. The documentation types it as a string and shows
            GUIDs only.
        select (list[PromptProperty] | Unset): The properties to return, and no others.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        prefer (str | Unset): What the caller would like, such as `include-unknown-enum-members`.

    Raises:
        errors.InvalidResponseError: If the response breaks off.
        errors.NoResponseError: If no response comes.

    Returns:
        Response[ODataError | ProjectedPrompt | Prompt]
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        prompt_id=prompt_id,
        select=select,
        client_request_id=client_request_id,
        prefer=prefer,
    )

    return _build_response(client.request(**kwargs))


def sync(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    *,
    client: AuthenticatedClient,
    select: list[PromptProperty] | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> ProjectedPrompt | Prompt:
    """Get a prompt

     Returns one prompt.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        prompt_id (str): The GUID of a prompt. The documentation types it as a string and shows
            GUIDs only.
        select (list[PromptProperty] | Unset): The properties to return, and no others.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        prefer (str | Unset): What the caller would like, such as `include-unknown-enum-members`.

    Raises:
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Returns:
        ProjectedPrompt | Prompt
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        prompt_id=prompt_id,
        select=select,
        client_request_id=client_request_id,
        prefer=prefer,
    )

    return _parse_response(client.request(**kwargs))


async def asyncio_detailed(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    *,
    client: AuthenticatedClient,
    select: list[PromptProperty] | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Response[ODataError | ProjectedPrompt | Prompt]:
    """Get a prompt

     Returns one prompt.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        prompt_id (str): The GUID of a prompt. The documentation types it as a string and shows
            GUIDs only.
        select (list[PromptProperty] | Unset): The properties to return, and no others.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        prefer (str | Unset): What the caller would like, such as `include-unknown-enum-members`.

    Raises:
        errors.InvalidResponseError: If the response breaks off.
        errors.NoResponseError: If no response comes.

    Returns:
        Response[ODataError | ProjectedPrompt | Prompt]
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        prompt_id=prompt_id,
        select=select,
        client_request_id=client_request_id,
        prefer=prefer,
    )

    return _build_response(await client.arequest(**kwargs))


async def asyncio(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    *,
    client: AuthenticatedClient,
    select: list[PromptProperty] | Unset = UNSET,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> ProjectedPrompt | Prompt:
    """Get a prompt

     Returns one prompt.

    Args:
        workspace_id (str): The word `default`, or the GUID of a workspace.
        session_id (str): The GUID of a session. The documentation types it as a string and shows
            GUIDs only.
        prompt_id (str): The GUID of a prompt. The documentation types it as a string and shows
            GUIDs only.
        select (list[PromptProperty] | Unset): The properties to return, and no others.
        client_request_id (UUID | Unset): A GUID, in hyphenated hexadecimal.
        prefer (str | Unset): What the caller would like, such as `include-unknown-enum-members`.

    Raises:
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Returns:
        ProjectedPrompt | Prompt
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        prompt_id=prompt_id,
        select=select,
        client_request_id=client_request_id,
        prefer=prefer,
    )

    return _parse_response(await client.arequest(**kwargs))
