"""Makes the plan from the document: the same steps for each resource that has the operations."""

import importlib.resources
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from attrs import frozen

from security_copilot_contract.checks.documented_resource import DocumentedResource, documented_resources
from security_copilot_contract.checks.facts import NOBODY
from security_copilot_contract.checks.plan import Reference, Step, Value

_READ_ONLY = {"id": "5ec0917f-0000-4000-8000-000000000001", "createdDateTime": "2020-01-01T00:00:00Z"}
# Each wait is twice as long as the one before, so few polls see the first states and wait for the last one.
_POLLS = 7

# The steps that catch the most broken servers (`make curve`), by the profile; "evaluations" are those that the profile
# live sends in addition if it may create evaluations.
_CHOSEN: Mapping[str, Collection[str]] = json.loads(
    importlib.resources.files(__package__).joinpath("chosen_steps.json").read_text("utf-8")
)


def read_plan(seed: int) -> list[Step]:
    """The steps of the profile read."""
    return [step for step in plan(seed, live=False) if step.name in _CHOSEN["read"]]


def plan(seed: int, *, live: bool, evaluations: int | None = None) -> list[Step]:
    """The steps of a profile. The names of the created entities contain the seed.

    `evaluations` limits how many evaluations are created. None means no limit in the full profile, and no evaluation in
    the live profile. Resources with the most operations come first, because the others need their entities.
    """
    limit = 0 if live and evaluations is None else evaluations
    # An administrator who finds such an entity must see what it is.
    mark = f"Contract check {seed}, may be ignored"
    resources = sorted(documented_resources(), key=lambda resource: -len(resource.operations))
    steps = [step for resource in resources for step in _Steps(resource, mark).all()]
    if live:
        chosen = {*_CHOSEN["live"], *(_CHOSEN["evaluations"] if limit else ())}
        steps = [step for step in steps if step.name in chosen]
    return list(_within(steps, limit))


def _within(steps: list[Step], evaluations: int | None) -> Iterator[Step]:
    left = evaluations
    for step in steps:
        if left is None or not step.evaluates:
            yield step
        elif left > 0:
            left -= 1
            yield step


