"""The promises: each catches servers that break it, and none fails a server that keeps it."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp

from security_copilot_contract.checks.interaction import Call
from security_copilot_contract.checks.observed import Knowledge
from security_copilot_contract.checks.plan_builder import plan
from security_copilot_contract.checks.promises import PROMISES
from security_copilot_contract.checks.run import Settings
from security_copilot_contract.checks.runner import Walk, judged
from security_copilot_contract.emulator import OUTCOMES, TOKEN, Store, Timing, emulator
from tests.mutants import resources, servers, variants
from tests.mutants.faults import MUTANTS, SESSIONS, VARIANTS, Mutant
from tests.programs.matrix import ASKED, FULL, LIVE, STOCK, Profile, kill_at

assert resources
assert servers
assert variants

Serve = Callable[[ASGIApp], str]

ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"


def test_every_promise_is_broken_by_some_server() -> None:
    """A promise that nothing breaks is not tested."""
    broken = {name for mutant in MUTANTS.values() for name in mutant.promises}

    assert broken == set(PROMISES)
    assert len(MUTANTS) >= 80


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_broken_server_is_caught(mutant: Mutant, serve: Serve) -> None:
    """For the right reason."""
    caught = kill_at(serve(mutant.app()), mutant, FULL)

    assert caught.promise in mutant.promises


def test_the_record_of_plain_schemathesis_is_complete() -> None:
    """It has every server that is wrong about sessions."""
    concerned = [name for name, mutant in MUTANTS.items() if mutant.on == SESSIONS]

    assert list(json.loads(STOCK.read_text("utf-8"))["caught"]) == concerned


@pytest.mark.parametrize("profile", [LIVE, ASKED], ids=lambda profile: profile.name)
def test_few_requests_catch_most(profile: Profile, serve: Serve) -> None:
    """Nine in ten of what a lawful client can see, within the bounds of the profile and with 2 sessions at most."""
    concerned = [mutant for mutant in MUTANTS.values() if profile.concerns(mutant)]
    kills = [kill_at(serve(mutant.app()), mutant, profile) for mutant in concerned]
    bound = Settings("https://graph.microsoft.com/beta", "live", 1, evaluations=profile.evaluations).budget().requests

    assert max(kill.requests for kill in kills) <= (bound or 0)
    assert max(kill.creates for kill in kills) <= 2
    assert sum(kill.promise is not None for kill in kills) >= 0.9 * len(concerned)


@pytest.mark.parametrize("live", [True, False], ids=["live", "full"])
@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_a_server_within_its_rights_passes(variant: Mutant, live: bool, serve: Serve) -> None:  # noqa: FBT001
    """Though it is not like the emulator."""
    walk = Walk(serve(variant.app()), TOKEN)
    sent = list(walk.run(plan(1, live=live)))
    walk.close()

    assert [(step.step.name, step.broken) for step in sent if step.broken] == []
    assert {step.step.operation for step in sent} == {step.operation for step in plan(1, live=live)}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_evaluation_may_end_in_any_way(outcome: str, serve: Serve) -> None:
    """Or not at all, while it is looked at; and a service may have nothing else in it."""
    walk = Walk(serve(emulator(Store(timing=Timing(0, 0), outcome=OUTCOMES[outcome]))), TOKEN)
    sent = list(walk.run(plan(1, live=False)))
    walk.close()

    assert [(step.step.name, step.broken) for step in sent if step.broken] == []
    assert any(step.step.name == "evaluations: poll" for step in sent)


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


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_answer_upsets_a_judge(data: st.DataObject) -> None:
    """Whatever comes is judged: a check that fails is no finding."""
    known = Knowledge()
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
        call = Call(
            base_url="http://127.0.0.1:1/beta",
            method=method,
            url=url,
            request_headers={"content-type": "application/json"},
            request_body=data.draw(json_values.map(lambda value: json.dumps(value).encode())),
            status=data.draw(st.sampled_from([200, 201, 204, 400, 401, 404, 405, 429, 503])),
            headers={"content-type": ["application/json"], **data.draw(headers)},
            content=body,
        )

        assert set(judged(call, known)) <= set(PROMISES)
        known.learn(call)


def test_a_workspace_may_go_by_two_names() -> None:
    """What was seen under the one is not elsewhere under the other, and what is changed there is changed here."""
    known = Knowledge()
    paths = [f"/security/securityCopilot/workspaces/{name}/sessions" for name in (f"{ID[:-1]}0", "default")]

    def call(method: str, url: str, status: int, **entity: object) -> Call:
        body = json.dumps({"value": [entity]} if method == "GET" and url.endswith("s") else entity).encode()
        sent = json.dumps({"displayName": entity["displayName"]}).encode() if method != "GET" else b""
        headers = {"content-type": "application/json"}
        return Call("http://h/beta", method, url, headers, sent, status, {}, body)

    known.learn(call("POST", paths[0], 201, id=ID, displayName="a"))
    listed = judged(call("GET", paths[1], 200, id=ID, displayName="a"), known)
    known.learn(call("GET", paths[1], 200, id=ID, displayName="a"))
    known.learn(call("PATCH", f"{paths[0]}/{ID}", 200, id=ID, displayName="b"))
    read = judged(call("GET", f"{paths[1]}/{ID}", 200, id=ID, displayName="b"), known)

    assert listed["items_are_of_their_collection"] == []
    assert read["read_shows_what_was_written"] == []
