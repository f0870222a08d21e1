"""What `make breaking` reports about the packages, what it demands of the version, and its exit codes."""

import subprocess
from pathlib import Path

import pytest
from packaging.version import Version

from tests import ROOT
from tests.programs.breaking import __main__ as breaking
from tests.programs.breaking import surface
from tests.programs.breaking.change import Change
from tests.programs.breaking.version import State, next_version

# A small repository, with public names and others.
FILES = {
    "openapi/security-copilot.yaml": """
info: {version: 0.1.0}
servers: [{url: https://graph.microsoft.com/beta}]
paths:
  /sessions:
    get:
      operationId: listSessions
      responses: {"200": {description: Sessions., content: {application/json: {schema: &session {type: object}}}}}
components: {schemas: {Session: *session}}
""",
    "CHANGELOG.md": "# Changelog\n\n## 0.1.0, 2026-01-01\n\n- A client.\n",
    "generated/security_copilot_client/__init__.py": """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from security_copilot_asking.asking import Answer, ask
__all__ = ("Answer", "ask")
""",
    "generated/security_copilot_client/models/__init__.py": """
from .session import Session
from .state import State
__all__ = ("Session", "State")
""",
    "generated/security_copilot_client/models/session.py": """
from attrs import define as _define, field as _field
@_define(kw_only=True)
class Session:
    id: str
    name: str = ""
    more: dict[str, object] = _field(init=False, factory=dict)
    _size: int = _field(default=0, alias="size")
""",
    "generated/security_copilot_client/models/state.py": "State = Literal['created', 'running']\n",
    "generated/security_copilot_client/asking.py": "def blocking(*, id: str) -> None: ...\n",
    "generated/security_copilot_client/api.py": "def sync(id: str, *, client: object) -> None: ...\n",
    "src/security_copilot_runtime/__init__.py": "",
    "src/security_copilot_asking/__init__.py": "",
    "src/security_copilot_asking/asking.py": """
class Answer:
    content: str
def ask(question: str, deadline: float = 1) -> Answer: ...
def secret() -> None: ...
""",
    "src/security_copilot_contract/__init__.py": """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from security_copilot_contract.spec.document import Document
__all__ = ["Document"]
""",
    "src/security_copilot_contract/spec/__init__.py": "",
    "src/security_copilot_contract/spec/document.py": """
from attrs import frozen
@frozen
class Document:
    path: str
    def problems(self) -> None: ...
class Schemas: ...
""",
    "src/security_copilot_contract/emulator/__init__.py": """
from security_copilot_contract.emulator.store import Store
__all__ = ["Store"]
""",
    "src/security_copilot_contract/emulator/store.py": "class Store: ...\nclass Full: ...\n",
}
CLIENT, CONTRACT = "generated/security_copilot_client", "src/security_copilot_contract"
CLIENT_INIT, CONTRACT_INIT = f"{CLIENT}/__init__.py", f"{CONTRACT}/__init__.py"
ASKING = "src/security_copilot_asking/asking.py"

