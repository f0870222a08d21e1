# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..models.plugin_setting_display_type import PluginSettingDisplayType
from ..models.plugin_setting_type import PluginSettingType

T = TypeVar("T", bound="PluginSetting")


@_attrs_define(kw_only=True)
class PluginSetting:
    """A setting of a plugin. No documented response shows one.

    Attributes:
        name: The key of the setting.
        label: The display name of the setting.
        description: The purpose of the setting.
        hint_text: The text to show when there is no value.
        setting_value: The type of the value.
        is_required: Whether the plugin needs a value.
        default_value: The default value.
        value: The value.
        acceptable_values: The allowed values.
        display_type: How to show the setting.
    """

    _required: ClassVar[frozenset[str]] = frozenset(
        {
            "name",
            "label",
            "description",
            "hintText",
            "settingValue",
            "isRequired",
            "defaultValue",
            "value",
            "acceptableValues",
            "displayType",
        }
    )

    name: None | str
    label: None | str
    description: None | str
    hint_text: None | str
    setting_value: PluginSettingType | str
    is_required: bool
    default_value: None | str
    value: None | str
    acceptable_values: list[str]
    display_type: PluginSettingDisplayType | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        acceptable_values = self.acceptable_values

        field_dict: dict[str, Any] = {
            **self.additional_properties,
            "name": self.name,
            "label": self.label,
            "description": self.description,
            "hintText": self.hint_text,
            "settingValue": self.setting_value,
            "isRequired": self.is_required,
            "defaultValue": self.default_value,
            "value": self.value,
            "acceptableValues": acceptable_values,
            "displayType": self.display_type,
        }
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("PluginSetting", src_dict)
        name = d.pop("name", None)
        if name is not None and not isinstance(name, str):
            raise _wrong_type("name", name, "a string or null")

        label = d.pop("label", None)
        if label is not None and not isinstance(label, str):
            raise _wrong_type("label", label, "a string or null")

        description = d.pop("description", None)
        if description is not None and not isinstance(description, str):
            raise _wrong_type("description", description, "a string or null")

        hint_text = d.pop("hintText", None)
        if hint_text is not None and not isinstance(hint_text, str):
            raise _wrong_type("hintText", hint_text, "a string or null")

        setting_value = d.pop("settingValue")
        if not isinstance(setting_value, str):
            raise _wrong_type("settingValue", setting_value, "a string")

        is_required = d.pop("isRequired")
        if not isinstance(is_required, bool):
            raise _wrong_type("isRequired", is_required, "a boolean")

        default_value = d.pop("defaultValue", None)
        if default_value is not None and not isinstance(default_value, str):
            raise _wrong_type("defaultValue", default_value, "a string or null")

        value = d.pop("value", None)
        if value is not None and not isinstance(value, str):
            raise _wrong_type("value", value, "a string or null")

        acceptable_values = cast(list[str], d.pop("acceptableValues"))
        if acceptable_values is None:
            acceptable_values = []
        if not (isinstance(acceptable_values, list) and all(isinstance(item, str) for item in acceptable_values)):
            raise _wrong_type("acceptableValues", acceptable_values, "a list of strings")

        display_type = d.pop("displayType")
        if not isinstance(display_type, str):
            raise _wrong_type("displayType", display_type, "a string")

        _model = cls.__new__(cls)
        _model.name = name
        _model.label = label
        _model.description = description
        _model.hint_text = hint_text
        _model.setting_value = setting_value
        _model.is_required = is_required
        _model.default_value = default_value
        _model.value = value
        _model.acceptable_values = acceptable_values
        _model.display_type = display_type

        _model.additional_properties = d
        return _model
