"""How the plan is made from the document: the same steps for each resource, as far as it has the operations."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from attrs import frozen

from security_copilot_contract.checks.documented_resource import Resource, resources
from security_copilot_contract.checks.plan import NOBODY, Shown, Step, Value

_OF_OUR_CHOICE = {"id": "5ec0917f-0000-4000-8000-000000000001", "createdDateTime": "2020-01-01T00:00:00Z"}
_POLLS = 20

# What the live profile sends of each resource: by the matrix of broken servers, what catches most (`make curve`).
LIVE: Mapping[str, frozenset[str]] = {
    "sessions": frozenset(
        (
            *("list", "create", "create again", "get", "find", "page", "pages", "get selected", "rename"),
            *("get renamed", "update nothing", "find renamed", "get elsewhere", "wrong token", "no token"),
            *("update nobody's", "list again"),
        )
    ),
    "prompts": frozenset(
        ("create", "get", "page", "list of nobody's workspaceId", "create nobody's", "list again"),
    ),
    "plugins": frozenset(("list", "list small", "find by contains(name,'...')", "list of nobody's workspaceId")),
    "workspaces": frozenset(("list", "wrong $select")),
}
LIVE_EVALUATIONS = frozenset(
    (
        *("create", "create again", "poll", "page", "get nobody's", "list of nobody's workspaceId"),
        *("list of nobody's promptId", "find nothing", "get parent", "list again"),
    )
)


def plan(seed: int, *, live: bool, evaluations: int | None = None) -> list[Step]:
    """The steps of a profile. The seed is in the names of what they create.

    `evaluations` bounds those; None leaves it to the profile, and the live one creates none. Those resources come
    first that have most operations: what is created in the one is needed in the next.
    """
    most = 0 if live and evaluations is None else evaluations
    # An administrator who finds one of these can tell what it is.
    mark = f"Contract check {seed}, may be ignored"
    steps = []
    for resource in sorted(resources(), key=lambda resource: -len(resource.operations)):
        sent = LIVE.get(resource.name, frozenset())
        if resource.changes_by_itself and most != 0:
            sent |= LIVE_EVALUATIONS
        made = _Steps(resource, mark).all()
        steps += [step for step in made if not live or step.name.removeprefix(f"{resource.name}: ") in sent]
    return list(_within(steps, most))


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

    resource: Resource
    mark: str

    def all(self) -> Iterator[Step]:
        """In the order in which they are sent."""
        yield self._list("list", "what there is", {"$count": "true"})
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
        yield from self._again()

    # ---- what is lawful

    def _created(self) -> Iterator[Step]:
        # What can be changed later gets its difficult text then.
        text = self._shared if self._has("update") else self._difficult
        yield self._create("create", "one that is new", self._body(text))
        yield self._create("create again", "another that is like it", self._body(self._shared))
        yield self._get("get", "what was created is there", self._one)
        if self.resource.changes_by_itself:
            yield self._get("poll", "it goes on, and comes to an end", self._one, polls=True, times=_POLLS)
        own = {**self._body(f"{self.mark}: an id"), **_OF_OUR_CHOICE}
        yield self._create("create with an id", "the id is the service's own", own)
        if self.resource.text is None:
            return
        if self._filters:
            yield self._list("find", "both are found by it", {**self._both, "$count": "true"})
        for kind, text in _texts(self.mark).items():
            yield self._create(f"create {kind}", "a text that is easily spoiled", self._body(text))
            yield self._get(f"get {kind}", "it is kept", self._named(f"create {kind}"))

    def _read(self) -> Iterator[Step]:
        key, few = self.resource.key, self._few
        page = {**self._both, "$count": "true", "$select": few}
        if self.resource.takes_option("$top"):
            yield self._list("page", "small pages", {**page, "$top": "1"})
            yield self._pages("pages", "the pages after it", "page", times=2)
            yield self._list("list small", "$top and $select of all", {"$top": "2", "$select": few})
            yield self._pages("list next", "the next page", "list small")
        else:
            yield self._list("list selected", "$select of all", {"$select": few})
        for form in (f"{key} eq '{{}}'", f"contains({key},'{{}}')", "displayName eq '{}'"):
            if not self._has("create") and self.resource.takes_filter(form):
                shown = Shown(self._name("list"), "displayName" if form.startswith("displayName") else key, form)
                yield self._list(f"find by {form.format('...')}", "it is found", {"$filter": shown, "$count": "true"})
        for value in ("true", "false"):
            if self.resource.takes_filter(f"isEnabled eq {value}"):
                yield self._list(f"enabled {value}", "a truth value", {"$filter": f"isEnabled eq {value}"})
        if self._has("get"):
            yield self._get("get selected", "$select of one", self._one, {"$select": ",".join(self._shown_of_one)})
        nothing = f"{self.resource.key} eq '{NOBODY}'"
        if not self._filters:
            # The service may refuse it where it is not documented. When it does not, it has to be true.
            yield self._list("find nothing", "what does not exist", {"$filter": nothing})

    def _updated(self) -> Iterator[Step]:
        new = self._difficult
        yield self._update("rename", "a new text, with all that is easily spoiled", self._one, self._change(new))
        yield self._get("get renamed", "it is kept", self._one)
        yield self._get("get other", "the other one is untouched", self._other)
        yield self._list("find other", "the old text finds the other alone", self._both)
        yield self._update("update nothing", "an empty update changes nothing", self._one, {})
        yield self._list("find renamed", "the new text is found", {"$filter": self._comparing(new), "$count": "true"})

    def _again(self) -> Iterator[Step]:
        if self._has("update"):
            yield self._get("get after all", "nothing of this has changed it", self._other)
        parent = next((r for r in resources() if self._parents and r.parameter == self._parents[-1]), None)
        if self._has("create") and parent is not None:
            operation, why = parent.operations["get"].id, "what they were created in is as it was"
            yield Step(self._name("get parent"), operation, why, self._above)
        yield self._list("list again", "all is still there", {"$count": "true"})
        yield self._pages("all pages", "to the last page", "list again", times=100)

    # ---- what is not

    def _refused_reads(self) -> Iterator[Step]:
        if self._has("get"):
            yield self._get("get nobody's", "what does not exist", self._at(NOBODY))
            yield self._get("get elsewhere", "in another place than its own", {**self._one, **self._elsewhere})
            if self._names[-1] != "workspace":
                yield self._list("list elsewhere", "nor is it listed there", path=self._elsewhere)
            yield self._get("malformed id", "what cannot be an id", self._at("no-guid"))
            yield self._get("wrong token", "the token is looked into", self._one, credential="wrong")
            wrong_one = {"$select": "nothing"}
            yield self._get("wrong $select of one", "a property that does not exist", self._one, wrong_one)
        else:
            yield self._list("wrong token", "the token is looked into", credential="wrong")
        yield self._list("no token", "the token is looked at", credential="none")
        yield self._list("wrong $select", "a property that does not exist", {"$select": f"{self.resource.key},nothing"})
        yield self._list("empty $select", "no property at all", {"$select": ""})
        yield self._list("wrong $count", "neither true nor false", {"$count": "maybe"})
        if self.resource.takes_option("$top"):
            yield self._list("wrong $top", "a page size that is none", {"$top": "-1"})
            yield self._list("wordy $top", "a page size in words", {"$top": "two"})
        yield self._list("wrong $filter", "no filter at all", {"$filter": self.resource.key})
        for parameter in self._parents:
            nobody = {parameter: NOBODY}
            yield self._list(f"list of nobody's {parameter}", "in what does not exist", path=nobody)
            malformed = {parameter: "no guid"}
            yield self._list(f"list of malformed {parameter}", "in what cannot exist", path=malformed)

    def _refused_writes(self) -> Iterator[Step]:
        text = f"{self.mark}: refused"
        body = self._body(text)
        text_only = {"Content-Type": "text/plain"}
        yield self._create("create broken", "a body that is not JSON", b'{"@odata.type": "' + text.encode() + b'",}')
        yield self._create("create list", "a body that is no object", [text])
        yield self._create("create nothing", "no body at all", b"")
        yield self._create("create as text", "another media type", json.dumps(body).encode(), headers=text_only)
        yield self._create(
            "create of a type", "the type of something else", {"@odata.type": "#microsoft.graph.user"} | body
        )
        yield self._create("create without token", "writing needs the token", body, credential="none")
        yield self._create("create nobody's", "in what does not exist", body, path={self._parents[-1]: NOBODY})
        name = self.resource.text
        if name is None:
            return
        yield self._create("create nameless", f"{name} is required", {n: v for n, v in body.items() if n != name})
        yield self._create("create null", f"{name} is text", {**body, name: None})
        yield self._create("create number", "likewise", {**body, name: 5})
        if self._filters:
            refused = {"$filter": self._comparing(text), "$count": "true"}
            yield self._list("find refused", "what was refused is not there", refused)

    def _refused_updates(self) -> Iterator[Step]:
        name, text = self.resource.text, f"{self.mark}: refused"
        change = self._change(text)
        plain = {"Content-Type": "text/plain"}
        broken = b'{"' + str(name).encode() + b'": "' + text.encode()
        yield self._update("update nobody's", "an update creates nothing", self._at(NOBODY), change)
        yield self._update("broken JSON", "a body that is not JSON", self._one, broken)
        yield self._update("wrong type", f"{name} is text", self._one, {name: 5})
        yield self._update("update null", "likewise", self._one, {name: None})
        yield self._update("update list", "a body that is no object", self._one, [text])
        yield self._update("no JSON", "another media type", self._one, json.dumps(change).encode(), headers=plain)
        yield self._update("update with wrong token", "writing needs it", self._one, change, credential="wrong")
        yield self._update("update elsewhere", "in another place", {**self._one, **self._elsewhere}, change)
        yield self._update("update malformed", "what cannot be an id", self._at("no-guid"), change)
        past = {"createdDateTime": _OF_OUR_CHOICE["createdDateTime"]}
        yield self._update("update the past", "the past cannot be changed", self._other, past)
        yield self._get("get unchanged", "what was refused has changed nothing", self._one)

    def _methods(self) -> Iterator[Step]:
        of_many: tuple[str, ...] = ("PUT", "DELETE", "PATCH") if self._has("create") else ("POST", "DELETE")
        for method in of_many:
            yield self._step(f"{method} all", "list", "a method that is not documented", method=method)
        for method in ("PUT", "DELETE", "POST") if self._has("get") else ():
            yield self._step(f"{method} one", "get", "a method that is not documented", self._other, method=method)

    # ---- the parts of a step

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
    def _above(self) -> dict[str, Value]:
        return {f"{name}Id": Shown(f"{name}s: create") for name in self._names if name != "workspace"}

    @property
    def _elsewhere(self) -> dict[str, Value]:
        """Another place than the one in which things are created."""
        name = self._names[-1]
        return {f"{name}Id": NOBODY if name == "workspace" else Shown(f"{name}s: create again")}

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
        return {str(self.resource.parameter): Shown(self._name(kind))}

    def _at(self, key: str) -> dict[str, Value]:
        return {str(self.resource.parameter): key}

    @property
    def _filters(self) -> bool:
        # The documentation names no property of a session that $filter compares. Where a service refuses this one,
        # that is no finding, and what needs the result is skipped.
        return self.resource.text == "displayName"

    @property
    def _both(self) -> dict[str, Value]:
        return {"$filter": self._comparing(self._shared)} if self._filters else {}

    def _comparing(self, text: str) -> str:
        return f"{self.resource.text} eq {_quoted(text)}"

    @property
    def _few(self) -> str:
        """The key and another property."""
        return f"{self.resource.key},{self._another}"

    @property
    def _another(self) -> str:
        return self.resource.text or next(name for name in self.resource.selectable if name != self.resource.key)

    @property
    def _shown_of_one(self) -> list[str]:
        return [self._another, *(name for name in ("createdDateTime", "state") if name in self.resource.selectable)][:2]

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
        role: Literal["list", "create", "get", "update"],
        why: str,
        path: Mapping[str, Value] | None = None,
        query: Mapping[str, Value] | None = None,
        **rest: Any,
    ) -> Step:
        operation = self.resource.operations[role].id
        return Step(self._name(kind), operation, why, {**self._above, **(path or {})}, query or {}, **rest)

    def _list(
        self,
        kind: str,
        why: str,
        query: Mapping[str, Value] | None = None,
        path: Mapping[str, Value] | None = None,
        **rest: Any,
    ) -> Step:
        return self._step(kind, "list", why, path, query, **rest)

    def _pages(self, kind: str, why: str, follows: str, times: int = 1) -> Step:
        return self._step(kind, "list", why, follows=self._name(follows), times=times)

    def _create(self, kind: str, why: str, body: Any, path: Mapping[str, Value] | None = None, **rest: Any) -> Step:
        return self._step(kind, "create", why, path, body=body, **rest)

    def _get(
        self, kind: str, why: str, at: Mapping[str, Value], query: Mapping[str, Value] | None = None, **rest: Any
    ) -> Step:
        return self._step(kind, "get", why, at, query, **rest)

    def _update(self, kind: str, why: str, at: Mapping[str, Value], body: Any, **rest: Any) -> Step:
        return self._step(kind, "update", why, at, body=body, **rest)


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _texts(mark: str) -> dict[str, str]:
    """Texts that are easily spoiled, each in its own way."""
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
