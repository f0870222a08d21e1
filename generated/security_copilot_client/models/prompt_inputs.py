# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import properties as _properties

T = TypeVar("T", bound="PromptInputs")


@_attrs_define(kw_only=True)
class PromptInputs:
    """The inputs of a prompt by name. The names are not documented."""

    _required: ClassVar[frozenset[str]] = frozenset()

    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {**self.additional_properties}
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("PromptInputs", src_dict)
        _model = cls.__new__(cls)

        _model.additional_properties = d
        return _model
