# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..models.plugin_auth_types import PluginAuthTypes

T = TypeVar("T", bound="PluginAuth")


@_attrs_define(kw_only=True)
class PluginAuth:
    """How a plugin signs in.

    Attributes:
        auth_type: The kind of authorization.
    """

    _required: ClassVar[frozenset[str]] = frozenset({"authType"})

    auth_type: PluginAuthTypes | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {**self.additional_properties, "authType": self.auth_type}
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("PluginAuth", src_dict)
        auth_type = d.pop("authType")
        if not isinstance(auth_type, str):
            raise _wrong_type("authType", auth_type, "a string")

        _model = cls.__new__(cls)
        _model.auth_type = auth_type

        _model.additional_properties = d
        return _model
