"""Evaluations in the emulator: their states over time, their outcomes, and their responses."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from security_copilot_contract.emulator import OUTCOMES, TOKEN, Clock, ManualClock, Outcome, Store, Timing, emulator
from security_copilot_contract.emulator.resource import EVALUATION, Entity
from security_copilot_contract.spec.exchange import exchanges, parse
from tests import stored_sessions

if TYPE_CHECKING:
    from collections.abc import Callable

SESSION = "workspaces/default/sessions/ecdfb9b3-58f5-457f-a18c-4a477890b252"
PROMPT = f"{SESSION}/prompts/76a9b8c6-6656-4ef4-a4c7-7ed07fb93e01"
NEVER = "0001-01-01T00:00:00Z"
MEMBERS = {"Prefer": "include-unknown-enum-members"}


class Service:
    """An emulator with a manual clock: an evaluation starts after one second and ends after two more."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._transport = httpx.ASGITransport(emulator(store))

    async def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._transport, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            return await client.request(method, f"http://emulator/beta/security/securityCopilot/{path}", **request)

    async def read(self, path: str, **request: Any) -> dict[str, Any]:
        """What is there, without annotations."""
        body = (await self.send("GET", path, **request)).json()
        return {name: value for name, value in body.items() if name[0] != "@"}

    async def prompt(self, content: str) -> str:
        """The path of a new prompt."""
        created = await self.send("POST", f"{SESSION}/prompts", json={"content": content})
        return f"{SESSION}/prompts/{created.json()['id']}"

    async def evaluate(self, prompt: str) -> str:
        """The path of a new evaluation."""
        created = await self.send("POST", f"{prompt}/evaluations", json={})
        assert created.status_code == 201
        return f"{prompt}/evaluations/{created.json()['id']}"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 7, 1, 12, tzinfo=UTC))


@pytest.fixture
def service(clock: ManualClock) -> Service:
    return Service(Store(clock, timing=Timing(created=1, running=2)).load(exchanges()))


class TestTime:
    """State and timestamps follow the clock."""

    async def test_an_evaluation_is_created_then_runs_then_is_completed(
        self, service: Service, clock: ManualClock
    ) -> None:
        """Times that are not reached are in year 1, and lastModifiedDateTime changes with the state."""
        path = await service.evaluate(await service.prompt("who am I"))
        evaluation = {
            "id": path.rpartition("/")[2],
            "createdDateTime": "2026-07-01T12:00:00.000001Z",
            "runStartDateTime": NEVER,
            "completedDateTime": NEVER,
            "lastModifiedDateTime": "2026-07-01T12:00:00.000001Z",
            "state": "created",
            "executionCount": 0,
            "isCancelled": False,
            "result": None,
        }
        assert await service.read(path) == evaluation

        clock.advance(0.9)
        assert await service.read(path) == evaluation

        clock.advance(0.1)
        evaluation |= {
            "state": "running",
            "runStartDateTime": "2026-07-01T12:00:01Z",
            "lastModifiedDateTime": "2026-07-01T12:00:01Z",
            "result": {"content": None, "type": "unknown", "previewState": "ga"},
        }
        assert await service.read(path) == evaluation

        clock.advance(1.9)
        assert await service.read(path) == evaluation

        clock.advance(0.1)
        evaluation |= {
            "state": "completed",
            "completedDateTime": "2026-07-01T12:00:03Z",
            "lastModifiedDateTime": "2026-07-01T12:00:03Z",
            "result": {
                "content": "The emulator has evaluated: who am I",
                "type": "success",
                "previewState": "private",
            },
        }
        assert await service.read(path) == evaluation

        clock.advance(1_000_000)
        assert await service.read(path) == evaluation

    async def test_the_list_shows_the_same(self, service: Service, clock: ManualClock) -> None:
        """Each in its current state, the latest first; filters match the returned values."""
        older = await service.evaluate(PROMPT)
        clock.advance(3)
        newer = await service.evaluate(PROMPT)
        clock.advance(1)

        evaluations = (await service.read(f"{PROMPT}/evaluations"))["value"]
        running = await service.read(f"{PROMPT}/evaluations", params={"$filter": "state eq 'running'", "$top": "1"})

        assert evaluations[:2] == [await service.read(newer), await service.read(older)]
        assert [evaluation["state"] for evaluation in evaluations[:2]] == ["running", "completed"]
        assert running["value"] == evaluations[:1]

    async def test_the_prompt_is_modified_when_an_evaluation_is_created(
        self, service: Service, clock: ManualClock
    ) -> None:
        """A moment later, as it is documented; and not again."""
        prompt = await service.prompt("who am I")
        before = await service.read(prompt)
        clock.advance(5)
        path = await service.evaluate(prompt)

        after = await service.read(prompt)
        assert after == {**before, "lastModifiedDateTime": "2026-07-01T12:00:05.000001Z"}
        clock.advance(5)
        assert (await service.read(path))["state"] == "completed"
        assert await service.read(prompt) == after

    async def test_no_time_at_all_is_a_pace(self, clock: ManualClock) -> None:
        """It is completed when it is first read, and its moments are in order all the same."""
        service = Service(Store(clock, timing=Timing(0, 0)).load(exchanges()))
        created = (await service.send("POST", f"{PROMPT}/evaluations", json={})).json()

        evaluation = await service.read(f"{PROMPT}/evaluations/{created['id']}")

        assert created["state"] == "created"
        assert evaluation["state"] == "completed"
        names = [f"{name}DateTime" for name in ("created", "runStart", "completed", "lastModified")]
        moments = [datetime.fromisoformat(evaluation[name]) for name in names]
        assert moments[0] < moments[1] < moments[2] == moments[3]

    async def test_it_runs_by_the_time_of_the_machine(self) -> None:
        """It uses the real clock; by default it takes less than two seconds."""
        store = Store(timing=Timing(0, 3600)).load(exchanges())
        service = Service(store)

        path = await service.evaluate(PROMPT)

        evaluation = await service.read(path)
        started = datetime.fromisoformat(evaluation["runStartDateTime"])
        assert evaluation["state"] == "running"
        assert abs((Clock().now() - started).total_seconds()) < 60
        assert Timing().created + Timing().running < 2

    async def test_a_seed_makes_everything_repeatable(self) -> None:
        """With a seed, polling advances the time: the same requests get the same states, until the end."""
        runs = []
        for _ in range(2):
            service = Service(Store.documented(exchanges(), seed=7))
            path = await service.evaluate(await service.prompt("who am I"))
            runs.append([await service.read(path) for _ in range(4)] + [await service.read(f"{PROMPT}/evaluations")])

        assert runs[0] == runs[1]
        assert [evaluation["state"] for evaluation in runs[0][:4]] == ["running", "running", "completed", "completed"]


