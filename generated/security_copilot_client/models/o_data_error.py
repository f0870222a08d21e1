# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import properties as _properties

from ..models.main_error import MainError

T = TypeVar("T", bound="ODataError")


@_attrs_define(kw_only=True)
class ODataError:
    """An error of the service.

    Attributes:
        error: The error.
    """

    _required: ClassVar[frozenset[str]] = frozenset({"error"})

    error: MainError
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        error = self.error.to_dict()
        field_dict: dict[str, Any] = {**self.additional_properties, "error": error}
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("ODataError", src_dict)
        error = MainError.from_dict(d.pop("error"))

        _model = cls.__new__(cls)
        _model.error = error

        _model.additional_properties = d
        return _model
