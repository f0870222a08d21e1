# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..models.plugin_setting_display_type import PluginSettingDisplayType
from ..models.plugin_setting_type import PluginSettingType

T = TypeVar("T", bound="PluginSetting")


@_attrs_define
class PluginSetting:
    """A setting of a plugin. No documented response shows one.

    Attributes:
        name (None | str): The key of the setting.
        label (None | str): The name of the setting, for people.
        description (None | str): What the setting is for.
        hint_text (None | str): What to show while there is no value.
        setting_value (PluginSettingType | str): The type of the value.
        is_required (bool): Whether the plugin needs a value.
        default_value (None | str): The value when none is set.
        value (None | str): The value.
        acceptable_values (list[str]): The values to choose from.
        display_type (PluginSettingDisplayType | str): How to show the setting.
    """

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
        name: None | str
        name = self.name

        label: None | str
        label = self.label

        description: None | str
        description = self.description

        hint_text: None | str
        hint_text = self.hint_text

        setting_value: str
        setting_value = self.setting_value

        is_required = self.is_required

        default_value: None | str
        default_value = self.default_value

        value: None | str
        value = self.value

        acceptable_values = self.acceptable_values

        display_type: str
        display_type = self.display_type

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "label": label,
                "description": description,
                "hintText": hint_text,
                "settingValue": setting_value,
                "isRequired": is_required,
                "defaultValue": default_value,
                "value": value,
                "acceptableValues": acceptable_values,
                "displayType": display_type,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        if type(src_dict) is not dict and not isinstance(src_dict, Mapping):
            raise _wrong_type("PluginSetting", src_dict)
        d = dict(src_dict)
        name = d.pop("name")
        if name is not None and not isinstance(name, str):
            raise _wrong_type("name", name)

        label = d.pop("label")
        if label is not None and not isinstance(label, str):
            raise _wrong_type("label", label)

        description = d.pop("description")
        if description is not None and not isinstance(description, str):
            raise _wrong_type("description", description)

        hint_text = d.pop("hintText")
        if hint_text is not None and not isinstance(hint_text, str):
            raise _wrong_type("hintText", hint_text)

        setting_value = d.pop("settingValue")
        if not isinstance(setting_value, str):
            raise _wrong_type("settingValue", setting_value)

        is_required = d.pop("isRequired")
        if not isinstance(is_required, bool):
            raise _wrong_type("isRequired", is_required)

        default_value = d.pop("defaultValue")
        if default_value is not None and not isinstance(default_value, str):
            raise _wrong_type("defaultValue", default_value)

        value = d.pop("value")
        if value is not None and not isinstance(value, str):
            raise _wrong_type("value", value)

        acceptable_values = cast(list[str], d.pop("acceptableValues"))
        if not (isinstance(acceptable_values, list) and all(isinstance(item, str) for item in acceptable_values)):
            raise _wrong_type("acceptableValues", acceptable_values)

        display_type = d.pop("displayType")
        if not isinstance(display_type, str):
            raise _wrong_type("displayType", display_type)

        plugin_setting = cls(
            name,
            label,
            description,
            hint_text,
            setting_value,
            is_required,
            default_value,
            value,
            acceptable_values,
            display_type,
        )

        plugin_setting.additional_properties = d
        return plugin_setting

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
