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

T = TypeVar("T", bound="InnerError")


@_attrs_define(kw_only=True)
class InnerError:
    """More detail about the error. Inner errors are nested, each more specific than the outer one. The service uses both
    spellings of the property, `innerError` and `innererror`.

        Attributes:
            code: A more specific code.
            date: When the error happened. Published responses show it without a time zone.
            request_id: The id that the service gave the request.
            client_request_id: The `client-request-id` of the request.
            inner_error: More detail about the error. Inner errors are nested, each more specific than the outer one.
                The service uses both spellings of the property, `innerError` and `innererror`.
            innererror: More detail about the error. Inner errors are nested, each more specific than the outer one.
                The service uses both spellings of the property, `innerError` and `innererror`.
    """

    _required: ClassVar[frozenset[str]] = frozenset()

    code: str | Unset = UNSET
    date: str | Unset = UNSET
    request_id: str | Unset = UNSET
    client_request_id: str | Unset = UNSET
    inner_error: InnerError | Unset = UNSET
    innererror: InnerError | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        inner_error: dict[str, Any] | Unset = UNSET
        if not isinstance(self.inner_error, Unset):
            inner_error = self.inner_error.to_dict()
        innererror: dict[str, Any] | Unset = UNSET
        if not isinstance(self.innererror, Unset):
            innererror = self.innererror.to_dict()
        field_dict: dict[str, Any] = {**self.additional_properties}
        if self.code is not UNSET:
            field_dict["code"] = self.code
        if self.date is not UNSET:
            field_dict["date"] = self.date
        if self.request_id is not UNSET:
            field_dict["request-id"] = self.request_id
        if self.client_request_id is not UNSET:
            field_dict["client-request-id"] = self.client_request_id
        if inner_error is not UNSET:
            field_dict["innerError"] = inner_error
        if innererror is not UNSET:
            field_dict["innererror"] = innererror
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("InnerError", src_dict)
        code = UNSET if d.get("code") is None else d.pop("code")
        if code is not UNSET and not isinstance(code, str):
            raise _wrong_type("code", code, "a string")

        date = UNSET if d.get("date") is None else d.pop("date")
        if date is not UNSET and not isinstance(date, str):
            raise _wrong_type("date", date, "a string")

        request_id = UNSET if d.get("request-id") is None else d.pop("request-id")
        if request_id is not UNSET and not isinstance(request_id, str):
            raise _wrong_type("request-id", request_id, "a string")

        client_request_id = UNSET if d.get("client-request-id") is None else d.pop("client-request-id")
        if client_request_id is not UNSET and not isinstance(client_request_id, str):
            raise _wrong_type("client-request-id", client_request_id, "a string")

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

        _model = cls.__new__(cls)
        _model.code = code
        _model.date = date
        _model.request_id = request_id
        _model.client_request_id = client_request_id
        _model.inner_error = inner_error
        _model.innererror = innererror

        _model.additional_properties = d
        return _model
