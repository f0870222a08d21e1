# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""The operations: a package for each tag of the document, and in it a module for each operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from security_copilot_runtime.lazy import LazyModule

if TYPE_CHECKING:
    from collections.abc import Callable

    from .. import Answer, Progress
    from ..client import AuthenticatedClient
    from ..models.evaluation import Evaluation
    from . import evaluations as _evaluations
    from . import plugins as _plugins
    from . import prompts as _prompts
    from . import sessions as _sessions
    from . import workspaces as _workspaces
else:
    _workspaces = LazyModule(".workspaces", __package__)
    _plugins = LazyModule(".plugins", __package__)
    _sessions = LazyModule(".sessions", __package__)
    _prompts = LazyModule(".prompts", __package__)
    _evaluations = LazyModule(".evaluations", __package__)

__all__ = ("AsyncOperations",)


class AsyncOperations:
    """The operations, `ask` and `wait` for asyncio. Use `client.aio`."""

    __slots__ = ("_client",)

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @property
    def workspaces(self) -> _workspaces.AsyncWorkspaces:
        """The operations of workspaces."""
        return _workspaces.AsyncWorkspaces(self._client)

    @property
    def plugins(self) -> _plugins.AsyncPlugins:
        """The operations of plugins."""
        return _plugins.AsyncPlugins(self._client)

    @property
    def sessions(self) -> _sessions.AsyncSessions:
        """The operations of sessions."""
        return _sessions.AsyncSessions(self._client)

    @property
    def prompts(self) -> _prompts.AsyncPrompts:
        """The operations of prompts."""
        return _prompts.AsyncPrompts(self._client)

    @property
    def evaluations(self) -> _evaluations.AsyncEvaluations:
        """The operations of evaluations."""
        return _evaluations.AsyncEvaluations(self._client)

    async def ask(
        self,
        content: str,
        *,
        session_id: str | None = None,
        display_name: str | None = None,
        deadline: float | None = 600.0,
        on_progress: Callable[[Progress], None] | None = None,
        workspace_id: str | None = None,
    ) -> Answer:
        """Ask a question, and wait for the answer. It is billed, and nothing that it creates can be deleted.

        See security_copilot_client.ask for arguments and exceptions.
        """
        from .. import ask_async

        return await ask_async(
            content,
            client=self._client,
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            display_name=display_name,
            deadline=deadline,
            on_progress=on_progress,
        )

    async def wait(
        self,
        session_id: str,
        prompt_id: str,
        evaluation_id: str,
        *,
        deadline: float | None = 600.0,
        on_progress: Callable[[Progress], None] | None = None,
        workspace_id: str | None = None,
    ) -> Evaluation:
        """Poll an evaluation until it ends. See security_copilot_client.wait for arguments and exceptions."""
        from .. import wait_async

        return await wait_async(
            self._client.workspace_id if workspace_id is None else workspace_id,
            session_id,
            prompt_id,
            evaluation_id,
            client=self._client,
            deadline=deadline,
            on_progress=on_progress,
        )
