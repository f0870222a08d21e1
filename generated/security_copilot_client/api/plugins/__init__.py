# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""The operations of plugins as methods: `client.plugins` and `client.aio.plugins`."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from security_copilot_runtime.lazy import LazyModule

from ...types import UNSET

if TYPE_CHECKING:
    import builtins
    from collections.abc import AsyncIterator, Iterator
    from uuid import UUID

    from ...client import AuthenticatedClient
    from ...models.plugin import Plugin
    from ...models.plugin_property import PluginProperty
    from ...models.projected_plugin import ProjectedPlugin
    from ...types import Unset
    from . import list_plugins as _list_plugins
else:
    _list_plugins = LazyModule(".list_plugins", __package__)

__all__ = ("AsyncPlugins", "Plugins")


class Plugins:
    """The operations of plugins. Use `client.plugins`."""

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
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Iterator[Plugin]: ...

    @overload
    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[PluginProperty] | Unset,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Iterator[Plugin | ProjectedPlugin]: ...

    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[PluginProperty] | Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Iterator[Plugin | ProjectedPlugin]:
        """List the plugins.

        Returns the plugins of the workspace, page by page.

        The iterator yields the items of all pages, with one page in memory at a time.

        Args:
            count: Whether to count the items on all pages.
            filter_: For example `name eq 'Entra'`, `contains(name,'Entra')` or `isEnabled eq true`.
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
        return _list_plugins.iterate(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            client=self._client,
            count=count,
            filter_=filter_,
            select=select,
            top=top,
            client_request_id=client_request_id,
            prefer=prefer,
        )


class AsyncPlugins:
    """The operations of plugins for asyncio. Use `client.aio.plugins`."""

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
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> AsyncIterator[Plugin]: ...

    @overload
    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[PluginProperty] | Unset,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> AsyncIterator[Plugin | ProjectedPlugin]: ...

    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[PluginProperty] | Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> AsyncIterator[Plugin | ProjectedPlugin]:
        """List the plugins.

        Returns the plugins of the workspace, page by page.

        The iterator yields the items of all pages, with one page in memory at a time.

        Args:
            count: Whether to count the items on all pages.
            filter_: For example `name eq 'Entra'`, `contains(name,'Entra')` or `isEnabled eq true`.
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
        return _list_plugins.aiterate(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            client=self._client,
            count=count,
            filter_=filter_,
            select=select,
            top=top,
            client_request_id=client_request_id,
            prefer=prefer,
        )
