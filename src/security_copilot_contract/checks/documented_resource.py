"""The resources of the document, and what can be done with each, for the plan and the promises."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from attrs import define

from security_copilot_contract.spec.document import Operation, Schema, document

# By the method, and whether the operation is on the collection.
_ROLES = {
    ("GET", True): "list",
    ("POST", True): "create",
    ("GET", False): "get",
    ("PATCH", False): "update",
    ("DELETE", False): "delete",
}


# By slots, a cached property could not be kept.
@define(eq=False, frozen=True, slots=False)
class DocumentedResource:
    """A kind of entity, and the operations on it by their role: list, create, get, update or delete."""

    operations: Mapping[str, Operation]

    @cached_property
    def path(self) -> str:
        """The path of a collection of it, with parameters."""
        return self.operations["list"].path

    @cached_property
    def name(self) -> str:
        """The name of a collection of it in a path."""
        return self.path.rpartition("/")[2]

    @cached_property
    def parameter(self) -> str | None:
        """The path parameter that is the key of one; None if no path names one."""
        get = self.operations.get("get")
        return None if get is None else get.path.rpartition("/")[2].strip("{}")

    @cached_property
    def properties(self) -> Mapping[str, Schema]:
        """The schemas of its properties by name, without annotations."""
        return properties(self._items)

    @cached_property
    def required(self) -> set[str]:
        """The properties that are always returned without $select."""
        return {name for part in _parts(self._items) for name in part.get("required", []) if not name.startswith("@")}

    @cached_property
    def key(self) -> str:
        """The property that identifies one."""
        return "id" if "id" in self.properties else "name"

    @cached_property
    def writable(self) -> Mapping[str, Schema]:
        """The schemas of the properties that can be written, by name; empty if none can be created."""
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
        """Whether the service changes it: it can be created, but no property of it can be written."""
        return "create" in self.operations and not self.writable

    @cached_property
    def selectable(self) -> list[str]:
        """The properties that $select can name."""
        members: list[str] = document().resolve(self._option("$select")["schema"]["items"])["enum"]
        return members

    def takes_filter(self, expression: str) -> bool:
        """Whether $filter is documented to support the expression; a service may refuse any other."""
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
def documented_resources() -> tuple[DocumentedResource, ...]:
    """All resources of the document, in its order: each comes after its parent.

    ValueError for an operation without a role: nothing would be checked of it.
    """
    found: dict[str, dict[str, Operation]] = {}
    for operation in document().operations:
        of_many = not operation.path.endswith("}")
        collection = operation.path if of_many else operation.path.rpartition("/")[0]
        found.setdefault(collection, {})[_role(operation, of_many=of_many)] = operation
    for operations in found.values():
        if "list" not in operations:
            ids = ", ".join(operation.id for operation in operations.values())
            raise ValueError(f"the checks cannot use {ids}: the document has no list of that resource")
    return tuple(map(DocumentedResource, found.values()))


def _role(operation: Operation, *, of_many: bool) -> str:
    role = _ROLES.get((operation.method, of_many))
    if role is None:
        raise ValueError(f"the checks have no role for {operation.id}; add it to {__name__} and to the plan")
    return role


def documented_resource_of(operation: Operation) -> DocumentedResource:
    """The resource of an operation."""
    return next(r for r in documented_resources() if operation in r.operations.values())


def properties(schema: Schema) -> dict[str, Schema]:
    """The properties of an object, with those of its composed schemas, without annotations."""
    found: dict[str, Schema] = {}
    for part in _parts(schema.get("items", schema)):
        found |= part.get("properties", {})
    return {name: value for name, value in found.items() if not name.startswith("@")}


def members(schema: Schema) -> list[str]:
    """The members of an enumeration; empty if the schema is none."""
    return next((part["enum"] for part in _parts(schema) if "enum" in part), [])


def _parts(schema: Schema) -> Iterator[Schema]:
    schema = document().resolve(schema)
    yield schema
    for part in schema.get("allOf", []) + schema.get("anyOf", []):
        yield from _parts(part)
