"""Sends the plan to a service, and validates each response against the promises."""

import re
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from importlib.util import find_spec
from typing import Any, TypeGuard
from urllib.parse import urlsplit

import requests
from attrs import define, field, frozen

from security_copilot_contract import gateways
from security_copilot_contract.checks.budget import OverBudgetError
from security_copilot_contract.checks.facts import FINAL_STATES
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.observed import Observations
from security_copilot_contract.checks.plan import Reference, Step
from security_copilot_contract.checks.promises import PROMISES, RESPONSE_ARRIVES, Promise, validate
from security_copilot_contract.spec.violation import Description, Violation
from security_copilot_runtime import clock
from security_copilot_runtime.origin import same_origin

_ATTEMPTS = 5
# Without Retry-After.
_DEFAULT_WAIT_SECONDS = 1.0
_MAX_UNANSWERED = 3
_LONGEST_WAIT_SECONDS = 120
# Of all waits together, so that a service that is never available cannot hold the check up.
_ALL_WAITS_SECONDS = 300
_TIMEOUT_SECONDS = 30.0


@frozen
class StepResult:
    """A request of the plan that was sent, and the violations of each promise that applies to it, by its name.

    `interaction` and `response` are None if no complete response came; `failure` then says why.
    """

    step: Step
    request: requests.PreparedRequest
    response: requests.Response | None
    interaction: Interaction | None
    verdicts: dict[str, list[Violation]]
    failure: str | None = None

    @property
    def broken(self) -> dict[str, list[Violation]]:
        """The promises that it breaks, with their violations."""
        return {name: violations for name, violations in self.verdicts.items() if violations}

    @property
    def is_validated(self) -> bool:
        """Whether the service has responded, as far as the status shows: see `Interaction.may_be_from_intermediary`."""
        return self.interaction is not None and not self.interaction.may_be_from_intermediary

    @property
    def is_unauthorized(self) -> bool:
        """Whether the token of the check was refused."""
        status = None if self.interaction is None else self.interaction.status
        return self.step.credential == "valid" and status == HTTPStatus.UNAUTHORIZED

    @property
    def is_forbidden(self) -> bool:
        """Whether a write with the token of the check was refused with 403."""
        status = None if self.interaction is None else self.interaction.status
        return self.step.credential == "valid" and self.step.verb != "GET" and status == HTTPStatus.FORBIDDEN

    @property
    def wait(self) -> float | None:
        """The seconds to wait before a retry; None if the service has responded, or if a retry could do harm.

        A create is retried only after a 429, or a 503 with Retry-After: after any other response it may have reached
        the service, and what is created cannot be deleted.
        """
        if self.interaction is None or not self.interaction.may_be_from_intermediary:
            return None
        asked = self.interaction.retry_after if "retry-after" in self.interaction.joined_headers else None
        if self.step.verb == "POST" and not self.interaction.is_throttled:
            return None
        return _DEFAULT_WAIT_SECONDS if asked is None else asked


def _ignored(name: str, interaction: Interaction) -> None:
    del name, interaction


def _nothing(operation: str) -> list[str]:
    del operation
    return []


def _ignore(step: Step) -> None:
    del step


class Session(requests.Session):
    """Connections that follow no redirect."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: requests parses even redirects that it does not follow, and raises if one is malformed."""
        del resp
        return None