class TestOutcomes:
    """The outcome of an evaluation can be chosen."""

    @pytest.mark.parametrize("name", OUTCOMES)
    async def test_a_prompt_asks_for_one(self, service: Service, clock: ManualClock, name: str) -> None:
        """The content of the prompt selects the outcome."""
        path = await service.evaluate(await service.prompt(f"Who am I? [emulator: {name}]"))
        clock.advance(1_000)

        evaluation = await service.read(path, headers=MEMBERS)

        outcome = OUTCOMES[name]
        assert evaluation["state"] == outcome.state
        completed = evaluation["completedDateTime"] == evaluation["lastModifiedDateTime"] == "2026-07-01T12:00:03Z"
        assert completed == (outcome.state == "completed")
        if completed:
            assert evaluation["result"]["type"] == outcome.type
            assert evaluation["result"]["content"]

    @pytest.mark.parametrize("name", ["error", "rejected", "timedOut", "capacityExceeded", "needAdditionalClaims"])
    def test_results_go_by_their_types(self, name: str) -> None:
        """A result that is no success is asked for by its type."""
        assert OUTCOMES[name].state == "completed"
        assert OUTCOMES[name].type == name

    async def test_cancelled_has_no_result(self, service: Service, clock: ManualClock) -> None:
        """It has begun, and was never completed."""
        path = await service.evaluate(await service.prompt("[emulator: cancelled]"))
        clock.advance(2)
        assert not (await service.read(path))["isCancelled"]
        clock.advance(1)

        evaluation = await service.read(path)

        assert evaluation["state"] == "cancelled"
        assert evaluation["isCancelled"] is True
        assert evaluation["runStartDateTime"] == "2026-07-01T12:00:01Z"
        assert evaluation["completedDateTime"] == NEVER
        assert evaluation["result"]["type"] == "unknown"

    @pytest.mark.parametrize("name", ["pending", "deferred"])
    async def test_pending_and_deferred_never_run(self, service: Service, clock: ManualClock, name: str) -> None:
        """They stay what they are."""
        path = await service.evaluate(await service.prompt(f"[emulator: {name}]"))
        clock.advance(1)
        evaluation = await service.read(path)
        clock.advance(1_000)

        assert evaluation["state"] == name
        assert evaluation["runStartDateTime"] == evaluation["completedDateTime"] == NEVER
        assert evaluation["lastModifiedDateTime"] == "2026-07-01T12:00:01Z"
        assert evaluation["result"] is None
        assert await service.read(path) == evaluation

    async def test_waiting_for_input_has_run(self, service: Service, clock: ManualClock) -> None:
        """Its state does not change again."""
        path = await service.evaluate(await service.prompt("[emulator: waitingForInput]"))
        clock.advance(2)
        assert (await service.read(path))["state"] == "running"
        clock.advance(1_000)

        evaluation = await service.read(path)

        assert evaluation["state"] == "waitingForInput"
        assert evaluation["runStartDateTime"] == "2026-07-01T12:00:01Z"
        assert evaluation["completedDateTime"] == NEVER

    async def test_a_test_sets_one(self, service: Service, clock: ManualClock) -> None:
        """For what is created from then on; a prompt that asks for another gets that."""
        before = await service.evaluate(PROMPT)
        service.store.outcome = Outcome(type="needAdditionalClaims", content="Say who you are.")
        after = await service.evaluate(PROMPT)
        asked = await service.evaluate(await service.prompt("[emulator: success]"))
        clock.advance(3)

        results = [(await service.read(path))["result"] for path in (before, after, asked)]

        assert [result["type"] for result in results] == ["success", "needAdditionalClaims", "success"]
        assert results[1]["content"] == "Say who you are."

    async def test_an_outcome_that_there_is_not_is_refused(self, service: Service) -> None:
        """The error lists the known outcomes, and nothing is created."""
        prompt = await service.prompt("[emulator: failure]")

        answer = await service.send("POST", f"{prompt}/evaluations", json={})

        assert answer.status_code == 400
        assert answer.json()["error"]["target"] == "content"
        assert all(name in answer.json()["error"]["message"] for name in OUTCOMES)
        assert (await service.read(f"{prompt}/evaluations"))["value"] == []

    @pytest.mark.parametrize("body", [{}, {"@odata.type": EVALUATION.odata_type}])
    async def test_an_evaluation_may_name_its_type(self, service: Service, body: dict[str, str]) -> None:
        """It has no properties that can be written."""
        answer = await service.send("POST", f"{PROMPT}/evaluations", json=body)

        assert answer.status_code == 201
        assert "@odata.type" not in answer.json()

    @pytest.mark.parametrize("body", [{"content": "a"}, {"state": "completed"}, {"@odata.type": "#a"}])
    async def test_an_evaluation_has_no_properties_to_write(self, service: Service, body: dict[str, str]) -> None:
        """And only its own type."""
        answer = await service.send("POST", f"{PROMPT}/evaluations", json=body)

        assert answer.status_code == 400
        assert answer.json()["error"]["target"] == next(iter(body))


