"""What holds before there is an answer to judge."""

from security_copilot_contract.checks.call import Call
from security_copilot_contract.checks.knowledge import Knowledge
from security_copilot_contract.checks.promises.registry import Verdict, promise


@promise("answer", "RFC 9110", known_to_schemathesis=True)
def answer_arrives(call: Call, known: Knowledge) -> Verdict:
    """Every request gets a whole answer."""
    del call, known
    return []  # a call is a request that got one; the walk tells of the others