# File, text and its replacement; and everything that breaks.
SURFACE: dict[str, tuple[tuple[str, str, str], list[str]]] = {
    "a name is no longer shown": (
        (CLIENT_INIT, '__all__ = ("Answer", "ask")', '__all__ = ("ask",)'),
        ["security_copilot_client: Answer: Public object was removed"],
    ),
    "a name that is loaded late is no longer shown": (
        (CONTRACT_INIT, '"Document"', ""),
        ["security_copilot_contract: Document: Public object was removed"],
    ),
    "a model is gone": (
        (f"{CLIENT}/models/__init__.py", "from .session import Session", ""),
        ["security_copilot_client.models: Session: Public object was removed"],
    ),
    "a function of the client is gone": (
        (f"{CLIENT}/api.py", "def sync", "def blocking"),
        ["security_copilot_client.api: sync: Public object was removed"],
    ),
    "a parameter has another name": (
        (f"{CLIENT}/api.py", "(id: str", "(session_id: str"),
        [
            "security_copilot_client.api: sync(id): Parameter was removed",
            "security_copilot_client.api: sync(session_id): Parameter was added as required",
        ],
    ),
    "a property of a model is gone": (
        (f"{CLIENT}/models/session.py", "id: str", 'title: str = ""'),
        [
            "security_copilot_client.models.session: Session.__init__(id): Parameter was removed",
            "security_copilot_client.models.session: Session.id: Public object was removed",
        ],
    ),
    "a model has one more required property": (
        (f"{CLIENT}/models/session.py", "id: str", "id: str\n    color: str"),
        ["security_copilot_client.models.session: Session.__init__(color): Parameter was added as required"],
    ),
    "a property of a model becomes required": (
        (f"{CLIENT}/models/session.py", 'name: str = ""', "name: str"),
        ["security_copilot_client.models.session: Session.__init__(name): Parameter is now required"],
    ),
    "a model has one more optional property": (
        (f"{CLIENT}/models/session.py", "id: str", "color: str = ''\n    id: str"),
        [],
    ),
    "an argument of a class has another name": (
        (f"{CLIENT}/models/session.py", 'alias="size"', 'alias="length"'),
        ["security_copilot_client.models.session: Session.__init__(size): Parameter was removed"],
    ),
    "the arguments of a class are positional no longer": (
        (f"{CONTRACT}/spec/document.py", "@frozen", "@frozen(kw_only=True)"),
        ["security_copilot_contract.spec.document: Document.__init__(path): Parameter kind was changed"],
    ),
    "a parameter of a re-exported function is gone": (
        (ASKING, ", deadline: float = 1", ""),
        ["security_copilot_asking.asking: ask(deadline): Parameter was removed"],
    ),
    "a method of a class that is loaded late is gone": (
        (f"{CONTRACT}/spec/document.py", "def problems", "def faults"),
        ["security_copilot_contract.spec.document: Document.problems: Public object was removed"],
    ),
    "a class is a function": (
        (f"{CONTRACT}/spec/document.py", "class Document:", "def Document():"),
        ["security_copilot_contract.spec.document: Document: Public object points to a different kind of object"],
    ),
    "a function is imported, with other parameters": (
        (f"{CLIENT}/api.py", "def sync(", "from .asking import blocking as sync\n__all__ = ['sync']\ndef former("),
        [
            "security_copilot_client.asking: blocking(client): Parameter was removed",
            "security_copilot_client.asking: blocking(id): Parameter kind was changed",
        ],
    ),
    "a name of the emulator is no longer shown": (
        (f"{CONTRACT}/emulator/__init__.py", '__all__ = ["Store"]', "__all__ = []"),
        ["security_copilot_contract.emulator: Store: Public object was removed"],
    ),
    "a type has one more member": ((f"{CLIENT}/models/state.py", "'running'", "'running', 'completed'"), []),
    "a private function is gone": ((ASKING, "def secret", "def hidden"), []),
    "a private class is gone": ((f"{CONTRACT}/spec/document.py", "class Schemas", "class Schema"), []),
    "a private class of the emulator is gone": ((f"{CONTRACT}/emulator/store.py", "Full", "Empty"), []),
}


