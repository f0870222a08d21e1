"""Makes the steps for one resource from what the document says of it: names, ids, texts and queries."""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import frozen

from security_copilot_contract.checks.documented_resource import DocumentedResource
from security_copilot_contract.checks.facts import NOBODY
from security_copilot_contract.checks.plan import Reference, Step, Value

READ_ONLY = {"id": "5ec0917f-0000-4000-8000-000000000001", "createdDateTime": "2020-01-01T00:00:00Z"}


@frozen
class StepMaker:
    """Makes steps for one resource. Each text that they send contains the mark."""

    resource: DocumentedResource
    mark: str

    @property
    def shared(self) -> str:
        """The text that two entities have."""
        return f"{self.mark}: it's one of two"

    @property
    def difficult(self) -> str:
        """A text that is easily corrupted."""
        return f'  {self.mark}: Zo\u00eb\'s cafe\u0301 \u2615\U0001f600 "q" \\ <b>&amp;</b> %41+1  '

    @property
    def parents(self) -> list[str]:
        """The parameters of the path of the collection."""
        return [part.strip("{}") for part in self.resource.path.split("/") if part.startswith("{")]

    @property
    def is_nested(self) -> bool:
        """Whether it belongs to an entity that the plan creates."""
        return len(self.parents) > 1

    @property
    def parent_ids(self) -> dict[str, Value]:
        """The ids of the parents that the plan creates."""
        return {f"{name}Id": Reference(f"{name}s: create") for name in self.names if name != "workspace"}

    @property
    def elsewhere(self) -> dict[str, Value]:
        """The id of a parent other than that of the created entities."""
        name = self.names[-1]
        return {f"{name}Id": NOBODY if name == "workspace" else Reference(f"{name}s: create again")}

    @property
    def names(self) -> list[str]:
        """The parents, without the `Id` of their parameters."""
        return [parameter.removesuffix("Id") for parameter in self.parents]

    @property
    def one(self) -> dict[str, Value]:
        """The id of the first entity that the plan creates."""
        return self.named("create")

    @property
    def other(self) -> dict[str, Value]:
        """The id of the second one."""
        return self.named("create again")

    def named(self, kind: str) -> dict[str, Value]:
        """The id of what the step of this kind creates."""
        return {str(self.resource.parameter): Reference(self.name(kind))}

    def at(self, key: str) -> dict[str, Value]:
        """This id."""
        return {str(self.resource.parameter): key}

    @property
    def filters(self) -> bool:
        """Whether lists can be filtered by the text.

        The documentation does not list the properties of a session that $filter supports. A refusal of this filter is
        not a finding, and steps that need its result are skipped.
        """
        return self.resource.text == "displayName"

    @property
    def both(self) -> dict[str, Value]:
        """The query for the two entities with the same text, if it can be filtered for."""
        return {"$filter": self.comparing(self.shared)} if self.filters else {}

    def comparing(self, text: str) -> str:
        """The $filter for a text."""
        return f"{self.resource.text} eq {_quoted(text)}"

    @property
    def few(self) -> str:
        """The key and another property."""
        return f"{self.resource.key},{self._second_property}"

    @property
    def _second_property(self) -> str:
        return self.resource.text or next(name for name in self.resource.selectable if name != self.resource.key)

    @property
    def selection_of_one(self) -> list[str]:
        """What a read of one entity selects."""
        others = [name for name in ("createdDateTime", "state") if name in self.resource.selectable]
        return list(dict.fromkeys([self.resource.key, self._second_property, *others]))[:3]

    def body(self, text: str) -> dict[str, Any]:
        """The body of a create, with this text."""
        name = self.resource.text
        return {**self.resource.example, name: text} if name else dict(self.resource.example)

    def change(self, text: str) -> dict[str, Any]:
        """The body of an update to this text."""
        return {str(self.resource.text): text}

    def has(self, role: str) -> bool:
        """Whether the resource has the operation with this role."""
        return role in self.resource.operations

    def name(self, kind: str) -> str:
        """The name of its step of this kind."""
        return f"{self.resource.name}: {kind}"

    def step(
        self,
        kind: str,
        role: Literal["list", "create", "get", "update", "delete"],
        purpose: str,
        path: Mapping[str, Value] | None = None,
        query: Mapping[str, Value] | None = None,
        **rest: Any,
    ) -> Step:
        """A step with the operation of this role."""
        operation = self.resource.operations[role].id
        return Step(self.name(kind), operation, purpose, {**self.parent_ids, **(path or {})}, query or {}, **rest)

    def list_step(
        self,
        kind: str,
        purpose: str,
        query: Mapping[str, Value] | None = None,
        path: Mapping[str, Value] | None = None,
        **rest: Any,
    ) -> Step:
        """A list."""
        return self.step(kind, "list", purpose, path, query, **rest)

    def pages_step(self, kind: str, purpose: str, follows: str, times: int = 1) -> Step:
        """The pages that follow those of another step."""
        return self.step(kind, "list", purpose, follows=self.name(follows), times=times)

    def create_step(
        self, kind: str, purpose: str, body: Any, path: Mapping[str, Value] | None = None, **rest: Any
    ) -> Step:
        """A create."""
        return self.step(kind, "create", purpose, path, body=body, **rest)

    def get_step(
        self, kind: str, purpose: str, at: Mapping[str, Value], query: Mapping[str, Value] | None = None, **rest: Any
    ) -> Step:
        """A read of one entity."""
        return self.step(kind, "get", purpose, at, query, **rest)

    def update_step(self, kind: str, purpose: str, at: Mapping[str, Value], body: Any, **rest: Any) -> Step:
        """An update."""
        return self.step(kind, "update", purpose, at, body=body, **rest)


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
