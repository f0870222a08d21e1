"""Show with which broken servers a caller's day still works, and where and why it stops with the others.

    python -m tests.programs.outcomes [NAME ...]

Each server has one deviation: those of tests/mutants that break a promise, and those that are valid. A stop is right if
what the caller needs is gone, and needless if the response has it. The exit code is 1 if a stop is needless.
"""

import json
import logging
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Literal

import httpx
from attrs import evolve, frozen
from security_copilot_client import (
    AuthenticatedClient,
    InvalidResponseError,
    NoResponseError,
    NotAnsweredError,
    NotDoneError,
    ServiceError,
)

from security_copilot_contract.emulator import TOKEN
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.facts import fact_of, facts
from security_copilot_contract.spec.violation import Violation
from security_copilot_runtime.clock import SkippingClock, use
from security_copilot_runtime.origin import same_origin
from tests.mutants import resources, servers, variants
from tests.mutants.day import Stop, day
from tests.mutants.faults import MUTANTS, VARIANTS, Mutant
from tests.mutants.transport import EndlessError, MutantTransport

assert resources
assert servers
assert variants

Verdict = Literal["works", "right", "needless"]

URL = "http://service.test/beta"
_REASONS: Mapping[type[Exception], str] = {
    NoResponseError: "the response is incomplete",
    NotAnsweredError: "there is no answer",
    EndlessError: "there is always a next page",
}
_SERVER = document().raw["servers"][0]["url"]


@frozen
class Outcome:
    """What comes of a day with a server: the first step that stops, its exception, and why the stop is right."""

    server: str
    verdict: Verdict
    step: str = ""
    exception: str = ""
    reason: str = ""


def outcomes(mutant: Mutant) -> list[Outcome]:
    """The outcome of each step that stops; a single one if the whole day works."""
    transport = MutantTransport(mutant)
    with use(SkippingClock()), AuthenticatedClient(token=TOKEN, base_url=URL, httpx_args={"transport": transport}) as c:
        stops = {stop.step: stop for stop in day(c)}
    return [_outcome(mutant.name, each, transport.urls) for each in stops.values()] or [Outcome(mutant.name, "works")]


def _outcome(server: str, stop: Stop, urls: Collection[str]) -> Outcome:
    reason = why_right(stop.error, urls)
    text = str(stop.error).partition(" (")[0] if reason is None else reason
    return Outcome(server, "needless" if reason is None else "right", stop.step, type(stop.error).__name__, text)


def why_right(error: BaseException, urls: Collection[str]) -> str | None:
    """Why the caller cannot have what a step is for; None if the response has it. `urls` are those of the requests."""
    if isinstance(error, NotDoneError) and error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, ServiceError):
        return f"the service responds with {error.status_code}"
    if isinstance(error, InvalidResponseError):
        return _what_is_gone(error.response, urls)
    return next((reason for class_, reason in _REASONS.items() if isinstance(error, class_)), None)


def _what_is_gone(response: httpx.Response, urls: Collection[str]) -> str | None:
    url = str(response.request.url).removeprefix(URL)
    operation, _ = document().match(response.request.method, _SERVER + url)
    if not response.is_success:
        return f"the service responds with {response.status_code}"
    if not response.content:
        return f"there is no body ({response.status_code})"
    try:
        body = json.loads(response.content.decode("utf-8-sig"))
    except ValueError:
        return "the body is not JSON"
    link = body.get("@odata.nextLink") if isinstance(body, dict) else None
    if link is not None and (wrong := _wrong_link(link, response, urls)):
        return wrong
    needed = [v for v in _violations(operation.id, body) if not _is_dispensable(operation.id, v)]
    return str(needed[0]) if needed else None


def _wrong_link(link: object, response: httpx.Response, urls: Collection[str]) -> str | None:
    if not isinstance(link, str):
        return "the address of the next page is gone"
    if not same_origin(link, response.request.url):
        return "the next page is at another origin"
    return "the next page was already returned" if link in urls else None


def _violations(operation_id: str, body: Any) -> list[Violation]:
    """How a body differs from the documented one with all properties."""
    returns = facts()[f"operations.{operation_id}.returns"].value
    item = returns.removeprefix("collection of ")
    if returns == item:
        return _violations_of(item, body)
    key = "name" if item == "plugin" else "id"
    if isinstance(body, dict) and "value" not in body and key in body:
        body = {"value": [body]}  # a single entity is a page of one
    items = body.get("value") if isinstance(body, dict) else None
    if not isinstance(items, list):
        return _violations_of(f"{item}Collection", body)
    found = [(n, violation) for n, each in enumerate(items) for violation in _violations_of(item, each)]
    return [evolve(violation, pointer=f"/value/{n}{violation.pointer}") for n, violation in found]


def _violations_of(type_: str, value: Any) -> list[Violation]:
    return document().schema_violations({"$ref": f"#/components/schemas/{type_[0].upper()}{type_[1:]}"}, value)


def _is_dispensable(operation_id: str, violation: Violation) -> bool:
    """Whether a caller has all that it needs without this: control information, and what may be null or empty."""
    if "@" in violation.pointer or violation.kind in ("additional", "enum"):
        return True
    of_type = fact_of(operation_id, Violation("body", "value", violation.pointer))
    of_null = fact_of(operation_id, Violation("body", "type", violation.pointer, got=None))
    of_many = of_type is not None and str(of_type.value).startswith("collection of ")
    if violation.kind == "required":
        return not of_many and of_null is not None and of_null.name.endswith(".nullable") and bool(of_null.value)
    return violation.kind == "type" and violation.got is None and of_many


def _outcomes(name: str) -> list[Outcome]:
    return outcomes((MUTANTS | VARIANTS)[name])


def _quiet() -> None:
    logging.disable(logging.CRITICAL)


def _report(found: Iterable[list[Outcome]], total: int) -> Iterator[str]:
    every = list(found)
    for verdict, heading in (("needless", "Needless stops"), ("right", "Right stops")):
        stops = [o for each in every for o in each if o.verdict == verdict]
        yield f"\n{heading}: {len({o.server for o in stops})} servers\n"
        yield from (f"  {o.server:<44}{o.step:<19}{o.exception:<22}{o.reason[:100]}" for o in stops)
    works = sum(each[0].verdict == "works" for each in every)
    needless = len({o.server for each in every for o in each if o.verdict == "needless"})
    yield f"\n{total} servers: with {works} the whole day works, with {total - works} it stops ({needless} needlessly)"


def main(names: list[str]) -> int:
    chosen = names or [*VARIANTS, *MUTANTS]
    with ProcessPoolExecutor(os.cpu_count(), initializer=_quiet) as pool:
        found = list(pool.map(_outcomes, chosen, chunksize=8))
    for line in _report(found, len(chosen)):
        print(line)
    return int(any(o.verdict == "needless" for each in found for o in each))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
