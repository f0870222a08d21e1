# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="EvaluationCreate")


@_attrs_define(kw_only=True)
class EvaluationCreate:
    """The evaluation to create. It has no writable properties, so this is an empty object."""

    _required: ClassVar[frozenset[str]] = frozenset()

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {}
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        _model = cls.__new__(cls)

        return _model
