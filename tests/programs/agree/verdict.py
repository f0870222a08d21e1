"""What a party says of a message; and what the document says, by which the others are held."""

from typing import Literal

from attrs import frozen

from security_copilot_contract.spec.document import document
from tests.programs.agree.requests import RequestCase
from tests.programs.agree.responses import ResponseCase

Name = Literal["document", "emulator", "mock", "client"]


@frozen
class Verdict:
    """What a party says; one that `abstains` has no say in such a message, one that `fails` has an exception."""

    party: Name
    says: Literal["takes", "refuses", "abstains", "fails"]
    why: str = ""

    @classmethod
    def by(cls, party: Name, problems: list[str]) -> "Verdict":
        """A party takes what it has nothing against."""
        return cls(party, "refuses" if problems else "takes", "; ".join(problems))


def of_request(case: RequestCase) -> Verdict:
    """What the document says."""
    request = case.request
    try:
        problems = document().request_problems(request.method, str(request.url), request.headers, request.content)
    except LookupError as error:
        problems = [str(error.args[0])]
    return Verdict.by("document", problems)


def of_response(case: ResponseCase) -> Verdict:
    """What the document says."""
    problems = document().response_problems(case.operation, case.status, case.headers, case.body)
    return Verdict.by("document", problems)
