"""The emulator: the documented exchanges, what it refuses and how, and what it remembers."""

import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest

from security_copilot_contract.document import document
from security_copilot_contract.emulator import TOKEN, ManualClock, Store, emulator
from security_copilot_contract.emulator.store import Session
from security_copilot_contract.exchanges import Exchange, documented

KNOWN = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
UNKNOWN = "00000000-0000-0000-0000-000000000000"
JSON = {"Content-Type": "application/json"}


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
    graph = document().raw["servers"][0]["url"] + url[url.index("/beta") + len("/beta") :]
    operation, _ = document().match(response.request.method, graph)
    return document().response_problems(operation, response.status_code, response.headers, response.content) == []


def replay(exchange: Exchange, base_url: str) -> httpx.Response:
    """Send a documented request to the emulator, with its token."""
    request = exchange.request
    url = base_url + urlsplit(request.url).path.removeprefix("/beta")
    headers = {**request.headers, "Authorization": f"Bearer {TOKEN}"}
    return httpx.request(request.method, url, headers=headers, content=request.body)


def test_emulator_and_exchange_agree(exchange: Exchange, base_url: str) -> None:
    """A documented request gets an answer of the documented status, headers and shape."""
    answer = replay(exchange, base_url)

    assert answer.status_code == exchange.response.status
    assert exchange.response.headers["Content-Type"] == answer.headers["Content-Type"]
    assert conforms(answer)
    expected = shape(exchange.response.json())
    if exchange.request.method == "GET":
        assert _without_order(shape(answer.json())) == _without_order(expected)
    else:
        assert shape(answer.json()) == expected
    assert (
        answer.json()["@odata.context"].split("/beta")[1]
        == (exchange.response.json()["@odata.context"].split("/beta")[1])
    )


def _without_order(value: object) -> object:
    if isinstance(value, list):
        return sorted((_without_order(inner) for inner in value), key=str)
    if isinstance(value, dict):
        return {name: _without_order(value[name]) for name in sorted(value)}
    return value


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
            ("GET", f"/{KNOWN}/prompts", 404, None),
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
        def latest(self, *_: object) -> None:  # type: ignore[override]
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

        assert page["@odata.count"] == 3
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

        created = store.create("a")
        renamed = store.rename(created, "b")

        assert created.created == "2025-10-22T20:10:54Z"
        assert renamed.modified == "2025-10-22T20:10:54.000001Z"

    def test_documented_sessions_are_as_they_were_before_they_were_changed(self) -> None:
        """getSession and updateSession show the same session; the update is still to come."""
        store = Store.documented(documented())

        session = store.get(KNOWN)
        assert len(store) == 4
        assert session == Session(
            KNOWN, "API: who am I", "2025-10-22T20:10:54.4940649Z", "2025-10-22T20:10:54.4940649Z"
        )
        assert [s.created for s in store.newest_first()] == sorted(s.created for s in store.newest_first())[::-1]


def test_the_emulator_answers_in_json_that_any_reader_takes(service: httpx.Client) -> None:
    """No duplicate names, no NaN: json.loads and a strict reader agree."""

    def strict(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    text = service.get("sessions?$count=true").text

    assert json.loads(text, object_pairs_hook=strict) == json.loads(text)
