# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..models.evaluation_result_type import EvaluationResultType
from ..models.skill_preview_state import SkillPreviewState

T = TypeVar("T", bound="EvaluationResult")


@_attrs_define(kw_only=True)
class EvaluationResult:
    """The result of an evaluation.

    Attributes:
        content: The text of the answer; null while the evaluation runs.
        type_: Whether this is an answer, or why there is none. `unknown` while the evaluation runs.
        preview_state: The release stage of the skill that answered.
    """

    _required: ClassVar[frozenset[str]] = frozenset({"content", "type", "previewState"})

    content: None | str
    type_: EvaluationResultType | str
    preview_state: SkillPreviewState | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {
            **self.additional_properties,
            "content": self.content,
            "type": self.type_,
            "previewState": self.preview_state,
        }
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("EvaluationResult", src_dict)
        content = d.pop("content", None)
        if content is not None and not isinstance(content, str):
            raise _wrong_type("content", content, "a string or null")

        type_ = d.pop("type")
        if not isinstance(type_, str):
            raise _wrong_type("type", type_, "a string")

        preview_state = d.pop("previewState")
        if not isinstance(preview_state, str):
            raise _wrong_type("previewState", preview_state, "a string")

        _model = cls.__new__(cls)
        _model.content = content
        _model.type_ = type_
        _model.preview_state = preview_state

        _model.additional_properties = d
        return _model
