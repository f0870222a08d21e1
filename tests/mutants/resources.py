"""Broken servers for the other resources: the faults of sessions, and faults of their own."""

import re
from collections.abc import Callable
from typing import Any

from attrs import evolve

from tests.mutants import servers
from tests.mutants.faults import MUTANTS, Answer, Asked, add, breaks, misled

assert servers  # registers the faults that are used here

_NOBODY = "00000000-0000-0000-0000-000000000000"
# One that is documented, with a prompt that is.
_SESSION = "ecdfb9b3-58f5-457f-a18c-4a477890b252"

# Faults of servers.py that have nothing to do with names: of lists, and of what is created and read.
_LISTS = """list_says_206 value_is_an_object says_text has_infinity starts_with_a_byte_order_mark list_fails is_python
select_is_refused count_is_refused request_id_never_changes client_request_id_is_its_own error_without_code
error_is_html error_without_request_id no_token_will_do any_token_will_do no_challenge wrong_select_is_ignored
wrong_count_is_ignored no_allow delete_is_done context_says_entity_of_a_list select_is_ignored
select_takes_the_first_only count_is_ignored count_is_one_short count_is_zero an_item_comes_twice""".split()  # noqa: SIM905 - easier to read so
_PAGES = """wrong_top_is_ignored next_link_is_its_own_page next_link_is_elsewhere next_link_fails pages_overlap
context_is_missing_from_lists context_is_of_another_workspace there_is_no_second_page filter_is_ignored
any_workspace_is_the_default_one""".split()  # noqa: SIM905 - likewise
_ENTITIES = """create_says_200 get_says_203 create_without_id get_without_id list_without_id id_is_a_number
time_without_zone time_is_a_number entity_in_an_envelope ends_within_the_json names_a_property_twice has_nan
create_is_refused unknown_is_400 unknown_is_500 broken_json_fails any_media_type_is_json wrong_media_type_is_400
malformed_id_fails every_id_is_the_same get_has_a_new_id_each_time reading_moves_the_creation not_yet_created
changed_before_it_was_created local_time context_says_nothing_of_the_entity a_session_is_in_every_workspace""".split()  # noqa: SIM905 - likewise

for _kind, _names in (
    ("workspaces", [*_LISTS, "filter_is_ignored"]),
    ("plugins", [*_LISTS, *_PAGES]),
    ("prompts", [*_LISTS, *_PAGES, *_ENTITIES]),
    ("evaluations", [*_LISTS, *_PAGES, *_ENTITIES, "type_is_another"]),
):
    for _name in _names:
        add(evolve(MUTANTS[_name], name=f"{_kind}: {_name}", on=_kind))


def _changes(name: str, promise: str, on: str, change: Callable[[Any], None]) -> None:
    """Register a server that changes every entity of a kind."""

    def fault(a: Answer) -> None:
        for entity in a.entities:
            change(entity)

    fault.__name__ = f"{on}: {name}"
    breaks(promise, on=on)(fault)


def _sets(name: str, promise: str, on: str, /, **values: object) -> None:
    """Register a server that changes the values of properties in every entity of a kind."""
    _changes(name, promise, on, lambda e: e.update({n: v for n, v in values.items() if n in e}))


def _drops(name: str, on: str, prop: str) -> None:
    """Register a server that omits a property of every entity of a kind."""
    _changes(name, "unselected_is_complete", on, lambda e: e.pop(prop, None))


# ---- workspaces and plugins

_drops("no_name", "workspaces", "displayName")
_sets("the_id_is_a_name", "documented_body", "workspaces", id="My workspace")
_sets("the_name_is_a_list", "documented_body", "workspaces", displayName=["a"])

for _name in ("name", "description", "category", "isEnabled", "authorization", "settings"):
    _drops(f"no_{_name}", "plugins", _name)
_sets("the_name_is_null", "documented_body", "plugins", name=None)
_sets("enabled_is_text", "documented_body", "plugins", isEnabled="true")
_sets("settings_are_null", "documented_body", "plugins", settings=None)
_sets("authorization_is_text", "documented_body", "plugins", authorization="aad")
_sets("a_category_in_capitals", "enum_members_are_documented", "plugins", category="Microsoft")
_sets("a_scope_that_is_new", "enum_members_are_documented", "plugins", catalogScope="galactic")
_sets(
    "a_kind_of_authorization_that_is_new", "enum_members_are_documented", "plugins", authorization={"authType": "mTLS"}
)


@misled("filter_returns_only_matches", on="plugins")
def plugins_are_always_enabled(asked: Asked) -> None:
    asked.query = asked.query.replace("isEnabled%20eq%20false", "isEnabled%20eq%20true")


