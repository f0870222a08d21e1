"""Who may import whom: the rooms of the source, and which of them may use which library.

Every `import` statement of src/ and generated/ counts, wherever it stands: at the top of a module, within a function
(loaded late), and in a TYPE_CHECKING block (for type checkers only). A module that needs another for its types alone
depends on it as well. `importlib.import_module` does not count; the packages that load their names late list the same
names in a TYPE_CHECKING block.

A name of a package counts as the module that it is, if it is one: `from security_copilot_contract.spec import
strict_json` imports security_copilot_contract.spec.strict_json.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import frozen

from tests import ROOT

CONTRACT = "security_copilot_contract"
OURS = ("security_copilot_asking", "security_copilot_client", CONTRACT, "security_copilot_runtime")

# For each part of the source, what it may import of ours besides itself. A name stands for the module or for the whole
# package, and the longest name that fits a module is its part: a part within another has rules of its own.
ALLOWED: Mapping[str, set[str]] = {
    "security_copilot_runtime": set(),
    "security_copilot_client": {"security_copilot_runtime"},
    # The package shows `ask` and the like as its own, and loads them late.
    "security_copilot_client.__init__": {
        "security_copilot_asking",
        "security_copilot_client",
        "security_copilot_runtime",
    },
    "security_copilot_asking": {"security_copilot_client", "security_copilot_runtime"},
    f"{CONTRACT}.spec": set(),
    f"{CONTRACT}.wire": {f"{CONTRACT}.spec", "security_copilot_runtime.origin"},
    f"{CONTRACT}.wire.transport": {
        f"{CONTRACT}.recording.recorder",
        f"{CONTRACT}.recording.transport",
        f"{CONTRACT}.spec",
        f"{CONTRACT}.wire",
    },
    f"{CONTRACT}.recording": {
        f"{CONTRACT}.checks",
        f"{CONTRACT}.emulator",
        f"{CONTRACT}.spec",
        f"{CONTRACT}.wire.decoding",
        f"{CONTRACT}.wire.message",
        "security_copilot_client",
        "security_copilot_runtime.origin",
    },
    # The transport needs these without the emulator and the checks.
    **{
        f"{CONTRACT}.recording.{name}": {f"{CONTRACT}.recording", f"{CONTRACT}.spec", "security_copilot_runtime.origin"}
        for name in ("places", "recorder", "redaction", "stand_ins", "vocabulary")
    },
    # Its evaluations and retries run on the client's clock, without waiting.
    f"{CONTRACT}.mock": {
        f"{CONTRACT}.extras",
        f"{CONTRACT}.spec",
        f"{CONTRACT}.wire",
        "security_copilot_runtime.clock",
    },
    # The emulator is written from the documentation, so that emulator and document can be compared.
    f"{CONTRACT}.emulator": {
        f"{CONTRACT}.extras",
        f"{CONTRACT}.spec.canonical",
        f"{CONTRACT}.spec.exchange",
        f"{CONTRACT}.spec.strict_json",
    },
    f"{CONTRACT}.emulator.docs": {
        CONTRACT,
        f"{CONTRACT}.emulator.public_url",
        f"{CONTRACT}.emulator.refusal",
        f"{CONTRACT}.spec.document",
    },
    f"{CONTRACT}.emulator.command": {f"{CONTRACT}.emulator", f"{CONTRACT}.spec.exchange", f"{CONTRACT}.credentials"},
    f"{CONTRACT}.checks": {
        f"{CONTRACT}.spec",
        f"{CONTRACT}.wire",
        f"{CONTRACT}.credentials",
        f"{CONTRACT}.gateways",
        "security_copilot_runtime.clock",
        "security_copilot_runtime.origin",
        "security_copilot_runtime.tokens",
    },
    # A step goes from the plan to the runner, the promises and the report, and nothing goes back.
    f"{CONTRACT}.checks.plan": {f"{CONTRACT}.checks.facts", f"{CONTRACT}.spec"},
    f"{CONTRACT}.checks.step_maker": {
        f"{CONTRACT}.checks.documented_resource",
        f"{CONTRACT}.checks.facts",
        f"{CONTRACT}.checks.plan",
    },
    **{
        f"{CONTRACT}.checks.{name}": {
            f"{CONTRACT}.checks.documented_resource",
            f"{CONTRACT}.checks.facts",
            f"{CONTRACT}.checks.plan",
            f"{CONTRACT}.checks.step_maker",
        }
        for name in ("valid_steps", "refused_steps")
    },
    f"{CONTRACT}.checks.plan_builder": {
        f"{CONTRACT}.checks.documented_resource",
        f"{CONTRACT}.checks.plan",
        f"{CONTRACT}.checks.refused_steps",
        f"{CONTRACT}.checks.step_maker",
        f"{CONTRACT}.checks.valid_steps",
    },
    f"{CONTRACT}.checks.promises": {
        f"{CONTRACT}.checks.documented_resource",
        f"{CONTRACT}.checks.facts",
        f"{CONTRACT}.checks.interaction",
        f"{CONTRACT}.checks.observed",
        f"{CONTRACT}.spec",
        "security_copilot_runtime.origin",
    },
    f"{CONTRACT}.checks.runner": {
        f"{CONTRACT}.checks.budget",
        f"{CONTRACT}.checks.facts",
        f"{CONTRACT}.checks.interaction",
        f"{CONTRACT}.checks.observed",
        f"{CONTRACT}.checks.plan",
        f"{CONTRACT}.checks.promises",
        f"{CONTRACT}.gateways",
        f"{CONTRACT}.spec",
        "security_copilot_runtime.clock",
        "security_copilot_runtime.origin",
    },
    f"{CONTRACT}.checks.command": {
        f"{CONTRACT}.checks",
        f"{CONTRACT}.recording",
        f"{CONTRACT}.spec",
        f"{CONTRACT}.emulator",
        f"{CONTRACT}.credentials",
        f"{CONTRACT}.gateways",
    },
    f"{CONTRACT}.credentials": {"security_copilot_runtime.origin", "security_copilot_runtime.tokens"},
    f"{CONTRACT}.gateways": set(),
    f"{CONTRACT}.extras": set(),
    f"{CONTRACT}.health": set(),
    f"{CONTRACT}.ask": {
        "security_copilot_asking.answer",
        "security_copilot_client",
        "security_copilot_runtime.tokens",
        f"{CONTRACT}.credentials",
        f"{CONTRACT}.emulator",
        f"{CONTRACT}.gateways",
        f"{CONTRACT}.progress_printer",
        f"{CONTRACT}.recording",
    },
    f"{CONTRACT}.progress_printer": {"security_copilot_client"},
    f"{CONTRACT}.schemathesis": {
        f"{CONTRACT}.checks.interaction",
        f"{CONTRACT}.checks.schemathesis_checks",
        f"{CONTRACT}.extras",
    },
    f"{CONTRACT}.pytest_plugin": {f"{CONTRACT}.mock", f"{CONTRACT}.wire"},
    f"{CONTRACT}.cli": {
        f"{CONTRACT}.ask",
        f"{CONTRACT}.checks",
        f"{CONTRACT}.credentials",
        f"{CONTRACT}.emulator",
        f"{CONTRACT}.recording",
        f"{CONTRACT}.spec",
    },
    f"{CONTRACT}.__main__": {f"{CONTRACT}.cli"},
    # The package shows names of its rooms as its own, and loads them late.
    f"{CONTRACT}.__init__": {f"{CONTRACT}.extras", f"{CONTRACT}.mock", f"{CONTRACT}.spec", f"{CONTRACT}.wire"},
}

# AuthenticatedClient shows what is built on it, the operations and `ask`, as its own, and loads them late.
SHOWN_LATE = {"security_copilot_client.client": {"security_copilot_client.__init__", "security_copilot_client.api"}}

# What every module may use: what the client needs to be installed.
REQUIRED = {"attrs", "httpcore", "httpx"}
# For each other library, the modules or packages that may use it.
LIBRARIES: Mapping[str, set[str]] = {
    "anyio": {f"{CONTRACT}.emulator"},
    "azure": {f"{CONTRACT}.credentials"},
    "jsonschema_rs": {f"{CONTRACT}.spec.validation", f"{CONTRACT}.emulator.data_file_schema"},
    "pytest": {f"{CONTRACT}.pytest_plugin"},
    "click": {f"{CONTRACT}.checks.schemathesis_bridge"},
    "requests": {
        f"{CONTRACT}.checks.interaction",
        f"{CONTRACT}.checks.runner",
        f"{CONTRACT}.checks.schemathesis_bridge",
        f"{CONTRACT}.checks.schemathesis_checks",
        f"{CONTRACT}.schemathesis",
    },
    "respx": {f"{CONTRACT}.mock"},
    "schemathesis": {
        f"{CONTRACT}.checks.resending",
        f"{CONTRACT}.checks.schemathesis_bridge",
        f"{CONTRACT}.checks.schemathesis_checks",
        f"{CONTRACT}.schemathesis",
    },
    "starlette": {f"{CONTRACT}.emulator"},
    "urllib3": {f"{CONTRACT}.checks.budget"},
    "uvicorn": {f"{CONTRACT}.emulator"},
    "yaml": {f"{CONTRACT}.spec"},
}


@frozen
class Import:
    """An import statement: where it stands, and one module that it names."""

    path: Path
    line: int
    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT).as_posix()}:{self.line} imports {self.imported}"

    @property
    def top(self) -> str:
        return self.imported.partition(".")[0]


@cache
def modules() -> Mapping[str, Path]:
    """Every module of ours by its name; of a package the name ends in `.__init__`."""
    found = {}
    for base in (ROOT / "src", ROOT / "generated"):
        for path in sorted(base.rglob("*.py")):
            found[".".join(path.relative_to(base).with_suffix("").parts)] = path
    return found


def is_module(name: str) -> bool:
    return name in modules() or f"{name}.__init__" in modules()


@cache
def imports() -> tuple[Import, ...]:
    return tuple(
        Import(path, node.lineno, importer, name)
        for importer, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _names(node, importer)
    )


def _names(node: ast.Import | ast.ImportFrom, importer: str) -> Iterator[str]:
    """The modules that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    above = importer.split(".")[: -node.level] if node.level else []
    package = ".".join([*above, *([node.module] if node.module else [])])
    members = [f"{package}.{alias.name}" for alias in node.names]
    yield from (member for member in members if is_module(member))
    if not all(map(is_module, members)):
        yield package


