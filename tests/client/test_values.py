"""What the client makes of JSON values: what it takes, and what it refuses."""

from datetime import UTC, datetime

import attrs
import pytest
from security_copilot_client import models
from security_copilot_client.models import InnerError, MainError, ODataError, PluginSetting, Session, SessionCollection
from security_copilot_client.types import NOT_YET, UNSET

from tests.documented import documented_session

SESSION = documented_session() | {
    "id": "ecdfb9b3-58f5-457f-a18c-4a477890b252",
    "createdDateTime": "2025-10-22T20:10:54.4940649Z",
    "lastModifiedDateTime": "2025-10-22T20:10:54.4940649Z",
    "displayName": None,
}


@pytest.mark.parametrize("value", [1, 1.5, True, None, [], {}])
@pytest.mark.parametrize("name", ["id", "createdDateTime"])
def test_a_string_is_a_string(name: str, value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        Session.from_dict(SESSION | {name: value})


@pytest.mark.parametrize("value", [1, 1.5, True, None, [], {}])
@pytest.mark.parametrize("name", ["@odata.context", "@odata.type", "@microsoft.graph.tips", "displayName@odata.type"])
def test_control_information_of_any_type_is_accepted(name: str, value: object) -> None:
    """Its attribute is UNSET, and it survives the round trip."""
    session = Session.from_dict(SESSION | {name: value})

    assert (session.odata_context, session.odata_type, session.microsoft_graph_tips) == (UNSET, UNSET, UNSET)
    assert session.additional_properties == {name: value}
    assert session.to_dict()[name] == value


@pytest.mark.parametrize("value", [1, True, [], {}])
def test_a_nullable_string_is_a_string_or_null(value: object) -> None:
    """And nothing else."""
    with pytest.raises(TypeError, match="displayName: expected a string or null, got"):
        Session.from_dict(SESSION | {"displayName": value})


@pytest.mark.parametrize("name", [name for name in SESSION if name != "displayName"])
def test_a_missing_property_is_an_error(name: str) -> None:
    """A whole session has all of them."""
    with pytest.raises(KeyError, match=name):
        Session.from_dict({key: value for key, value in SESSION.items() if key != name})


def test_a_missing_nullable_property_is_null() -> None:
    session = Session.from_dict({name: value for name, value in SESSION.items() if name != "displayName"})

    assert session.display_name is None


@pytest.mark.parametrize("value", ["1", 1.5, True, None])
def test_a_count_is_an_integer(value: object) -> None:
    """1.0 is one, in JSON as in JSON Schema. Anything else is kept, but is no count."""
    page = SessionCollection.from_dict({"value": [], "@odata.count": value})
    assert (page.odata_count, page.to_dict()) == (UNSET, {"value": [], "@odata.count": value})

    count = SessionCollection.from_dict({"value": [], "@odata.count": 1.0}).odata_count
    assert (count, type(count)) == (1, int)


@pytest.mark.parametrize("value", [{}, "", 0, False, {"a": SESSION}, [1], [None], [[]]])
def test_a_collection_is_a_list_of_objects(value: object) -> None:
    """The keys of an object are no sessions, and the empty string is no empty list."""
    with pytest.raises((TypeError, ValueError)):
        SessionCollection.from_dict({"@odata.context": "", "value": value})


def test_null_for_a_collection_is_an_empty_one() -> None:
    """Whether it is required, optional, or a list of strings."""
    setting = dict.fromkeys(("name", "label", "description", "hintText", "defaultValue", "value"))
    setting |= {"settingValue": "string", "isRequired": True, "displayType": "none", "acceptableValues": None}

    assert SessionCollection.from_dict({"value": None}).value == []
    assert MainError.from_dict({"code": "a", "message": "b", "details": None}).details == []
    assert PluginSetting.from_dict(setting).acceptable_values == []


@pytest.mark.parametrize("name", ["code", "date", "innerError"])
def test_null_for_an_optional_property_is_unset(name: str) -> None:
    """As if it were missing; it survives the round trip."""
    error = InnerError.from_dict({name: None})

    assert (error.code, error.date, error.inner_error) == (UNSET, UNSET, UNSET)
    assert error.to_dict() == {name: None}


@pytest.mark.parametrize("value", ["text", 1, []])
def test_a_nested_object_is_an_object(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        ODataError.from_dict({"error": value})
    with pytest.raises((TypeError, ValueError)):
        MainError.from_dict({"code": "a", "message": "b", "innerError": value})
    with pytest.raises((TypeError, ValueError)):
        InnerError.from_dict({"innerError": {"innererror": value}})


@pytest.mark.parametrize("value", ["yesterday", "2025-10-22", "2025-10-22T20:10:54", "2025-13-22T20:10:54Z", ""])
def test_a_timestamp_is_one_moment(value: str) -> None:
    """Without a time zone it is not."""
    with pytest.raises(ValueError, match=r"time zone|isoformat|month"):
        Session.from_dict(SESSION | {"createdDateTime": value})


def test_not_yet_is_easy_to_test_for() -> None:
    """Year 1 means that it has not happened."""
    session = Session.from_dict(SESSION | {"lastModifiedDateTime": "0001-01-01T00:00:00Z"})

    assert session.last_modified_date_time == NOT_YET
    assert session.created_date_time != NOT_YET
    assert session.created_date_time == datetime(2025, 10, 22, 20, 10, 54, 494064, tzinfo=UTC)


def test_a_foreign_type_is_no_error() -> None:
    """The service may derive types of its own; the annotation survives the round trip."""
    session = Session.from_dict(SESSION | {"@odata.type": "#microsoft.graph.another"})

    assert session.odata_type == "#microsoft.graph.another"
    assert session.to_dict()["@odata.type"] == "#microsoft.graph.another"
    assert Session.from_dict(SESSION).odata_type is UNSET


@pytest.mark.parametrize("name", models.__all__)
def test_a_model_is_constructed_by_keyword(name: str) -> None:
    """So a property that is new in the document breaks no program, wherever it stands among the others."""
    model = getattr(models, name)
    if not attrs.has(model):
        return
    assert [field.name for field in attrs.fields(model) if field.init and not field.kw_only] == []
