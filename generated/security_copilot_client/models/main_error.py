# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..models.error_details import ErrorDetails
from ..models.inner_error import InnerError
from ..types import UNSET, Unset

T = TypeVar("T", bound="MainError")


@_attrs_define(kw_only=True)
class MainError:
    """The error.

    Attributes:
        code: The code of the error. Programs branch on it.
        message: A text for developers. It may be empty and may change at any time.
        target: The target of the error, for example the name of a property.
        details: The errors that led to this one.
        inner_error: More detail about the error. Inner errors are nested, each more specific than the outer one.
            The service uses both spellings of the property, `innerError` and `innererror`.
        innererror: More detail about the error. Inner errors are nested, each more specific than the outer one.
            The service uses both spellings of the property, `innerError` and `innererror`.
    """

    _required: ClassVar[frozenset[str]] = frozenset({"code", "message"})

    code: str
    message: str
    target: str | Unset = UNSET
    details: list[ErrorDetails] | Unset = UNSET
    inner_error: InnerError | Unset = UNSET
    innererror: InnerError | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        details: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.details, Unset):
            details = []
            for details_item_data in self.details:
                details_item = details_item_data.to_dict()
                details.append(details_item)

        inner_error: dict[str, Any] | Unset = UNSET
        if not isinstance(self.inner_error, Unset):
            inner_error = self.inner_error.to_dict()
        innererror: dict[str, Any] | Unset = UNSET
        if not isinstance(self.innererror, Unset):
            innererror = self.innererror.to_dict()
        field_dict: dict[str, Any] = {**self.additional_properties, "code": self.code, "message": self.message}
        if self.target is not UNSET:
            field_dict["target"] = self.target
        if details is not UNSET:
            field_dict["details"] = details
        if inner_error is not UNSET:
            field_dict["innerError"] = inner_error
        if innererror is not UNSET:
            field_dict["innererror"] = innererror
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("MainError", src_dict)
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

            _details = d.pop("details", UNSET)
            details: list[ErrorDetails] | Unset = UNSET
            if _details is None:
                details = []
            elif _details is not UNSET:
                if not isinstance(_details, list):
                    raise _wrong_type("details", _details, "a list")
                details = []
                for details_item_data in _details:
                    details_item = ErrorDetails.from_dict(details_item_data)

                    details.append(details_item)

            _inner_error = UNSET if d.get("innerError") is None else d.pop("innerError")
            inner_error: InnerError | Unset
            if isinstance(_inner_error, Unset):
                inner_error = UNSET
            else:
                inner_error = InnerError.from_dict(_inner_error)

            _innererror = UNSET if d.get("innererror") is None else d.pop("innererror")
            innererror: InnerError | Unset
            if isinstance(_innererror, Unset):
                innererror = UNSET
            else:
                innererror = InnerError.from_dict(_innererror)

        else:
            target = details = inner_error = innererror = UNSET
        _model = cls.__new__(cls)
        _model.code = code
        _model.message = message
        _model.target = target
        _model.details = details
        _model.inner_error = inner_error
        _model.innererror = innererror

        _model.additional_properties = d
        return _model