def write(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """Write the small repository, with some texts replaced."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for name, old, new in edits:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), "utf-8")
    return folder


@pytest.mark.parametrize("case", SURFACE)
def test_a_breaking_change_of_the_packages_is_reported(case: str, tmp_path: Path) -> None:
    """Everything that breaks, and nothing else."""
    edit, expected = SURFACE[case]
    old, new = surface.packages(write(tmp_path / "old")), surface.packages(write(tmp_path / "new", edit))

    broken = [str(change) for change in surface.changes(old, new) if change.breaks]
    assert sorted(line.partition(": `")[0] for line in broken) == expected


def test_additions_to_the_packages_are_reported(tmp_path: Path) -> None:
    """Public names, and modules of the client."""
    old, folder = surface.packages(write(tmp_path / "old")), write(tmp_path / "new")
    (folder / CONTRACT_INIT).write_text(
        "from .spec.document import Document, Schemas\n__all__ = ['Document', 'Schemas']", "utf-8"
    )
    (folder / CONTRACT / "emulator/__init__.py").write_text("from .store import Full\n__all__ = ['Full']\n", "utf-8")
    (folder / CLIENT / "more.py").touch()
    (folder / CONTRACT / "inner.py").touch()

    changes = surface.changes(old, surface.packages(folder))

    assert sorted(str(change) for change in changes if not change.breaks) == [
        "security_copilot_client: more is new",
        "security_copilot_contract.emulator: Full is new",
        "security_copilot_contract: Schemas is new",
    ]


def test_a_module_that_becomes_a_function_is_reported(tmp_path: Path) -> None:
    """Where a package had no `__all__`, its modules were public."""
    former, folder = write(tmp_path / "old", (CONTRACT_INIT, '__all__ = ["Document"]', "")), write(tmp_path / "new")
    (former / CONTRACT / "document.py").touch()
    (folder / CONTRACT / "spec" / "document.py").write_text(
        f"{FILES[f'{CONTRACT}/spec/document.py']}def document(): ...\n", "utf-8"
    )
    (folder / CONTRACT_INIT).write_text(
        "from .spec.document import Document, document\n__all__ = ['document']", "utf-8"
    )

    changes = surface.changes(surface.packages(former), surface.packages(folder))

    assert [str(change) for change in changes if change.breaks] == [
        "security_copilot_contract: document: is a function and no longer a module"
    ]


def test_unchanged_packages_have_no_changes() -> None:
    """Those of this repository, which re-export many names."""
    old, new = surface.packages(ROOT), surface.packages(ROOT)

    assert sorted(old) == ["security_copilot_client", "security_copilot_contract"]
    assert list(surface.changes(old, new)) == []


@pytest.mark.parametrize(
    ("version", "broken", "extended"),
    [("0.1.0", "0.2.0", "0.1.1"), ("0.1.7", "0.2.0", "0.1.8"), ("1.2.3", "2.0.0", "1.3.0")],
)
def test_the_next_version(version: str, broken: str, extended: str) -> None:
    """A break raises the minor version before 1.0, then the major."""
    assert str(next_version(Version(version), breaks=True)) == broken
    assert str(next_version(Version(version), breaks=False)) == extended


RELEASES = frozenset({Version("0.1.0")})
RELEASED = State.of("0.1.0", "## 0.1.0, 2026-01-01\n\n- A client.\n", RELEASES)
VERSION = "version 0.2.0 in the document; then `make generate`"
SECTION = "a topmost section `## 0.2.0, unreleased` in CHANGELOG.md"
ENTRY = "an entry `- Breaking: ...` in that section, with what breaks and what to do"


@pytest.mark.parametrize(
    ("version", "changelog", "expected"),
    [
        ("0.1.0", "## 0.1.0, 2026-01-01\n", [VERSION, SECTION, ENTRY]),
        ("0.1.1", "## 0.1.1, unreleased\n\n- Breaking: so.\n", [VERSION, SECTION]),
        ("0.2.0", "## 0.1.0, 2026-01-01\n\n- Breaking: so.\n", [SECTION]),
        ("0.2.0", "## 0.2.0, unreleased\n\n## 0.1.0, 2026-01-01\n\n- Breaking: so.\n", [ENTRY]),
        ("0.2.0", "## 0.2.0, unreleased\n\n- Breaking: so.\n", []),
        ("0.3.0", "## 0.3.0, 2026-02-02\n\n- Breaking: so.\n", []),
        ("1.0.0", "## 1.0.0, unreleased\n\n- Breaking: so.\n", []),
    ],
)
def test_a_break_of_a_released_version_needs_a_version_and_an_entry(
    version: str, changelog: str, expected: list[str]
) -> None:
    """A higher version, and an entry in its section."""
    assert list(State.of(version, f"# Changelog\n\n{changelog}", RELEASES).missing(RELEASED)) == expected


def test_a_break_of_an_unreleased_version_needs_an_entry_of_its_own() -> None:
    """The version may stay. An older entry does not count."""
    text = "# Changelog\n\n## 0.2.0, 2026-02-02\n\n- Breaking: one.\n"
    old = State.of("0.2.0", text, RELEASES)

    assert list(old.missing(old)) == [ENTRY]
    assert list(State.of("0.2.0", f"{text}- Breaking: two.\n", RELEASES).missing(old)) == []


def git(folder: Path, *arguments: str) -> None:
    who = (
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.com",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "tag.gpgsign=false",
    )
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607 - of the PATH


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small one, released as v0.1.0; it is the working directory."""
    write(tmp_path)
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    git(tmp_path, "tag", "v0.1.0")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("repository")
def test_nothing_breaks_without_a_change(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, by a tag, a branch, or the last tag."""
    for base in ("v0.1.0", "main", None):
        assert breaking.main(base) == 0
        named = base or "v0.1.0"
        assert capsys.readouterr().out == f"{named} is version 0.1.0, released; this is 0.1.0.\nNothing breaks.\n"


def test_a_break_fails_until_version_and_changelog_have_it(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """First the breaking changes, then the additions, then what is still missing."""
    text = FILES[breaking.DOCUMENT]
    write(
        repository,
        (breaking.DOCUMENT, "type: object", "type: array"),
        (breaking.DOCUMENT, "    get:", '    put: {operationId: replace, responses: {"204": {}}}\n    get:'),
        (ASKING, ", deadline: float = 1", ""),
    )

    assert breaking.main("v0.1.0") == 1
    assert (
        capsys.readouterr().out
        == f"""\
Breaking, in the document:
  listSessions: 200 application/json has `type` array instead of object

Breaking, in Python:
  security_copilot_asking.asking: ask(deadline): Parameter was removed

New, in the document:
  paths: PUT /sessions is new

v0.1.0 is version 0.1.0, released; this is 0.1.0.
Something breaks. Still missing:
  {VERSION}
  {SECTION}
  {ENTRY}
"""
    )

    changed = text.replace("type: object", "type: array").replace("0.1.0", "0.2.0")
    (repository / breaking.DOCUMENT).write_text(changed, "utf-8")
    (repository / "CHANGELOG.md").write_text("# Changelog\n\n## 0.2.0, unreleased\n\n- Breaking: so.\n", "utf-8")
    assert breaking.main("v0.1.0") == 0
    assert capsys.readouterr().out.endswith("\nSomething breaks, and version and changelog say so.\n")


def test_additions_need_a_version_and_fail_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unreleased version may have them already."""
    (repository / CLIENT / "more.py").touch()

    assert breaking.main("v0.1.0") == 0
    assert capsys.readouterr().out.endswith("\nNothing breaks. The additions need version 0.1.1.\n")

    git(repository, "tag", "--delete", "v0.1.0")
    assert breaking.main("HEAD") == 0
    assert capsys.readouterr().out.endswith("HEAD is version 0.1.0, unreleased; this is 0.1.0.\nNothing breaks.\n")


def test_a_first_release_breaks_nobody(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A tag makes a release, and a date in the changelog does not."""
    write(repository, (ASKING, ", deadline: float = 1", ""))
    assert breaking.main("HEAD") == 1

    git(repository, "tag", "--delete", "v0.1.0")
    capsys.readouterr()
    assert breaking.main("HEAD") == 0
    assert (
        capsys.readouterr().out
        == """\
Breaking, in Python:
  security_copilot_asking.asking: ask(deadline): Parameter was removed

Something breaks, but no version has a tag: a first release breaks nobody.
"""
    )


def test_a_possible_break_is_reported_and_fails_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two patterns cannot be compared."""
    write(repository, (breaking.DOCUMENT, "type: object", "type: string, pattern: a"))
    git(repository, "commit", "--quiet", "--all", "--message", "Have a pattern")
    write(repository, (breaking.DOCUMENT, "type: object", "type: string, pattern: b"))

    assert breaking.main("HEAD") == 0
    assert (
        capsys.readouterr().out
        == """\
Possibly breaking, in the document:
  listSessions: 200 application/json has `pattern` b instead of a

HEAD is version 0.1.0, released; this is 0.1.0.
Nothing breaks for certain; check what may break. The additions need version 0.1.1.
"""
    )


def test_an_unknown_base_is_reported_in_one_line(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2. So is a base without a document; an option of git is not a base."""
    git(repository, "rm", "--quiet", "--cached", breaking.DOCUMENT)
    git(repository, "commit", "--quiet", "--message", "Without")

    errors = {}
    for base in ("nope", "--help", "HEAD"):
        assert breaking.main(base) == 2
        errors[base] = capsys.readouterr().err
    assert errors.pop("HEAD") == f"BASE=HEAD has no {breaking.DOCUMENT}\n"
    for base, line in errors.items():
        assert line.startswith(
            f"BASE={base} is not a tag, branch or commit of this clone; fetch it if it is elsewhere ("
        )
        assert line.count("\n") == 1


def test_a_failure_of_git_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Outside of a repository, as in a source distribution, or if git is not installed; exit code 2."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("LC_ALL", "C")
    assert breaking.main() == 2
    assert "(fatal: not a git repository" in capsys.readouterr().err

    monkeypatch.setenv("PATH", str(tmp_path))
    assert breaking.main() == 2
    assert capsys.readouterr().err.endswith("(git is not installed)\n")


@pytest.mark.parametrize(
    ("line", "message"),
    [("a: [", f"{Path(breaking.DOCUMENT).name}"), ("info: {version: banana}", "Invalid version: 'banana'\n")],
)
def test_an_unreadable_version_is_reported(
    repository: Path, capsys: pytest.CaptureFixture[str], line: str, message: str
) -> None:
    """Exit code 2, and one line."""
    text = (repository / breaking.DOCUMENT).read_text("utf-8").replace("info: {version: 0.1.0}", line)
    (repository / breaking.DOCUMENT).write_text(text, "utf-8")

    assert breaking.main("HEAD") == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_main_is_the_base_without_a_tag(repository: Path) -> None:
    """origin/main, if there is one."""
    git(repository, "tag", "--delete", "v0.1.0")
    assert breaking.default_base() == "main"

    git(repository, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert breaking.default_base() == "origin/main"


def test_a_change_is_printed_once_with_all_of_its_places(capsys: pytest.CaptureFixture[str]) -> None:
    """However often it was found."""
    breaking.show("Breaks", [Change("b", "is gone"), Change("a", "is gone"), Change("b", "is gone"), Change("a", "is")])

    assert capsys.readouterr().out == "Breaks:\n  a, b: is gone\n  a: is\n\n"


def test_a_change_in_many_parts_is_printed_with_three_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    """Such as one of a schema that every resource has."""
    breaking.show("Breaks", [Change(place, "is other", within=f"{part} ") for part in "edcba" for place in ("y", "x")])

    assert capsys.readouterr().out == (
        "Breaks:\n  x, y: a is other\n  x, y: b is other\n  x, y: c is other\n  and the same in 2 more parts\n\n"
    )
