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

T = TypeVar("T", bound="ProjectedWorkspace")


@_attrs_define(kw_only=True)
class ProjectedWorkspace:
    """A workspace with the properties that `$select` names.

    Attributes:
        odata_context: The metadata URL that names the entity or collection of the response.
        odata_type: The OData type of the object. Rarely sent.
        microsoft_graph_tips: A hint for developers. Programs ignore it.
        id: The GUID of a workspace, or `default`.
        display_name: The name of the workspace.
    """

    _required: ClassVar[frozenset[str]] = frozenset()

    odata_context: str | Unset = UNSET
    odata_type: str | Unset = UNSET
    microsoft_graph_tips: str | Unset = UNSET
    id: str | Unset = UNSET
    display_name: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {**self.additional_properties}
        if self.odata_context is not UNSET:
            field_dict["@odata.context"] = self.odata_context
        if self.odata_type is not UNSET:
            field_dict["@odata.type"] = self.odata_type
        if self.microsoft_graph_tips is not UNSET:
            field_dict["@microsoft.graph.tips"] = self.microsoft_graph_tips
        if self.id is not UNSET:
            field_dict["id"] = self.id
        if self.display_name is not UNSET:
            field_dict["displayName"] = self.display_name
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("ProjectedWorkspace", src_dict)
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

        display_name = d.pop("displayName", UNSET)
        if display_name is not None and display_name is not UNSET and not isinstance(display_name, str):
            raise _wrong_type("displayName", display_name, "a string or null")

        _model = cls.__new__(cls)
        _model.odata_context = odata_context
        _model.odata_type = odata_type
        _model.microsoft_graph_tips = microsoft_graph_tips
        _model.id = id
        _model.display_name = display_name

        _model.additional_properties = d
        return _model
