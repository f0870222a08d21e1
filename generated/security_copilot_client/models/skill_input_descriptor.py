# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..models.skill_type_descriptor import SkillTypeDescriptor
from ..types import UNSET, Unset

T = TypeVar("T", bound="SkillInputDescriptor")


@_attrs_define(kw_only=True)
class SkillInputDescriptor:
    """An input that a skill takes. Currently unsupported, so all properties are optional.

    Attributes:
        name: The name of the input.
        description: The purpose of the input.
        type_: The type of an input. Currently unsupported, so all properties are optional.
        is_required: Whether the skill needs the input.
        default_value: The default value.
        placeholder_value: The text to show when there is no value.
    """

    _required: ClassVar[frozenset[str]] = frozenset()

    name: str | Unset = UNSET
    description: None | str | Unset = UNSET
    type_: SkillTypeDescriptor | Unset = UNSET
    is_required: bool | Unset = UNSET
    default_value: None | str | Unset = UNSET
    placeholder_value: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_: dict[str, Any] | Unset = UNSET
        if not isinstance(self.type_, Unset):
            type_ = self.type_.to_dict()
        field_dict: dict[str, Any] = {**self.additional_properties}
        if self.name is not UNSET:
            field_dict["name"] = self.name
        if self.description is not UNSET:
            field_dict["description"] = self.description
        if type_ is not UNSET:
            field_dict["type"] = type_
        if self.is_required is not UNSET:
            field_dict["isRequired"] = self.is_required
        if self.default_value is not UNSET:
            field_dict["defaultValue"] = self.default_value
        if self.placeholder_value is not UNSET:
            field_dict["placeholderValue"] = self.placeholder_value
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("SkillInputDescriptor", src_dict)
        name = UNSET if d.get("name") is None else d.pop("name")
        if name is not UNSET and not isinstance(name, str):
            raise _wrong_type("name", name, "a string")

        description = d.pop("description", UNSET)
        if description is not None and description is not UNSET and not isinstance(description, str):
            raise _wrong_type("description", description, "a string or null")

        _type_ = UNSET if d.get("type") is None else d.pop("type")
        type_: SkillTypeDescriptor | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = SkillTypeDescriptor.from_dict(_type_)

        is_required = UNSET if d.get("isRequired") is None else d.pop("isRequired")
        if is_required is not UNSET and not isinstance(is_required, bool):
            raise _wrong_type("isRequired", is_required, "a boolean")

        default_value = d.pop("defaultValue", UNSET)
        if default_value is not None and default_value is not UNSET and not isinstance(default_value, str):
            raise _wrong_type("defaultValue", default_value, "a string or null")

        placeholder_value = d.pop("placeholderValue", UNSET)
        if placeholder_value is not None and placeholder_value is not UNSET and not isinstance(placeholder_value, str):
            raise _wrong_type("placeholderValue", placeholder_value, "a string or null")

        _model = cls.__new__(cls)
        _model.name = name
        _model.description = description
        _model.type_ = type_
        _model.is_required = is_required
        _model.default_value = default_value
        _model.placeholder_value = placeholder_value

        _model.additional_properties = d
        return _model
