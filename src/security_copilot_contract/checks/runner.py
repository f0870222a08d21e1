"""Sends the directed plan to a service, and holds every answer against the promises."""

import re
import shlex
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import requests
from attrs import define, field, frozen

from security_copilot_contract.checks.budget import OverBudgetError
from security_copilot_contract.checks.interaction import Call
from security_copilot_contract.checks.observed import Knowledge
from security_copilot_contract.checks.plan import Shown, Step
from security_copilot_contract.checks.promises import PROMISES
from security_copilot_contract.checks.promises.evaluations import ENDED
from security_copilot_contract.checks.promises.messages import answer_arrives
from security_copilot_contract.checks.promises.registry import Verdict, phrase, wrong
from security_copilot_contract.credentials import TOKEN_VARIABLE
from security_copilot_runtime.origin import same_origin

_ANSWERED = answer_arrives.__name__
_ATTEMPTS = 5
_MAX_UNANSWERED = 3
_LONGEST_WAIT_SECONDS = 120
_TIMEOUT_SECONDS = 30.0


@frozen
class Sent:
    """A request of the plan that was sent: what came of it, and what each promise says that it concerns.

    `call` and `response` are None when no whole answer came.
    """

    step: Step
    request: requests.PreparedRequest
    response: requests.Response | None
    call: Call | None
    verdicts: dict[str, list[str]]

    @property
    def broken(self) -> dict[str, list[str]]:
        """The promises that it breaks, with what is wrong."""
        return {name: problems for name, problems in self.verdicts.items() if problems}

    @property
    def curl(self) -> str:
        """A command that sends the same; the token comes from the environment."""
        own = {"content-type", "authorization"}
        parts = ["curl", "-i", "-X", str(self.request.method)]
        for name, value in self.request.headers.items():
            if name.lower() in own:
                told = '"Authorization: Bearer $' + TOKEN_VARIABLE + '"'
                hidden = name.lower() == "authorization" and self.step.credential == "valid"
                parts += ["-H", told if hidden else shlex.quote(f"{name}: {value!s}")]
        if self.request.body:
            parts += ["--data-binary", shlex.quote(_bytes(self.request.body).decode("utf-8", "replace"))]
        return " ".join([*parts, shlex.quote(str(self.request.url))])


