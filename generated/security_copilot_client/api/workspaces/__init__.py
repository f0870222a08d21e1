# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""The operations of workspaces as methods: `client.workspaces` and `client.aio.workspaces`."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from security_copilot_runtime.lazy import LazyModule

from ...types import UNSET

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ...client import AuthenticatedClient
    from ...models.projected_workspace import ProjectedWorkspace
    from ...models.workspace import Workspace
    from ...models.workspace_property import WorkspaceProperty
    from ...types import Unset
    from . import list_workspaces as _list_workspaces
else:
    _list_workspaces = LazyModule(".list_workspaces", __package__)

__all__ = ("AsyncWorkspaces", "Workspaces")


class Workspaces:
    """The operations of workspaces. Use `client.workspaces`."""

    __slots__ = ("_client",)

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @overload
    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
    ) -> Iterator[Workspace]: ...

    @overload
    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[WorkspaceProperty] | Unset,
        client_request_id: UUID | Unset = UNSET,
    ) -> Iterator[ProjectedWorkspace | Workspace]: ...

    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[WorkspaceProperty] | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
    ) -> Iterator[ProjectedWorkspace | Workspace]:
        """List the workspaces.

        Returns the workspaces, page by page.

        The iterator yields the items of all pages, with one page in memory at a time.

        Args:
            count: Whether to count the items on all pages.
            filter_: An OData expression.
            select: The properties to return.
            client_request_id: A GUID, in hyphenated hexadecimal.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return _list_workspaces.iterate(
            client=self._client, count=count, filter_=filter_, select=select, client_request_id=client_request_id
        )


class AsyncWorkspaces:
    """The operations of workspaces for asyncio. Use `client.aio.workspaces`."""

    __slots__ = ("_client",)

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @overload
    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
    ) -> AsyncIterator[Workspace]: ...

    @overload
    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[WorkspaceProperty] | Unset,
        client_request_id: UUID | Unset = UNSET,
    ) -> AsyncIterator[ProjectedWorkspace | Workspace]: ...

    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[WorkspaceProperty] | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
    ) -> AsyncIterator[ProjectedWorkspace | Workspace]:
        """List the workspaces.

        Returns the workspaces, page by page.

        The iterator yields the items of all pages, with one page in memory at a time.

        Args:
            count: Whether to count the items on all pages.
            filter_: An OData expression.
            select: The properties to return.
            client_request_id: A GUID, in hyphenated hexadecimal.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return _list_workspaces.aiterate(
            client=self._client, count=count, filter_=filter_, select=select, client_request_id=client_request_id
        )
