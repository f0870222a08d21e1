# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
from security_copilot_runtime import arguments, parsing

from ... import models as _models
from ...client import AuthenticatedClient
from ...models.evaluation import Evaluation
from ...models.evaluation_create import EvaluationCreate
from ...types import UNSET, Response, Unset


def _get_kwargs(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    *,
    body: EvaluationCreate,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> dict[str, Any]:
    return {
        "method": "post",
        "url": "/security/securityCopilot/workspaces/{workspace_id}/sessions/{session_id}/prompts/{prompt_id}/evaluations".format(
            workspace_id=parsing.segment("workspace_id", workspace_id),
            session_id=parsing.segment("session_id", session_id),
            prompt_id=parsing.segment("prompt_id", prompt_id),
        ),
        "headers": {
            "client-request-id": client_request_id
            if client_request_id is UNSET
            else arguments.guid("client_request_id", client_request_id),
            "Prefer": prefer if prefer is UNSET else arguments.plain("prefer", prefer, str),
            "Content-Type": "application/json",
        },
        "json": arguments.body(body, EvaluationCreate),
    }


def _parse_response(response: httpx.Response) -> Evaluation:
    if response.is_success:
        return parsing.parse(response, Evaluation.from_dict)

    raise parsing.failure(response)


def _build_response(response: httpx.Response) -> Response[Evaluation | _models.ODataError]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=parsing.lenient(response, lambda: _parse_response(response), _models.ODataError.from_dict),
    )


def sync(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    *,
    client: AuthenticatedClient,
    body: EvaluationCreate,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Evaluation:
    """Create an evaluation.

    Runs the prompt. This runs the model and is billed. The evaluation cannot be deleted.

    Args:
        workspace_id: The GUID of a workspace, or `default`.
        session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
        prompt_id: The GUID of a prompt. The documentation types it as a string and shows GUIDs only.
        client_request_id: A GUID, in hyphenated hexadecimal.
        prefer: The preferences, for example `include-unknown-enum-members`.
        body: The evaluation to create. It has no writable properties, so this is an empty object.

    Raises:
        TypeError: If an argument is of a wrong type. Nothing is sent.
        ValueError: If an id is empty, "." or "..". Nothing is sent.
        errors.ServiceError: If the service refuses or fails: any status from 400.
        errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
        errors.NoResponseError: If no response comes.
    """

    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        prompt_id=prompt_id,
        body=body,
        client_request_id=client_request_id,
        prefer=prefer,
    )
    return _parse_response(arguments.client(client).request(**kwargs))


async def asyncio(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    *,
    client: AuthenticatedClient,
    body: EvaluationCreate,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Evaluation:
    """Like `sync`, for asyncio."""
    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        prompt_id=prompt_id,
        body=body,
        client_request_id=client_request_id,
        prefer=prefer,
    )
    return _parse_response(await arguments.client(client).arequest(**kwargs))


def sync_detailed(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    *,
    client: AuthenticatedClient,
    body: EvaluationCreate,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Response[Evaluation | _models.ODataError]:
    """Like `sync`, but returns every response: status, headers, content, and the object parsed from it.

    `parsed` is the success or the error, or None if there is no body or it is malformed. Raises
    errors.NoResponseError and errors.InvalidResponseError only if the response is missing or incomplete.
    """
    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        prompt_id=prompt_id,
        body=body,
        client_request_id=client_request_id,
        prefer=prefer,
    )
    return _build_response(arguments.client(client).request(**kwargs))


async def asyncio_detailed(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    *,
    client: AuthenticatedClient,
    body: EvaluationCreate,
    client_request_id: UUID | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Response[Evaluation | _models.ODataError]:
    """Like `sync_detailed`, for asyncio."""
    kwargs = _get_kwargs(
        workspace_id=workspace_id,
        session_id=session_id,
        prompt_id=prompt_id,
        body=body,
        client_request_id=client_request_id,
        prefer=prefer,
    )
    return _build_response(await arguments.client(client).arequest(**kwargs))