class TestUnknownMembers:
    """Only clients that request undocumented members of enumerations get them."""

    @pytest.fixture(params=["futureState", "futureResult"])
    async def path(self, request: pytest.FixtureRequest, service: Service, clock: ManualClock) -> str:
        """That of an evaluation with one."""
        path = await service.evaluate(await service.prompt(f"[emulator: {request.param}]"))
        clock.advance(3)
        return path

    @staticmethod
    def _members(evaluation: dict[str, Any]) -> list[str]:
        return [evaluation["state"], evaluation["result"]["type"], evaluation["result"]["previewState"]]

    @pytest.mark.parametrize("headers", [{}, {"Prefer": "respond-async"}, {"Prefer": f"x-{MEMBERS['Prefer']}"}])
    async def test_are_hidden(self, service: Service, path: str, headers: dict[str, str]) -> None:
        """In a single evaluation and in the list; other preferences change nothing."""
        answer = await service.send("GET", path, headers=headers)
        listed = (await service.read(path.rpartition("/")[0]))["value"][0]

        assert "unknownFutureValue" in self._members(answer.json())
        assert not {"paused", "partialSuccess"} & set(self._members(answer.json()))
        assert self._members(listed) == self._members(answer.json())
        assert "Preference-Applied" not in answer.headers

    @pytest.mark.parametrize("prefer", ["include-unknown-enum-members", "respond-async,  Include-Unknown-Enum-Members"])
    async def test_are_shown_to_who_prefers_them(self, service: Service, path: str, prefer: str) -> None:
        """And the answer says that it does."""
        answer = await service.send("GET", path, headers={"Prefer": prefer})
        collection = await service.send("GET", path.rpartition("/")[0], headers={"Prefer": prefer})

        assert {"paused", "partialSuccess"} & set(self._members(answer.json()))
        assert self._members(collection.json()["value"][0]) == self._members(answer.json())
        assert answer.headers["Preference-Applied"] == "include-unknown-enum-members"
        assert collection.headers["Preference-Applied"] == "include-unknown-enum-members"

    async def test_filters_go_by_what_is_shown(self, service: Service, path: str) -> None:
        """So what a client is shown can be found by it."""
        state = (await service.read(path))["state"]

        found = await service.read(path.rpartition("/")[0], params={"$filter": f"state eq '{state}'"})

        assert [evaluation["id"] for evaluation in found["value"]] == [path.rpartition("/")[2]]

    async def test_are_hidden_in_lists_within_an_entity(self, service: Service) -> None:
        """A plugin has settings, and each has enumerations."""
        setting = {"name": "a", "settingValue": "date", "displayType": "textbox"}
        service.store.add("workspaces/default/plugins", {"name": "Own", "settings": [setting], "category": "agents"})

        hidden = (await service.read("workspaces/default/plugins"))["value"][0]
        shown = (await service.read("workspaces/default/plugins", headers=MEMBERS))["value"][0]

        assert hidden["settings"] == [{**setting, "settingValue": "unknownFutureValue"}]
        assert hidden["category"] == "unknownFutureValue"
        assert shown["settings"] == [setting]
        assert shown["category"] == "agents"


