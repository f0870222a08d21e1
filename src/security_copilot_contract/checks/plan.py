"""The plan: few requests, each with a purpose, in the order in which they reveal most about the service.

It is data. `--plan` prints it, and the runner sends it.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode

from attrs import field, frozen

from security_copilot_contract.checks.facts import NOBODY
from security_copilot_contract.spec.document import document

_JSON = "application/json"


@frozen
class Reference:
    """A property of what an earlier step returned: of the entity, or of the first item of a page.

    `template` is the text that contains it, in place of `{}`.
    """

    step: str
    name: str = "id"
    template: str = "{}"


Value = str | Reference
# Gives the value of a reference; for a path parameter it gets the path of the collection in which it is an id.
Resolve = Callable[[Reference, str | None], str]


@frozen
class Step:
    """One request, or several of one kind.

    `operation` gives path, method and media type; `method` is another method for the same path. A body that is not
    bytes is sent as JSON. `credential`: "valid", "wrong" or "none". `follows` is the step whose nextLinks are followed.
    `polls`: the request is repeated until the evaluation has ended. Both are limited to `times` requests.
    """

    name: str
    operation: str
    purpose: str
    path: Mapping[str, Value] = field(factory=dict)
    query: Mapping[str, Value] = field(factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(factory=dict)
    credential: str = "valid"
    method: str | None = None
    follows: str | None = None
    polls: bool = False
    times: int = 1

    @property
    def verb(self) -> str:
        """The HTTP method."""
        return self.method or document().operation(self.operation).method

    @property
    def is_refused(self) -> bool:
        """Whether it names something that does not exist, or has no valid token."""
        return self.credential != "valid" or NOBODY in self.path.values()

    @property
    def evaluates(self) -> bool:
        """Whether it may create an evaluation, which is billed."""
        operation = document().operation(self.operation)
        return self.verb == "POST" and operation.path.endswith("/evaluations") and not self.is_refused

    @property
    def needs(self) -> set[str]:
        """The names of the steps that it refers to."""
        references = {
            value.step for value in (*self.path.values(), *self.query.values()) if isinstance(value, Reference)
        }
        return references | ({self.follows} if self.follows is not None else set())

    def url(self, resolve: Resolve) -> str:
        """The URL relative to the base URL; raises what `resolve` raises."""
        parts = document().operation(self.operation).path.split("/")
        given = {"workspaceId": "default", **self.path}
        for n, part in enumerate(parts):
            if part.startswith("{"):
                value = given[part.strip("{}")]
                parts[n] = quote(
                    resolve(value, "/".join(parts[:n])) if isinstance(value, Reference) else value, safe=""
                )
        query = {
            name: value.template.format(resolve(value, None).replace("'", "''"))
            if isinstance(value, Reference)
            else value
            for name, value in self.query.items()
        }
        path = "/".join(parts)
        return f"{path}?{urlencode(query, safe='$,', quote_via=quote)}" if query else path

    def content(self) -> tuple[bytes, dict[str, str]]:
        """The body, and the headers that go with it."""
        if self.body is None:
            return b"", dict(self.headers)
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body, ensure_ascii=False).encode()
        return content, {"Content-Type": _JSON, **self.headers}


def description(steps: Iterable[Step]) -> list[str]:
    """The steps as text, numbered, for a person to read before anything is sent."""
    lines = []
    requests = 0
    for step in steps:
        first, requests = requests + 1, requests + step.times
        number = str(first) if step.times == 1 else f"{first}-{requests}"
        lines.append(f"{number:>7}  {step.verb:<7}{_where(step)}")
        details = [f"{name}: {value}" for name, value in step.content()[1].items() if name != "Content-Type"]
        if step.content()[1].get("Content-Type", _JSON) != _JSON:
            details.append(f"Content-Type: {step.headers['Content-Type']}")
        if step.credential != "valid":
            details.append(f"{'a wrong' if step.credential == 'wrong' else 'no'} token")
        if step.body is not None:
            details.append(step.content()[0].decode("utf-8", "replace"))
        lines += [f"{'':<16}{detail}" for detail in [*details, f"({step.purpose})"]]
    return lines


def _where(step: Step) -> str:
    most = f", at most {step.times} times" if step.times > 1 else ""
    if step.follows is not None:
        return f"the nextLink of '{step.follows}'{most}"
    url = unquote(step.url(lambda reference, _: f"<{reference.name} from {reference.step}>"))
    return f"{url}, until it has ended{most}" if step.polls else url
