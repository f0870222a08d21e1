# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypeVar

from attrs import define as _attrs_define
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..types import UNSET, Unset

T = TypeVar("T", bound="SessionCreate")


@_attrs_define(kw_only=True)
class SessionCreate:
    """The session to create.

    Attributes:
        display_name: The name of the session.
        odata_type: The OData type of a session.
    """

    _required: ClassVar[frozenset[str]] = frozenset({"displayName"})

    display_name: str
    odata_type: Literal["#microsoft.graph.security.securityCopilot.session"] | Unset = (
        "#microsoft.graph.security.securityCopilot.session"
    )

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {"displayName": self.display_name}
        if self.odata_type is not UNSET:
            field_dict["@odata.type"] = self.odata_type
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("SessionCreate", src_dict)
        display_name = d.pop("displayName")
        if not isinstance(display_name, str):
            raise _wrong_type("displayName", display_name, "a string")

        # Most objects have no further properties.
        if d:
            odata_type = d.pop("@odata.type", UNSET)
            if odata_type != "#microsoft.graph.security.securityCopilot.session" and odata_type is not UNSET:
                raise ValueError(
                    f"@odata.type must match const '#microsoft.graph.security.securityCopilot.session', got '{odata_type}'"
                )

        else:
            odata_type = UNSET
        _model = cls.__new__(cls)
        _model.display_name = display_name
        _model.odata_type = odata_type

        return _model
