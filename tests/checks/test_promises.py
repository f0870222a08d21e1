"""The promises: each catches servers that break it, and none fails a valid server."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp

from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.observed import Observations
from security_copilot_contract.checks.plan_builder import plan
from security_copilot_contract.checks.promises import PROMISES, finding, validate
from security_copilot_contract.checks.promises.registry import promise
from security_copilot_contract.checks.runner import Runner
from security_copilot_contract.emulator import OUTCOMES, TOKEN, Store, Timing, emulator
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.facts import sources
from security_copilot_contract.spec.violation import Violation
from security_copilot_runtime.clock import SkippingClock, use
from tests.mutants import reference, resources, servers, variants
from tests.mutants.adapter import runner_of
from tests.mutants.faults import MUTANTS, SESSIONS, VARIANTS, Answer, Fault, Mutant
from tests.mutants.regular import regular
from tests.programs.matrix import ASKED, FULL, LIVE, STOCK, Profile, every, is_visible, kill

assert resources
assert servers
assert variants

Serve = Callable[[ASGIApp], str]

REFUSING = """nothing_differs malformed_ids_are_404 invalid_bodies_are_422 errors_have_codes_of_their_own
allow_has_head_and_options errors_have_other_properties what_a_body_has_too_much_is_left_out throttles_until_a_date
any_client_request_id_will_do top_is_refused a_bare_challenge next_links_have_keys_in_parentheses""".split()  # noqa: SIM905 - easier to read so
ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"


@pytest.fixture
def without_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the text of every violation: no verdict may depend on it."""
    monkeypatch.setattr(Violation, "__str__", lambda _: "x")


def test_every_promise_is_broken_by_some_server() -> None:
    """A promise that nothing breaks is not tested."""
    broken = {name for mutant in MUTANTS.values() for name in mutant.promises}

    assert broken == set(PROMISES)
    assert len(MUTANTS) >= 80


# `make contract` sends the plans to all of them.
SAMPLE = list(every().values())[::20]


@pytest.mark.usefixtures("without_texts")
@pytest.mark.parametrize("mutant", SAMPLE, ids=lambda mutant: mutant.name)
def test_a_broken_server_is_caught(mutant: Mutant) -> None:
    """For the right reason."""
    assert kill(mutant, FULL).promise in mutant.promises


def test_every_reachable_pair_has_a_broken_server() -> None:
    """Each promise is broken for each operation to whose responses it applies."""
    assert reference.reachable() <= {mutant.pair for mutant in regular().values()}


def test_every_documented_header_is_spoiled_for_every_operation() -> None:
    """In a response that the emulator sends, or that a spoiler makes of it. Any text is a valid x-ms-ags-diagnostic."""
    spoiled: dict[str, set[str]] = {operation.id: set() for operation in document().operations}
    for mutant in regular().values():
        assert mutant.fault is not None
        operation = document().operation(mutant.name.partition(":")[0])
        for status in (200, 401, 405):
            spoiled[operation.id] |= spoiled_headers(mutant.fault, operation.method, operation.path, status)

    documented = {"request-id", "client-request-id", "date", "www-authenticate", "retry-after"}
    for name, headers in spoiled.items():
        read = document().operation(name).method == "GET"
        assert headers >= documented | ({"allow"} if read else set()), name


def spoiled_headers(fault: Fault, method: str, path: str, status: int) -> set[str]:
    """The headers of a response that a broken server changes."""
    path = "/beta" + path.replace("{workspaceId}", "default")
    path = re.sub(r"{\w+}", ID, path)
    headers = dict.fromkeys(("request-id", "client-request-id", "date", "www-authenticate", "allow"), "as it was")
    body: dict[str, Any] = {"error": {"code": "a", "innerError": {"request-id": ID}}}
    if status == 200:
        lists = method == "GET" and path.endswith("s")
        body = {"@odata.context": "https://h/$metadata#a", "value" if lists else "id": [] if lists else ID}
    memory = {"turn": 1, "throttled": 1, "created": [{}], "last page": {}}
    answer = Answer(method, path, {}, None, "", status, dict(headers), body, Store(), memory)
    fault(answer)
    return {name for name in {*headers, *answer.headers} if answer.headers.get(name) != headers.get(name)}