def within(module: str, name: str) -> bool:
    """Whether a module is the one of that name, or in the package of that name."""
    return module.removesuffix(".__init__") == name or module.startswith(f"{name}.")


def part(module: str) -> str | None:
    """The part of the source, by ALLOWED, to which a module belongs."""
    if module in ALLOWED:
        return module
    return max((name for name in ALLOWED if within(module, name)), key=len, default=None)


def test_the_imports_are_found() -> None:
    """At the top, within functions, for type checkers, and relative ones."""
    found = {(i.importer, i.imported) for i in imports()}

    assert (f"{CONTRACT}.cli", f"{CONTRACT}.ask") in found
    assert (f"{CONTRACT}.cli", f"{CONTRACT}.checks.command") in found
    assert (f"{CONTRACT}.cli", f"{CONTRACT}.spec.contradictions") in found
    assert ("security_copilot_client.api.sessions.get_session", "security_copilot_client.client") in found


def test_every_module_has_a_rule() -> None:
    """Rule: each module belongs to a part of the source; a new part needs a row in ALLOWED."""
    assert [name for name in modules() if part(name) is None] == []
    assert [name for name in ALLOWED if not is_module(name)] == []


@pytest.mark.parametrize("name", ALLOWED)
def test_a_part_imports_only_what_it_may(name: str) -> None:
    """Rule: a part of the source imports itself and what ALLOWED lists for it."""
    own = {name, *ALLOWED[name]}
    wrong = [
        str(i)
        for i in imports()
        if part(i.importer) == name and i.top in OURS and not any(_covers(rule, i.imported) for rule in own)
    ]

    assert not wrong, f"{name} may import of ours only {', '.join(sorted(own))}; but " + "; ".join(wrong)


