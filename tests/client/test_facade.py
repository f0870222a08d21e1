"""The operations as methods of the client: `client.sessions.create("Who am I")`, and with `client.aio` for asyncio."""

import asyncio
import builtins
import inspect
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, assert_type
from uuid import UUID

import httpx
import pytest
import security_copilot_client
from attrs import field, frozen
from security_copilot_client import AuthenticatedClient, ServiceError
from security_copilot_client.models import Evaluation, ProjectedSession, Prompt, Session

from security_copilot_contract.emulator import TOKEN, EmulatorTransport, Store
from security_copilot_contract.spec.document import Operation, document

TAGS = sorted({operation.definition["tags"][0] for operation in document().operations})
FORMS = ("blocking", "asyncio")


@frozen
class Recorder(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Keeps the requests, and refuses each."""

    requests: list[httpx.Request] = field(factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(400)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


@frozen
class Method:
    """A method of one of the two forms, by its tag and its name."""

    form: str
    tag: str
    name: str

    def bound(self, client: AuthenticatedClient) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(group(client, self.form, self.tag), self.name)
        return method

    @property
    def parameters(self) -> list[inspect.Parameter]:
        return [*inspect.signature(self.bound(AuthenticatedClient(token="a"))).parameters.values()]

    @property
    def positional(self) -> list[str]:
        return [p.name for p in self.parameters if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]

    def request(self, **arguments: object) -> httpx.Request:
        """The request that the method sends with these arguments, and a value for each positional one."""
        recorder = Recorder()
        client = AuthenticatedClient(token="a", workspace_id="ours", httpx_args={"transport": recorder})
        with pytest.raises(ServiceError):
            finish(self.bound(client)(*(f"a {name}" for name in self.positional), **arguments))
        (request,) = recorder.requests
        return request

    @property
    def operation(self) -> Operation:
        request = self.request()
        return document().match(request.method, str(request.url))[0]


def group(client: AuthenticatedClient, form: str, tag: str) -> object:
    """The operations of a tag."""
    return getattr(client.aio if form == "asyncio" else client, tag)


def finish(result: Any) -> None:
    """Wait for what a method returned, or take all that it yields."""

    async def awaited() -> None:
        if inspect.isawaitable(result):
            await result
        else:
            [item async for item in result]

    if hasattr(result, "__next__"):
        list(result)
    else:
        asyncio.run(awaited())


def methods() -> list[Method]:
    client = AuthenticatedClient(token="a")
    return [
        Method(form, tag, name)
        for form in FORMS
        for tag in TAGS
        for name in dir(group(client, form, tag))
        if not name.startswith("_")
    ]


def snake(name: str) -> str:
    """The argument for a name of the document."""
    words = re.sub("(?<=[a-z])(?=[A-Z])", "_", name.lstrip("$").replace("-", "_")).lower()
    return f"{words}_" if words in dir(builtins) else words


def writable(operation: Operation) -> dict[str, bool]:
    """The properties of the body that may have more than one value, and whether each is required."""
    content = operation.definition.get("requestBody", {}).get("content", {"application/json": {"schema": {}}})
    schema = document().resolve(content["application/json"]["schema"])
    properties = schema.get("properties", {}).items()
    return {name: name in schema.get("required", ()) for name, value in properties if "const" not in value}


every_method = pytest.mark.parametrize("method", methods(), ids=lambda m: f"{m.form}-{m.tag}-{m.name}")


@pytest.mark.parametrize("form", FORMS)
def test_every_operation_is_a_method_of_its_tag(form: str) -> None:
    """And no method is left over. So an operation that is added to the document has its method as well."""
    found = sorted((m.tag, m.operation.id) for m in methods() if m.form == form)

    assert found == sorted((operation.definition["tags"][0], operation.id) for operation in document().operations)


@pytest.mark.parametrize("form", FORMS)
def test_methods_have_the_name_of_the_operation_without_its_tag(form: str) -> None:
    assert {(m.tag, m.name) for m in methods() if m.form == form} == {
        ("workspaces", "list"),
        ("plugins", "list"),
        ("sessions", "list"),
        ("sessions", "create"),
        ("sessions", "get"),
        ("sessions", "update"),
        ("prompts", "list"),
        ("prompts", "create"),
        ("prompts", "get"),
        ("evaluations", "list"),
        ("evaluations", "create"),
        ("evaluations", "get"),
    }


@every_method
def test_positional_are_the_ids_and_the_one_required_property(method: Method) -> None:
    """The workspace and everything else are given by keyword."""
    operation = method.operation
    ids = [snake(name) for name in re.findall(r"{(\w+)}", operation.path) if name != "workspaceId"]
    required = [snake(name) for name, is_required in writable(operation).items() if is_required]
    options = [snake(p["name"]) for p in operation.parameters if p["in"] != "path"]
    workspace = ["workspace_id"] * ("{workspaceId}" in operation.path)

    assert method.positional == ids + required
    assert {p.name for p in method.parameters if p.kind is inspect.Parameter.KEYWORD_ONLY} == {
        *(snake(name) for name, is_required in writable(operation).items() if not is_required),
        *options,
        *workspace,
    }


@every_method
def test_every_argument_is_sent(method: Method) -> None:
    """Where the document wants it, and under its name."""
    operation = method.operation
    values = {"bool": True, "int": 3, "UUID": UUID(int=7), "builtins": ["id"], "str": "any"}
    given = {
        p.name: values[re.split("\\W", p.annotation)[0]] for p in method.parameters if p.name not in method.positional
    }
    request = method.request(**given)

    _, path = document().match(request.method, str(request.url))
    body = json.loads(request.content) if request.content else {}
    assert {p["name"] for p in operation.parameters if p["in"] == "query"} == dict(request.url.params).keys()
    assert {p["name"].lower() for p in operation.parameters if p["in"] == "header"} <= request.headers.keys()
    assert request.headers.get("client-request-id") == str(UUID(int=7))
    assert writable(operation).keys() <= body.keys()
    # In their order, and each with its own value.
    sent = [value for name, value in path.items() if name != "workspaceId"]
    sent += [body[name] for name, is_required in writable(operation).items() if is_required]
    assert sent == [f"a {name}" for name in method.positional]


@every_method
def test_the_workspace_is_that_of_the_client_unless_the_call_names_one(method: Method) -> None:
    if "{workspaceId}" not in method.operation.path:
        return
    assert "/workspaces/ours/" in method.request().url.path
    assert "/workspaces/theirs/" in method.request(workspace_id="theirs").url.path


def test_the_workspace_is_the_default_one_unless_the_client_names_one() -> None:
    assert AuthenticatedClient(token="a").workspace_id == "default"


@every_method
def test_docstrings_are_those_of_the_document(method: Method) -> None:
    """With a description of each argument."""
    docstring = inspect.getdoc(method.bound(AuthenticatedClient(token="a"))) or ""
    definition = method.operation.definition

    assert docstring.startswith(f"{definition['summary']}.\n\n")
    assert " ".join(definition["description"].split()) in " ".join(docstring.split())
    described = re.findall(r"^    (\w+): ", docstring.partition("Raises:")[0], re.MULTILINE)
    assert sorted(described) == sorted(p.name for p in method.parameters)
    assert "errors.ServiceError: " in docstring


@every_method
def test_every_argument_and_result_has_a_type(method: Method) -> None:
    assert inspect.Signature.empty not in [p.annotation for p in method.parameters]
    assert inspect.signature(method.bound(AuthenticatedClient(token="a"))).return_annotation


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["ask", "wait"])
def test_ask_and_wait_are_methods_with_the_same_arguments(name: str, form: str) -> None:
    """But the client, and the workspace is that of the client."""
    client = AuthenticatedClient(token="a")
    of_module = security_copilot_client.ask if name == "ask" else security_copilot_client.wait
    method = inspect.signature(getattr(client.aio if form == "asyncio" else client, name)).parameters
    function = inspect.signature(of_module).parameters

    def rows(parameters: Mapping[str, inspect.Parameter]) -> dict[str, tuple[object, object]]:
        own = ("client", "workspace_id")
        return {name: (p.kind, p.default) for name, p in parameters.items() if name not in own}

    assert rows(method) == rows(function)
    assert method["workspace_id"].default is None


@pytest.mark.parametrize("workspace_id", [None, "theirs"])
def test_ask_and_wait_use_the_workspace(workspace_id: str | None) -> None:
    """Blocking and with asyncio: the emulator has only the default workspace."""
    recorder = Recorder()
    client = AuthenticatedClient(token="a", workspace_id="ours", httpx_args={"transport": recorder})
    with pytest.raises(ServiceError):
        client.ask("Who am I?", workspace_id=workspace_id)
    with pytest.raises(ServiceError):
        client.wait("a", "b", "c", workspace_id=workspace_id)
    with pytest.raises(ServiceError):
        asyncio.run(client.aio.ask("Who am I?", workspace_id=workspace_id))
    with pytest.raises(ServiceError):
        asyncio.run(client.aio.wait("a", "b", "c", workspace_id=workspace_id))

    assert len(recorder.requests) == 4
    assert {r.url.path.split("/workspaces/")[1].split("/")[0] for r in recorder.requests} == {workspace_id or "ours"}


def test_a_program() -> None:
    """What the methods return, to the interpreter and to type checkers: `make lint` checks each assert_type."""
    with AuthenticatedClient(token=TOKEN, httpx_args={"transport": EmulatorTransport(Store())}) as client:
        session = assert_type(client.sessions.create("Who am I"), Session)
        renamed = assert_type(client.sessions.update(session.id, display_name="Mine"), Session)
        assert [s.display_name for s in client.sessions.list(top=50)] == [renamed.display_name] == ["Mine"]
        prompt = assert_type(client.prompts.create(session.id, "Who am I?"), Prompt)
        evaluation = client.evaluations.create(session.id, prompt.id)
        read = client.evaluations.get(session.id, prompt.id, evaluation.id)
        assert assert_type(read, Evaluation).id == evaluation.id
        assert_type(client.sessions.get(session.id), Session)
        named = client.sessions.get(session.id, select=["displayName"])
        assert type(assert_type(named, ProjectedSession | Session)) is ProjectedSession
        assert_type(client.sessions.list(), Iterator[Session])
        assert_type(client.sessions.list(select=["id"]), Iterator[ProjectedSession | Session])
        assert list(client.plugins.list(filter_="isEnabled eq true")) == []
        assert len(list(client.workspaces.list())) == 1
        assert client.wait(session.id, prompt.id, evaluation.id).state == "completed"
        assert assert_type(client.ask("Who am I?").content, str)


def test_a_program_with_asyncio() -> None:
    async def run() -> None:
        async with AuthenticatedClient(token=TOKEN, httpx_args={"transport": EmulatorTransport(Store())}) as client:
            session = assert_type(await client.aio.sessions.create("Who am I"), Session)
            assert_type(client.aio.sessions.list(), AsyncIterator[Session])
            assert [s.display_name async for s in client.aio.sessions.list()] == ["Who am I"]
            named = await client.aio.sessions.get(session.id, select=["displayName"])
            assert_type(named, ProjectedSession | Session)
            assert assert_type((await client.aio.ask("Who am I?", session_id=session.id)).content, str)

    asyncio.run(run())


def test_type_checkers_reject_mistakes() -> None:
    """`make lint` fails if one of these is no mistake any more."""
    client = AuthenticatedClient(token="a")
    # Each comment is for mypy, which reports those that suppress nothing.
    mistakes: list[Callable[[], object]] = [
        lambda: client.session,  # type: ignore[attr-defined]
        lambda: client.sessions.delete("a"),  # type: ignore[attr-defined]
        lambda: client.sessions.create(name="a"),  # type: ignore[call-arg]
        lambda: client.sessions.update("a", "b"),  # type: ignore[call-arg]
        lambda: client.aio.sessions.get(session="a"),  # type: ignore[call-overload]
    ]
    for mistake in mistakes:
        with pytest.raises((AttributeError, TypeError)):
            mistake()


def test_importing_the_client_loads_no_operation() -> None:
    """Nor the classes of the tags; the first call loads what it needs."""
    program = "import security_copilot_client as c, sys; c.AuthenticatedClient(token='a'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout.split()

    assert "security_copilot_client.client" in loaded
    assert [
        name for name in loaded if name.startswith(("security_copilot_client.api", "security_copilot_asking"))
    ] == []