@pytest.mark.parametrize("name", ["is_cut_off", "date_is_iso", "create_says_200", "throttles_until_soon"])
def test_a_socket_makes_no_difference(name: str, serve: Serve) -> None:
    """The broken servers are counted without one."""
    runners = [Runner(serve(MUTANTS[name].app()), TOKEN), runner_of(MUTANTS[name].app())]
    with use(SkippingClock()):
        results = [list(runner.run(plan(1, live=True))) for runner in runners]
    for runner in runners:
        runner.close()

    found = [[(result.step.name, set(result.verdicts), set(result.broken)) for result in each] for each in results]
    assert found[0] == found[1]
    assert any(broken for _, _, broken in found[0])


def test_the_record_of_plain_schemathesis_is_complete() -> None:
    """It has every server that is wrong about sessions."""
    concerned = [name for name, mutant in MUTANTS.items() if mutant.on == SESSIONS]

    assert list(json.loads(STOCK.read_text("utf-8"))["caught"]) == concerned


@pytest.mark.usefixtures("without_texts")
@pytest.mark.parametrize("profile", [LIVE, ASKED], ids=lambda profile: profile.name)
def test_few_requests_catch_most(profile: Profile) -> None:
    """Of what valid requests can show."""
    sample = list(MUTANTS.values())[::8]
    missed = [mutant for mutant in sample if not kill(mutant, profile).is_caught]
    visible = [mutant for mutant in missed if is_visible(mutant, profile)]

    assert len(visible) <= 0.1 * (len(sample) - len(missed) + len(visible))


def broken(app: ASGIApp, *, live: bool) -> list[tuple[str, list[str]]]:
    """The steps of the plan that break promises."""
    steps = plan(1, live=live, evaluations=1 if live else None)
    with use(SkippingClock()):
        results = list(runner_of(app).run(steps))
    assert {result.step.operation for result in results} == {step.operation for step in steps}
    return [(result.step.name, list(result.broken)) for result in results if result.broken]


@pytest.mark.usefixtures("without_texts")
@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_a_valid_server_passes(variant: Mutant) -> None:
    """Though it differs from the emulator. `make seeds` has the full profile check each."""
    assert broken(variant.app(), live=True) == []


@pytest.mark.usefixtures("without_texts")
@pytest.mark.parametrize("name", REFUSING)
def test_a_valid_server_passes_invalid_requests(name: str) -> None:
    """It differs from the emulator in what only the full plan sends."""
    assert broken(VARIANTS[name].app(), live=False) == []


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_evaluation_may_end_in_any_way(outcome: str) -> None:
    """Or not at all while it is polled; and a service may contain nothing else."""
    runner = runner_of(emulator(Store(timing=Timing(0, 0), outcome=OUTCOMES[outcome])))
    results = list(runner.run(plan(1, live=False)))

    assert [(step.step.name, step.broken) for step in results if step.broken] == []
    assert any(step.step.name == "evaluations: poll" for step in results)


PROPERTIES = """id value error code innerError request-id displayName createdDateTime lastModifiedDateTime x
@odata.context @odata.type @odata.count @odata.nextLink""".split()  # noqa: SIM905 - easier to read so
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(PROPERTIES),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)
header_values = st.text(st.characters(max_codepoint=255), max_size=12)


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(data=st.data())
def test_any_response_can_be_validated(data: st.DataObject) -> None:
    """An exception in a promise is no finding."""
    observed = Observations()
    sessions = "/security/securityCopilot/workspaces/default/sessions"
    one = f"{sessions}/ecdfb9b3-58f5-457f-a18c-4a477890b252"
    headers = st.dictionaries(
        st.sampled_from(["date", "retry-after", "request-id", "client-request-id", "allow", "www-authenticate"]),
        st.lists(header_values, min_size=1, max_size=2),
        max_size=3,
    )
    for _ in range(3):
        body = data.draw(st.binary(max_size=20) | json_values.map(lambda value: json.dumps(value).encode()))
        method, url = data.draw(
            st.sampled_from(
                [
                    ("GET", f"{sessions}?$count=true&$top=1&$filter=displayName%20eq%20'a'&$select=id"),
                    ("GET", sessions),
                    ("POST", sessions),
                    ("GET", one),
                    ("PATCH", one),
                    ("DELETE", one),
                    ("GET", "/nowhere"),
                ]
            )
        )
        interaction = Interaction(
            base_url="http://127.0.0.1:1/beta",
            method=method,
            url=url,
            request_headers={"content-type": "application/json"},
            request_body=data.draw(json_values.map(lambda value: json.dumps(value).encode())),
            status=data.draw(st.sampled_from([200, 201, 204, 400, 401, 404, 405, 429, 503])),
            headers={"content-type": ["application/json"], **data.draw(headers)},
            response_body=body,
        )

        assert set(validate(interaction, observed)) <= set(PROMISES)
        observed.record(interaction)