def _covers(rule: str, imported: str) -> bool:
    # A package that shows names of others is a module here: to import it is to import none of its modules.
    if rule == CONTRACT or rule.endswith(".__init__"):
        return imported == rule.removesuffix(".__init__")
    return within(imported, rule)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_used_only_where_it_may(library: str) -> None:
    """Rule: a library that is no requirement of the client is used in the places that LIBRARIES lists for it."""
    uses = [i for i in imports() if i.top == library]
    wrong = [str(i) for i in uses if not any(within(i.importer, place) for place in LIBRARIES[library])]

    assert not wrong, f"only {', '.join(sorted(LIBRARIES[library]))} may import {library}; but " + "; ".join(wrong)
    unused = [place for place in LIBRARIES[library] if not any(within(i.importer, place) for i in uses)]
    assert not unused, f"{', '.join(unused)} does not import {library}: take the place out of LIBRARIES"


def test_every_library_has_a_rule() -> None:
    """Rule: a library is a requirement of the client, or LIBRARIES says who may use it."""
    known = {*OURS, *REQUIRED, *LIBRARIES, *sys.stdlib_module_names}
    wrong = [str(i) for i in imports() if i.top not in known]

    assert not wrong, "add the library to LIBRARIES, with the places that may use it; " + "; ".join(wrong)


def test_no_modules_import_each_other() -> None:
    """Rule: the modules have an order in which each imports only earlier ones; late imports and types included."""
    graph: dict[str, set[str]] = {name: set() for name in modules()}
    for i in imports():
        if any(_covers(rule, i.imported) for rule in SHOWN_LATE.get(i.importer, ())):
            continue
        imported = i.imported if i.imported in graph else f"{i.imported}.__init__"
        if imported in graph:
            graph[i.importer].add(imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        statements = [
            next(str(i) for i in imports() if i.importer == a and within(b, i.imported)) for a, b in pairwise(circle)
        ]
        pytest.fail("these modules import each other in a circle: " + "; ".join(statements))
