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

from ..models.prompt_inputs import PromptInputs
from ..models.prompt_type import PromptType
from ..models.skill_input_descriptor import SkillInputDescriptor
from ..types import UNSET, Unset

T = TypeVar("T", bound="ProjectedPrompt")


@_attrs_define(kw_only=True)
class ProjectedPrompt:
    """A prompt with the properties that `$select` names.

    Attributes:
        odata_context: The metadata URL that names the entity or collection of the response.
        odata_type: The OData type of the object. Rarely sent.
        microsoft_graph_tips: A hint for developers. Programs ignore it.
        id: The GUID of a prompt. The documentation types it as a string and shows GUIDs only.
        type_: The kind of prompt.
        content: The question.
        created_date_time: When the prompt was created.
        last_modified_date_time: When the prompt last changed. An evaluation counts as a change.
        skill_name: The name of the skill that answers the prompt; null if there is none.
        inputs: The inputs of the prompt. Documented as not implemented, but every documented response has them.
        skill_input_descriptors: The inputs that the skill takes. Currently unsupported.
    """

    _required: ClassVar[frozenset[str]] = frozenset()

    odata_context: str | Unset = UNSET
    odata_type: str | Unset = UNSET
    microsoft_graph_tips: str | Unset = UNSET
    id: str | Unset = UNSET
    type_: PromptType | str | Unset = UNSET
    content: None | str | Unset = UNSET
    created_date_time: datetime.datetime | Unset = UNSET
    last_modified_date_time: datetime.datetime | Unset = UNSET
    skill_name: None | str | Unset = UNSET
    inputs: None | PromptInputs | Unset = UNSET
    skill_input_descriptors: list[None | SkillInputDescriptor] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_date_time: str | Unset = UNSET
        if not isinstance(self.created_date_time, Unset):
            created_date_time = self.created_date_time.isoformat()
        last_modified_date_time: str | Unset = UNSET
        if not isinstance(self.last_modified_date_time, Unset):
            last_modified_date_time = self.last_modified_date_time.isoformat()
        inputs: dict[str, Any] | None | Unset
        if isinstance(self.inputs, Unset):
            inputs = UNSET
        elif isinstance(self.inputs, PromptInputs):
            inputs = self.inputs.to_dict()
        else:
            inputs = self.inputs
        skill_input_descriptors: list[dict[str, Any] | None] | Unset = UNSET
        if not isinstance(self.skill_input_descriptors, Unset):
            skill_input_descriptors = []
            for skill_input_descriptors_item_data in self.skill_input_descriptors:
                skill_input_descriptors_item: dict[str, Any] | None
                if isinstance(skill_input_descriptors_item_data, SkillInputDescriptor):
                    skill_input_descriptors_item = skill_input_descriptors_item_data.to_dict()
                else:
                    skill_input_descriptors_item = skill_input_descriptors_item_data
                skill_input_descriptors.append(skill_input_descriptors_item)

        field_dict: dict[str, Any] = {**self.additional_properties}
        if self.odata_context is not UNSET:
            field_dict["@odata.context"] = self.odata_context
        if self.odata_type is not UNSET:
            field_dict["@odata.type"] = self.odata_type
        if self.microsoft_graph_tips is not UNSET:
            field_dict["@microsoft.graph.tips"] = self.microsoft_graph_tips
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        if self.content is not UNSET:
            field_dict["content"] = self.content
        if created_date_time is not UNSET:
            field_dict["createdDateTime"] = created_date_time
        if last_modified_date_time is not UNSET:
            field_dict["lastModifiedDateTime"] = last_modified_date_time
        if self.skill_name is not UNSET:
            field_dict["skillName"] = self.skill_name
        if inputs is not UNSET:
            field_dict["inputs"] = inputs
        if skill_input_descriptors is not UNSET:
            field_dict["skillInputDescriptors"] = skill_input_descriptors
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("ProjectedPrompt", src_dict)
        odata_context = d.pop("@odata.context", UNSET)
        if odata_context is not UNSET and not isinstance(odata_context, str):
            d["@odata.context"], odata_context = odata_context, UNSET

        odata_type = d.pop("@odata.type", UNSET)
        if odata_type is not UNSET and not isinstance(odata_type, str):
            d["@odata.type"], odata_type = odata_type, UNSET

        microsoft_graph_tips = d.pop("@microsoft.graph.tips", UNSET)
        if microsoft_graph_tips is not UNSET and not isinstance(microsoft_graph_tips, str):
            d["@microsoft.graph.tips"], microsoft_graph_tips = microsoft_graph_tips, UNSET

        id = UNSET if d.get("id") is None else d.pop("id")
        if id is not UNSET and not isinstance(id, str):
            raise _wrong_type("id", id, "a string")

        type_ = UNSET if d.get("type") is None else d.pop("type")
        if type_ is not UNSET and not isinstance(type_, str):
            raise _wrong_type("type", type_, "a string")

        content = d.pop("content", UNSET)
        if content is not None and content is not UNSET and not isinstance(content, str):
            raise _wrong_type("content", content, "a string or null")

        _created_date_time = UNSET if d.get("createdDateTime") is None else d.pop("createdDateTime")
        created_date_time: datetime.datetime | Unset
        if isinstance(_created_date_time, Unset):
            created_date_time = UNSET
        else:
            created_date_time = _timestamp(_created_date_time)

        _last_modified_date_time = UNSET if d.get("lastModifiedDateTime") is None else d.pop("lastModifiedDateTime")
        last_modified_date_time: datetime.datetime | Unset
        if isinstance(_last_modified_date_time, Unset):
            last_modified_date_time = UNSET
        else:
            last_modified_date_time = _timestamp(_last_modified_date_time)

        skill_name = d.pop("skillName", UNSET)
        if skill_name is not None and skill_name is not UNSET and not isinstance(skill_name, str):
            raise _wrong_type("skillName", skill_name, "a string or null")

        _inputs = d.pop("inputs", UNSET)
        inputs = _inputs if _inputs is None or _inputs is UNSET else PromptInputs.from_dict(_inputs)

        _skill_input_descriptors = d.pop("skillInputDescriptors", UNSET)
        skill_input_descriptors: list[None | SkillInputDescriptor] | Unset = UNSET
        if _skill_input_descriptors is None:
            skill_input_descriptors = []
        elif _skill_input_descriptors is not UNSET:
            if not isinstance(_skill_input_descriptors, list):
                raise _wrong_type("skillInputDescriptors", _skill_input_descriptors, "a list")
            skill_input_descriptors = []
            for skill_input_descriptors_item_data in _skill_input_descriptors:
                _skill_input_descriptors_item = skill_input_descriptors_item_data
                skill_input_descriptors_item = (
                    _skill_input_descriptors_item
                    if _skill_input_descriptors_item is None
                    else SkillInputDescriptor.from_dict(_skill_input_descriptors_item)
                )

                skill_input_descriptors.append(skill_input_descriptors_item)

        _model = cls.__new__(cls)
        _model.odata_context = odata_context
        _model.odata_type = odata_type
        _model.microsoft_graph_tips = microsoft_graph_tips
        _model.id = id
        _model.type_ = type_
        _model.content = content
        _model.created_date_time = created_date_time
        _model.last_modified_date_time = last_modified_date_time
        _model.skill_name = skill_name
        _model.inputs = inputs
        _model.skill_input_descriptors = skill_input_descriptors

        _model.additional_properties = d
        return _model