@pytest.mark.parametrize("unique", [True, False], ids=["the plan", "a generated case"])
def test_an_older_entity_is_no_refused_create(*, unique: bool) -> None:
    """The name of a generated create may be that of a session that was there before; that of the plan is its own."""
    observed = Observations()
    sessions = "/security/securityCopilot/workspaces/default/sessions"
    sent, listed = b'{"displayName": "a"}', json.dumps({"value": [{"id": ID, "displayName": "a"}]}).encode()
    json_type = {"content-type": "application/json"}

    refused = Interaction("http://h/beta", "POST", sessions, json_type, sent, 400, {}, b"{}")
    observed.record(refused, unique=unique)
    verdicts = validate(Interaction("http://h/beta", "GET", sessions, {}, b"", 200, {}, listed), observed)

    assert bool(verdicts.get("refused_is_not_created")) == unique


def test_a_workspace_may_go_by_two_names() -> None:
    """What was seen under the one is not elsewhere under the other, and what is changed there is changed here."""
    observed = Observations()
    paths = [f"/security/securityCopilot/workspaces/{name}/sessions" for name in (f"{ID[:-1]}0", "default")]

    def interaction(method: str, url: str, status: int, **entity: object) -> Interaction:
        body = json.dumps({"value": [entity]} if method == "GET" and url.endswith("s") else entity).encode()
        sent = json.dumps({"displayName": entity["displayName"]}).encode() if method != "GET" else b""
        headers = {"content-type": "application/json"}
        return Interaction("http://h/beta", method, url, headers, sent, status, {}, body)

    observed.record(interaction("POST", paths[0], 201, id=ID, displayName="a"))
    listed = validate(interaction("GET", paths[1], 200, id=ID, displayName="a"), observed)
    observed.record(interaction("GET", paths[1], 200, id=ID, displayName="a"))
    observed.record(interaction("PATCH", f"{paths[0]}/{ID}", 200, id=ID, displayName="b"))
    read = validate(interaction("GET", f"{paths[1]}/{ID}", 200, id=ID, displayName="b"), observed)

    assert not listed.get("items_belong_to_the_collection")
    assert read["read_returns_what_was_written"] == []


def test_generated_cases_are_validated_without_history() -> None:
    """Their order is unknown, so a promise must have no need of earlier responses; these have none."""
    without = {promise.name for promise in PROMISES.values() if not promise.needs_history}

    assert {"strict_json", "broken_json_is_400", "invalid_body_is_refused", "page_size_is_respected"} <= without
    assert not {"unknown_is_404", "count_is_correct", "read_returns_what_was_written"} & without


@pytest.mark.parametrize(("count", "violations"), [(4, 1), (3, 0), (2, 0)])
def test_the_pages_have_what_was_counted(count: int, violations: int) -> None:
    """Or more, because another client may create an entity between two pages. Nothing can be deleted."""
    first = page("/sessions?$count=true", [1, 2], **{"@odata.count": count, "@odata.nextLink": "http://h/beta/a"})
    last = evolve(page("/sessions?$count=true&$skiptoken=a", [3]), previous_page=first)

    assert len(validate(last, Observations())["count_is_correct"]) == violations


def page(path: str, ids: list[int], **annotations: object) -> Interaction:
    """A page of a collection of the default workspace."""
    body = json.dumps({"value": [{"id": f"{ID[:-2]}{n:02}"} for n in ids], **annotations}).encode()
    url = f"/security/securityCopilot/workspaces/default{path}"
    return Interaction("http://h/beta", "GET", url, {}, b"", 200, {"content-type": ["application/json"]}, body)


