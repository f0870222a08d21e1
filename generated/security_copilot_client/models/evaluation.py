# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import timestamp as _timestamp
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..models.evaluation_result import EvaluationResult
from ..models.evaluation_state import EvaluationState
from ..types import UNSET, Unset

T = TypeVar("T", bound="Evaluation")


@_attrs_define(kw_only=True)
class Evaluation:
    """An evaluation with all properties.

    Attributes:
        id: The GUID of an evaluation. The documentation types it as a string and shows GUIDs only.
        created_date_time: When the evaluation was created.
        run_start_date_time: When the evaluation started to run. `0001-01-01T00:00:00Z` before that.
        completed_date_time: When the evaluation ended. `0001-01-01T00:00:00Z` before that.
        last_modified_date_time: When the evaluation last changed.
        state: The state of the evaluation.
        execution_count: How often the evaluation was executed. 0 in every documented response.
        is_cancelled: Whether the evaluation was cancelled.
        result: The result of the evaluation; null before it runs.
        odata_context: The metadata URL that names the entity or collection of the response.
        odata_type: The OData type of the object. Rarely sent.
        microsoft_graph_tips: A hint for developers. Programs ignore it.
    """

    _required: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "createdDateTime",
            "runStartDateTime",
            "completedDateTime",
            "lastModifiedDateTime",
            "state",
            "executionCount",
            "isCancelled",
            "result",
        }
    )

    id: str
    created_date_time: datetime.datetime
    run_start_date_time: datetime.datetime
    completed_date_time: datetime.datetime
    last_modified_date_time: datetime.datetime
    state: EvaluationState | str
    execution_count: int
    is_cancelled: bool
    result: EvaluationResult | None
    odata_context: str | Unset = UNSET
    odata_type: str | Unset = UNSET
    microsoft_graph_tips: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_date_time = self.created_date_time.isoformat()
        run_start_date_time = self.run_start_date_time.isoformat()
        completed_date_time = self.completed_date_time.isoformat()
        last_modified_date_time = self.last_modified_date_time.isoformat()
        result: dict[str, Any] | None
        if isinstance(self.result, EvaluationResult):
            result = self.result.to_dict()
        else:
            result = self.result
        field_dict: dict[str, Any] = {
            **self.additional_properties,
            "id": self.id,
            "createdDateTime": created_date_time,
            "runStartDateTime": run_start_date_time,
            "completedDateTime": completed_date_time,
            "lastModifiedDateTime": last_modified_date_time,
            "state": self.state,
            "executionCount": self.execution_count,
            "isCancelled": self.is_cancelled,
            "result": result,
        }
        if self.odata_context is not UNSET:
            field_dict["@odata.context"] = self.odata_context
        if self.odata_type is not UNSET:
            field_dict["@odata.type"] = self.odata_type
        if self.microsoft_graph_tips is not UNSET:
            field_dict["@microsoft.graph.tips"] = self.microsoft_graph_tips
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("Evaluation", src_dict)
        id = d.pop("id")
        if not isinstance(id, str):
            raise _wrong_type("id", id, "a string")

        created_date_time = _timestamp(d.pop("createdDateTime"))

        run_start_date_time = _timestamp(d.pop("runStartDateTime"))

        completed_date_time = _timestamp(d.pop("completedDateTime"))

        last_modified_date_time = _timestamp(d.pop("lastModifiedDateTime"))

        state = d.pop("state")
        if not isinstance(state, str):
            raise _wrong_type("state", state, "a string")

        execution_count = d.pop("executionCount")
        if type(execution_count) is float and execution_count.is_integer():
            execution_count = int(execution_count)
        if isinstance(execution_count, bool) or not isinstance(execution_count, int):
            raise _wrong_type("executionCount", execution_count, "an integer")

        is_cancelled = d.pop("isCancelled")
        if not isinstance(is_cancelled, bool):
            raise _wrong_type("isCancelled", is_cancelled, "a boolean")

        _result = d.pop("result", None)
        result = _result if _result is None else EvaluationResult.from_dict(_result)

        # Most objects have no further properties.
        if d:
            odata_context = d.pop("@odata.context", UNSET)
            if odata_context is not UNSET and not isinstance(odata_context, str):
                d["@odata.context"], odata_context = odata_context, UNSET

            odata_type = d.pop("@odata.type", UNSET)
            if odata_type is not UNSET and not isinstance(odata_type, str):
                d["@odata.type"], odata_type = odata_type, UNSET

            microsoft_graph_tips = d.pop("@microsoft.graph.tips", UNSET)
            if microsoft_graph_tips is not UNSET and not isinstance(microsoft_graph_tips, str):
                d["@microsoft.graph.tips"], microsoft_graph_tips = microsoft_graph_tips, UNSET

        else:
            odata_context = odata_type = microsoft_graph_tips = UNSET
        _model = cls.__new__(cls)
        _model.id = id
        _model.created_date_time = created_date_time
        _model.run_start_date_time = run_start_date_time
        _model.completed_date_time = completed_date_time
        _model.last_modified_date_time = last_modified_date_time
        _model.state = state
        _model.execution_count = execution_count
        _model.is_cancelled = is_cancelled
        _model.result = result
        _model.odata_context = odata_context
        _model.odata_type = odata_type
        _model.microsoft_graph_tips = microsoft_graph_tips

        _model.additional_properties = d
        return _model
