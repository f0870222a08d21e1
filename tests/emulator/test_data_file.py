"""What the emulator remembers, in a file."""

import json
import os
import re
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from security_copilot_contract import cli
from security_copilot_contract.emulator import OUTCOMES, ManualClock, Outcome, Store, Timing, autosave, data_file
from security_copilot_contract.spec.exchange import exchanges
from tests import stored_sessions

ID = "0000000{}-0000-0000-0000-000000000000"
SESSIONS = "workspaces/default/sessions"
PROMPTS = f"{SESSIONS}/{ID.format(1)}/prompts"
EVALUATIONS = f"{PROMPTS}/{ID.format(2)}/evaluations"
COLLECTIONS = (
    f"only workspaces, workspaces/default/plugins, {SESSIONS}, {SESSIONS}/{{sessionId}}/prompts, "
    f"{SESSIONS}/{{sessionId}}/prompts/{{promptId}}/evaluations"
)
MOMENT = "2026-01-01T00:00:00Z"
RUN = {"began": MOMENT, "created": MOMENT, "content": "a", "outcome": {}, "timing": {"created": 1, "running": 2}}
BENEATH = {"workspaces": ("plugins", "sessions"), "sessions": ("prompts",), "prompts": ("evaluations",)}

links_and_modes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has others")


def everything(store: Store, collection: str = "workspaces") -> dict[str, Any]:
    """What there is by now, by path and in its order."""
    found: dict[str, Any] = {}
    for _, entity in store.latest(collection):
        path = f"{collection}/{entity.get('id', entity.get('name'))}"
        found[path] = entity
        for name in BENEATH.get(collection.rpartition("/")[2], ()):
            found |= everything(store, f"{path}/{name}")
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.json"


@pytest.mark.parametrize("passed", [0, 0.5, 1, 2.9, 3, 1000])
def test_a_store_is_read_as_it_was_written(path: Path, passed: float) -> None:
    """To the letter, also evaluations that go on, and however they end."""
    clock = ManualClock()
    store = Store(clock, timing=Timing(1, 2), outcome=Outcome(content="42")).load(exchanges())
    store.add("workspaces/default/plugins", {"name": "Own's", "settings": [{"name": "é", "settingValue": "date"}]})
    session = stored_sessions.rename(store, stored_sessions.create(store, "a"), '"\u2028\n\\')
    for outcome in OUTCOMES:
        prompt = store.insert(f"{SESSIONS}/{session.id}/prompts", {"content": f"[emulator: {outcome}]"})
        store.evaluate(f"{SESSIONS}/{session.id}/prompts/{prompt['id']}")
    prompt = store.insert(f"{SESSIONS}/{session.id}/prompts", {"content": "a"})
    store.evaluate(f"{SESSIONS}/{session.id}/prompts/{prompt['id']}")
    clock.advance(passed)
    everything(store)

    store.write(path)
    read = Store(clock).read(path)

    for seconds in (0, 0.5, 1, 1.5, 1000):
        clock.advance(seconds)
        assert everything(read) == everything(store)
    assert len(everything(store)) == 9 + 2 + 2 * len(OUTCOMES) + 2
    written = path.read_text("utf-8")
    assert ("@emulator.execution" in written) == (passed < 3)
    assert "é" in written
    again = path.with_name("again.json")
    Store(ManualClock()).read(path).write(again)
    assert again.read_text("utf-8") == written


def test_a_file_may_be_written_by_hand(path: Path) -> None:
    """With as little in it as one likes, parents after their children, and each key as the API takes it."""
    session = ID.format("a").upper()
    content = {
        f"workspaces/17AAFE23-ab95-3b37-9546-56dec5ac0218/sessions/{session}/prompts": [{"content": "b"}],
        SESSIONS: [{"displayName": "first"}, {"id": session.lower(), "displayName": "a"}],
        "workspaces": [{"id": "17aafe23-ab95-3b37-9546-56dec5ac0218", "displayName": "Own"}],
        "workspaces/default/plugins": [{"name": "Own"}],
        EVALUATIONS: [{"@emulator.execution": {**RUN, "outcome": {"type": "error"}}}],
    }
    path.write_text(json.dumps(content), "utf-8")
    clock = ManualClock()
    clock.advance(3)

    store = Store(clock).read(str(path))

    # One is where it is because it has an evaluation.
    assert [one.display_name for one in stored_sessions.newest_first(store)] == [None, "a", "first"]
    named = stored_sessions.get(store, session)
    assert named
    assert (named.display_name, named.created) == ("a", "0001-01-01T00:00:00Z")
    (prompt,) = store.latest(f"{SESSIONS}/{session}/prompts")
    assert prompt[1]["type"] == "prompt"
    (evaluation,) = store.latest(EVALUATIONS)
    assert evaluation[1]["result"]["type"] == "error"
    assert store.find("workspaces/default") == {"id": "17aafe23-ab95-3b37-9546-56dec5ac0218", "displayName": "Own"}
    assert store.find("workspaces/default/plugins/own")


