"""The emulator: the documented exchanges, what it refuses and how, and what it remembers."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from security_copilot_contract.emulator import TOKEN, ManualClock, Store, emulator, paging
from security_copilot_contract.emulator.resource import Entity
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.exchange import Exchange, exchanges
from tests import stored_sessions
from tests.stored_sessions import Session

KNOWN = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
UNKNOWN = "00000000-0000-0000-0000-000000000000"
JSON = {"Content-Type": "application/json"}

WORKSPACE = "17aafe23-ab95-3b37-9546-56dec5ac0218"
PROMPTS = f"sessions/{KNOWN}/prompts"
PROMPT = f"{PROMPTS}/76a9b8c6-6656-4ef4-a4c7-7ed07fb93e01"
EVALUATION = f"{PROMPT}/evaluations/5bde1164-29a3-4dfb-84b0-b6c0cf0e23b7"

# Relative to the default workspace, as the fixture `service` has it.
COLLECTIONS = {
    "workspaces": "../../workspaces",
    "plugins": "plugins",
    "sessions": "sessions",
    "prompts": PROMPTS,
    "evaluations": f"{PROMPT}/evaluations",
}
ENTITIES = {"session": f"sessions/{KNOWN}", "prompt": PROMPT, "evaluation": EVALUATION}
WRITES = {
    "createSession": ("POST", "sessions", {"displayName": "a"}),
    "updateSession": ("PATCH", f"sessions/{KNOWN}", {"displayName": "a"}),
    "createPrompt": ("POST", PROMPTS, {"type": "prompt", "content": "a"}),
    "createEvaluation": ("POST", f"{PROMPT}/evaluations", {}),
}
ALLOWED = {
    "workspaces": "GET, HEAD",
    "plugins": "GET, HEAD",
    "sessions": "GET, HEAD, POST",
    "prompts": "GET, HEAD, POST",
    "evaluations": "GET, HEAD, POST",
    "session": "GET, HEAD, PATCH",
    "prompt": "GET, HEAD",
    "evaluation": "GET, HEAD",
}

Write = tuple[str, str, dict[str, str]]
Serve = Callable[[ASGIApp], str]

every_collection = pytest.mark.parametrize("collection", COLLECTIONS)
every_path = pytest.mark.parametrize("path", (COLLECTIONS | ENTITIES).values(), ids=COLLECTIONS | ENTITIES)
every_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


def shape(value: object) -> object:
    """What a JSON value is made of: names and types, and for a list the shape of its items."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [inner for n, inner in enumerate(map(shape, value)) if inner not in list(map(shape, value))[:n]]
    return type(value).__name__


def conforms(response: httpx.Response) -> bool:
    """Whether the document has such a response, to its last header."""
    url = str(response.request.url)
    # One documented URL has a slash at its end, against all others.
    graph = document().raw["servers"][0]["url"] + url.partition("/beta")[2].removesuffix("/")
    operation, _ = document().match(response.request.method, graph)
    return document().response_violations(operation, response.status_code, response.headers, response.content) == []


def client(base_url: str) -> httpx.Client:
    """A client as the fixture `service` is, of an emulator with a store of one's own."""
    url = f"{base_url}/security/securityCopilot/workspaces/default"
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"})


def in_store(collection: str) -> str:
    """The path by which the store has a collection."""
    return "workspaces" if collection == "workspaces" else f"workspaces/default/{COLLECTIONS[collection]}"


def replay(exchange: Exchange, base_url: str) -> httpx.Response:
    """Send a documented request to the emulator, with its token."""
    request = exchange.request
    url = base_url + request.url.partition("/beta")[2]
    headers = {**request.headers, "Authorization": f"Bearer {TOKEN}"}
    # The documented body of createPrompt has a comma too many.
    return httpx.request(request.method, url, headers=headers, content=request.body.replace(b",\n}", b"\n}"))


def documented_body(exchange: Exchange) -> dict[str, Any]:
    """The documented response; where the documentation contradicts itself, as the rest of it has it."""
    body: dict[str, Any] = exchange.response.json()
    if exchange.name == "list_evaluations":
        annotations = {name: body.pop(name).removesuffix("/$entity") for name in list(body) if name[0] == "@"}
        return {**annotations, "value": [body]}
    if exchange.name == "list_workspaces":
        context = "https://graph.microsoft.com/beta/$metadata#security/securityCopilot/workspaces"
        return {"@odata.context": context, "@microsoft.graph.tips": "", **body}
    return body


