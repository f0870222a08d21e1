"""The promises as checks of Schemathesis, and the filter that keeps its own checks from accusing valid services."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import requests
import schemathesis
from attrs import define, field
from schemathesis.core.failures import AcceptedNegativeData, Failure, ServerError, Severity
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import IgnoredAuth, RejectedPositiveData, UnsupportedMethodResponse

from security_copilot_contract.checks.interaction import Headers, Interaction
from security_copilot_contract.checks.promises import PROMISES, Promise, finding, may_refuse
from security_copilot_contract.spec.intermediaries import INTERMEDIARIES
from security_copilot_contract.spec.violation import Violation

_REMARKS = "|".join(map(str, INTERMEDIARIES))
# Per promise and interaction: all items of a page often have the same problem.
_MAX_VIOLATIONS = 3

Case = schemathesis.Case[Any]
CheckFunction = Callable[[schemathesis.CheckContext, Response, Case], None]
# Makes an interaction from the request as it was sent, and status, headers and body of the response.
MakeInteraction = Callable[[requests.PreparedRequest, tuple[int, Headers, bytes]], Interaction]


class BrokenPromiseError(Failure):
    """A promise that an interaction breaks, in the terms of Schemathesis."""

    __slots__ = ("promise", "violations")

    def __init__(
        self,
        operation: str,
        promise: Promise,
        interaction: Interaction | None,
        violations: Sequence[Violation],
        case_id: str | None = None,
    ) -> None:
        listed = [finding(promise, interaction, violation) for violation in violations[:_MAX_VIOLATIONS]]
        if len(violations) > _MAX_VIOLATIONS:
            listed.append(f"and {len(violations) - _MAX_VIOLATIONS} more")
        super().__init__(
            operation=operation,
            title=promise.sentence.rstrip("."),
            message="\n".join([*listed, f"Promised by: {promise.place} ({promise.name})"]),
            case_id=case_id,
            severity=Severity.HIGH,
        )
        self.promise: Promise = promise
        self.violations: Sequence[Violation] = violations

    @property
    def _unique_key(self) -> str:
        return self.promise.name


@define
class SchemathesisChecks:
    """Checks and a filter for the cases that Schemathesis generates, whoever runs it."""

    make_interaction: MakeInteraction
    _last: tuple[Response, Interaction] | None = field(default=None, init=False, repr=False)

    def checks(self) -> list[CheckFunction]:
        """A check for each promise that needs no history and that Schemathesis does not check itself."""
        return [
            self._check(promise)
            for promise in PROMISES.values()
            if not promise.checked_by_schemathesis and not promise.needs_history
        ]

    def _check(self, promise: Promise) -> CheckFunction:
        def check(context: schemathesis.CheckContext, response: Response, case: Case) -> None:
            del context
            interaction = self.interaction(response)
            violations = promise.validate(interaction, None)
            if violations:
                raise BrokenPromiseError(case.operation.label, promise, interaction, violations, case.id)

        check.__name__ = promise.name
        return check

    def filter_failure(
        self, context: schemathesis.HookContext, failure: Failure, case: Case, response: Response
    ) -> bool:
        """Whether a failure is real: Schemathesis validates its generated value, not the text in the URL.

        `$top="1"` is no integer, but `$top=1` is one. And it does not know that an intermediary may have responded.
        """
        del context, case
        interaction = self.interaction(response)
        match failure:
            case AcceptedNegativeData():
                return not (interaction.is_valid or _is_tolerated(interaction))
            case RejectedPositiveData():
                return interaction.is_valid and not may_refuse(interaction)
            case ServerError() | UnsupportedMethodResponse():
                return not may_refuse(interaction)
            case IgnoredAuth():
                # It is about another request of the check, whose status is in the message only.
                return re.search(f"got `({_REMARKS}) ", failure.message) is None
        return not interaction.may_be_from_intermediary or isinstance(failure, BrokenPromiseError)

    def interaction(self, response: Response) -> Interaction:
        """The interaction of a response that Schemathesis has received."""
        # Each check asks for it in turn, and shares what the others have computed.
        last = self._last
        if last is None or last[0] is not response:
            received = (response.status_code, response.headers, response.content)
            last = self._last = response, self.make_interaction(response.request, received)
        return last[1]


def _is_tolerated(interaction: Interaction) -> bool:
    """Whether a service may accept the request by OData, though the document does not allow it."""
    return interaction.authorized and all(map(_tolerates, interaction.request_violations))


def _tolerates(violation: Violation) -> bool:
    match violation:
        case Violation(part="query", kind="minimum", name="$top", got=0):
            return True  # it asks for no items
        case Violation(part="query", kind="undocumented"):
            return not violation.name.startswith("$")  # other options are the service's own
        case Violation(part="body", kind="additional"):
            return True  # a service may ignore what it does not know
        case Violation(part="header", name="client-request-id"):
            return True  # no documentation demands that a service validates the id
    return False
