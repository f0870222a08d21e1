"""The directed plan: few requests, each for a reason, in an order in which they say most about the service.

It is data. `--plan` prints it, the walk sends it, and the live profile sends those of its steps which, by the
matrix of broken servers, catch most (`make matrix`).
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode

from attrs import field, frozen

from security_copilot_contract.document import document

NOBODY = "00000000-0000-0000-0000-000000000000"
_OF_OUR_CHOICE = {"id": "5ec0917f-0000-4000-8000-000000000001", "createdDateTime": "2020-01-01T00:00:00Z"}
_JSON = "application/json"


@frozen
class Created:
    """The id of what a step has created; of what a list shows first when that step was not sent."""

    step: str


@frozen
class Step:
    """One request, or the pages that follow one.

    `operation` gives path, method and media type, `method` another method for the same path. A body that is
    not bytes is sent as JSON. `credential`: "valid", "wrong" or "none". `follows` is the step whose nextLinks are
    followed, up to `pages` of them. `live` says whether the live profile sends it.
    """

    name: str
    operation: str
    why: str
    path: Mapping[str, str | Created] = field(factory=dict)
    query: Mapping[str, str] = field(factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(factory=dict)
    credential: str = "valid"
    method: str | None = None
    follows: str | None = None
    pages: int = 1
    live: bool = False

    @property
    def verb(self) -> str:
        """The HTTP method."""
        return self.method or document().operation(self.operation).method

    def url(self, ids: Mapping[str, str]) -> str:
        """The URL relative to the base URL; KeyError names a step that has created nothing."""
        parameters = {name: ids[v.step] if isinstance(v, Created) else v for name, v in self.path.items()}
        path = document().operation(self.operation).path
        for name, value in {"workspaceId": "default", **parameters}.items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return f"{path}?{urlencode(self.query, safe='$,', quote_via=quote)}" if self.query else path

    def content(self) -> tuple[bytes, dict[str, str]]:
        """The body, and the headers that go with it."""
        if self.body is None:
            return b"", dict(self.headers)
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body, ensure_ascii=False).encode()
        return content, {"Content-Type": _JSON, **self.headers}


def plan(seed: int, *, live: bool) -> list[Step]:
    """The steps of a profile. The seed is in the names of what they create."""
    return [step for step in _sessions(seed) if step.live or not live]


def described(steps: Iterable[Step]) -> list[str]:
    """The steps in words, numbered, for a person to read before anything is sent."""
    lines = []
    requests = 0
    for step in steps:
        first, requests = requests + 1, requests + step.pages
        number = str(first) if step.pages == 1 else f"{first}-{requests}"
        lines.append(f"{number:>7}  {step.verb:<7}{_where(step)}")
        details = [f"{name}: {value}" for name, value in step.content()[1].items() if name != "Content-Type"]
        if step.content()[1].get("Content-Type", _JSON) != _JSON:
            details.append(f"Content-Type: {step.headers['Content-Type']}")
        if step.credential != "valid":
            details.append(f"{'a wrong' if step.credential == 'wrong' else 'no'} token")
        if step.body is not None:
            details.append(step.content()[0].decode("utf-8", "replace"))
        lines += [f"{'':<16}{detail}" for detail in [*details, f"({step.why})"]]
    return lines


def _where(step: Step) -> str:
    if step.follows is not None:
        return f"the nextLink of '{step.follows}'" + (f", {step.pages} times at most" if step.pages > 1 else "")
    ids = {value.step: f"<id from '{value.step}'>" for value in step.path.values() if isinstance(value, Created)}
    return unquote(step.url(ids))


def _sessions(seed: int) -> list[Step]:
    # An administrator who finds one of these can tell what it is.
    mark = f"Contract check {seed}, may be ignored"
    shared = f"{mark}: it's one of two"
    renamed = f'  {mark}: Zo\u00eb\'s cafe\u0301 \u2615\U0001f600 "q" \\ <b>&amp;</b> %41+1  '
    a, b = {"sessionId": Created("create")}, {"sessionId": Created("create again")}
    nobody = {"sessionId": NOBODY}
    both = {"$filter": _named(shared)}
    return [
        _list("list", "what there is", {"$count": "true"}, live=True),
        _create("create", "a session", {"displayName": shared}, live=True),
        _create("create again", "another of the same name", {"displayName": shared}, live=True),
        _get("get", "what was created is there", a, live=True),
        _list("find", "both are found by their name", {**both, "$count": "true"}, live=True),
        _list("page", "small pages", {**both, "$count": "true", "$select": "id,displayName", "$top": "1"}, live=True),
        Step("pages", "listSessions", "the pages after it", follows="page", pages=3, live=True),
        _update("rename", "a new name, with all that is easily spoiled", a, {"displayName": renamed}, live=True),
        _get("get renamed", "the new name is kept", a, live=True),
        _get("get other", "the other session is untouched", b, live=True),
        _list("find other", "the old name finds the other alone", both, live=True),
        _get("get selected", "$select of one", a, {"$select": "displayName,createdDateTime"}, live=True),
        _list("list small", "$top and $select of all", {"$top": "2", "$select": "id,displayName"}, live=True),
        Step("list next", "listSessions", "the next page", follows="list small"),
        _update("update nothing", "an empty update changes nothing", a, {}, live=True),
        _get("get nobody's", "what does not exist", nobody, live=True),
        _update("update nobody's", "an update creates nothing", nobody, {"displayName": mark}, live=True),
        _list("no token", "the token is looked at", credential="none", live=True),
        _get("wrong token", "the token is looked into", a, credential="wrong", live=True),
        _update("broken JSON", "a body that is not JSON", a, b'{"displayName": "' + mark.encode(), live=True),
        _update("wrong type", "a name that is no text", a, {"displayName": 5}, live=True),
        _update(
            "no JSON", "another media type", a, b"displayName: x", headers={"Content-Type": "text/plain"}, live=True
        ),
        _get("get unchanged", "what was refused has changed nothing", a, live=True),
        _list("wrong $select", "a property that does not exist", {"$select": "id,nothing"}, live=True),
        _list("wrong $count", "neither true nor false", {"$count": "maybe"}, live=True),
        _list("nobody's workspace", "a workspace that does not exist", path={"workspaceId": NOBODY}, live=True),
        _get("get elsewhere", "a session in another workspace than its own", {"workspaceId": NOBODY, **a}, live=True),
        _list("list again", "all is still there", {"$count": "true"}, live=True),
        *_more_names(mark),
        _create(
            "create with an id", "the id is the service's own", {"displayName": f"{mark}: an id", **_OF_OUR_CHOICE}
        ),
        _update("update the past", "nor can the past be changed", b, {"createdDateTime": "2020-01-01T00:00:00Z"}),
        *_refused_creates(mark),
        *_refused_updates(mark, b),
        _list("wrong $top", "a page size that is none", {"$top": "-1"}),
        _list("wordy $top", "a page size in words", {"$top": "two"}),
        _list("wrong $filter", "no filter at all", {"$filter": "displayName"}),
        _list("empty $select", "no property at all", {"$select": ""}),
        _get("wrong $select of one", "a property that does not exist", a, {"$select": "nothing"}),
        _get("malformed id", "what cannot be an id", {"sessionId": "no-guid"}),
        _list("malformed workspace", "what cannot be a workspace", path={"workspaceId": "no workspace"}),
        _create(
            "create without token", "writing needs the token", {"displayName": f"{mark}: no token"}, credential="none"
        ),
        _update("update with wrong token", "likewise", b, {"displayName": f"{mark}: wrong token"}, credential="wrong"),
        _create("create nobody's", "in no workspace", {"displayName": mark}, path={"workspaceId": NOBODY}),
        _update("update elsewhere", "likewise", {"workspaceId": NOBODY, **b}, {"displayName": mark}),
        *(
            Step(f"{method} {path}", operation, "a method that is not documented", at, method=method)
            for operation, path, at in (("listSessions", "all", {}), ("getSession", "one", b))
            for method in ("PUT", "DELETE", "PATCH" if path == "all" else "POST")
        ),
        _get("get after all", "nothing of this has changed it", b),
        _list("find renamed", "the spoilable name is found", {"$filter": _named(renamed), "$count": "true"}),
        _list("list all", "everything, as the service pages it", {"$count": "true"}),
        Step("all pages", "listSessions", "to the last page", follows="list all", pages=100),
    ]


def _named(name: str) -> str:
    quoted = name.replace("'", "''")
    return f"displayName eq '{quoted}'"


def _more_names(mark: str) -> list[Step]:
    names = {
        "capitals": mark.upper(),
        "composed": f"{mark}: Zo\u00eb \u1e9e \u212b",
        "decomposed": f"{mark}: Zoe\u0308 \u0041\u030a",
        "right to left": f"{mark}: \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u200f",
        "lines": f"{mark}\r\n\tof two lines\n",
        "long": f"{mark} " + "0123456789" * 40,
        "joined": f"{mark}: \U0001f469\u200d\U0001f4bb\U0001f1e9\U0001f1ea \U00020000",
    }
    steps = []
    for kind, name in names.items():
        created = {"sessionId": Created(f"create {kind}")}
        steps += [
            _create(f"create {kind}", "a name that is easily spoiled", {"displayName": name}),
            _get(f"get {kind}", "it is kept", created),
        ]
    return steps


def _refused_creates(mark: str) -> list[Step]:
    name = f"{mark}: refused"
    return [
        _create("create nameless", "displayName is required", {}),
        _create("create null", "displayName is text", {"displayName": None}),
        _create("create number", "likewise", {"displayName": 5}),
        _create("create list", "a body that is no object", [name]),
        _create("create broken", "a body that is not JSON", b'{"displayName": "' + name.encode() + b'",}'),
        _create("create nothing", "no body at all", b""),
        _create(
            "create as text",
            "another media type",
            json.dumps({"displayName": name}).encode(),
            headers={"Content-Type": "text/plain"},
        ),
        _create(
            "create of a type",
            "the type of something else",
            {"@odata.type": "#microsoft.graph.user", "displayName": name},
        ),
        _list("find refused", "what was refused is not there", {"$filter": _named(name), "$count": "true"}),
    ]


def _refused_updates(mark: str, at: Mapping[str, str | Created]) -> list[Step]:
    name = f"{mark}: refused"
    return [
        _update("update null", "displayName is text", at, {"displayName": None}),
        _update("update list", "a body that is no object", at, [name]),
        _update(
            "update as text",
            "another media type",
            at,
            json.dumps({"displayName": name}).encode(),
            headers={"Content-Type": "text/plain"},
        ),
        _update("update malformed", "what cannot be an id", {"sessionId": "no-guid"}, {"displayName": name}),
        _get("get not updated", "what was refused has changed nothing", at),
    ]


def _list(name: str, why: str, query: Mapping[str, str] | None = None, **rest: Any) -> Step:
    return Step(name, "listSessions", why, query=query or {}, **rest)


def _create(name: str, why: str, body: Any, **rest: Any) -> Step:
    return Step(name, "createSession", why, body=body, **rest)


def _get(
    name: str, why: str, at: Mapping[str, str | Created], query: Mapping[str, str] | None = None, **rest: Any
) -> Step:
    return Step(name, "getSession", why, at, query or {}, **rest)


def _update(name: str, why: str, at: Mapping[str, str | Created], body: Any, **rest: Any) -> Step:
    return Step(name, "updateSession", why, at, body=body, **rest)