# What is another each time, by method.
ANEW = {
    "GET": {"@microsoft.graph.tips"},
    "PATCH": {"lastModifiedDateTime"},
    "POST": {"id", "createdDateTime", "lastModifiedDateTime"},
}


def settled(body: dict[str, Any], method: str) -> dict[str, Any]:
    """A body without its host, and with no more than the shape of what is another each time."""
    kept = {name: shape(value) if name in ANEW[method] else value for name, value in body.items()}
    return kept | {"@odata.context": body["@odata.context"].partition("/beta/")[2]}


def test_emulator_and_exchange_agree(exchange: Exchange, base_url: str) -> None:
    """A documented request gets the documented answer: a read to the letter, a write but for ids and moments."""
    answer = replay(exchange, base_url)

    assert answer.status_code == exchange.response.status
    assert exchange.response.headers["Content-Type"] == answer.headers["Content-Type"]
    expected, given = documented_body(exchange), answer.json()
    if "value" in expected:
        assert all(entity in given["value"] for entity in expected["value"])
        assert {frozenset(entity) for entity in given["value"]} == {frozenset(entity) for entity in expected["value"]}
        given["value"] = expected["value"]
    assert settled(given, exchange.request.method) == settled(expected, exchange.request.method)
    assert list(given) == list(expected)


def test_document_and_emulator_agree(exchange: Exchange, base_url: str) -> None:
    """What the emulator answers to a documented request is legal by the document."""
    assert conforms(replay(exchange, base_url))


def test_a_documented_body_that_is_not_json_is_refused(service: httpx.Client) -> None:
    """That of createPrompt, to the letter."""
    body = next(e.request.body for e in exchanges() if e.name == "create_prompt")

    answer = service.post(PROMPTS, content=body, headers=JSON)

    assert answer.status_code == 400
    assert "not JSON" in answer.json()["error"]["message"]


