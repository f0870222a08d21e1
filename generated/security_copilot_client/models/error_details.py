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

T = TypeVar("T", bound="ErrorDetails")


@_attrs_define(kw_only=True)
class ErrorDetails:
    """One of several errors.

    Attributes:
        code: The code of the error. Programs branch on it.
        message: A text for developers. It may be empty and may change at any time.
        target: The target of the error, for example the name of a property.
    """

    _required: ClassVar[frozenset[str]] = frozenset({"code", "message"})

    code: str
    message: str
    target: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {**self.additional_properties, "code": self.code, "message": self.message}
        if self.target is not UNSET:
            field_dict["target"] = self.target
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("ErrorDetails", src_dict)
        code = d.pop("code")
        if not isinstance(code, str):
            raise _wrong_type("code", code, "a string")

        message = d.pop("message")
        if not isinstance(message, str):
            raise _wrong_type("message", message, "a string")

        # Most objects have no further properties.
        if d:
            target = UNSET if d.get("target") is None else d.pop("target")
            if target is not UNSET and not isinstance(target, str):
                raise _wrong_type("target", target, "a string")

        else:
            target = UNSET
        _model = cls.__new__(cls)
        _model.code = code
        _model.message = message
        _model.target = target

        _model.additional_properties = d
        return _model