@misled("invalid_query_option_is_400", on="plugins")
def a_wrong_filter_is_ignored(asked: Asked) -> None:
    asked.query = re.sub(r"&?\$filter=name(?=&|$)", "", asked.query).lstrip("&")


@breaks("list_is_complete", "count_is_correct", on="plugins")
def contains_finds_nothing(a: Answer) -> None:
    if a.listed and "contains(" in a.query.get("$filter", ""):
        a.body["value"] = []


@breaks("valid_is_accepted", on="plugins")
def contains_is_refused(a: Answer) -> None:
    if "contains(" in a.query.get("$filter", ""):
        a.error(400)


# ---- prompts

for _name in ("content", "type", "inputs", "skillName", "skillInputDescriptors"):
    _drops(f"no_{_name}", "prompts", _name)
_sets("the_content_is_null", "written_is_returned", "prompts", content=None)
_sets("inputs_are_a_list", "documented_body", "prompts", inputs=[])
_sets("a_type_that_is_new", "enum_members_are_documented", "prompts", type="promptbook")


def _spoils_content(name: str, spoil: Callable[[str], str]) -> None:
    def change(entity: Any) -> None:
        if "content" in entity:
            entity["content"] = spoil(entity["content"])

    _changes(name, "written_is_returned", "prompts", change)


_spoils_content("content_is_trimmed", str.strip)
_spoils_content("content_is_in_lower_case", str.lower)
_spoils_content("content_is_cut_at_255", lambda text: text[:255])
_spoils_content("content_is_on_one_line", lambda text: " ".join(text.splitlines()))


@breaks("items_belong_to_the_collection", on="prompts")
def prompts_are_those_of_all_sessions(a: Answer) -> None:
    seen = a.memory.setdefault("seen", {})
    if a.created:
        seen[a.body["id"]] = {name: value for name, value in a.body.items() if "@" not in name}
    if a.listed and not a.query:
        a.body["value"] = list(reversed(seen.values()))


@breaks("read_returns_what_was_written", on="prompts")
def an_evaluation_clears_the_content(a: Answer) -> None:
    if a.got and "content" in a.body and a.store.count(f"{a.path.partition('securityCopilot/')[2]}/evaluations"):
        a.body["content"] = ""


@misled("unknown_is_404", "response_is_about_the_request", on="prompts")
def a_prompt_is_in_every_session(asked: Asked) -> None:
    asked.path = asked.path.replace(f"/sessions/{_NOBODY}", f"/sessions/{_SESSION}")


# ---- evaluations

_ON = "evaluations"


def _in_state(state: str, name: str, promise: str, change: Callable[[Any], None], *more: str) -> None:
    """Register a server that changes the evaluations in one state."""

    def fault(a: Answer) -> None:
        for entity in a.entities:
            if entity.get("state") == state:
                change(entity)

    fault.__name__ = f"{_ON}: {name}"
    breaks(promise, *more, on=_ON)(fault)


def _with(**values: object) -> Callable[[Any], None]:
    return lambda entity: entity.update({name: value for name, value in values.items() if name in entity})


def _with_result(**values: object) -> Callable[[Any], None]:
    return lambda entity: entity["result"].update(values) if "result" in entity else None


_NEVER, _LATER = "0001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
_NO_ANSWER = {"content": None, "type": "success", "previewState": "ga"}

for _name in ("state", "result", "executionCount", "isCancelled", "runStartDateTime", "completedDateTime"):
    _drops(f"no_{_name}", _ON, _name)
_sets("a_count_is_text", "documented_body", _ON, executionCount="0")
_sets("cancelled_is_null", "documented_body", _ON, isCancelled=None)
_sets("the_result_is_text", "documented_body", _ON, result="You are signed in.")
_in_state("created", "a_state_in_capitals", "enum_members_are_documented", _with(state="Created"))
_in_state("running", "a_state_that_is_new", "enum_members_are_documented", _with(state="thinking"))
_in_state("completed", "a_result_that_is_new", "enum_members_are_documented", _with_result(type="partial"))
_in_state(
    "created",
    "it_starts_before_it_starts",
    "start_is_reported",
    lambda e: e.update(runStartDateTime=e["createdDateTime"]),
)
_in_state("running", "it_runs_and_has_not_started", "start_is_reported", _with(runStartDateTime=_NEVER))
_in_state("completed", "it_is_completed_and_has_not_started", "start_is_reported", _with(runStartDateTime=_NEVER))
_in_state("running", "it_is_completed_while_it_runs", "completion_is_reported", _with(completedDateTime=_LATER))
_in_state(
    "completed", "it_is_completed_and_no_one_knows_when", "completion_is_reported", _with(completedDateTime=_NEVER)
)
_in_state(
    "completed",
    "it_is_completed_before_it_runs",
    "times_are_in_order",
    _with(completedDateTime="2020-01-01T00:00:00Z"),
)
_in_state(
    "running", "it_runs_before_it_is_created", "times_are_in_order", _with(runStartDateTime="2020-01-01T00:00:00Z")
)
_in_state("completed", "it_ends_without_a_result", "result_matches_the_state", _with(result=None))
_in_state("completed", "it_ends_with_no_content", "result_matches_the_state", _with(result=_NO_ANSWER))
_in_state(
    "completed",
    "it_ends_with_an_unknown_result",
    "result_matches_the_state",
    _with_result(type="unknown"),
)
_in_state("running", "it_answers_while_it_runs", "result_matches_the_state", _with_result(content="You"))
_in_state("completed", "it_is_completed_and_cancelled", "cancellation_is_reported", _with(isCancelled=True))


