"""The resources of the document: what can be done with each, as a plan and the promises need to know it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from attrs import define

from security_copilot_contract.spec.document import Operation, Schema, document

_ROLES = {("GET", True): "list", ("POST", True): "create", ("GET", False): "get", ("PATCH", False): "update"}


# By slots, a cached property could not be kept.
@define(eq=False, frozen=True, slots=False)
class Resource:
    """A kind of entity: the operations on it by their role, which are list, create, get and update."""

    operations: Mapping[str, Operation]

    @cached_property
    def path(self) -> str:
        """The path of a collection of it, with parameters."""
        return self.operations["list"].path

    @cached_property
    def name(self) -> str:
        """What a collection of it is called in a path."""
        return self.path.rpartition("/")[2]

    @cached_property
    def parameter(self) -> str | None:
        """The parameter of a path that names one of it; None when none is ever named."""
        get = self.operations.get("get")
        return None if get is None else get.path.rpartition("/")[2].strip("{}")

    @cached_property
    def properties(self) -> Mapping[str, Schema]:
        """What one of it has, by name, without annotations."""
        return properties(self._items)

    @cached_property
    def required(self) -> set[str]:
        """The properties that a whole one has."""
        return {name for part in _parts(self._items) for name in part.get("required", []) if not name.startswith("@")}

    @cached_property
    def key(self) -> str:
        """The property that tells one from another."""
        return "id" if "id" in self.properties else "name"

    @cached_property
    def writable(self) -> Mapping[str, Schema]:
        """What can be written, by name; nothing where nothing is created."""
        create = self.operations.get("create")
        if create is None:
            return {}
        (media,) = create.definition["requestBody"]["content"].values()
        return properties(media["schema"])

    @property
    def read_only(self) -> set[str]:
        """The properties that the service sets itself."""
        return set(self.properties) - set(self.writable)

    @cached_property
    def text(self) -> str | None:
        """The property that takes any text."""
        texts = (n for n, schema in self.writable.items() if schema.get("type") == "string" and "const" not in schema)
        return next(texts, None)

    @cached_property
    def example(self) -> Mapping[str, Any]:
        """The documented body of a create, without annotations."""
        (media,) = self.operations["create"].definition["requestBody"]["content"].values()
        (example,) = media["examples"].values()
        return {name: v for name, v in document().resolve(example)["value"].items() if not name.startswith("@")}

    @cached_property
    def changes_by_itself(self) -> bool:
        """Whether one of it goes on without being written: nothing in it can be written, and yet it is created."""
        return "create" in self.operations and not self.writable

    @cached_property
    def selectable(self) -> list[str]:
        """What $select can name."""
        members: list[str] = document().resolve(self._option("$select")["schema"]["items"])["enum"]
        return members

    def takes_filter(self, expression: str) -> bool:
        """Whether the documentation says that $filter can compare so; where it says nothing, a service may refuse."""
        pattern = self._option("$filter")["schema"].get("pattern")
        return pattern is not None and re.search(pattern, expression) is not None

    def takes_option(self, name: str) -> bool:
        """Whether the list has a query option."""
        return any(p["name"] == name for p in self.operations["list"].parameters)

    @property
    def _items(self) -> Schema:
        (media,) = self.operations["list"].definition["responses"]["200"]["content"].values()
        items: Schema = document().resolve(media["schema"])["properties"]["value"]["items"]
        return items

    def _option(self, name: str) -> Schema:
        return next(p for p in self.operations["list"].parameters if p["name"] == name)


@cache
def resources() -> tuple[Resource, ...]:
    """All of the document, in its order: each after the one in which it is."""
    found: dict[str, dict[str, Operation]] = {}
    for operation in document().operations:
        of_many = not operation.path.endswith("}")
        collection = operation.path if of_many else operation.path.rpartition("/")[0]
        found.setdefault(collection, {})[_ROLES[operation.method, of_many]] = operation
    return tuple(map(Resource, found.values()))


def resource_of(operation: Operation) -> Resource:
    """The resource that an operation is on."""
    return next(r for r in resources() if operation in r.operations.values())


def properties(schema: Schema) -> dict[str, Schema]:
    """The properties of an object, whichever way it is composed; annotations are none."""
    found: dict[str, Schema] = {}
    for part in _parts(schema.get("items", schema)):
        found |= part.get("properties", {})
    return {name: value for name, value in found.items() if not name.startswith("@")}


def members(schema: Schema) -> list[str]:
    """The members of the enumeration that a value is of; none when it is of none."""
    return next((part["enum"] for part in _parts(schema) if "enum" in part), [])


def _parts(schema: Schema) -> Iterator[Schema]:
    schema = document().resolve(schema)
    yield schema
    for part in schema.get("allOf", []) + schema.get("anyOf", []):
        yield from _parts(part)