@define
class Walk:
    """One pass over the steps of a plan.

    `base_url` is the service's, without a slash at the end; `known` what it has said before; `pause` how many seconds
    there are between two looks at an evaluation that goes on. `skipped` has the steps that could not be sent, with the
    reason; `created` what came of the creates, as the service showed it, each with the path of its collection.
    """

    base_url: str
    token: str = field(repr=False)
    known: Knowledge = field(factory=Knowledge)
    skipped: dict[str, str] = field(factory=dict)
    created: list[tuple[str, dict[str, Any]]] = field(factory=list)
    pause: float = 0.0
    _session: requests.Session = field(factory=requests.Session, repr=False)
    _shown: dict[str, dict[str, Any]] = field(factory=dict)
    _last: dict[str, Call] = field(factory=dict)
    _unanswered: int = 0

    def run(self, steps: Sequence[Step]) -> Iterator[Sent]:
        """Send the steps, one after another; what is sent is given as soon as it is judged."""
        for step in steps:
            if self._unanswered >= _MAX_UNANSWERED:
                self.skipped[step.name] = f"{_MAX_UNANSWERED} requests in a row got no answer"
                continue
            if step.follows is not None:
                yield from self._pages(step)
            elif step.polls:
                yield from self._polls(step)
            else:
                yield from self._step(step)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _step(self, step: Step) -> Iterator[Sent]:
        try:
            url = step.url(lambda shown, collection: self._find(step, shown, collection))
        except LookupError as error:
            self.skipped[step.name] = f"there is no {error.args[0]}"
            return
        yield from self._send(step, f"{self.base_url}{url}", None)

    def _pages(self, step: Step) -> Iterator[Sent]:
        first = self._last.get(step.follows or "")
        if first is None or first.items is None:
            self.skipped[step.name] = f"there is no page from the step {step.follows!r}"
            return
        if first.next_link is None:
            self.skipped[step.name] = "there is no other page"
        page: Call | None = first
        for _ in range(step.times):
            # The token goes nowhere else, whatever a service links to.
            if page is None or page.next_link is None or not same_origin(page.next_link, self.base_url):
                return
            yield from self._send(step, page.next_link, page)
            page = self._last.get(step.name)

    def _polls(self, step: Step) -> Iterator[Sent]:
        for attempt in range(step.times):
            if attempt:
                time.sleep(self.pause)
            yield from self._step(step)
            last = self._last.get(step.name)
            if last is None or last.entity is None or last.entity.get("state") in ENDED:
                return
        self.skipped[step.name] = f"the evaluation still went on after {step.times} looks"

    def _find(self, step: Step, shown: Shown, collection: str | None) -> str:
        """What a step has shown; LookupError says what is not there."""
        entity = self._shown.get(shown.step)
        if entity is None and collection is not None and step.verb == "GET":
            # What is only read may be anybody's.
            entity = next((known.properties for known in self.known.all_in(collection)), None)
        if entity is None or not isinstance(entity.get(shown.name), str):
            raise LookupError(f"{shown.name} from the step {shown.step!r}")
        return str(entity[shown.name])

    def _send(self, step: Step, url: str, followed: Call | None) -> Iterator[Sent]:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                sent = self._send_once(step, url, followed)
            except OverBudgetError as error:
                self.skipped[step.name] = str(error)
                return
            yield sent
            wait = sent.call.retry_after if sent.call is not None else None
            if wait is None or sent.call is None:
                break
            if step.verb == "POST" and sent.call.status != requests.codes.too_many_requests:
                # It may have been created nevertheless, and what is created cannot be deleted.
                self.skipped[step.name] = (
                    f"the service was not there ({sent.call.status}), and a create is not repeated"
                )
                break
            if attempt == _ATTEMPTS or wait > _LONGEST_WAIT_SECONDS:
                self.skipped[step.name] = f"the service asks to wait another {wait:g} s"
                break
            time.sleep(wait)

    def _send_once(self, step: Step, url: str, followed: Call | None) -> Sent:
        content, headers = step.content()
        if step.credential != "none":
            headers["Authorization"] = f"Bearer {self.token if step.credential == 'valid' else 'not-the-token'}"
        headers["client-request-id"] = str(uuid.uuid4())
        request = requests.Request(step.verb, headers=headers, data=content or None, url=url).prepare()
        # As it is: a nextLink is not to be normalized.
        request.url = url
        settings = self._session.merge_environment_settings(url, {}, stream=False, verify=None, cert=None)
        try:
            response = self._session.send(request, timeout=_TIMEOUT_SECONDS, allow_redirects=False, **settings)
        except requests.RequestException as error:
            self._unanswered += 1
            problem = wrong("the answer", due=phrase("a whole one"), came=phrase(_told(error)))
            return Sent(step, request, None, None, {_ANSWERED: [problem]})
        headers = {name.lower(): response.raw.headers.getlist(name) for name in response.raw.headers}
        answer = (response.status_code, headers, response.content)
        call = Call.of(self.base_url, self.token, request, answer, followed)
        self._unanswered = 0
        verdicts = judged(call, self.known)
        self._take_in(step, call)
        return Sent(step, request, response, call, verdicts)

    def _take_in(self, step: Step, call: Call) -> None:
        self.known.learn(call)
        self._last[step.name] = call
        if call.method == "POST" and call.entity is not None:
            self.created.append((call.path, call.entity))
        if call.shown:
            self._shown[step.name] = call.shown[0]


def judged(call: Call, known: Knowledge) -> dict[str, list[str]]:
    """What the promises say that the call concerns; by name."""
    verdicts: dict[str, Verdict] = {name: promise.judge(call, known) for name, promise in PROMISES.items()}
    return {name: verdict for name, verdict in verdicts.items() if verdict is not None}


def _told(error: requests.RequestException) -> str:
    """What went wrong, without the URL and the addresses of objects that the library tells along."""
    cause: BaseException = error
    while cause.args and isinstance(cause.args[0], BaseException):
        cause = cause.args[0]
    cause = getattr(cause, "reason", None) or cause
    return f"{type(cause).__name__}: {re.sub(r'<[^>]*>:? ?', '', str(cause))}"


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else str(body).encode()
