# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypeVar

from attrs import define as _attrs_define
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..types import UNSET, Unset

T = TypeVar("T", bound="SessionUpdate")


@_attrs_define(kw_only=True)
class SessionUpdate:
    """The changes to a session. Omitted properties are not changed.

    Attributes:
        odata_type: The OData type of a session.
        display_name: The new name of the session.
    """

    _required: ClassVar[frozenset[str]] = frozenset()

    odata_type: Literal["#microsoft.graph.security.securityCopilot.session"] | Unset = (
        "#microsoft.graph.security.securityCopilot.session"
    )
    display_name: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        if self.odata_type is not UNSET:
            field_dict["@odata.type"] = self.odata_type
        if self.display_name is not UNSET:
            field_dict["displayName"] = self.display_name
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("SessionUpdate", src_dict)
        odata_type = d.pop("@odata.type", UNSET)
        if odata_type != "#microsoft.graph.security.securityCopilot.session" and odata_type is not UNSET:
            raise ValueError(
                f"@odata.type must match const '#microsoft.graph.security.securityCopilot.session', got '{odata_type}'"
            )

        display_name = UNSET if d.get("displayName") is None else d.pop("displayName")
        if display_name is not UNSET and not isinstance(display_name, str):
            raise _wrong_type("displayName", display_name, "a string")

        _model = cls.__new__(cls)
        _model.odata_type = odata_type
        _model.display_name = display_name

        return _model
