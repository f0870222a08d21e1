# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""The operations of prompts as methods: `client.prompts` and `client.aio.prompts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from security_copilot_runtime.lazy import LazyModule

from ...types import UNSET

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ... import models as _models
    from ...client import AuthenticatedClient
    from ...models.projected_prompt import ProjectedPrompt
    from ...models.prompt import Prompt
    from ...models.prompt_property import PromptProperty
    from ...types import Unset
    from . import create_prompt as _create_prompt
    from . import get_prompt as _get_prompt
    from . import list_prompts as _list_prompts
else:
    _models = LazyModule("...models", __package__)
    _list_prompts = LazyModule(".list_prompts", __package__)
    _create_prompt = LazyModule(".create_prompt", __package__)
    _get_prompt = LazyModule(".get_prompt", __package__)

__all__ = ("AsyncPrompts", "Prompts")


class Prompts:
    """The operations of prompts. Use `client.prompts`."""

    __slots__ = ("_client",)

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @overload
    def list(
        self,
        session_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Iterator[Prompt]: ...

    @overload
    def list(
        self,
        session_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[PromptProperty] | Unset,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Iterator[ProjectedPrompt | Prompt]: ...

    def list(
        self,
        session_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[PromptProperty] | Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Iterator[ProjectedPrompt | Prompt]:
        """List the prompts.

        Returns the prompts of the session, page by page.

        The iterator yields the items of all pages, with one page in memory at a time.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            count: Whether to count the items on all pages.
            filter_: An OData expression.
            select: The properties to return.
            top: The number of items on a page.
            client_request_id: A GUID, in hyphenated hexadecimal.
            prefer: The preferences, for example `include-unknown-enum-members`.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return _list_prompts.iterate(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            client=self._client,
            count=count,
            filter_=filter_,
            select=select,
            top=top,
            client_request_id=client_request_id,
            prefer=prefer,
        )

    def create(
        self,
        session_id: str,
        content: str,
        *,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Prompt:
        """Create a prompt.

        Adds a prompt to the session without running it. It cannot be changed or deleted.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            content: The question.
            client_request_id: A GUID, in hyphenated hexadecimal.
            prefer: The preferences, for example `include-unknown-enum-members`.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return _create_prompt.sync(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            client=self._client,
            body=_models.PromptCreate(content=content),
            client_request_id=client_request_id,
            prefer=prefer,
        )

    @overload
    def get(
        self,
        session_id: str,
        prompt_id: str,
        *,
        select: Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Prompt: ...

    @overload
    def get(
        self,
        session_id: str,
        prompt_id: str,
        *,
        select: builtins.list[PromptProperty] | Unset,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> ProjectedPrompt | Prompt: ...

    def get(
        self,
        session_id: str,
        prompt_id: str,
        *,
        select: builtins.list[PromptProperty] | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> ProjectedPrompt | Prompt:
        """Get a prompt.

        Returns one prompt.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            prompt_id: The GUID of a prompt. The documentation types it as a string and shows GUIDs only.
            select: The properties to return.
            client_request_id: A GUID, in hyphenated hexadecimal.
            prefer: The preferences, for example `include-unknown-enum-members`.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return _get_prompt.sync(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            prompt_id=prompt_id,
            client=self._client,
            select=select,
            client_request_id=client_request_id,
            prefer=prefer,
        )


class AsyncPrompts:
    """The operations of prompts for asyncio. Use `client.aio.prompts`."""

    __slots__ = ("_client",)

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @overload
    def list(
        self,
        session_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> AsyncIterator[Prompt]: ...

    @overload
    def list(
        self,
        session_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[PromptProperty] | Unset,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> AsyncIterator[ProjectedPrompt | Prompt]: ...

    def list(
        self,
        session_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[PromptProperty] | Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> AsyncIterator[ProjectedPrompt | Prompt]:
        """List the prompts.

        Returns the prompts of the session, page by page.

        The iterator yields the items of all pages, with one page in memory at a time.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            count: Whether to count the items on all pages.
            filter_: An OData expression.
            select: The properties to return.
            top: The number of items on a page.
            client_request_id: A GUID, in hyphenated hexadecimal.
            prefer: The preferences, for example `include-unknown-enum-members`.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return _list_prompts.aiterate(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            client=self._client,
            count=count,
            filter_=filter_,
            select=select,
            top=top,
            client_request_id=client_request_id,
            prefer=prefer,
        )

    async def create(
        self,
        session_id: str,
        content: str,
        *,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Prompt:
        """Create a prompt.

        Adds a prompt to the session without running it. It cannot be changed or deleted.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            content: The question.
            client_request_id: A GUID, in hyphenated hexadecimal.
            prefer: The preferences, for example `include-unknown-enum-members`.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return await _create_prompt.asyncio(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            client=self._client,
            body=_models.PromptCreate(content=content),
            client_request_id=client_request_id,
            prefer=prefer,
        )

    @overload
    async def get(
        self,
        session_id: str,
        prompt_id: str,
        *,
        select: Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Prompt: ...

    @overload
    async def get(
        self,
        session_id: str,
        prompt_id: str,
        *,
        select: builtins.list[PromptProperty] | Unset,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> ProjectedPrompt | Prompt: ...

    async def get(
        self,
        session_id: str,
        prompt_id: str,
        *,
        select: builtins.list[PromptProperty] | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> ProjectedPrompt | Prompt:
        """Get a prompt.

        Returns one prompt.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            prompt_id: The GUID of a prompt. The documentation types it as a string and shows GUIDs only.
            select: The properties to return.
            client_request_id: A GUID, in hyphenated hexadecimal.
            prefer: The preferences, for example `include-unknown-enum-members`.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return await _get_prompt.asyncio(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            prompt_id=prompt_id,
            client=self._client,
            select=select,
            client_request_id=client_request_id,
            prefer=prefer,
        )
