"""The client as a party: of requests it takes what it can build, of responses what it can parse."""

import importlib
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import httpx
import security_copilot_client.models
from security_copilot_client import AuthenticatedClient
from security_copilot_client.errors import InvalidResponseError, ServiceError
from security_copilot_client.models import ODataError

from security_copilot_contract.spec.document import Operation, Schema, document
from tests.programs.agree.requests import SERVER, RequestCase
from tests.programs.agree.responses import ResponseCase
from tests.programs.agree.verdict import Verdict

_FIRST_ERROR = 400
# Of requests that are not as documented it has a say in these: the body is JSON, and the rest as documented.
_OF_BODIES = {"another type", "null", "missing", "additional", "odd text", "spelled otherwise"}


def snake(name: str) -> str:
    """A name of the document as Python has it."""
    return re.sub(r"(?=[A-Z])", "_", name).lower()


def _module(operation: Operation) -> Any:
    tag, name = operation.definition["tags"][0], snake(operation.id)
    return importlib.import_module(f"security_copilot_client.api.{tag}.{name}")


# All of them now: Hypothesis draws constants of the modules that are loaded, too.
_CALLS = {operation.id: _module(operation) for operation in document().operations}


def of_request(case: RequestCase) -> Verdict:
    """It takes a request that it builds to the letter, and a body that it writes as it was."""
    if case.change == "as documented":
        return Verdict.by("client", _differences(case.request, _built(case)))
    if "requestBody" not in case.operation.definition or case.change not in _OF_BODIES:
        return Verdict("client", "abstains")
    given = json.loads(case.body)
    try:
        written = _model(case.operation).from_dict(given).to_dict()
    except (KeyError, TypeError, ValueError) as error:
        return Verdict("client", "refuses", repr(error))
    return Verdict.by("client", [] if written == _without_annotations(given) else [f"it writes {written}"])


def _without_annotations(body: Any) -> Any:
    """The body as a model keeps it: annotations are left out, as a receiver ignores them."""
    if not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if "@" not in name or name == "@odata.type"}


def of_response(case: ResponseCase) -> Verdict:
    """It takes what becomes an object; for all else there is an exception, and the right one.

    To the document a read may always return a projection, so the client is asked with $select as well.
    """
    verdict = _of_response(case, {})
    if verdict.says == "refuses" and any(p["name"] == "$select" for p in case.operation.parameters):
        return _of_response(case, {"select": ["id"]})
    return verdict


def _of_response(case: ResponseCase, select: dict[str, Any]) -> Verdict:
    call = _CALLS[case.operation.id]
    arguments = {_argument(p["name"]): p["example"] for p in case.operation.parameters if p["in"] == "path"} | select
    if "requestBody" in case.operation.definition:
        arguments["body"] = _model(case.operation).from_dict({"displayName": "a", "content": "a"})
    with _client(lambda _: httpx.Response(case.status, headers=case.headers, content=case.body)) as client:
        parsed = call.sync_detailed(**arguments, client=client).parsed
        try:
            returned = call.sync(**arguments, client=client)
        except (InvalidResponseError, ServiceError) as error:
            expected = ServiceError if case.status >= _FIRST_ERROR else InvalidResponseError
            lost = not isinstance(error, expected) or not isinstance(parsed, ODataError | None)
            return Verdict("client", "fails" if lost else "refuses" if parsed is None else "takes", repr(error))
    return Verdict("client", "takes" if parsed == returned is not None else "fails", repr(parsed))


def _model(operation: Operation) -> Any:
    schema = operation.definition["requestBody"]["content"]["application/json"]["schema"]
    return getattr(security_copilot_client.models, schema["$ref"].rpartition("/")[2])


def _client(respond: Callable[[httpx.Request], httpx.Response]) -> AuthenticatedClient:
    transport = httpx.MockTransport(respond)
    return AuthenticatedClient(base_url=SERVER, token="a", retry=None, httpx_args={"transport": transport})


def _built(case: RequestCase) -> httpx.Request:
    """The request that the client makes of what the case says."""
    _, path = document().match(case.method, f"{SERVER}{case.path}")
    given = {**path, **dict(parse_qsl(case.query)), **dict(case.headers)}
    arguments = {
        _argument(p["name"]): _typed(given[p["name"]], document().resolve(p["schema"]))
        for p in case.operation.parameters
        if p["name"] in given
    }
    if case.body:
        arguments["body"] = _model(case.operation).from_dict(json.loads(case.body))
    sent: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(500)

    with _client(respond) as client:
        _CALLS[case.operation.id].sync_detailed(**arguments, client=client)
    return sent[0]


def _argument(name: str) -> str:
    """What the client calls a parameter."""
    plain = snake(name.removeprefix("$")).replace("-", "_").removeprefix("_")
    return f"{plain}_" if plain == "filter" else plain


def _typed(text: str, schema: Schema) -> Any:
    match schema:
        case {"type": "integer"}:
            return int(text)
        case {"type": "boolean"}:
            return text == "true"
        case {"type": "array"}:
            return text.split(",")
        case {"format": "uuid"}:
            return UUID(text)
    return text


def _differences(given: httpx.Request, built: httpx.Request) -> list[str]:
    """In what a request that the client has built is another than what it was to be."""
    names = set(given.headers) - {"content-length"}

    def meaning(request: httpx.Request) -> dict[str, Any]:
        return {
            "method": request.method,
            "path": request.url.path,
            "query": sorted(request.url.params.multi_items()),
            "headers": {name: request.headers[name] for name in names},
            "body": json.loads(request.content) if request.content else None,
        }

    expected, got = meaning(given), meaning(built)
    return [f"{name}: expected {expected[name]}, got {got[name]}" for name in expected if expected[name] != got[name]]