class TestEveryOperation:
    """What holds for each of the twelve, by the same code."""

    @every_path
    @pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_other_methods_are_405(self, service: httpx.Client, path: str, method: str) -> None:
        """With the methods there are in Allow."""
        allowed = ALLOWED[next(name for name, at in (COLLECTIONS | ENTITIES).items() if at == path)]

        answer = service.request(method, path)

        assert (answer.status_code == 405) == (method not in allowed.split(", "))
        assert answer.headers.get("Allow", allowed) == allowed

    @every_path
    def test_a_head_tells_the_length_of_what_a_get_returns(self, service: httpx.Client, path: str) -> None:
        """And nothing but the headers."""
        head, get = service.head(path), service.get(path)

        assert head.content == b""
        assert head.headers["Content-Length"] == get.headers["Content-Length"]

    @every_path
    def test_unknown_and_malformed_ids_are_told_apart(self, service: httpx.Client, path: str) -> None:
        """404 and 400, for each id in the path."""
        for name, key in re.findall(r"([a-z]+)s/([0-9a-f]{8}-[^/]+)", path):
            unknown, malformed = (service.get(path.replace(key, other)) for other in (UNKNOWN, key[1:]))

            assert unknown.status_code == 404
            assert f"no {name} '{UNKNOWN}'" in unknown.json()["error"]["message"]
            assert malformed.status_code == 400
            assert malformed.json()["error"]["target"] == f"{name}Id"

    @every_write
    def test_nothing_is_written_where_nothing_is(self, service: httpx.Client, write: Write) -> None:
        """What is above it has to exist."""
        method, path, body = write
        for key in re.findall(r"[0-9a-f]{8}-[^/]+", path):
            assert service.request(method, path.replace(key, UNKNOWN), json=body).status_code == 404
        assert service.request(method, f"../{UNKNOWN}/{path}", json=body).status_code == 404

    @every_path
    def test_the_default_workspace_has_an_id_too(self, service: httpx.Client, path: str) -> None:
        """It is the one that listWorkspaces shows, also in capitals; the context names it as the path does."""
        by_name = service.get(path).json()
        for workspace in (WORKSPACE, WORKSPACE.upper()):
            by_id = service.get(f"../{workspace}/{path}").json()

            assert by_id.pop("@odata.context") == by_name["@odata.context"].replace("default", workspace)
            assert by_id.pop("@microsoft.graph.tips")
            assert by_id == {name: by_name[name] for name in by_id}

    @every_path
    def test_ids_may_be_in_capitals(self, service: httpx.Client, path: str) -> None:
        """A GUID is the same in either case."""
        capitals = re.sub(r"[0-9a-f]{8}-[0-9a-f-]+", lambda match: match[0].upper(), path)

        assert service.get(capitals).status_code == 200

    @every_path
    def test_a_single_property_can_be_selected(self, service: httpx.Client, path: str) -> None:
        """Any that there is, and nothing else comes but annotations; the context says so."""
        whole = service.get(path).json()
        properties = [name for name in whole.get("value", [whole])[0] if name[0] != "@"]
        annotations = {"@odata.type"} & set(whole.get("value", [whole])[0])

        assert len(properties) > 1
        for name in properties:
            answer = service.get(path, params={"$select": name}).json()
            entities = answer.get("value", [answer])

            assert all(set(entity) - {"@odata.context"} == {name, *annotations} for entity in entities)
            assert answer["@odata.context"].removesuffix("/$entity").endswith(f"({name})")

    @every_path
    @pytest.mark.parametrize("select", ["", "id,", "nothing", "sessions", "prompts", "evaluations", "@odata.type"])
    def test_what_is_no_property_cannot_be_selected(self, service: httpx.Client, path: str, select: str) -> None:
        """Nor can a relationship."""
        answer = service.get(path, params={"$select": select})

        assert answer.status_code == 400
        assert answer.json()["error"]["target"] == "$select"

    @every_path
    def test_other_query_options_are_refused(self, service: httpx.Client, path: str) -> None:
        """What is documented for lists is not for one, and $top is not for workspaces."""
        refused = {"$orderby", "$expand", "$skip", "$search", "mine"}
        refused |= {"$top", "$count", "$filter", "$skiptoken"} if path in ENTITIES.values() else set()
        refused |= {"$top"} if path == COLLECTIONS["workspaces"] else set()
        for option in refused:
            answer = service.get(path, params={option: "1"})

            assert answer.status_code == 400
            assert answer.json()["error"]["target"] == option

    @every_write
    def test_writes_take_no_query_options(self, service: httpx.Client, write: Write) -> None:
        """None is documented."""
        method, path, body = write

        assert service.request(method, path, params={"$select": "id"}, json=body).status_code == 400

    @every_write
    def test_annotations_are_ignored(self, service: httpx.Client, write: Write) -> None:
        """Of the object and of its properties; they are not kept."""
        method, path, body = write
        annotations = {"@a.b": {"c": [1]}, "displayName@odata.type": "#String", "@odata.etag": None}

        answer = service.request(method, path, json={**annotations, **body})

        assert answer.status_code in (200, 201)
        assert not answer.json().keys() & annotations.keys()
        assert not service.get(path.removesuffix(f"/{KNOWN}")).json()["value"][0].keys() & annotations.keys()

    @every_write
    @pytest.mark.parametrize(
        ("content", "media_type", "status"),
        [
            ("", "application/json", 400),
            ("[]", "application/json", 400),
            ("null", "application/json", 400),
            ("{%s", "application/json", 400),
            ("{%s,}", "application/json", 400),
            ('{"id": "b", %s}', "application/json", 400),
            ('{"more": 1, %s}', "application/json", 400),
            ('{"@odata.type": "#microsoft.graph.user", %s}', "application/json", 400),
            ("{%s}", "text/plain", 415),
            ("{%s}", "", 415),
        ],
    )
    def test_writes_are_strict(
        self, service: httpx.Client, write: Write, content: str, media_type: str, status: int
    ) -> None:
        """Each takes a JSON object with what is documented in it, and nothing is written otherwise."""
        method, path, body = write
        collection = path.removesuffix(f"/{KNOWN}")
        before = service.get(collection).json()
        # With what is needed, so that the rest alone is what is wrong.
        content = content.replace("%s", json.dumps(body)[1:-1]).replace(", }", "}")

        answer = service.request(method, path, content=content, headers={"Content-Type": media_type})

        assert answer.status_code == status
        assert service.get(collection).json() == before

    @pytest.mark.parametrize("type_", ["skill", "context", "unknownFutureValue", "Prompt", ""])
    def test_only_prompts_of_the_type_prompt_work(self, service: httpx.Client, type_: str) -> None:
        """As it is documented; the type may be left out."""
        answer = service.post(PROMPTS, json={"type": type_, "content": "a"})

        assert answer.status_code == 400
        assert answer.json()["error"]["target"] == "type"
        assert service.post(PROMPTS, json={"content": "a"}).json()["type"] == "prompt"

    @pytest.mark.parametrize("operation", ["createSession", "createPrompt"])
    def test_what_is_required_is_named(self, service: httpx.Client, operation: str) -> None:
        """And it has to be text."""
        method, path, body = WRITES[operation]
        required = list(body)[-1]
        for incomplete in ({}, {required: None}, {required: 1}, {required: [""]}):
            answer = service.request(method, path, json=incomplete)

            assert answer.status_code == 400
            assert answer.json()["error"]["target"] == required

    @pytest.mark.parametrize(
        "url",
        ["", "/", "../../workspaces/default", "plugins/Entra", "plugins/", "sessions/", f"{PROMPTS}/", f"{PROMPT}/"],
    )
    def test_other_paths_are_404(self, service: httpx.Client, url: str) -> None:
        """Also what is not documented by itself, though it is in a list."""
        assert service.get(url).status_code == 404


