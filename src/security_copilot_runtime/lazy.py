"""Modules that are imported on first use, so that a program does not load the operations that it does not call."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ("LazyModule", "asyncio")


class LazyModule:
    """Stands for a module, and imports it when the first of its names is used.

    An import statement within a function would do the same, but takes microseconds each time that it runs. For type
    checkers, import the module itself under TYPE_CHECKING.

    Args:
        name: The name of the module, which may be relative.
        package: The package that a relative name is relative to.
    """

    def __init__(self, name: str, package: str = "") -> None:
        self._name = name
        self._package = package

    def __getattr__(self, name: str) -> Any:
        value = getattr(import_module(self._name, self._package), name)
        setattr(self, name, value)
        return value


if TYPE_CHECKING:
    import asyncio
else:
    # Importing it takes 30 ms, which a blocking program saves.
    asyncio = LazyModule("asyncio")