@define
class Runner:
    """Runs the steps of a plan once.

    `base_url` has no slash at its end. `observed` is what the service has returned so far. `skipped` has the steps
    that could not be sent, with the reason; `created` has what the creates returned, with the path of its collection;
    `unconfirmed` has the paths of the creates that got no response, which may have created something. Responses are
    validated against the `promises`.
    """

    base_url: str
    token: str = field(repr=False)
    observed: Observations = field(factory=Observations)
    skipped: dict[str, str] = field(factory=dict)
    created: list[tuple[str, dict[str, Any]]] = field(factory=list)
    unconfirmed: list[str] = field(factory=list)
    client_cert: str | None = None
    # Called with each step before it is sent.
    before: Callable[[Step], None] = _ignore
    # Called for each exchange, with the name of its step.
    on_exchange: Callable[[str, Interaction], None] = _ignored
    # A block that a signal may end.
    waiting: Callable[[], AbstractContextManager[None]] = nullcontext
    # Whether there is another token in place of the one that was refused.
    renew: Callable[[], bool] = bool
    # The permissions for an operation that the token says it does not have.
    lacks: Callable[[str], list[str]] = _nothing
    # The seconds between the first two polls; each later wait is twice as long as the one before.
    poll_wait: float = 0.0
    promises: Collection[Promise] = PROMISES.values()
    _session: requests.Session = field(factory=Session, repr=False)
    _first_entities: dict[str, dict[str, Any]] = field(factory=dict)
    _last: dict[str, Interaction] = field(factory=dict)
    _unanswered: int = 0
    _waited: float = 0.0
    # The operations that stayed unavailable through all attempts: they are not retried again.
    _unavailable: set[str] = field(factory=set)

    def run(self, steps: Sequence[Step]) -> Iterator[StepResult]:
        """Send the steps, one after another; each result comes as soon as it is validated."""
        for step in steps:
            if self._unanswered >= _MAX_UNANSWERED:
                self.skipped[step.name] = f"{_MAX_UNANSWERED} requests in a row got no response"
            else:
                yield from self._sender(step)(step)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _sender(self, step: Step) -> Callable[[Step], Iterator[StepResult]]:
        if step.follows is not None:
            return self._follow_pages
        return self._poll if step.polls else self._run_step

    def _run_step(self, step: Step) -> Iterator[StepResult]:
        try:
            url = step.url(lambda reference, collection: self._resolve(step, reference, collection))
        except LookupError as error:
            self.skipped[step.name] = f"there is no {error.args[0]}"
            return
        yield from self._send(step, f"{self.base_url}{url}", None)

    def _follow_pages(self, step: Step) -> Iterator[StepResult]:
        first = self._last.get(step.follows or "")
        if first is None or first.items is None:
            missing = f"there is no page from the step {step.follows!r}"
            self.skipped[step.name] = self.skipped.get(step.follows or "", missing)
            return
        if first.next_link is None and first.previous_page is None:
            self.skipped[step.name] = "there is no other page"
        page: Interaction | None = first
        for _ in range(step.times):
            # The token is sent to no other origin, whatever a service links to.
            if page is None or page.next_link is None or not same_origin(page.next_link, self.base_url):
                return
            yield from self._send(step, page.next_link, page)
            page = self._last.get(step.name)

    def _poll(self, step: Step) -> Iterator[StepResult]:
        for attempt in range(step.times):
            if attempt:
                try:
                    self._sleep(self.poll_wait * 2 ** (attempt - 1))
                except OverBudgetError as error:
                    self.skipped[step.name] = str(error)
                    return
            yield from self._run_step(step)
            last = self._last.get(step.name)
            if last is None or last.entity is None or str(last.entity.get("state")) in FINAL_STATES:
                return
        self.skipped[step.name] = f"the evaluation had not ended after {step.times} polls"

    def _resolve(self, step: Step, reference: Reference, collection: str | None) -> str:
        """The value of a reference; LookupError names it if there is none."""
        entity = self._first_entities.get(reference.step)
        if entity is None and collection is not None and step.verb == "GET":
            # A read can use any entity, whoever created it.
            entity = next((entity.properties for entity in self.observed.all_in(collection)), None)
        if entity is None or not isinstance(entity.get(reference.name), str):
            raise LookupError(f"{reference.name} from the step {reference.step!r}")
        return str(entity[reference.name])

    def _send(self, step: Step, url: str, previous_page: Interaction | None) -> Iterator[StepResult]:
        """Send a request, and retry it while the service is busy; each attempt is a result."""
        self.before(step)
        attempts = 1 if step.operation in self._unavailable else _ATTEMPTS
        try:
            for left in range(attempts - 1, -1, -1):
                result = self._send_once(step, url, previous_page)
                if result.is_unauthorized and self.renew():
                    # The token has expired. Nothing was done, so a create is sent again as well.
                    result = self._send_once(step, url, previous_page)
                lacking = self.lacks(step.operation) if result.is_forbidden else []
                if lacking:
                    # The service is right to refuse it, and has shown nothing about the promises.
                    self.skipped[step.name] = f"the token lacks {', '.join(lacking)} (403)"
                    return
                yield result
                if result.is_validated or result.interaction is None:
                    return
                if not left or not self._can_wait(result.wait):
                    self._unavailable.add(step.operation)
                    self.skipped[step.name] = _unavailable(result)
                    return
                self._waited += result.wait
                self._sleep(result.wait)
        except OverBudgetError as error:
            self.skipped[step.name] = str(error)

    def _can_wait(self, seconds: float | None) -> TypeGuard[float]:
        return seconds is not None and seconds <= min(_LONGEST_WAIT_SECONDS, _ALL_WAITS_SECONDS - self._waited)

    def _sleep(self, seconds: float) -> None:
        with self.waiting():
            clock.sleep(seconds)

    def _send_once(self, step: Step, url: str, previous_page: Interaction | None) -> StepResult:
        request = self._prepare(step, url)
        settings = self._session.merge_environment_settings(url, {}, stream=False, verify=None, cert=self.client_cert)
        creates = step.verb == "POST"
        if creates:
            self.unconfirmed.append(urlsplit(url).path)
        try:
            # The response to a create is awaited in any case: nobody could find out otherwise what was created.
            with nullcontext() if creates else self.waiting():
                response = self._session.send(request, timeout=_TIMEOUT_SECONDS, allow_redirects=False, **settings)
        except OverBudgetError:
            if creates:
                self.unconfirmed.pop()
            raise
        except requests.RequestException as error:
            self._unanswered += 1
            return _without_response(step, request, _reason(error))
        self._unanswered = 0
        headers = {name.lower(): response.raw.headers.getlist(name) for name in response.raw.headers}
        received = (response.status_code, headers, response.content)
        interaction = Interaction.of(self.base_url, self.token, request, received, previous_page)
        self.on_exchange(step.name, interaction)
        verdicts = validate(interaction, self.observed, self.promises)
        self._record(step, interaction)
        if creates:
            self.unconfirmed.pop()
        return StepResult(step, request, response, interaction, verdicts)

    def _prepare(self, step: Step, url: str) -> requests.PreparedRequest:
        content, headers = step.content()
        if step.credential != "none":
            headers["Authorization"] = f"Bearer {self.token if step.credential == 'valid' else 'not-the-token'}"
        headers["client-request-id"] = str(uuid.uuid4())
        request = requests.Request(step.verb, headers=headers, data=content or None, url=url).prepare()
        # As it is: a nextLink must not be normalized.
        request.url = url
        return request

    def _record(self, step: Step, interaction: Interaction) -> None:
        self.observed.record(interaction)
        self._last[step.name] = interaction
        if interaction.method == "POST" and interaction.entity is not None:
            self.created.append((interaction.path, interaction.entity))
        if interaction.entities:
            self._first_entities[step.name] = interaction.entities[0]


def _unavailable(result: StepResult) -> str:
    """Why a request to a service that is not available is not retried any more."""
    status = "no response" if result.interaction is None else result.interaction.status
    if result.wait is None:
        return f"the service was not available ({status}), and a create is not retried"
    return f"the service was not available ({status}), and asks to wait another {result.wait:g} s"


def _without_response(step: Step, request: requests.PreparedRequest, reason: str) -> StepResult:
    violation = Violation("status", "no_response", got=Description(reason))
    return StepResult(step, request, None, None, {RESPONSE_ARRIVES: [violation]}, reason)


def _reason(error: requests.RequestException) -> str:
    """What went wrong, without the URL and the addresses of objects that the library adds."""
    if isinstance(error, requests.exceptions.InvalidSchema) and find_spec("socks") is None:
        return gateways.SOCKS_REMEDY
    cause: BaseException = error
    while cause.args and isinstance(cause.args[0], BaseException):
        cause = cause.args[0]
    cause = getattr(cause, "reason", None) or cause
    return gateways.without_userinfo(f"{type(cause).__name__}: {re.sub(r'<[^>]*>:? ?', '', str(cause))}")