def test_a_file_may_have_what_the_service_may_send(path: Path) -> None:
    """Null where the facts allow it, and UTC as an offset; a prompt without content cannot be evaluated."""
    session, prompt = f"{SESSIONS}/{ID.format(1)}", f"{SESSIONS}/{ID.format(1)}/prompts/{ID.format(2)}"
    entities: dict[str, dict[str, object]] = {
        "workspaces/default": {"id": "17aafe23-ab95-3b37-9546-56dec5ac0218", "displayName": None},
        "workspaces/default/plugins/own": {"name": "own", "displayName": None, "description": None},
        session: {"id": ID.format(1), "createdDateTime": "2026-01-01T00:00:00.5+00:00"},
        prompt: {"id": ID.format(2), "content": None, "inputs": None, "skillInputDescriptors": [None]},
    }
    path.write_text(json.dumps({at.rpartition("/")[0]: [entity] for at, entity in entities.items()}), "utf-8")

    store = Store().read(str(path))

    for at, entity in entities.items():
        shown = store.find(at) or {}
        assert {name: shown[name] for name in entity} == entity
    with pytest.raises(ValueError, match="no content, which an evaluation needs"):
        store.evaluate(prompt)


@pytest.mark.usefixtures("starts_not")
@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is not JSON in UTF-8: "),
        ("\ud800", "is not JSON in UTF-8: "),
        ("[" * 100_000, "is not JSON in UTF-8: "),
        ('{"workspaces": [], "workspaces": []}', "the property 'workspaces' is given twice (line 1: \"workspaces\")"),
        (
            f'{{"{SESSIONS}": [\n{{"displayName": "{{:\\""}},\n{{"displayName": "a",\n"displayName": "b"}}]}}',
            "the property 'displayName' is given twice (line 4: \"displayName\")",
        ),
        ('}:"a":{"a":1,"b":2', "is not JSON in UTF-8: "),
        ("[]", 'the whole: [] is not of type "object"'),
        ({"sessions": []}, "there is no collection 'sessions', only workspaces, workspaces/default/plugins, "),
        ({"workspaces/default/prompts": []}, f"there is no collection 'workspaces/default/prompts', {COLLECTIONS}"),
        ({"workspaces/other/sessions": []}, f"there is no collection 'workspaces/other/sessions', {COLLECTIONS}"),
        ({f"{SESSIONS}/1/prompts": []}, f"there is no collection '{SESSIONS}/1/prompts', {COLLECTIONS}"),
        ({SESSIONS: {}}, f'{SESSIONS}: {{}} is not of type "array"'),
        ({SESSIONS: [{}, 5]}, f'{SESSIONS}[1]: 5 is not of type "object"'),
        ({SESSIONS: [{"displayName": 5}]}, f"{SESSIONS}[0].displayName: 5 is not of type"),
        ({SESSIONS: [{"name": "a"}]}, f"{SESSIONS}[0]: Additional properties are not allowed ('name' was unexpected)"),
        ({SESSIONS: [{"id": "1"}]}, f'{SESSIONS}[0].id: "1" does not match'),
        ({SESSIONS: [{"id": None}]}, f"{SESSIONS}[0].id: null is not of type"),
        ({SESSIONS: [{"@odata.type": "#session"}]}, f"{SESSIONS}[0].@odata.type: "),
        ({SESSIONS: [{"createdDateTime": "yesterday"}]}, f"{SESSIONS}[0].createdDateTime: "),
        ({SESSIONS: [{"createdDateTime": "2026-13-01T00:00:00Z"}]}, f"{SESSIONS}[0].createdDateTime: "),
        ({SESSIONS: [{"createdDateTime": "2026-01-01T00:00:00"}]}, f"{SESSIONS}[0].createdDateTime: "),
        ({SESSIONS: [{"createdDateTime": "2016-12-31T23:59:60Z"}]}, f"{SESSIONS}[0].createdDateTime: "),
        ({SESSIONS: [{"createdDateTime": "0000-01-01T00:00:00Z"}]}, f"{SESSIONS}[0].createdDateTime: "),
        ({SESSIONS: [{"createdDateTime": None}]}, f"{SESSIONS}[0].createdDateTime: null"),
        ({SESSIONS: [{"@emulator.execution": RUN}]}, "('@emulator.execution' was unexpected)"),
        (
            {SESSIONS: [{"id": ID.format(1)}, {"id": ID.format(1)}]},
            f"{SESSIONS}[1]: {SESSIONS}[0] already has the id '{ID.format(1)}'",
        ),
        (
            {"workspaces/default/plugins": [{"name": "a"}, {"name": "b"}, {"name": "A"}]},
            "plugins[2]: workspaces/default/plugins[0] already has the name 'A'",
        ),
        ({"workspaces/default/plugins": [{"isEnabled": True}]}, 'plugins[0]: "name" is a required property'),
        ({"workspaces/default/plugins": [{"name": "a/b"}]}, 'plugins[0].name: "a/b" does not match'),
        ({"workspaces/default/plugins": [{"isEnabled": "true"}]}, "plugins[0].isEnabled: "),
        ({"workspaces/default/plugins": [{"settings": [{"displayType": 1}]}]}, "settings[0].displayType: 1 is not of"),
        ({PROMPTS: [{"type": None}]}, f"{PROMPTS}[0].type: null is not of type"),
        ({PROMPTS: [{"content": 5}]}, f"{PROMPTS}[0].content: 5 is not of type"),
        ({PROMPTS: [{"skillInputDescriptors": None}]}, f"{PROMPTS}[0].skillInputDescriptors: null is not of type"),
        ({"workspaces/default/plugins": [{"settings": [None]}]}, "plugins[0].settings[0]: null is not of type"),
        ({SESSIONS: [{"createdDateTime": "2026-01-01T00:00:00+02:00"}]}, f"{SESSIONS}[0].createdDateTime: "),
        ({EVALUATIONS: [{"executionCount": 0.5}]}, f"{EVALUATIONS}[0].executionCount: 0.5 is not of type"),
        (
            {EVALUATIONS: [{"@emulator.execution": {}}]},
            f'{EVALUATIONS}[0].@emulator.execution: "began" is a required property',
        ),
        (
            {EVALUATIONS: [{"@emulator.execution": {**RUN, "began": "9999-12-31T00:00:00Z"}}]},
            "@emulator.execution.began: ",
        ),
        (
            {EVALUATIONS: [{"@emulator.execution": {**RUN, "timing": {"created": -1}}}]},
            "@emulator.execution.timing.created: -1 is",
        ),
        (
            {EVALUATIONS: [{"@emulator.execution": {**RUN, "outcome": {"kind": "a"}}}]},
            "@emulator.execution.outcome: Additional",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_place(
    path: Path, content: object, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command in a line, which leaves the file as it is."""
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    before = path.read_bytes()

    assert cli.main(["serve", "--port", "0", "--data", str(path)]) == 2
    error = capsys.readouterr().err

    assert error.startswith(f"security-copilot-contract: --data: {path}")
    assert told in error
    assert error.endswith(" Fix the file or choose another; it was not changed.\n")
    assert error.count("\n") == 1
    assert path.read_bytes() == before


@pytest.mark.usefixtures("starts_not")
@pytest.mark.parametrize("name", [".", "no/such/folder/data.json", pytest.param("dangling", marks=links_and_modes)])
def test_what_cannot_be_written_is_told_before(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder, or a file in one that there is not."""
    if name == "dangling":
        (tmp_path / name).symlink_to(tmp_path / "no" / "such.json")
    path = tmp_path / name

    assert cli.main(["serve", "--port", "0", "--data", str(path)]) == 2
    assert capsys.readouterr().err == (
        f"security-copilot-contract: --data: cannot write {path}; choose a file in a writable folder\n"
    )


@links_and_modes
@pytest.mark.usefixtures("starts_not")
def test_a_name_that_the_system_does_not_take_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """In its words."""
    assert cli.main(["serve", "--port", "0", "--data", 300 * "x"]) == 2
    assert capsys.readouterr().err.startswith("security-copilot-contract: --data: [Errno")


def test_a_file_is_written_whole_or_not_at_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is in the way; and nothing is left lying about."""

    def full(_: int) -> None:
        raise OSError("no space left")

    Store().write(path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="no space left"):
        Store.documented(exchanges()).write(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@links_and_modes
def test_a_file_stays_what_it_was(path: Path) -> None:
    """Its mode, and a link to it."""
    Store().write(path)
    path.chmod(0o640)
    link = path.with_name("link.json")
    link.symlink_to(path)

    Store.documented(exchanges()).write(link)

    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert stored_sessions.count(Store().read(path)) == 4


def test_a_seed_goes_on_where_the_file_ends(path: Path) -> None:
    """Without an id or a moment that was there before; the same each time."""
    store, other = (Store.documented(exchanges(), 1) for _ in range(2))
    before = [stored_sessions.create(store, "a"), stored_sessions.create(store, "a")]
    stored_sessions.create(other, "a")
    other.write(path)
    # To write a file takes none of the time that goes on with the requests.
    assert stored_sessions.create(other, "a") == before[1]
    store.write(path)

    first, second = (
        [stored_sessions.create(store, "b"), stored_sessions.create(store, "b")]
        for store in [Store.saved(path, 1) for _ in range(2)]
    )

    assert first == second
    assert not {session.id for session in first} & {session.id for session in before}
    moments = [datetime.fromisoformat(session.created) for session in [*before, *first]]
    assert moments == sorted(set(moments))


class TestSaving:
    """While it runs."""

    @pytest.fixture(autouse=True)
    def _hasty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(autosave, "_PAUSE_SECONDS", 0.05)

    def test_many_writes_are_saved_together(self, path: Path) -> None:
        """Soon, and not each by itself."""
        written = 0

        class Counting(Store):
            def write(self, path: str | Path, generation: str | None = None) -> None:
                nonlocal written
                written += 1
                super().write(path, generation)

        store = Counting()
        with autosave.saving(store, path, autosave.fingerprint(path)):
            for _ in range(1000):
                stored_sessions.create(store, "a")
            deadline = time.monotonic() + 10
            while not path.exists() or stored_sessions.count(Store().read(path)) < 1000:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            assert written < 20
            saved = written
            time.sleep(0.2)
            assert written == saved
            stored_sessions.rename(store, next(stored_sessions.newest_first(store)), "b")

        assert next(stored_sessions.newest_first(Store().read(path))).display_name == "b"

    def test_a_slow_disk_is_left_in_peace(self, path: Path) -> None:
        """It is written to for a third of the time."""
        written = 0

        class Slow(Store):
            def write(self, path: str | Path, generation: str | None = None) -> None:
                nonlocal written
                written += 1
                time.sleep(0.1)
                super().write(path, generation)

        store = Slow()
        with autosave.saving(store, path, autosave.fingerprint(path)):
            until = time.monotonic() + 0.8
            while time.monotonic() < until:
                stored_sessions.create(store, "a")
                time.sleep(0.01)

        assert 2 <= written <= 4
        assert stored_sessions.count(Store().read(path)) == stored_sessions.count(store)

    def test_what_was_not_changed_is_not_written(self, path: Path) -> None:
        """A file that a person has formatted stays so; one that is not there is made."""
        path.write_text('{\n  "workspaces": []\n}', "utf-8")
        with autosave.saving(Store.saved(path), path, autosave.fingerprint(path)):
            time.sleep(0.1)
        assert path.read_text("utf-8") == '{\n  "workspaces": []\n}'

        path.unlink()
        with autosave.saving(Store(), path, autosave.fingerprint(path)):
            pass
        assert path.exists()

    def test_a_trouble_is_told_once_and_gone_through(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """And again when it comes back; at the end it must be over."""
        troubles = [OSError("full"), OSError("full"), None, OSError("gone"), None]

        class Troubled(Store):
            def write(self, path: str | Path, generation: str | None = None) -> None:
                trouble = troubles.pop(0)
                if trouble is not None:
                    raise trouble
                super().write(path, generation)

        store = Troubled()
        with autosave.saving(store, path, autosave.fingerprint(path)):
            deadline = time.monotonic() + 10
            while troubles:
                assert time.monotonic() < deadline
                stored_sessions.create(store, "a")
                time.sleep(0.01)
            troubles += [None] * 9
        told = f"security-copilot-contract: cannot save {path}: {{}}; will retry\n"
        assert capsys.readouterr().err == told.format("full") + told.format("gone")
        assert stored_sessions.count(Store().read(path)) == stored_sessions.count(store)

        troubles[:] = [OSError("full")]
        path.unlink()
        with pytest.raises(OSError, match="full"), autosave.saving(Troubled(), path, autosave.fingerprint(path)):
            pass

    def test_what_somebody_else_has_written_stays(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """As another emulator does, or a person with an editor; once it is moved away, everything is saved."""
        store = Store()
        with autosave.saving(store, path, autosave.fingerprint(path)):
            stored_sessions.create(store, "a")
            _wait_for(path.exists)
            path.write_text("{}", "utf-8")
            stored_sessions.create(store, "b")
            _wait_for(lambda: "another process has changed it" in capsys.readouterr().err)
            assert path.read_text("utf-8") == "{}"
            path.rename(path.with_suffix(".theirs"))
            _wait_for(path.exists)
        assert stored_sessions.count(Store().read(path)) == stored_sessions.count(store)

    def test_what_was_replaced_while_it_was_loaded_stays(self, path: Path) -> None:
        """The store does not have the new content."""
        path.write_text("{}", "utf-8")
        before = autosave.fingerprint(path)
        store = Store.saved(path)
        path.with_name("new").write_text('{"workspaces": []}', "utf-8")
        path.with_name("new").replace(path)

        with pytest.raises(OSError, match="another process has changed it"), autosave.saving(store, path, before):
            stored_sessions.create(store, "a")
        assert path.read_text("utf-8") == '{"workspaces": []}'

    def test_a_file_that_appears_during_the_start_stays(self, path: Path) -> None:
        """Somebody else has created it."""
        with pytest.raises(OSError, match="another process has changed it"), autosave.saving(Store(), path, None):
            path.write_text("{}", "utf-8")
        assert path.read_text("utf-8") == "{}"

    def test_another_emulator_is_noticed_by_its_generation(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a lock, in files of one length and one time; also by the one that has nothing to save any more."""
        fingerprint = autosave.Fingerprint
        monkeypatch.setattr(autosave, "Fingerprint", lambda *seen: fingerprint(0, 0, 0, seen[-1]))
        first, second = (autosave.Saver(Store(), path, None) for _ in range(2))
        first.save()
        first.save()
        assert re.fullmatch("1 [0-9a-f]{8}", data_file.generation(path) or "")

        with pytest.raises(OSError, match="another process has changed it"):
            second.save()
        third = autosave.Saver(store := Store.saved(path), path, autosave.fingerprint(path))
        stored_sessions.create(store, "a")
        third.save()
        assert re.fullmatch("2 [0-9a-f]{8}", data_file.generation(path) or "")
        for _ in range(2):
            with pytest.raises(OSError, match="another process has changed it"):
                first.save()
        assert stored_sessions.count(Store().read(path)) == 1

    def test_two_saves_at_once_are_noticed(self, path: Path) -> None:
        """Each emulator has looked before the other one wrote: the one that lost keeps saying so."""
        other = autosave.Saver(Store(), path, None)

        class Overtaken(Store):
            def write(self, path: str | Path, generation: str | None = None) -> None:
                super().write(path, generation)
                Path(path).unlink()
                other.save()

        overtaken = autosave.Saver(Overtaken(), path, None)
        for _ in range(2):
            with pytest.raises(OSError, match="another process has changed it"):
                overtaken.save()
        other.save()

    def test_what_somebody_else_writes_before_the_end_stays(self, path: Path) -> None:
        """The last save fails."""
        store = Store()
        store.write(path)
        end = ExitStack()
        end.enter_context(autosave.saving(store, path, autosave.fingerprint(path)))
        path.write_text("{}", "utf-8")
        stored_sessions.create(store, "c")
        with pytest.raises(OSError, match="another process has changed it"):
            end.close()
        assert path.read_text("utf-8") == "{}"


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
