"""What a party says of a message; and what the document says, with which the others are compared."""

from collections.abc import Sequence
from typing import Literal

from attrs import evolve, frozen

from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.violation import Violation
from tests.programs.agree.requests import RequestCase
from tests.programs.agree.responses import ResponseCase

Name = Literal["document", "emulator", "mock", "client"]


@frozen
class Verdict:
    """What a party says; one that `abstains` has no say in such a message, one that `fails` has an exception."""

    party: Name
    says: Literal["takes", "refuses", "abstains", "fails"]
    why: str = ""
    violations: tuple[Violation, ...] = ()

    @classmethod
    def by(cls, party: Name, problems: Sequence[object]) -> "Verdict":
        """A party takes a message in which it has found no problems."""
        return cls(party, "refuses" if problems else "takes", "; ".join(map(str, problems)))

    @classmethod
    def of_document(cls, violations: Sequence[Violation]) -> "Verdict":
        """The document takes a message without violations."""
        return evolve(cls.by("document", violations), violations=tuple(violations))


def of_request(case: RequestCase) -> Verdict:
    """What the document says."""
    request = case.request
    return Verdict.of_document(
        document().request_violations(request.method, str(request.url), request.headers, request.content)
    )


def of_response(case: ResponseCase) -> Verdict:
    """What the document says."""
    return Verdict.of_document(document().response_violations(case.operation, case.status, case.headers, case.body))