def refused(request: str, status: int, token: str = "") -> dict[str, list[Violation]]:
    """What the promises about errors say of a request that is answered with an error of this status."""
    method, _, url = request.partition(" ")
    error = json.dumps({"error": {"code": "a", "message": "b"}}).encode()
    sent = {"authorization": f"Bearer {token}"}
    received = {"content-type": ["application/json"], "request-id": [ID]}
    root = "/security/securityCopilot/workspaces"
    interaction = Interaction(
        "http://h/beta", method, root + url, sent, b"", status, received, error, authorized=token == TOKEN
    )
    verdicts = validate(interaction, Observations())
    return {name: violations for name, violations in verdicts.items() if violations}


UNSUPPORTED = {
    "$top": "/default/sessions?$top=1",
    "$filter": "/default/sessions?$filter=displayName%20eq%20'a'",
    "both": "/default/plugins?$filter=category%20eq%20'a'&$top=1",
}


@pytest.mark.parametrize("status", [400, 501])
@pytest.mark.parametrize("url", UNSUPPORTED.values(), ids=UNSUPPORTED)
@pytest.mark.parametrize(
    ("method", "token"), [("GET", ""), ("GET", TOKEN), ("DELETE", TOKEN)], ids=["no token", "valid", "other method"]
)
def test_an_unsupported_option_may_be_refused_first(method: str, token: str, url: str, status: int) -> None:
    """A service may see it before it looks at token and method, so the status is no finding."""
    assert refused(f"{method} {url}", status, token=token) == {}


@pytest.mark.parametrize(
    ("request_", "status", "promise"),
    [
        ("GET /default/sessions", 400, "unauthorized_is_401"),
        ("GET /default/sessions?$count=true", 400, "unauthorized_is_401"),
        ("GET /default/sessions?$top=1", 404, "unauthorized_is_401"),
        ("GET /default/plugins?$filter=isEnabled%20eq%20true", 400, "unauthorized_is_401"),
        ("GET /default/plugins?$filter=isEnabled%20eq%20true", 501, "unauthorized_is_401"),
    ],
)
def test_any_other_refusal_must_have_its_documented_status(request_: str, status: int, promise: str) -> None:
    """The pages document $count and these filters."""
    assert set(refused(request_, status)) == {promise}


def test_a_promise_has_a_source_of_the_facts() -> None:
    """Another one is an error."""
    assert {promise.source.name for promise in PROMISES.values()} <= set(sources())
    with pytest.raises(ValueError, match="'hearsay' is not a source"):
        promise("errors", "hearsay", "a rumour")


def test_every_confidence_but_one_is_that_of_a_promise() -> None:
    """No promise is only seen in public responses, or follows from the schema alone."""
    assert {promise.source.confidence for promise in PROMISES.values()} == {"documented", "Graph guidance", "inferred"}


@pytest.mark.parametrize(
    ("promise_", "violation", "hint"),
    [
        ("documented_body", Violation("body", "type", "/displayName", got=5), ""),
        ("documented_body", Violation("body", "type", "/createdDateTime", got=None), ""),
        (
            "documented_body",
            Violation("body", "pattern", "/id", "id", "a", "b"),
            "(inferred, no documentation says so: The pages declare an id as a string, but show GUIDs only)",
        ),
        ("documented_status", Violation("status", "undocumented", got=202), ""),
        ("error_is_odata", Violation("body", "value", "/error/code"), "(from Graph's general guidance)"),
        (
            "nothing_disappears",
            Violation("status", "value", got=404),
            "(inferred, no documentation says so: No page has an operation that deletes, so nothing disappears)",
        ),
    ],
)
def test_a_finding_shows_what_is_not_documented(promise_: str, violation: Violation, hint: str) -> None:
    """By the fact that the violation contradicts, or by the source of the promise."""
    url = f"/security/securityCopilot/workspaces/default/sessions/{ID}"
    interaction = Interaction("http://h/beta", "GET", url, {}, b"", 200, {}, b"")

    assert finding(PROMISES[promise_], interaction, violation) == f"{violation} {hint}".rstrip()


def test_a_request_without_a_response_has_a_source() -> None:
    """It has no interaction, and so no fact of its own."""
    promise_ = PROMISES["response_arrives"]

    assert finding(promise_, None, Violation("status", "no_response", got="x")).endswith("general guidance)")
