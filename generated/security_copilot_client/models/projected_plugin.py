# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..models.plugin_auth import PluginAuth
from ..models.plugin_auth_types import PluginAuthTypes
from ..models.plugin_catalog_scope import PluginCatalogScope
from ..models.plugin_category import PluginCategory
from ..models.plugin_preview_states import PluginPreviewStates
from ..models.plugin_setting import PluginSetting
from ..types import UNSET, Unset

T = TypeVar("T", bound="ProjectedPlugin")


@_attrs_define(kw_only=True)
class ProjectedPlugin:
    """A plugin with the properties that `$select` names.

    Attributes:
        odata_context: The metadata URL that names the entity or collection of the response.
        odata_type: The OData type of the object. Rarely sent.
        microsoft_graph_tips: A hint for developers. Programs ignore it.
        name: The key of the plugin.
        display_name: The display name of the plugin.
        description: What the plugin does.
        category: The origin or purpose of the plugin.
        catalog_scope: The scope in which the plugin is in the catalog.
        preview_state: The release stage of the plugin.
        is_enabled: Whether the plugin is enabled.
        authorization: How the plugin signs in; null if it does not.
        settings: The settings of the plugin.
        supported_auth_types: The supported kinds of sign-in. Currently unsupported, so optional and not
            selectable.
    """

    _required: ClassVar[frozenset[str]] = frozenset()

    odata_context: str | Unset = UNSET
    odata_type: str | Unset = UNSET
    microsoft_graph_tips: str | Unset = UNSET
    name: str | Unset = UNSET
    display_name: None | str | Unset = UNSET
    description: None | str | Unset = UNSET
    category: PluginCategory | str | Unset = UNSET
    catalog_scope: PluginCatalogScope | str | Unset = UNSET
    preview_state: PluginPreviewStates | str | Unset = UNSET
    is_enabled: bool | Unset = UNSET
    authorization: None | PluginAuth | Unset = UNSET
    settings: list[PluginSetting] | Unset = UNSET
    supported_auth_types: PluginAuthTypes | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        authorization: dict[str, Any] | None | Unset
        if isinstance(self.authorization, Unset):
            authorization = UNSET
        elif isinstance(self.authorization, PluginAuth):
            authorization = self.authorization.to_dict()
        else:
            authorization = self.authorization
        settings: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.settings, Unset):
            settings = []
            for settings_item_data in self.settings:
                settings_item = settings_item_data.to_dict()
                settings.append(settings_item)

        field_dict: dict[str, Any] = {**self.additional_properties}
        if self.odata_context is not UNSET:
            field_dict["@odata.context"] = self.odata_context
        if self.odata_type is not UNSET:
            field_dict["@odata.type"] = self.odata_type
        if self.microsoft_graph_tips is not UNSET:
            field_dict["@microsoft.graph.tips"] = self.microsoft_graph_tips
        if self.name is not UNSET:
            field_dict["name"] = self.name
        if self.display_name is not UNSET:
            field_dict["displayName"] = self.display_name
        if self.description is not UNSET:
            field_dict["description"] = self.description
        if self.category is not UNSET:
            field_dict["category"] = self.category
        if self.catalog_scope is not UNSET:
            field_dict["catalogScope"] = self.catalog_scope
        if self.preview_state is not UNSET:
            field_dict["previewState"] = self.preview_state
        if self.is_enabled is not UNSET:
            field_dict["isEnabled"] = self.is_enabled
        if authorization is not UNSET:
            field_dict["authorization"] = authorization
        if settings is not UNSET:
            field_dict["settings"] = settings
        if self.supported_auth_types is not UNSET:
            field_dict["supportedAuthTypes"] = self.supported_auth_types
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("ProjectedPlugin", src_dict)
        odata_context = d.pop("@odata.context", UNSET)
        if odata_context is not UNSET and not isinstance(odata_context, str):
            d["@odata.context"], odata_context = odata_context, UNSET

        odata_type = d.pop("@odata.type", UNSET)
        if odata_type is not UNSET and not isinstance(odata_type, str):
            d["@odata.type"], odata_type = odata_type, UNSET

        microsoft_graph_tips = d.pop("@microsoft.graph.tips", UNSET)
        if microsoft_graph_tips is not UNSET and not isinstance(microsoft_graph_tips, str):
            d["@microsoft.graph.tips"], microsoft_graph_tips = microsoft_graph_tips, UNSET

        name = UNSET if d.get("name") is None else d.pop("name")
        if name is not UNSET and not isinstance(name, str):
            raise _wrong_type("name", name, "a string")

        display_name = d.pop("displayName", UNSET)
        if display_name is not None and display_name is not UNSET and not isinstance(display_name, str):
            raise _wrong_type("displayName", display_name, "a string or null")

        description = d.pop("description", UNSET)
        if description is not None and description is not UNSET and not isinstance(description, str):
            raise _wrong_type("description", description, "a string or null")

        category = UNSET if d.get("category") is None else d.pop("category")
        if category is not UNSET and not isinstance(category, str):
            raise _wrong_type("category", category, "a string")

        catalog_scope = UNSET if d.get("catalogScope") is None else d.pop("catalogScope")
        if catalog_scope is not UNSET and not isinstance(catalog_scope, str):
            raise _wrong_type("catalogScope", catalog_scope, "a string")

        preview_state = UNSET if d.get("previewState") is None else d.pop("previewState")
        if preview_state is not UNSET and not isinstance(preview_state, str):
            raise _wrong_type("previewState", preview_state, "a string")

        is_enabled = UNSET if d.get("isEnabled") is None else d.pop("isEnabled")
        if is_enabled is not UNSET and not isinstance(is_enabled, bool):
            raise _wrong_type("isEnabled", is_enabled, "a boolean")

        _authorization = d.pop("authorization", UNSET)
        authorization = (
            _authorization
            if _authorization is None or _authorization is UNSET
            else PluginAuth.from_dict(_authorization)
        )

        _settings = d.pop("settings", UNSET)
        settings: list[PluginSetting] | Unset = UNSET
        if _settings is None:
            settings = []
        elif _settings is not UNSET:
            if not isinstance(_settings, list):
                raise _wrong_type("settings", _settings, "a list")
            settings = []
            for settings_item_data in _settings:
                settings_item = PluginSetting.from_dict(settings_item_data)

                settings.append(settings_item)

        supported_auth_types = UNSET if d.get("supportedAuthTypes") is None else d.pop("supportedAuthTypes")
        if supported_auth_types is not UNSET and not isinstance(supported_auth_types, str):
            raise _wrong_type("supportedAuthTypes", supported_auth_types, "a string")

        _model = cls.__new__(cls)
        _model.odata_context = odata_context
        _model.odata_type = odata_type
        _model.microsoft_graph_tips = microsoft_graph_tips
        _model.name = name
        _model.display_name = display_name
        _model.description = description
        _model.category = category
        _model.catalog_scope = catalog_scope
        _model.preview_state = preview_state
        _model.is_enabled = is_enabled
        _model.authorization = authorization
        _model.settings = settings
        _model.supported_auth_types = supported_auth_types

        _model.additional_properties = d
        return _model