class TestEveryCollection:
    """Query options of lists."""

    @every_collection
    @pytest.mark.parametrize("size", [1, 2, 3, 4, 100, 10**30])
    def test_pages_hold_everything_once(
        self, serve: Serve, monkeypatch: pytest.MonkeyPatch, collection: str, size: int
    ) -> None:
        """Following nextLink ends, loses nothing, repeats nothing and keeps the options."""
        store = Store.documented(exchanges())
        for number in range(3):
            store.add(in_store(collection), {"name": f"plugin {number}"} if collection == "plugins" else {})
        if collection == "workspaces":
            # For which no $top is documented.
            monkeypatch.setattr(paging, "SIZE", min(size, 100))
        top = {} if collection == "workspaces" else {"$top": str(size)}
        with client(serve(emulator(store))) as service:
            page = service.get(COLLECTIONS[collection], params={**top, "$count": "true"}).json()
            seen, pages, count = page["value"], 1, page["@odata.count"]
            while "@odata.nextLink" in page:
                assert pages < 10, "the pages do not end"
                page = service.get(page["@odata.nextLink"]).json()
                assert page["value"]
                assert page["@odata.count"] == count
                seen += page["value"]
                pages += 1

        keys = {entity.get("id", entity.get("name")) for entity in seen}
        assert len(seen) == len(keys) == count == store.count(in_store(collection)) > 3
        assert pages == -(-count // min(size, count))

    @every_collection
    @pytest.mark.parametrize(
        "query", ["$count=1", "$filter=", "$filter=id eq 5", "$skiptoken=forged", "$skiptoken=OTk5", "$skiptoken=MA"]
    )
    def test_options_are_checked(self, service: httpx.Client, collection: str, query: str) -> None:
        """Malformed ones are a 400 that names them."""
        answer = service.get(f"{COLLECTIONS[collection]}?{query}")

        assert answer.status_code == 400
        assert answer.json()["error"]["target"] == query.partition("=")[0]

    @pytest.mark.parametrize(
        ("collection", "expression", "found"),
        [
            ("workspaces", "displayName eq 'SecurityCopilot_Workspace'", 1),
            ("workspaces", f"id eq '{WORKSPACE}'", 1),
            ("workspaces", "displayName eq 'default'", 0),
            ("plugins", "name eq 'Entra'", 1),
            ("plugins", "name  eq   'Entra'", 1),
            ("plugins", "contains(name,  'Entra')", 1),
            ("plugins", "name+eq+'Entra'", 1),
            ("plugins", "name eq 'Own''s'", 1),
            ("plugins", "name eq 'entra'", 0),
            ("plugins", "contains(name,'ntr')", 1),
            ("plugins", "contains(name, 'n')", 2),
            ("plugins", "contains(name,'''')", 1),
            ("plugins", "displayName eq 'Microsoft Entra'", 1),
            ("plugins", "isEnabled eq true", 1),
            ("plugins", "isEnabled eq false", 1),
            ("sessions", "displayName eq 'who am i'", 1),
            ("sessions", "displayName eq 'Who am I'", 1),
            ("prompts", "content eq 'who am I'", 1),
            ("prompts", "type eq 'prompt'", 1),
            ("prompts", "type eq 'skill'", 0),
            ("prompts", "skillName eq ''", 0),
            ("evaluations", "state eq 'running'", 1),
            ("evaluations", "state eq 'completed'", 1),
            ("evaluations", "isCancelled eq false", 2),
            ("evaluations", "isCancelled eq true", 0),
        ],
    )
    def test_filters_find_what_they_say(self, serve: Serve, collection: str, expression: str, found: int) -> None:
        """Exactly, and so does the count, on any page."""
        store = Store.documented(exchanges())
        store.add(in_store("plugins"), {"name": "Own's", "isEnabled": False})
        url = f"{COLLECTIONS[collection]}?$count=true&$filter={expression}"
        with client(serve(emulator(store))) as service:
            whole = service.get(url).json()
            small = whole if collection == "workspaces" else service.get(f"{url}&$top=1").json()

        assert len(whole["value"]) == whole["@odata.count"] == small["@odata.count"] == found
        assert small["value"] == whole["value"][:1]

    @pytest.mark.parametrize(
        ("collection", "expression", "takes"),
        [
            ("plugins", "category eq 'microsoft'", "contains(name,'a text')"),
            ("plugins", "isEnabled eq 'true'", "isEnabled eq true"),
            ("plugins", "isEnabled eq True", "isEnabled eq true"),
            ("plugins", "contains(displayName,'a')", "displayName eq 'a text'"),
            ("plugins", "contains(name,'a') or true", "name eq 'a text'"),
            ("sessions", "id eq 'a'", "displayName eq 'a text'"),
            ("sessions", "contains(displayName,'a')", "displayName eq 'a text'"),
            ("prompts", "createdDateTime eq '2025'", "content eq 'a text'"),
            ("evaluations", "executionCount eq 0", "state eq 'a text'"),
            ("workspaces", "displayName ne 'a'", "displayName eq 'a text'"),
        ],
    )
    def test_other_filters_are_refused(
        self, service: httpx.Client, collection: str, expression: str, takes: str
    ) -> None:
        """And the answer says what is taken."""
        answer = service.get(COLLECTIONS[collection], params={"$filter": expression})

        assert answer.status_code == 400
        assert takes in answer.json()["error"]["message"]

    async def test_a_page_costs_what_is_on_it(self) -> None:
        """Whatever comes before or after it: to go through all pages is not quadratic."""
        looked_at = 0

        class Counting(Store):
            def latest(self, collection: str, before: int | None = None) -> Iterator[tuple[int, Entity]]:
                nonlocal looked_at
                for row in super().latest(collection, before):
                    looked_at += 1
                    yield row

        store = Counting()
        for number in range(200):
            stored_sessions.create(store, f"session {number}")
        transport = httpx.ASGITransport(emulator(store))
        url: str | None = "http://emulator/beta/security/securityCopilot/workspaces/default/sessions?$top=10"
        async with httpx.AsyncClient(transport=transport, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            while url is not None:
                url = (await client.get(url)).json().get("@odata.nextLink")

        assert looked_at == 200 + 19


class TestRefusals:
    """Bad requests: the right status, an OData error, and the part that is at fault."""

    @pytest.mark.parametrize(
        ("method", "url", "status", "target"),
        [
            ("GET", "?$top=0", 400, "$top"),
            ("GET", "?$top=-1", 400, "$top"),
            ("GET", "?$top=1.0", 400, "$top"),
            ("GET", "?$top=%201", 400, "$top"),
            ("GET", "?$top=+1", 400, "$top"),
            ("GET", "?$top=%D9%A1", 400, "$top"),
            ("GET", "?$top=", 400, "$top"),
            ("GET", "?$top=1&$top=1", 400, "$top"),
            ("GET", "?$count=True", 400, "$count"),
            ("GET", "?$count=1", 400, "$count"),
            ("GET", "?$select=", 400, "$select"),
            ("GET", "?$select=id,", 400, "$select"),
            ("GET", "?$select=prompts", 400, "$select"),
            ("GET", "?$filter=displayName", 400, "$filter"),
            ("GET", "?$filter=displayName eq Who", 400, "$filter"),
            ("GET", "?$filter=displayName eq 'Who's'", 400, "$filter"),
            ("GET", "?$filter=displayName eq 'a'%0A", 400, "$filter"),
            ("GET", "?$filter=id eq 'a'", 400, "$filter"),
            ("GET", "?$skiptoken=forged", 400, "$skiptoken"),
            ("GET", "?$skiptoken=%FF", 400, "$skiptoken"),
            ("GET", "?$orderby=displayName", 400, "$orderby"),
            ("GET", f"/{KNOWN}?$top=1", 400, "$top"),
            ("GET", "/1", 400, "sessionId"),
            ("GET", f"/{UNKNOWN}", 404, None),
            ("GET", f"/{KNOWN}/nothing", 404, None),
            ("GET", f"%2F{KNOWN}", 404, None),
            ("GET", "/", 404, None),
            ("POST", "/", 404, None),
            ("PUT", "", 405, None),
            ("DELETE", f"/{KNOWN}", 405, None),
        ],
    )
    def test_of_urls(self, service: httpx.Client, method: str, url: str, status: int, target: str | None) -> None:
        """Query options, ids, paths and methods are checked."""
        answer = service.request(method, f"sessions{url}")

        assert answer.status_code == status
        assert answer.json()["error"].get("target") == target

    @pytest.mark.parametrize(
        "method_and_url", [("POST", "sessions"), ("PATCH", f"sessions/{KNOWN}")], ids=["create", "update"]
    )
    @pytest.mark.parametrize(
        ("body", "headers", "status"),
        [
            (b'{"displayName": null}', JSON, 400),
            (b'{"displayName": 1}', JSON, 400),
            (b'{"displayName": ["a"]}', JSON, 400),
            (b'{"displayName": "a", "id": "b"}', JSON, 400),
            (b'{"displayName": "a", "createdDateTime": "2025-10-22T20:10:54Z"}', JSON, 400),
            (b'{"displayName": "a", "more": 1}', JSON, 400),
            (b'{"displayName": "a", "@odata.type": "#microsoft.graph.user"}', JSON, 400),
            (b'{"displayName": "a", "displayName": "b"}', JSON, 400),
            (b'{"displayName": "a",}', JSON, 400),
            (b'{"displayName": NaN}', JSON, 400),
            (b'{"displayName": "\\ud800"}', JSON, 400),
            (b'{"displayName": "\xe9"}', JSON, 400),
            (b"[" * 100_000, JSON, 400),
            (b"[]", JSON, 400),
            (b"", JSON, 400),
            (b'{"displayName": "a"}', {}, 415),
            (b'{"displayName": "a"}', {"Content-Type": "text/plain"}, 415),
            (b'{"displayName": "a"}', {"Content-Type": "application/json-patch+json"}, 415),
            (b'{"displayName": "a"}', JSON | {"Accept": "text/html"}, 406),
            (b'{"displayName": "a"}', JSON | {"client-request-id": "one"}, 400),
        ],
    )
    def test_of_messages(
        self,
        service: httpx.Client,
        method_and_url: tuple[str, str],
        body: bytes,
        headers: dict[str, str],
        status: int,
    ) -> None:
        """Bodies, media types and headers are checked, and nothing is written."""
        before = service.get("sessions?$count=true").json()["@odata.count"]

        answer = service.request(*method_and_url, content=body, headers=headers)

        assert answer.status_code == status
        assert service.get("sessions?$count=true").json()["@odata.count"] == before
        assert service.get(f"sessions/{KNOWN}").json()["displayName"] == "API: who am I"

    def test_of_a_body_where_there_is_none(self, service: httpx.Client) -> None:
        """A read takes none."""
        assert service.request("GET", "sessions", content=b"{}").status_code == 400

    @pytest.mark.parametrize(
        ("name", "values", "status"),
        [
            ("Content-Type", ["application/json", "application/json"], 415),
            ("client-request-id", [KNOWN, KNOWN], 400),
            ("Accept", ["text/html", "text/plain"], 406),
            ("Accept", ["text/html", "application/json"], 201),
        ],
    )
    def test_of_headers_that_come_twice(self, service: httpx.Client, name: str, values: list[str], status: int) -> None:
        """They are one with a comma (RFC 9110, section 5.3)."""
        del service.headers["Accept"]
        headers = [*({**service.headers, **JSON, name: values[0]}).items(), (name, values[1])]

        answer = service.request("POST", "sessions", headers=headers, content=b'{"displayName": "a"}')

        assert answer.status_code == status
        assert conforms(answer)

    def test_of_a_slash_at_the_end_of_a_create(self, service: httpx.Client) -> None:
        """One documented list has it, and no documented create."""
        evaluations = f"{PROMPT}/evaluations/"

        assert service.get(evaluations).status_code == 200
        assert service.post(evaluations, json={}).status_code == 405

    def test_of_a_session_without_a_name(self, service: httpx.Client) -> None:
        """displayName is required to create."""
        answer = service.post("sessions", json={})

        assert answer.status_code == 400
        assert answer.json()["error"]["target"] == "displayName"

    @pytest.mark.parametrize("workspace", ["1", UNKNOWN])
    def test_of_other_workspaces(self, service: httpx.Client, workspace: str) -> None:
        """There is one workspace; an id that is no GUID is a bad request."""
        assert service.get(f"../{workspace}/sessions").status_code == (404 if workspace == UNKNOWN else 400)

    @pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}"])
    def test_of_tokens(self, service: httpx.Client, authorization: str | None) -> None:
        """Without the token nothing is told, and the challenge says what is wanted."""
        headers = {} if authorization is None else {"Authorization": authorization}

        answer = httpx.get(service.base_url.join("sessions"), headers=headers)

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert conforms(answer)

    def test_of_two_tokens(self, service: httpx.Client) -> None:
        """None of them counts, whichever comes first."""
        token = ("Authorization", f"Bearer {TOKEN}")

        for headers in ([token, token], [token, ("Authorization", "Bearer wrong")]):
            assert httpx.get(service.base_url.join("sessions"), headers=headers).status_code == 401

    @pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
    def test_of_no_scheme_because_of_its_case(self, service: httpx.Client, scheme: str) -> None:
        """As RFC 9110 has it."""
        answer = httpx.get(service.base_url.join("sessions"), headers={"Authorization": f"{scheme} {TOKEN}"})

        assert answer.status_code == 200

    def test_of_methods_names_the_ones_there_are(self, service: httpx.Client) -> None:
        """405 comes with Allow."""
        assert service.put("sessions").headers["Allow"] == "GET, HEAD, POST"
        assert service.delete(f"sessions/{KNOWN}").headers["Allow"] == "GET, HEAD, PATCH"

    @pytest.mark.parametrize(("url", "status"), [("?$top=0", 400), (f"/{UNKNOWN}", 404)])
    def test_are_odata_errors(self, service: httpx.Client, url: str, status: int) -> None:
        """Code, message, date and both request ids, as the document has them."""
        answer = service.get(f"sessions{url}", headers={"client-request-id": KNOWN})

        error = answer.json()["error"]
        assert answer.status_code == status
        assert conforms(answer)
        assert error["code"] == {400: "BadRequest", 404: "NotFound"}[status]
        assert error["message"]
        assert datetime.fromisoformat(error["innerError"]["date"]).tzinfo is UTC
        assert error["innerError"]["request-id"] == answer.headers["request-id"]
        assert error["innerError"]["client-request-id"] == KNOWN


async def test_a_fault_of_the_emulator_is_an_odata_error_too() -> None:
    """A 500 has a body, and does not tell what went wrong inside."""

    class Broken(Store):
        def latest(self, *_: object) -> None:  # type: ignore[override]  # it is broken
            raise RuntimeError("inside")

    transport = httpx.ASGITransport(emulator(Broken()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        answer = await client.get("http://emulator/beta/security/securityCopilot/workspaces/default/sessions")

    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "InternalServerError"
    assert "inside" not in answer.text
    assert "request-id" in answer.headers


class TestTracing:
    """The headers by which a request is found again."""

    def test_every_response_has_its_own_request_id(self, service: httpx.Client) -> None:
        """Errors as well."""
        answers = [service.get("sessions"), service.get("sessions"), service.get("sessions/1"), service.put("sessions")]

        assert len({answer.headers["request-id"] for answer in answers}) == 4
        assert all("x-ms-ags-diagnostic" in answer.headers for answer in answers)

    def test_client_request_id_comes_back(self, service: httpx.Client) -> None:
        """As it was sent."""
        assert service.get("sessions", headers={"client-request-id": UNKNOWN}).headers["client-request-id"] == UNKNOWN


class TestSessions:
    """What it remembers."""

    @pytest.mark.parametrize("name", ["A name", "", "  two  ", "é\u0301ñ 😀", "a'b", "x" * 10_000, "\x00"])
    def test_a_created_session_is_found_again(self, service: httpx.Client, name: str) -> None:
        """By its id, in the list, and by its name; the name is kept to the letter."""
        created = service.post("sessions", json={"displayName": name})

        session = created.json()
        assert created.status_code == 201
        assert conforms(created)
        assert session["displayName"] == name
        assert session["createdDateTime"] == session["lastModifiedDateTime"]
        read = service.get(f"sessions/{session['id'].upper()}").json()
        assert {p: read[p] for p in session} == session
        assert service.get("sessions").json()["value"][0]["id"] == session["id"]
        quoted = name.replace("'", "''")
        found = service.get("sessions", params={"$filter": f"displayName eq '{quoted}'"}).json()["value"]
        assert [s["id"] for s in found] == [session["id"]]

    def test_a_rename_moves_last_modified_only(self, service: httpx.Client) -> None:
        """A name that stays the same, or is not given, moves nothing."""
        created = service.post("sessions", json={"displayName": "a"}).json()
        url = f"sessions/{created['id']}"

        renamed = service.patch(url, json={"displayName": "b"}).json()

        assert renamed["displayName"] == "b"
        assert renamed["createdDateTime"] == created["createdDateTime"]
        assert datetime.fromisoformat(renamed["lastModifiedDateTime"]) > datetime.fromisoformat(
            created["lastModifiedDateTime"]
        )
        assert service.patch(url, json={"displayName": "b"}).json() == renamed
        assert service.patch(url, json={}).json() == renamed

    def test_select_leaves_only_what_it_names(self, service: httpx.Client) -> None:
        """In one session and in a list; the context says so."""
        one = service.get(f"sessions/{KNOWN}", params={"$select": "displayName"})
        many = service.get("sessions", params={"$select": "id,displayName"})

        assert set(one.json()) == {"@odata.context", "displayName"}
        assert one.json()["@odata.context"].endswith("/sessions(displayName)/$entity")
        assert conforms(one)
        assert {frozenset(session) for session in many.json()["value"]} == {frozenset({"id", "displayName"})}
        assert many.json()["@odata.context"].endswith("/sessions(id,displayName)")
        assert conforms(many)

    @pytest.mark.parametrize("size", [1, 2, 3, 7, 100, 10**30])
    def test_pages_hold_every_session_once(self, service: httpx.Client, size: int) -> None:
        """Following nextLink ends, loses nothing, repeats nothing and keeps the options."""
        for number in range(3):
            service.post("sessions", json={"displayName": f"session {number}"})
        page = service.get("sessions", params={"$top": str(size), "$count": "true", "$select": "id"}).json()
        ids, pages = [session["id"] for session in page["value"]], 1
        while "@odata.nextLink" in page:
            assert pages < 10, "the pages do not end"
            answer = service.get(page["@odata.nextLink"])
            assert conforms(answer)
            page = answer.json()
            ids += [session["id"] for session in page["value"]]
            pages += 1
            assert page["value"]
            assert {frozenset(session) for session in page["value"]} == {frozenset({"id"})}

        assert len(ids) == len(set(ids)) == page["@odata.count"] == 7
        assert pages == -(-7 // min(size, 7))

    def test_a_filter_holds_over_pages_and_in_the_count(self, service: httpx.Client) -> None:
        """The count is that of the filtered sessions."""
        for name in ("a", "b", "a", "A", "a"):
            service.post("sessions", json={"displayName": name})

        page = service.get("sessions", params={"$top": "2", "$count": "true", "$filter": "displayName eq 'a'"}).json()
        last = service.get(page["@odata.nextLink"]).json()

        assert page["@odata.count"] == last["@odata.count"] == 3
        assert [s["displayName"] for s in page["value"] + last["value"]] == ["a", "a", "a"]
        assert "@odata.nextLink" not in last

    def test_a_session_created_between_two_pages_disturbs_neither(self, service: httpx.Client) -> None:
        """New sessions come first, before the page that is on its way."""
        first = service.get("sessions", params={"$top": "2"}).json()
        service.post("sessions", json={"displayName": "new"})

        rest = service.get(first["@odata.nextLink"]).json()

        names = [session["id"] for session in first["value"] + rest["value"]]
        assert len(set(names)) == len(names)
        assert "new" not in [session["displayName"] for session in rest["value"]]


class TestStore:
    """The store by itself."""

    def test_no_two_writes_happen_at_the_same_moment(self) -> None:
        """However coarse the clock, a change is seen, and it is never before the creation."""
        store = Store(ManualClock(datetime(2025, 10, 22, 20, 10, 54, tzinfo=UTC)))

        created = stored_sessions.create(store, "a")
        renamed = stored_sessions.rename(store, created, "b")

        assert created.created == "2025-10-22T20:10:54Z"
        assert renamed.modified == "2025-10-22T20:10:54.000001Z"

    def test_documented_sessions_are_as_they_were_before_they_were_changed(self) -> None:
        """getSession and updateSession show the same session; the update is still to come."""
        store = Store.documented(exchanges())

        session = stored_sessions.get(store, KNOWN)
        assert stored_sessions.count(store) == 4
        assert session == Session(
            KNOWN, "API: who am I", "2025-10-22T20:10:54.4940649Z", "2025-10-22T20:10:54.4940649Z"
        )
        assert [s.created for s in stored_sessions.newest_first(store)] == sorted(
            s.created for s in stored_sessions.newest_first(store)
        )[::-1]


def test_the_emulator_answers_in_json_that_any_reader_takes(service: httpx.Client) -> None:
    """No duplicate names, no NaN: json.loads and a strict reader agree."""

    def strict(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    text = service.get("sessions?$count=true").text

    assert json.loads(text, object_pairs_hook=strict) == json.loads(text)
