# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..types import UNSET, Unset

T = TypeVar("T", bound="SkillTypeDescriptor")


@_attrs_define(kw_only=True)
class SkillTypeDescriptor:
    """The type of an input. Currently unsupported, so all properties are optional.

    Attributes:
        name: The name of the type.
    """

    _required: ClassVar[frozenset[str]] = frozenset()

    name: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {**self.additional_properties}
        if self.name is not UNSET:
            field_dict["name"] = self.name
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("SkillTypeDescriptor", src_dict)
        name = d.pop("name", UNSET)
        if name is not None and name is not UNSET and not isinstance(name, str):
            raise _wrong_type("name", name, "a string or null")

        _model = cls.__new__(cls)
        _model.name = name

        _model.additional_properties = d
        return _model