class TestStore:
    """The store without HTTP."""

    def test_reads_are_loaded_before_writes(self) -> None:
        """So each documented read finds what it shows, and what only a write shows is there as well."""
        store = Store.documented(exchanges())

        prompt = store.find(PROMPT)
        evaluations = [entity["state"] for _, entity in store.latest(f"{PROMPT}/evaluations")]

        assert prompt is not None
        assert prompt["lastModifiedDateTime"] == "2025-10-22T20:12:57.8775792Z"
        assert evaluations == ["completed", "running"]
        assert store.find("workspaces/default/sessions/71a8abb6-ce18-496c-a8d4-4d0f51986c3e") is not None

    def test_what_only_a_url_names_is_there(self) -> None:
        """The parents of what is shown, and of nothing at all."""
        root = "https://graph.microsoft.com/beta/security/securityCopilot"
        ids = [f"0000000{n}-0000-0000-0000-000000000000" for n in range(3)]
        path = f"workspaces/{ids[0]}/sessions/{ids[1]}/prompts/{ids[2]}"
        exchange = parse("list", f"GET {root}/{path}/evaluations\n\nHTTP/1.1 200 OK\n\n" + '{"value": []}')

        store = Store.documented([exchange])

        assert store.find(f"workspaces/{ids[0]}") == {"id": ids[0], "displayName": ""}
        assert (store.find(path) or {})["content"] == ""
        assert store.count(f"{path}/evaluations") == 0

    def test_what_was_refused_is_not_loaded(self) -> None:
        """An error shows no entity."""
        url = f"https://graph.microsoft.com/beta/security/securityCopilot/{SESSION}"
        exchange = parse("get", f"GET {url}\n\nHTTP/1.1 404 Not Found\n\n" + '{"error": {"code": "NotFound"}}')

        assert stored_sessions.count(Store.documented([exchange])) == 0

    def test_a_property_that_there_is_not_is_refused(self) -> None:
        """By its name."""
        with pytest.raises(ValueError, match="plugins have no enabled"):
            Store().add("workspaces/default/plugins", {"name": "Own", "enabled": True})

    @pytest.mark.usefixtures("many_turns")
    def test_may_be_written_and_read_at_once(self, clock: ManualClock) -> None:
        """From several threads: nothing is lost, no moment comes twice, and no reader stumbles."""
        store = Store(clock).load(exchanges())

        def work(number: int) -> list[Entity]:
            evaluations = []
            for _ in range(50):
                evaluations.append(store.evaluate(PROMPT))
                stored_sessions.create(store, f"session {number}")
                listed = [entity["id"] for _, entity in store.latest(f"{PROMPT}/evaluations")]
                assert len(set(listed)) == len(listed)
            return evaluations

        with ThreadPoolExecutor(8) as pool:
            evaluations = [evaluation for done in pool.map(work, range(8)) for evaluation in done]
        clock.advance(2)

        ended = [store.find(f"{PROMPT}/evaluations/{evaluation['id']}") for evaluation in evaluations]
        assert [e["id"] for e in ended if e is not None] == [evaluation["id"] for evaluation in evaluations]
        assert {e["state"] for e in ended if e is not None} == {"completed"}
        assert len({evaluation["createdDateTime"] for evaluation in evaluations}) == 400
        assert stored_sessions.count(store) == 404

    def test_writes_wait_for_each_other(self) -> None:
        """While one looks at the clock, no other does."""
        inside: list[int] = []
        most = 0

        class Slow(ManualClock):
            def now(self) -> datetime:
                nonlocal most
                inside.append(1)
                most = max(most, len(inside))
                time.sleep(0.001)
                inside.pop()
                return super().now()

        store = Store(Slow()).load(exchanges())
        session = stored_sessions.create(store, "a")
        writes: list[Callable[[], object]] = [
            lambda: stored_sessions.create(store, "b"),
            lambda: stored_sessions.rename(store, session, f"{time.monotonic_ns()}"),
            lambda: store.evaluate(PROMPT),
        ]
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda write: write(), writes * 10))

        assert most == 1
