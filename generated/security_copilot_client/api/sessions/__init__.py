# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""The operations of sessions as methods: `client.sessions` and `client.aio.sessions`."""

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
    from ...models.projected_session import ProjectedSession
    from ...models.session import Session
    from ...models.session_property import SessionProperty
    from ...types import Unset
    from . import create_session as _create_session
    from . import get_session as _get_session
    from . import list_sessions as _list_sessions
    from . import update_session as _update_session
else:
    _models = LazyModule("...models", __package__)
    _list_sessions = LazyModule(".list_sessions", __package__)
    _create_session = LazyModule(".create_session", __package__)
    _get_session = LazyModule(".get_session", __package__)
    _update_session = LazyModule(".update_session", __package__)

__all__ = ("AsyncSessions", "Sessions")


class Sessions:
    """The operations of sessions. Use `client.sessions`."""

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
        workspace_id: str | None = None,
    ) -> Iterator[Session]: ...

    @overload
    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[SessionProperty] | Unset,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Iterator[ProjectedSession | Session]: ...

    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[SessionProperty] | Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Iterator[ProjectedSession | Session]:
        """List the sessions.

        Returns the sessions of the workspace, page by page.

        The iterator yields the items of all pages, with one page in memory at a time.

        Args:
            count: Whether to count the items on all pages.
            filter_: An OData expression.
            select: The properties to return.
            top: The number of items on a page.
            client_request_id: A GUID, in hyphenated hexadecimal.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return _list_sessions.iterate(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            client=self._client,
            count=count,
            filter_=filter_,
            select=select,
            top=top,
            client_request_id=client_request_id,
        )

    def create(
        self, display_name: str, *, client_request_id: UUID | Unset = UNSET, workspace_id: str | None = None
    ) -> Session:
        """Create a session.

        Creates a session in the workspace. It cannot be deleted.

        Args:
            display_name: The name of the session.
            client_request_id: A GUID, in hyphenated hexadecimal.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return _create_session.sync(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            client=self._client,
            body=_models.SessionCreate(display_name=display_name),
            client_request_id=client_request_id,
        )

    @overload
    def get(
        self,
        session_id: str,
        *,
        select: Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Session: ...

    @overload
    def get(
        self,
        session_id: str,
        *,
        select: builtins.list[SessionProperty] | Unset,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> ProjectedSession | Session: ...

    def get(
        self,
        session_id: str,
        *,
        select: builtins.list[SessionProperty] | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> ProjectedSession | Session:
        """Get a session.

        Returns one session.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            select: The properties to return.
            client_request_id: A GUID, in hyphenated hexadecimal.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return _get_session.sync(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            client=self._client,
            select=select,
            client_request_id=client_request_id,
        )

    def update(
        self,
        session_id: str,
        *,
        display_name: str | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Session:
        """Update a session.

        Renames the session. If the name changes, `lastModifiedDateTime` is updated.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            display_name: The new name of the session.
            client_request_id: A GUID, in hyphenated hexadecimal.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return _update_session.sync(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            client=self._client,
            body=_models.SessionUpdate(display_name=display_name),
            client_request_id=client_request_id,
        )


class AsyncSessions:
    """The operations of sessions for asyncio. Use `client.aio.sessions`."""

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
        workspace_id: str | None = None,
    ) -> AsyncIterator[Session]: ...

    @overload
    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[SessionProperty] | Unset,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> AsyncIterator[ProjectedSession | Session]: ...

    def list(
        self,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[SessionProperty] | Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> AsyncIterator[ProjectedSession | Session]:
        """List the sessions.

        Returns the sessions of the workspace, page by page.

        The iterator yields the items of all pages, with one page in memory at a time.

        Args:
            count: Whether to count the items on all pages.
            filter_: An OData expression.
            select: The properties to return.
            top: The number of items on a page.
            client_request_id: A GUID, in hyphenated hexadecimal.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return _list_sessions.aiterate(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            client=self._client,
            count=count,
            filter_=filter_,
            select=select,
            top=top,
            client_request_id=client_request_id,
        )

    async def create(
        self, display_name: str, *, client_request_id: UUID | Unset = UNSET, workspace_id: str | None = None
    ) -> Session:
        """Create a session.

        Creates a session in the workspace. It cannot be deleted.

        Args:
            display_name: The name of the session.
            client_request_id: A GUID, in hyphenated hexadecimal.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return await _create_session.asyncio(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            client=self._client,
            body=_models.SessionCreate(display_name=display_name),
            client_request_id=client_request_id,
        )

    @overload
    async def get(
        self,
        session_id: str,
        *,
        select: Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Session: ...

    @overload
    async def get(
        self,
        session_id: str,
        *,
        select: builtins.list[SessionProperty] | Unset,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> ProjectedSession | Session: ...

    async def get(
        self,
        session_id: str,
        *,
        select: builtins.list[SessionProperty] | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> ProjectedSession | Session:
        """Get a session.

        Returns one session.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            select: The properties to return.
            client_request_id: A GUID, in hyphenated hexadecimal.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return await _get_session.asyncio(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            client=self._client,
            select=select,
            client_request_id=client_request_id,
        )

    async def update(
        self,
        session_id: str,
        *,
        display_name: str | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Session:
        """Update a session.

        Renames the session. If the name changes, `lastModifiedDateTime` is updated.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            display_name: The new name of the session.
            client_request_id: A GUID, in hyphenated hexadecimal.
            workspace_id: The GUID of a workspace, or `default`. By default that of the client.

        Raises:
            TypeError: If an argument is of a wrong type. Nothing is sent.
            ValueError: If an id is empty, "." or "..". Nothing is sent.
            errors.ServiceError: If the service refuses or fails: any status from 400.
            errors.InvalidResponseError: If the response is malformed or incomplete, or its status is undocumented.
            errors.NoResponseError: If no response comes.
        """
        return await _update_session.asyncio(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            client=self._client,
            body=_models.SessionUpdate(display_name=display_name),
            client_request_id=client_request_id,
        )