@breaks("cancellation_is_reported", on=_ON)
def it_is_cancelled_and_does_not_say_so(a: Answer) -> None:
    for evaluation in a.entities:
        if evaluation.get("state") == "completed":
            evaluation["state"] = "cancelled"


@breaks("final_state_is_final", on=_ON)
def the_answer_changes(a: Answer) -> None:
    for evaluation in a.entities:
        if evaluation.get("state") == "completed" and "result" in evaluation:
            evaluation["result"]["content"] += f" ({a.turn})"


@breaks("final_state_is_final", "states_never_go_back", on=_ON)
def it_begins_again(a: Answer) -> None:
    for evaluation in a.entities:
        if evaluation.get("state") == "completed":
            ended = a.memory.setdefault("ended", a.turn)
            if a.turn > ended:
                evaluation.update(state="running", completedDateTime=_NEVER, result=None)


@breaks("states_never_go_back", on=_ON)
def it_is_created_after_it_ran(a: Answer) -> None:
    for evaluation in a.entities:
        if evaluation.get("state") == "running":
            a.memory["ran"] = a.memory.get("ran", 0) + 1
            if a.memory["ran"] > 1:
                evaluation.update(state="created", runStartDateTime=_NEVER, result=None)


@breaks("states_never_go_back", on=_ON)
def it_starts_again_and_again(a: Answer) -> None:
    for evaluation in a.entities:
        if evaluation.get("state") == "running":
            evaluation["runStartDateTime"] = evaluation["lastModifiedDateTime"] = f"2998-01-01T00:00:{a.turn % 60:02}Z"


@misled("invalid_body_is_refused", on=_ON)
def any_body_will_do(asked: Asked) -> None:
    if asked.content.startswith(b"["):
        asked.content = b"{}"


@misled("unknown_is_404", on=_ON)
def an_evaluation_is_of_every_prompt(asked: Asked) -> None:
    somewhere = f"/sessions/{_SESSION}/prompts/76a9b8c6-6656-4ef4-a4c7-7ed07fb93e01/"
    asked.path = re.sub(f"/sessions/[^/]*/prompts/{_NOBODY}/", somewhere, asked.path)


# ---- what a client survives


@breaks("documented_body", on="evaluations")
def a_list_of_one_is_an_evaluation(a: Answer) -> None:
    # As in the documented example.
    if a.listed and len(a.body["value"]) == 1:
        context = f"{a.body['@odata.context']}/$entity"
        a.body = {"@odata.context": context, **a.body["value"][0]}


@breaks("documented_body", on="workspaces")
def the_list_of_workspaces_is_null(a: Answer) -> None:
    if a.listed:
        a.body["value"] = None


@breaks("documented_body", on="prompts")
def control_information_is_of_any_type(a: Answer) -> None:
    if a.ok:
        a.body |= {"@odata.context": 5, "@microsoft.graph.tips": ["a"], "@odata.type": None}
    if a.listed:
        a.body["@odata.count"] = "many"


# Broken servers that have all that a caller needs: no client has to stop.
TOLERATED = """create_says_200 list_says_206 get_says_203 create_without_name update_without_name context_is_missing
context_is_missing_from_lists next_link_is_null_on_the_last_page a_list_of_one_is_an_evaluation
the_list_of_workspaces_is_null control_information_is_of_any_type""".split()  # noqa: SIM905 - easier to read so
TOLERATED += [
    *(f"{kind}: list_says_206" for kind in ("workspaces", "plugins", "prompts", "evaluations")),
    *(f"{kind}: context_is_missing_from_lists" for kind in ("plugins", "prompts", "evaluations")),
    *(f"{kind}: {name}" for kind in ("prompts", "evaluations") for name in ("create_says_200", "get_says_203")),
    *(f"prompts: {name}" for name in ("no_content", "no_inputs", "no_skillName")),
    "plugins: settings_are_null",
]
