# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypeVar

from attrs import define as _attrs_define
from security_copilot_runtime.values import properties as _properties
from security_copilot_runtime.values import wrong_type as _wrong_type

from ..types import UNSET, Unset

T = TypeVar("T", bound="PromptCreate")


@_attrs_define(kw_only=True)
class PromptCreate:
    """The prompt to create.

    Attributes:
        content: The question.
        odata_type: The OData type of a prompt.
        type_: The kind of prompt. Only `prompt` is supported.
    """

    _required: ClassVar[frozenset[str]] = frozenset({"content"})

    content: str
    odata_type: Literal["#microsoft.graph.security.securityCopilot.prompt"] | Unset = (
        "#microsoft.graph.security.securityCopilot.prompt"
    )
    type_: Literal["prompt"] | Unset = "prompt"

    def to_dict(self) -> dict[str, Any]:
        field_dict: dict[str, Any] = {"content": self.content}
        if self.odata_type is not UNSET:
            field_dict["@odata.type"] = self.odata_type
        if self.type_ is not UNSET:
            field_dict["type"] = self.type_
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = src_dict.copy() if type(src_dict) is dict else _properties("PromptCreate", src_dict)
        content = d.pop("content")
        if not isinstance(content, str):
            raise _wrong_type("content", content, "a string")

        # Most objects have no further properties.
        if d:
            odata_type = d.pop("@odata.type", UNSET)
            if odata_type != "#microsoft.graph.security.securityCopilot.prompt" and odata_type is not UNSET:
                raise ValueError(
                    f"@odata.type must match const '#microsoft.graph.security.securityCopilot.prompt', got '{odata_type}'"
                )

            type_ = UNSET if d.get("type") is None else d.pop("type")
            if type_ != "prompt" and type_ is not UNSET:
                raise ValueError(f"type must match const 'prompt', got '{type_}'")

        else:
            odata_type = type_ = UNSET
        _model = cls.__new__(cls)
        _model.content = content
        _model.odata_type = odata_type
        _model.type_ = type_

        return _model
