"""The changes between two versions of the Python packages, found by griffe.

griffe reads the source and runs nothing. It treats every name without an underscore as public, modules too. It misses
a name that was defined and is now imported, and one that `__all__` no longer has: see `_align`. It does not know the
constructors that attrs makes: see `_add_constructors`.
"""

from collections.abc import Iterator
from pathlib import Path

import griffe

from tests.programs.breaking.change import Change

# Their public names are those of their `__all__`; their division into modules is private.
_CLOSED = {
    "security_copilot_client.models",
    "security_copilot_contract",
    "security_copilot_contract.emulator",
    "security_copilot_contract.mock",
}
# The client re-exports what it has from these.
_INNER = {"security_copilot_asking", "security_copilot_runtime"}

_DECORATORS = {"attrs.define", "attrs.frozen", "attrs.mutable"}
_FIELDS = {"attrs.field"}

Packages = dict[str, griffe.Module]


def packages(root: Path) -> Packages:
    """The packages in `generated` and `src`."""
    folders = [root / "generated", root / "src"]
    found = {path.parent.name: path.parent for folder in folders for path in folder.glob("*/__init__.py")}
    loader = griffe.GriffeLoader(search_paths=folders, allow_inspection=False)
    for name in found:
        loader.load(name)
        _add_constructors(loader.modules_collection[name])
    loader.resolve_aliases(implicit=False, external=False)
    return {name: loader.modules_collection[name] for name in sorted(found) if name not in _INNER}


def _add_constructors(module: griffe.Module) -> None:
    """Give each class of attrs the `__init__` that attrs makes, to which a new property of a model adds a parameter."""
    for part in module.members.values():
        if isinstance(part, griffe.Module):
            _add_constructors(part)
        elif isinstance(part, griffe.Class) and "__init__" not in part.members:
            options = _attrs_options(part)
            if options is None:
                continue
            parameters = griffe.Parameters(griffe.Parameter("self"), *_parameters(part, options))
            constructor = griffe.Function(
                "__init__", parameters=parameters, lineno=part.lineno, endlineno=part.endlineno
            )
            part.set_member("__init__", constructor)


def _attrs_options(defined: griffe.Class) -> dict[str, str] | None:
    """The arguments of the decorator of attrs; None if the class has none."""
    for decorator in defined.decorators:
        call = decorator.value if isinstance(decorator.value, griffe.ExprCall) else None
        name = call.function if call else decorator.value
        if isinstance(name, griffe.Expr) and name.canonical_path in _DECORATORS:
            return _keywords(call) if call else {}
    return None


def _parameters(defined: griffe.Class, of_class: dict[str, str]) -> Iterator[griffe.Parameter]:
    """A parameter for each attribute, those of base classes left out."""
    for attribute in defined.members.values():
        if not isinstance(attribute, griffe.Attribute) or "instance-attribute" not in attribute.labels:
            continue
        call, default = attribute.value, attribute.value
        options: dict[str, str] = {}
        if isinstance(call, griffe.ExprCall) and call.function.canonical_path in _FIELDS:
            options = _keywords(call)
            default = options.get("default", options.get("factory"))
        if options.get("init") == "False":
            continue
        keyword = "True" in (of_class.get("kw_only"), options.get("kw_only"))
        kind = griffe.ParameterKind.keyword_only if keyword else griffe.ParameterKind.positional_or_keyword
        name = options.get("alias", attribute.name.lstrip("_")).strip("'\"")
        yield griffe.Parameter(name, kind=kind, default=default)


def _keywords(call: griffe.ExprCall) -> dict[str, str]:
    return {
        argument.name: str(argument.value) for argument in call.arguments if isinstance(argument, griffe.ExprKeyword)
    }


def changes(old: Packages, new: Packages) -> Iterator[Change]:
    """The changes that break an import from the old packages, and the additions to packages that existed."""
    for name, package in old.items():
        if name not in new:
            yield Change(name, "is gone")
            continue
        _close(package)
        yield from _new_names(package, new[name])
        yield from _align(package, new[name])
        yield from map(_change, griffe.find_breaking_changes(package, new[name]))


def _close(module: griffe.Module) -> None:
    """Make the public names of a closed package those of its `__all__`, and the closed packages in it."""
    for name, part in _modules(module).items():
        if module.path in _CLOSED and module.exports is not None:
            part.public = name in module.exports or part.path in _CLOSED
        _close(part)


def _modules(module: griffe.Module) -> dict[str, griffe.Module]:
    return {name: part for name, part in module.members.items() if isinstance(part, griffe.Module)}


def _align(old: griffe.Module, new: griffe.Module) -> Iterator[Change]:
    """Put moved objects where griffe looks for them, and remove what is no longer public."""
    for name, was in old.members.items():
        now = new.members.get(name)
        if now is None or not was.is_public:
            continue
        if isinstance(was, griffe.Module) and isinstance(now, griffe.Module):
            yield from _align(was, now)
        elif not now.is_public:
            del new.members[name]
        elif isinstance(now, griffe.Alias) and not was.is_alias:
            new.members[name] = now.final_target
            if now.kind != was.kind:
                was.public = False
                yield Change(old.path, f"{name}: is a {now.kind.value} and no longer a {was.kind.value}")


def _new_names(old: griffe.Module, new: griffe.Module) -> Iterator[Change]:
    shown = {name for name, part in new.members.items() if part.is_public}
    if new.path in _CLOSED:
        shown &= set(new.exports or ())
    for name in shown - {name for name, part in old.members.items() if part.is_public}:
        yield Change(new.path, f"{name} is new", breaks=False)
    for name, part in _modules(old).items():
        if name in _modules(new) and part.is_public:
            yield from _new_names(part, _modules(new)[name])


def _change(breakage: griffe.Breakage) -> Change:
    """In griffe's words, which are Markdown: ``- `Clock.__init__(moment)`: *Parameter was removed*``."""
    kind, thing = breakage.kind.value, breakage.obj
    name, _, what = breakage.explain(griffe.ExplanationStyle.MARKDOWN).removeprefix("- ").partition(": ")
    # The place of a module is its package, that of an imported name the module that imports it.
    around = thing.parent if thing.parent and (thing.is_module or thing.is_alias) else thing
    name = thing.name if thing.is_module else name.strip("`")
    return Change(around.module.path, f"{name}: {what.replace(f'*{kind}*', kind)}")