@frozen
class _Steps:
    """The steps for one resource."""

    resource: DocumentedResource
    mark: str

    def all(self) -> Iterator[Step]:
        """All steps, in the order in which they are sent."""
        yield self._list("list", "list what exists", {"$count": "true"})
        if not self._is_nested:
            yield from self._small_pages()
        if self._has("create"):
            yield from self._created()
        yield from self._read()
        if self._has("update"):
            yield from self._updated()
        yield from self._refused_reads()
        if self._has("create"):
            yield from self._refused_writes()
        if self._has("update"):
            yield from self._refused_updates()
        yield from self._methods()
        if self._has("create") and self._has("get") and self._has("delete"):
            yield from self._deleted()
        yield from self._again()

    # ---- valid requests

    def _created(self) -> Iterator[Step]:
        # If the resource has an update, the difficult text is part of the update.
        text = self._shared if self._has("update") else f"{self._difficult}\r\n{'0123456789' * 30}"
        yield self._create("create", "create an entity", self._body(text))
        yield self._create("create again", "create a second entity", self._body(self._shared))
        yield self._get("get", "the created entity must be readable", self._one)
        if self.resource.changes_by_itself:
            yield self._get("poll", "poll until the evaluation has ended", self._one, polls=True, times=_POLLS)
        own = {**self._body(f"{self.mark}: an id"), **_READ_ONLY}
        yield self._create("create with an id", "the service must not accept an id", own)
        if self.resource.text is None:
            return
        if self._filters:
            yield self._list("find", "$filter must find both entities", {**self._both, "$count": "true"})
        for kind, text in _texts(self.mark).items():
            yield self._create(f"create {kind}", "create with a text that is easily corrupted", self._body(text))
            yield self._get(f"get {kind}", "the text must be unchanged", self._named(f"create {kind}"))

    def _small_pages(self) -> Iterator[Step]:
        """Pages of all there is: of what existed before, or of what was created if its parent is new."""
        if self.resource.takes_option("$top"):
            small = {"$top": "2", "$select": self._few, "$count": "true"}
            yield self._list("list small", "list with $top, $select and $count", small)
            yield self._pages("list next", "the next page", "list small")

    def _earlier(self) -> Iterator[Step]:
        """What existed before in another entity, without its texts. It may have more pages than a new one can have."""
        parents = {f"{name}Id": Reference(f"{name}s: list small") for name in self._names if name != "workspace"}
        if len(parents) == 1 and self.resource.takes_option("$top"):
            earlier = {"$top": "1", "$select": f"{self.resource.key},createdDateTime", "$count": "true"}
            yield self._list("list earlier", "list what existed before, page by page", earlier, parents)

    def _read(self) -> Iterator[Step]:
        key, few = self.resource.key, self._few
        if self.resource.takes_option("$top"):
            page = {**self._both, "$count": "true", "$select": few, "$top": "1"}
            yield self._list("page", "list page by page", page)
            yield self._pages("second page", "the next page", "page")
            yield self._pages("third page", "the page after that", "second page")
        if self._is_nested:
            yield from self._small_pages()
        # Without $top, which a service may refuse.
        yield self._list("list selected", "list with $select and $count", {"$select": few, "$count": "true"})
        for form in (f"{key} eq '{{}}'", f"contains({key},'{{}}')", "displayName eq '{}'"):
            if not self._has("create") and self.resource.takes_filter(form):
                reference = Reference(
                    self._name("list"), "displayName" if form.startswith("displayName") else key, form
                )
                yield self._list(
                    f"find by {form.format('...')}",
                    "$filter must find the entity",
                    {"$filter": reference, "$select": f"{key},displayName", "$count": "true"},
                )
        for value in ("true", "false"):
            if self.resource.takes_filter(f"isEnabled eq {value}"):
                yield self._list(
                    f"enabled {value}", "list with $filter by a Boolean", {"$filter": f"isEnabled eq {value}"}
                )
        if self._is_nested:
            yield from self._earlier()
        nothing = f"{self.resource.key} eq '{NOBODY}'"
        if not self._filters:
            # The service may refuse an undocumented filter. If it accepts the filter, the result must be correct.
            yield self._list("find nothing", "list with a $filter that matches nothing", {"$filter": nothing})

    def _updated(self) -> Iterator[Step]:
        new = self._difficult
        yield self._update("rename", "update to a text that is easily corrupted", self._one, self._change(new))
        yield self._get("get renamed", "the text must be unchanged", self._one)
        yield self._list("find other", "the old text must find only the other entity", self._both)
        yield self._update("update nothing", "an empty update must change nothing", self._one, {})
        yield self._list(
            "find renamed", "$filter must find the new text", {"$filter": self._comparing(new), "$count": "true"}
        )

    def _deleted(self) -> Iterator[Step]:
        one = self._named("create to delete")
        yield self._create("create to delete", "create an entity to delete", self._body(f"{self.mark}: to be deleted"))
        yield self._step("delete", "delete", "the entity must be deletable", one)
        yield self._get("get deleted", "a deleted entity must give 404", one)
        yield self._step("delete again", "delete", "a deleted entity must give 404", one)

    def _again(self) -> Iterator[Step]:
        if self._has("update"):
            yield self._get("get after all", "other steps must not change the entity", self._other)
        parent = next((r for r in documented_resources() if self._parents and r.parameter == self._parents[-1]), None)
        if self._has("create") and parent is not None:
            operation, purpose = parent.operations["get"].id, "the parent must be unchanged"
            yield Step(self._name("get parent"), operation, purpose, self._parent_ids)
        yield self._list("list again", "all entities must still exist", {"$count": "true"})
        yield self._pages("all pages", "follow every nextLink", "list again", times=100)
        if self._has("get"):
            # What an update does not concern, if there is one.
            at = self._other if self._has("update") else self._one
            selection = {"$select": ",".join(self._selection_of_one)}
            yield self._get("get selected", "get with $select; nothing may have changed", at, selection)

    # ---- invalid requests

    def _refused_reads(self) -> Iterator[Step]:
        if self._has("get"):
            yield self._get("get unknown", "an unknown id must give 404", self._at(NOBODY))
            yield self._get(
                "get elsewhere", "an entity of another parent must give 404", {**self._one, **self._elsewhere}
            )
            if self._names[-1] != "workspace":
                yield self._list("list elsewhere", "another parent must not list the entity", path=self._elsewhere)
            yield self._get("malformed id", "a malformed id must give 400 or 404", self._at("no-guid"))
            yield self._get("wrong token", "a wrong token must give 401", self._one, credential="wrong")
            wrong_one = {"$select": "nothing"}
            yield self._get("wrong $select of one", "an unknown property must give 400", self._one, wrong_one)
        else:
            yield self._list("wrong token", "a wrong token must give 401", credential="wrong")
        yield self._list("no token", "a missing token must give 401", credential="none")
        yield self._list(
            "wrong $select", "an unknown property must give 400", {"$select": f"{self.resource.key},nothing"}
        )
        yield self._list("empty $select", "an empty $select must give 400", {"$select": ""})
        yield self._list("wrong $count", "an invalid $count must give 400", {"$count": "maybe"})
        if self.resource.takes_option("$top"):
            yield self._list("wrong $top", "a negative $top must give 400", {"$top": "-1"})
            yield self._list("wordy $top", "a $top that is not a number must give 400", {"$top": "two"})
        yield self._list("wrong $filter", "an invalid $filter must give 400", {"$filter": self.resource.key})
        for parameter in self._parents:
            nobody = {parameter: NOBODY}
            yield self._list(f"list of unknown {parameter}", "an unknown parent must be refused", path=nobody)
            malformed = {parameter: "no guid"}
            yield self._list(
                f"list of malformed {parameter}", "a malformed parent id must give 400 or 404", path=malformed
            )

    def _refused_writes(self) -> Iterator[Step]:
        text = f"{self.mark}: refused"
        body = self._body(text)
        text_only = {"Content-Type": "text/plain"}
        yield self._create(
            "create broken", "a body that is not JSON must give 400", b'{"@odata.type": "' + text.encode() + b'",}'
        )
        yield self._create("create list", "a body that is not an object must give 400 or 422", [text])
        yield self._create("create nothing", "a missing body must give 400", b"")
        yield self._create(
            "create as text", "another media type must give 415", json.dumps(body).encode(), headers=text_only
        )
        yield self._create(
            "create of a type",
            "a wrong @odata.type must give 400 or 422",
            {"@odata.type": "#microsoft.graph.user"} | body,
        )
        yield self._create("create without token", "a create without a token must give 401", body, credential="none")
        yield self._create(
            "create unknown", "an unknown parent must be refused", body, path={self._parents[-1]: NOBODY}
        )
        name = self.resource.text
        if name is None:
            return
        yield self._create(
            "create nameless", f"a missing {name} must give 400 or 422", {n: v for n, v in body.items() if n != name}
        )
        yield self._create("create null", f"{name}: null must give 400 or 422", {**body, name: None})
        yield self._create("create number", f"{name} as a number must give 400 or 422", {**body, name: 5})
        if self._filters:
            refused = {"$filter": self._comparing(text), "$count": "true"}
            yield self._list("find refused", "a refused create must create nothing", refused)

    def _refused_updates(self) -> Iterator[Step]:
        name, text = self.resource.text, f"{self.mark}: refused"
        change = self._change(text)
        plain = {"Content-Type": "text/plain"}
        broken = b'{"' + str(name).encode() + b'": "' + text.encode()
        yield self._update("update unknown", "an update of an unknown id must give 404", self._at(NOBODY), change)
        yield self._update("broken JSON", "a body that is not JSON must give 400", self._one, broken)
        yield self._update("wrong type", f"{name} as a number must give 400 or 422", self._one, {name: 5})
        yield self._update("update null", f"{name}: null must give 400 or 422", self._one, {name: None})
        yield self._update("update list", "a body that is not an object must give 400 or 422", self._one, [text])
        yield self._update(
            "no JSON", "another media type must give 415", self._one, json.dumps(change).encode(), headers=plain
        )
        yield self._update(
            "update with wrong token",
            "an update with a wrong token must give 401",
            self._one,
            change,
            credential="wrong",
        )
        yield self._update(
            "update elsewhere", "an entity of another parent must give 404", {**self._one, **self._elsewhere}, change
        )
        yield self._update("update malformed", "a malformed id must give 400 or 404", self._at("no-guid"), change)
        past = {"createdDateTime": _READ_ONLY["createdDateTime"]}
        yield self._update("update the past", "createdDateTime cannot be written", self._other, past)
        yield self._get("get unchanged", "refused updates must change nothing", self._one)

    def _methods(self) -> Iterator[Step]:
        of_many: tuple[str, ...] = ("PUT", "DELETE", "PATCH") if self._has("create") else ("POST", "DELETE")
        for method in of_many:
            yield self._step(f"{method} all", "list", "an undocumented method must give 405", method=method)
        of_one = ("PUT", "POST") if self._has("delete") else ("PUT", "DELETE", "POST")
        for method in of_one if self._has("get") else ():
            yield self._step(f"{method} one", "get", "an undocumented method must give 405", self._other, method=method)

    # ---- parts of a step

    @property
    def _shared(self) -> str:
        return f"{self.mark}: it's one of two"

    @property
    def _difficult(self) -> str:
        return f'  {self.mark}: Zo\u00eb\'s cafe\u0301 \u2615\U0001f600 "q" \\ <b>&amp;</b> %41+1  '

    @property
    def _parents(self) -> list[str]:
        """The parameters of the path of the collection."""
        return [part.strip("{}") for part in self.resource.path.split("/") if part.startswith("{")]

    @property
    def _is_nested(self) -> bool:
        """Whether it belongs to an entity that the plan creates."""
        return len(self._parents) > 1

    @property
    def _parent_ids(self) -> dict[str, Value]:
        return {f"{name}Id": Reference(f"{name}s: create") for name in self._names if name != "workspace"}

    @property
    def _elsewhere(self) -> dict[str, Value]:
        """The id of a parent other than that of the created entities."""
        name = self._names[-1]
        return {f"{name}Id": NOBODY if name == "workspace" else Reference(f"{name}s: create again")}

    @property
    def _names(self) -> list[str]:
        return [parameter.removesuffix("Id") for parameter in self._parents]

    @property
    def _one(self) -> dict[str, Value]:
        return self._named("create")

    @property
    def _other(self) -> dict[str, Value]:
        return self._named("create again")

    def _named(self, kind: str) -> dict[str, Value]:
        return {str(self.resource.parameter): Reference(self._name(kind))}

    def _at(self, key: str) -> dict[str, Value]:
        return {str(self.resource.parameter): key}

    @property
    def _filters(self) -> bool:
        # The documentation does not list the properties of a session that $filter supports. A refusal of this filter is
        # not a finding, and steps that need its result are skipped.
        return self.resource.text == "displayName"

    @property
    def _both(self) -> dict[str, Value]:
        return {"$filter": self._comparing(self._shared)} if self._filters else {}

    def _comparing(self, text: str) -> str:
        return f"{self.resource.text} eq {_quoted(text)}"

    @property
    def _few(self) -> str:
        """The key and another property."""
        return f"{self.resource.key},{self._second_property}"

    @property
    def _second_property(self) -> str:
        return self.resource.text or next(name for name in self.resource.selectable if name != self.resource.key)

    @property
    def _selection_of_one(self) -> list[str]:
        others = [name for name in ("createdDateTime", "state") if name in self.resource.selectable]
        return list(dict.fromkeys([self.resource.key, self._second_property, *others]))[:3]

    def _body(self, text: str) -> dict[str, Any]:
        name = self.resource.text
        return {**self.resource.example, name: text} if name else dict(self.resource.example)

    def _change(self, text: str) -> dict[str, Any]:
        return {str(self.resource.text): text}

    def _has(self, role: str) -> bool:
        return role in self.resource.operations

    def _name(self, kind: str) -> str:
        return f"{self.resource.name}: {kind}"

    def _step(
        self,
        kind: str,
        role: Literal["list", "create", "get", "update", "delete"],
        purpose: str,
        path: Mapping[str, Value] | None = None,
        query: Mapping[str, Value] | None = None,
        **rest: Any,
    ) -> Step:
        operation = self.resource.operations[role].id
        return Step(self._name(kind), operation, purpose, {**self._parent_ids, **(path or {})}, query or {}, **rest)

    def _list(
        self,
        kind: str,
        purpose: str,
        query: Mapping[str, Value] | None = None,
        path: Mapping[str, Value] | None = None,
        **rest: Any,
    ) -> Step:
        return self._step(kind, "list", purpose, path, query, **rest)

    def _pages(self, kind: str, purpose: str, follows: str, times: int = 1) -> Step:
        return self._step(kind, "list", purpose, follows=self._name(follows), times=times)

    def _create(self, kind: str, purpose: str, body: Any, path: Mapping[str, Value] | None = None, **rest: Any) -> Step:
        return self._step(kind, "create", purpose, path, body=body, **rest)

    def _get(
        self, kind: str, purpose: str, at: Mapping[str, Value], query: Mapping[str, Value] | None = None, **rest: Any
    ) -> Step:
        return self._step(kind, "get", purpose, at, query, **rest)

    def _update(self, kind: str, purpose: str, at: Mapping[str, Value], body: Any, **rest: Any) -> Step:
        return self._step(kind, "update", purpose, at, body=body, **rest)


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _texts(mark: str) -> dict[str, str]:
    """Texts that are easily corrupted, each in its own way."""
    return {
        "capitals": mark.upper(),
        "composed": f"{mark}: Zo\u00eb \u1e9e \u212b",
        "decomposed": f"{mark}: Zoe\u0308 \u0041\u030a",
        "right to left": f"{mark}: \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u200f",
        "lines": f"{mark}\r\n\tof two lines\n",
        "long": f"{mark} " + "0123456789" * 40,
        "joined": f"{mark}: \U0001f469\u200d\U0001f4bb\U0001f1e9\U0001f1ea \U00020000",
        "marked up": f"  {mark}: \"q\" \\ <b>&amp;</b> '' %41+1  ",
    }
