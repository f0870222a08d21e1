# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..models.projected_session import ProjectedSession
from ..models.session import Session
from ..types import UNSET, Unset

T = TypeVar("T", bound="SessionCollection")


@_attrs_define(kw_only=True)
class SessionCollection:
    """One page of sessions.

    Attributes:
        value: The sessions on this page. Any page may be empty.
        odata_context: The metadata URL that names the entity or collection of the response.
        odata_count: The number of sessions on all pages. Sent when `$count` is true.
        odata_next_link: The URL of the next page. Missing on the last page. Opaque; request it unchanged.
        microsoft_graph_tips: A hint for developers. Programs ignore it.
    """

    _required: ClassVar[frozenset[str]] = frozenset({"value"})

    value: list[ProjectedSession | Session]
    odata_context: str | Unset = UNSET
    odata_count: int | Unset = UNSET
    odata_next_link: str | Unset = UNSET
    microsoft_graph_tips: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        value = []
        for value_item_data in self.value:
            value_item: dict[str, Any]
            if isinstance(value_item_data, Session):
                value_item = value_item_data.to_dict()
            else:
                value_item = value_item_data.to_dict()

            value.append(value_item)

        field_dict: dict[str, Any] = {**self.additional_properties, "value": value}
        if self.odata_context is not UNSET:
            field_dict["@odata.context"] = self.odata_context
        if self.odata_count is not UNSET:
            field_dict["@odata.count"] = self.odata_count
        if self.odata_next_link is not UNSET:
            field_dict["@odata.nextLink"] = self.odata_next_link
        if self.microsoft_graph_tips is not UNSET:
            field_dict["@microsoft.graph.tips"] = self.microsoft_graph_tips
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("SessionCollection", src_dict)
        value = []
        _value = d.pop("value")
        if _value is None:
            _value = []
        if not isinstance(_value, list):
            raise _wrong_type("value", _value, "a list")

        def _parse_value_item(data: object) -> ProjectedSession | Session:
            if isinstance(data, dict) and data.keys() >= Session._required:
                try:
                    componentsschemas_retrieved_session_type_0 = Session.from_dict(data)

                    return componentsschemas_retrieved_session_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
            if not isinstance(data, dict):
                raise _wrong_type("value_item", data, "an object")
            componentsschemas_retrieved_session_type_1 = ProjectedSession.from_dict(data)

            return componentsschemas_retrieved_session_type_1

        for value_item_data in _value:
            value_item = _parse_value_item(value_item_data)
            value.append(value_item)

        # Most objects have no further properties.
        if d:
            odata_context = d.pop("@odata.context", UNSET)
            if odata_context is not UNSET and not isinstance(odata_context, str):
                d["@odata.context"], odata_context = odata_context, UNSET

            odata_count = d.pop("@odata.count", UNSET)
            if type(odata_count) is float and odata_count.is_integer():
                odata_count = int(odata_count)
            if odata_count is not UNSET and (isinstance(odata_count, bool) or not isinstance(odata_count, int)):
                d["@odata.count"], odata_count = odata_count, UNSET

            odata_next_link = d.pop("@odata.nextLink", UNSET)
            if odata_next_link is None:
                odata_next_link = UNSET
            if odata_next_link is not UNSET and not isinstance(odata_next_link, str):
                raise _wrong_type("@odata.nextLink", odata_next_link, "a string")

            microsoft_graph_tips = d.pop("@microsoft.graph.tips", UNSET)
            if microsoft_graph_tips is not UNSET and not isinstance(microsoft_graph_tips, str):
                d["@microsoft.graph.tips"], microsoft_graph_tips = microsoft_graph_tips, UNSET

        else:
            odata_context = odata_count = odata_next_link = microsoft_graph_tips = UNSET
        _model = cls.__new__(cls)
        _model.value = value
        _model.odata_context = odata_context
        _model.odata_count = odata_count
        _model.odata_next_link = odata_next_link
        _model.microsoft_graph_tips = microsoft_graph_tips

        _model.additional_properties = d
        return _model
