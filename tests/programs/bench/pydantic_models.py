"""The models of collections in pydantic 2, for comparison: as tolerant and as strict as those of the client.

Unknown properties are kept, timestamps have a time zone, an open enumeration is any string, and control information is
optional.
"""

from typing import Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

ItemT = TypeVar("ItemT")


class _Model(BaseModel):
    model_config = ConfigDict(extra="allow", alias_generator=to_camel)


class _Entity(_Model):
    odata_context: str | None = Field(None, alias="@odata.context")
    odata_type: str | None = Field(None, alias="@odata.type")
    microsoft_graph_tips: str | None = Field(None, alias="@microsoft.graph.tips")


class Session(_Entity):
    """A session."""

    id: str
    display_name: str | None
    created_date_time: AwareDatetime
    last_modified_date_time: AwareDatetime


class _Skill(_Model):
    name: str | None = None
    description: str | None = None


class _Inputs(_Model):
    pass


class Prompt(_Entity):
    """A prompt."""

    id: str
    type: str
    content: str | None
    created_date_time: AwareDatetime
    last_modified_date_time: AwareDatetime
    skill_name: str | None
    inputs: _Inputs | None
    skill_input_descriptors: list[_Skill | None]


class _Result(_Model):
    content: str | None
    type: str
    preview_state: str


class Evaluation(_Entity):
    """An evaluation."""

    id: str
    created_date_time: AwareDatetime
    run_start_date_time: AwareDatetime
    completed_date_time: AwareDatetime
    last_modified_date_time: AwareDatetime
    state: str
    execution_count: int
    is_cancelled: bool
    result: _Result | None


class _Authorization(_Model):
    auth_type: str


class _Setting(_Model):
    name: str | None
    is_required: bool


class Plugin(_Entity):
    """A plugin."""

    name: str
    display_name: str | None
    description: str | None
    category: str
    catalog_scope: str
    preview_state: str
    is_enabled: bool
    authorization: _Authorization | None
    settings: list[_Setting]
    supported_auth_types: str | None = None


class Collection(_Entity, Generic[ItemT]):
    """One page."""

    value: list[ItemT]
    odata_count: int | None = Field(None, alias="@odata.count")
    odata_next_link: str | None = Field(None, alias="@odata.nextLink")
