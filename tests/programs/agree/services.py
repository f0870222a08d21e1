"""The emulator and the mock as parties: what they take of requests, and of what they are to answer."""

import json
import uuid
from collections.abc import Mapping
from random import Random

import httpx

from security_copilot_contract.emulator import TOKEN, EmulatorTransport, ManualClock, Store
from security_copilot_contract.emulator.resource import RESOURCES, Entity, Resource
from security_copilot_contract.mock import SecurityCopilotMock
from security_copilot_contract.spec.document import Operation, document
from security_copilot_contract.spec.exchange import exchanges
from security_copilot_contract.wire.message import ContractError
from tests.programs.agree import client, verdict
from tests.programs.agree.requests import SERVER, RequestCase
from tests.programs.agree.responses import ResponseCase
from tests.programs.agree.verdict import Verdict

_ROOT = "/security/securityCopilot/"
_EXCHANGES = exchanges()
# To make one takes 3 ms; what it keeps of a call is removed.
_MOCK = SecurityCopilotMock(SERVER)


def emulator_of_request(case: RequestCase) -> Verdict:
    """It takes a well-formed request, also when there is nothing that it is about."""
    request = case.request
    bits = Random(0)  # noqa: S311 - ids, not secrets
    store = Store(ManualClock(), lambda: uuid.UUID(int=bits.getrandbits(128), version=4)).load(_EXCHANGES)
    response = _answer(request, store)
    if request.method != "HEAD":
        _expect_readers_to_take(case, request, response)
    if response.is_success:
        return Verdict("emulator", "takes")
    message = response.json()["error"]["message"] if response.content else ""
    found_nothing = response.status_code == httpx.codes.NOT_FOUND and message.startswith("There is no ")
    return Verdict("emulator", "takes" if found_nothing else "refuses", f"{response.status_code} {message}")


def mock_of_request(case: RequestCase) -> Verdict:
    """It takes what it answers."""
    request = case.request
    try:
        response = _MOCK.handler(request)
    except ContractError as error:
        return Verdict("mock", "refuses", str(error))
    finally:
        _MOCK.reset()
        _MOCK.breaches.clear()
    _expect_readers_to_take(case, request, response)
    return Verdict("mock", "takes")


def emulator_of_response(case: ResponseCase) -> Verdict:
    """It has a say in entities: what is put into its store comes back as it was, and the others take it."""
    if case.change not in ("as documented", "unsupported") or case.status >= httpx.codes.BAD_REQUEST:
        return Verdict("emulator", "abstains")
    body = json.loads(case.body)
    resource, path = _collection(case.operation)
    store = Store()
    put: dict[str, Entity] = {}
    for entity in body.get("value", [body]):
        own = {name: value for name, value in entity.items() if name[0] != "@" or name == "@odata.type"}
        try:
            added = store.add(path, own)
        except ValueError as error:
            return Verdict("emulator", "refuses", str(error))
        put[resource.canonical(added[resource.key])] = {**own, resource.key: added[resource.key]}
    return Verdict.by("emulator", _lost(store, resource, path, put)) if put else Verdict("emulator", "abstains")


def mock_of_response(case: ResponseCase) -> Verdict:
    """It takes what a test may make up."""
    made_up = httpx.Response(case.status, headers=case.headers, content=case.body)
    route = getattr(_MOCK, client.snake(case.operation.id))
    route.snapshot()
    try:
        route.mock(return_value=made_up)
    except ContractError as error:
        return Verdict("mock", "refuses", str(error))
    finally:
        route.rollback()
    return Verdict("mock", "takes")


def _answer(request: httpx.Request, store: Store) -> httpx.Response:
    request.headers["Authorization"] = f"Bearer {TOKEN}"
    response = EmulatorTransport(store).handle_request(request)
    response.read()
    return response


def _lost(store: Store, resource: Resource, path: str, put: Mapping[str, Entity]) -> list[str]:
    """What is wrong with how the emulator shows entities, in their collection and each by itself."""
    problems = []
    for operation in document().operations:
        if operation.method != "GET" or _collection(operation)[0] is not resource:
            continue
        for url in [f"{path}/{key}" for key in put] if operation.path.endswith("}") else [path]:
            request = httpx.Request("GET", f"{SERVER}{_ROOT}{url}", headers={"Prefer": "include-unknown-enum-members"})
            response = _answer(request, store)
            body = response.json()
            shown = {resource.canonical(entity[resource.key]): entity for entity in body.get("value", [body])}
            for key, due in put.items() if "value" in body else [(url.rpartition("/")[2], put[url.rpartition("/")[2]])]:
                came = {name: shown.get(key, {}).get(name) for name in due}
                problems += [f"{url}: put in {due}, came {came}"] if came != due else []
            problems += _problems_of_readers(operation, response)
    return problems


def _collection(operation: Operation) -> tuple[Resource, str]:
    """The resource that an operation is about, and the path of the collection in the store."""
    examples = {p["name"]: p["example"] for p in operation.parameters if p["in"] == "path"}
    segments = operation.path.removeprefix(_ROOT).removesuffix("}").split("/")
    # Names of collections and keys alternate.
    segments = segments[: len(segments) - (len(segments) % 2 == 0)]
    return RESOURCES[segments[-1]], "/".join(segments).format_map(examples)


def _expect_readers_to_take(case: RequestCase, request: httpx.Request, response: httpx.Response) -> None:
    try:
        operation, _ = document().match(request.method, str(request.url))
    except LookupError:
        operation = case.operation
    problems = _problems_of_readers(operation, response)
    assert not problems, f"it answers {response.status_code} {response.text!r}; {'; '.join(problems)}"


def _problems_of_readers(operation: Operation, response: httpx.Response) -> list[str]:
    """What document and client have against an answer."""
    case = ResponseCase(operation, "", response.status_code, response.headers, response.content)
    verdicts = [verdict.of_response(case), client.of_response(case)]
    return [f"the {v.party} {v.says} it: {v.why}" for v in verdicts if v.says != "takes"]
