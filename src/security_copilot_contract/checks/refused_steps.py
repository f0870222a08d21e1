"""The steps with requests that a service must refuse, for any resource that has the operations."""

import json
from collections.abc import Iterator

from security_copilot_contract.checks.facts import NOBODY
from security_copilot_contract.checks.plan import Step
from security_copilot_contract.checks.step_maker import READ_ONLY, StepMaker


def reads(maker: StepMaker) -> Iterator[Step]:
    """Reads with a wrong id, token or option."""
    if maker.has("get"):
        yield maker.get_step("get unknown", "an unknown id must give 404", maker.at(NOBODY))
        yield maker.get_step(
            "get elsewhere", "an entity of another parent must give 404", {**maker.one, **maker.elsewhere}
        )
        if maker.names[-1] != "workspace":
            yield maker.list_step("list elsewhere", "another parent must not list the entity", path=maker.elsewhere)
        yield maker.get_step("malformed id", "a malformed id must give 400 or 404", maker.at("no-guid"))
        yield maker.get_step("wrong token", "a wrong token must give 401", maker.one, credential="wrong")
        wrong_one = {"$select": "nothing"}
        yield maker.get_step("wrong $select of one", "an unknown property must give 400", maker.one, wrong_one)
    else:
        yield maker.list_step("wrong token", "a wrong token must give 401", credential="wrong")
    yield maker.list_step("no token", "a missing token must give 401", credential="none")
    yield maker.list_step(
        "wrong $select", "an unknown property must give 400", {"$select": f"{maker.resource.key},nothing"}
    )
    yield maker.list_step("empty $select", "an empty $select must give 400", {"$select": ""})
    yield maker.list_step("wrong $count", "an invalid $count must give 400", {"$count": "maybe"})
    if maker.resource.takes_option("$top"):
        yield maker.list_step("wrong $top", "a negative $top must give 400", {"$top": "-1"})
        yield maker.list_step("wordy $top", "a $top that is not a number must give 400", {"$top": "two"})
    yield maker.list_step("wrong $filter", "an invalid $filter must give 400", {"$filter": maker.resource.key})
    for parameter in maker.parents:
        nobody = {parameter: NOBODY}
        yield maker.list_step(f"list of unknown {parameter}", "an unknown parent must be refused", path=nobody)
        malformed = {parameter: "no guid"}
        yield maker.list_step(
            f"list of malformed {parameter}", "a malformed parent id must give 400 or 404", path=malformed
        )


def creates(maker: StepMaker) -> Iterator[Step]:
    """Creates with a wrong body, token or parent."""
    text = f"{maker.mark}: refused"
    body = maker.body(text)
    text_only = {"Content-Type": "text/plain"}
    yield maker.create_step(
        "create broken", "a body that is not JSON must give 400", b'{"@odata.type": "' + text.encode() + b'",}'
    )
    yield maker.create_step("create list", "a body that is not an object must give 400 or 422", [text])
    yield maker.create_step("create nothing", "a missing body must give 400", b"")
    yield maker.create_step(
        "create as text", "another media type must give 415", json.dumps(body).encode(), headers=text_only
    )
    yield maker.create_step(
        "create of a type",
        "a wrong @odata.type must give 400 or 422",
        {"@odata.type": "#microsoft.graph.user"} | body,
    )
    yield maker.create_step("create without token", "a create without a token must give 401", body, credential="none")
    yield maker.create_step(
        "create unknown", "an unknown parent must be refused", body, path={maker.parents[-1]: NOBODY}
    )
    name = maker.resource.text
    if name is None:
        return
    yield maker.create_step(
        "create nameless", f"a missing {name} must give 400 or 422", {n: v for n, v in body.items() if n != name}
    )
    yield maker.create_step("create null", f"{name}: null must give 400 or 422", {**body, name: None})
    yield maker.create_step("create number", f"{name} as a number must give 400 or 422", {**body, name: 5})
    if maker.filters:
        refused = {"$filter": maker.comparing(text), "$count": "true"}
        yield maker.list_step("find refused", "a refused create must create nothing", refused)


def updates(maker: StepMaker) -> Iterator[Step]:
    """Updates with a wrong body, token or id; and none may have changed anything."""
    name, text = maker.resource.text, f"{maker.mark}: refused"
    change = maker.change(text)
    plain = {"Content-Type": "text/plain"}
    broken = b'{"' + str(name).encode() + b'": "' + text.encode()
    yield maker.update_step("update unknown", "an update of an unknown id must give 404", maker.at(NOBODY), change)
    yield maker.update_step("broken JSON", "a body that is not JSON must give 400", maker.one, broken)
    yield maker.update_step("wrong type", f"{name} as a number must give 400 or 422", maker.one, {name: 5})
    yield maker.update_step("update null", f"{name}: null must give 400 or 422", maker.one, {name: None})
    yield maker.update_step("update list", "a body that is not an object must give 400 or 422", maker.one, [text])
    yield maker.update_step(
        "no JSON", "another media type must give 415", maker.one, json.dumps(change).encode(), headers=plain
    )
    yield maker.update_step(
        "update with wrong token",
        "an update with a wrong token must give 401",
        maker.one,
        change,
        credential="wrong",
    )
    yield maker.update_step(
        "update elsewhere", "an entity of another parent must give 404", {**maker.one, **maker.elsewhere}, change
    )
    yield maker.update_step("update malformed", "a malformed id must give 400 or 404", maker.at("no-guid"), change)
    past = {"createdDateTime": READ_ONLY["createdDateTime"]}
    yield maker.update_step("update the past", "createdDateTime cannot be written", maker.other, past)
    yield maker.get_step("get unchanged", "refused updates must change nothing", maker.one)


def methods(maker: StepMaker) -> Iterator[Step]:
    """Methods that a path does not have."""
    of_many: tuple[str, ...] = ("PUT", "DELETE", "PATCH") if maker.has("create") else ("POST", "DELETE")
    for method in of_many:
        yield maker.step(f"{method} all", "list", "an undocumented method must give 405", method=method)
    of_one = ("PUT", "POST") if maker.has("delete") else ("PUT", "DELETE", "POST")
    for method in of_one if maker.has("get") else ():
        yield maker.step(f"{method} one", "get", "an undocumented method must give 405", maker.other, method=method)
