# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""The operations of evaluations as methods: `client.evaluations` and `client.aio.evaluations`."""

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
    from ...models.evaluation import Evaluation
    from ...models.evaluation_property import EvaluationProperty
    from ...models.projected_evaluation import ProjectedEvaluation
    from ...types import Unset
    from . import create_evaluation as _create_evaluation
    from . import get_evaluation as _get_evaluation
    from . import list_evaluations as _list_evaluations
else:
    _models = LazyModule("...models", __package__)
    _list_evaluations = LazyModule(".list_evaluations", __package__)
    _create_evaluation = LazyModule(".create_evaluation", __package__)
    _get_evaluation = LazyModule(".get_evaluation", __package__)

__all__ = ("AsyncEvaluations", "Evaluations")


class Evaluations:
    """The operations of evaluations. Use `client.evaluations`."""

    __slots__ = ("_client",)

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @overload
    def list(
        self,
        session_id: str,
        prompt_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Iterator[Evaluation]: ...

    @overload
    def list(
        self,
        session_id: str,
        prompt_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[EvaluationProperty] | Unset,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Iterator[Evaluation | ProjectedEvaluation]: ...

    def list(
        self,
        session_id: str,
        prompt_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[EvaluationProperty] | Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Iterator[Evaluation | ProjectedEvaluation]:
        """List the evaluations.

        Returns the evaluations of the prompt, page by page.

        The iterator yields the items of all pages, with one page in memory at a time.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            prompt_id: The GUID of a prompt. The documentation types it as a string and shows GUIDs only.
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
        return _list_evaluations.iterate(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            prompt_id=prompt_id,
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
        prompt_id: str,
        *,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Evaluation:
        """Create an evaluation.

        Runs the prompt. This runs the model and is billed. The evaluation cannot be deleted.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            prompt_id: The GUID of a prompt. The documentation types it as a string and shows GUIDs only.
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
        return _create_evaluation.sync(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            prompt_id=prompt_id,
            client=self._client,
            body=_models.EvaluationCreate(),
            client_request_id=client_request_id,
            prefer=prefer,
        )

    @overload
    def get(
        self,
        session_id: str,
        prompt_id: str,
        evaluation_id: str,
        *,
        select: Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Evaluation: ...

    @overload
    def get(
        self,
        session_id: str,
        prompt_id: str,
        evaluation_id: str,
        *,
        select: builtins.list[EvaluationProperty] | Unset,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Evaluation | ProjectedEvaluation: ...

    def get(
        self,
        session_id: str,
        prompt_id: str,
        evaluation_id: str,
        *,
        select: builtins.list[EvaluationProperty] | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Evaluation | ProjectedEvaluation:
        """Get an evaluation.

        Returns one evaluation. Poll it until `state` shows that it has ended.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            prompt_id: The GUID of a prompt. The documentation types it as a string and shows GUIDs only.
            evaluation_id: The GUID of an evaluation. The documentation types it as a string and shows GUIDs
                only.
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
        return _get_evaluation.sync(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            prompt_id=prompt_id,
            evaluation_id=evaluation_id,
            client=self._client,
            select=select,
            client_request_id=client_request_id,
            prefer=prefer,
        )


class AsyncEvaluations:
    """The operations of evaluations for asyncio. Use `client.aio.evaluations`."""

    __slots__ = ("_client",)

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @overload
    def list(
        self,
        session_id: str,
        prompt_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> AsyncIterator[Evaluation]: ...

    @overload
    def list(
        self,
        session_id: str,
        prompt_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[EvaluationProperty] | Unset,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> AsyncIterator[Evaluation | ProjectedEvaluation]: ...

    def list(
        self,
        session_id: str,
        prompt_id: str,
        *,
        count: bool | Unset = UNSET,
        filter_: str | Unset = UNSET,
        select: builtins.list[EvaluationProperty] | Unset = UNSET,
        top: int | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> AsyncIterator[Evaluation | ProjectedEvaluation]:
        """List the evaluations.

        Returns the evaluations of the prompt, page by page.

        The iterator yields the items of all pages, with one page in memory at a time.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            prompt_id: The GUID of a prompt. The documentation types it as a string and shows GUIDs only.
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
        return _list_evaluations.aiterate(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            prompt_id=prompt_id,
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
        prompt_id: str,
        *,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Evaluation:
        """Create an evaluation.

        Runs the prompt. This runs the model and is billed. The evaluation cannot be deleted.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            prompt_id: The GUID of a prompt. The documentation types it as a string and shows GUIDs only.
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
        return await _create_evaluation.asyncio(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            prompt_id=prompt_id,
            client=self._client,
            body=_models.EvaluationCreate(),
            client_request_id=client_request_id,
            prefer=prefer,
        )

    @overload
    async def get(
        self,
        session_id: str,
        prompt_id: str,
        evaluation_id: str,
        *,
        select: Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Evaluation: ...

    @overload
    async def get(
        self,
        session_id: str,
        prompt_id: str,
        evaluation_id: str,
        *,
        select: builtins.list[EvaluationProperty] | Unset,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Evaluation | ProjectedEvaluation: ...

    async def get(
        self,
        session_id: str,
        prompt_id: str,
        evaluation_id: str,
        *,
        select: builtins.list[EvaluationProperty] | Unset = UNSET,
        client_request_id: UUID | Unset = UNSET,
        prefer: str | Unset = UNSET,
        workspace_id: str | None = None,
    ) -> Evaluation | ProjectedEvaluation:
        """Get an evaluation.

        Returns one evaluation. Poll it until `state` shows that it has ended.

        Args:
            session_id: The GUID of a session. The documentation types it as a string and shows GUIDs only.
            prompt_id: The GUID of a prompt. The documentation types it as a string and shows GUIDs only.
            evaluation_id: The GUID of an evaluation. The documentation types it as a string and shows GUIDs
                only.
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
        return await _get_evaluation.asyncio(
            workspace_id=self._client.workspace_id if workspace_id is None else workspace_id,
            session_id=session_id,
            prompt_id=prompt_id,
            evaluation_id=evaluation_id,
            client=self._client,
            select=select,
            client_request_id=client_request_id,
            prefer=prefer,
        )
