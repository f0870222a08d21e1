"""The promises in a run of Schemathesis that somebody else starts: importing this module registers them.

    SCHEMATHESIS_HOOKS=security_copilot_contract.schemathesis schemathesis run ...

Under pytest, `import security_copilot_contract.schemathesis` does the same for `schema.parametrize()`. Registered are a
check for each promise that a single response can break, named as in `security-copilot-contract promises`, and a filter
that drops those failures of Schemathesis's own checks of which valid services are accused.
"""

from security_copilot_contract.extras import needed

with needed("contract"):
    import requests
    import schemathesis
    from schemathesis.core.failures import Failure
    from schemathesis.core.transport import Response

    from security_copilot_contract.checks.interaction import Headers, Interaction
    from security_copilot_contract.checks.schemathesis_checks import Case, SchemathesisChecks

# Each path of the document begins with it. What comes before it in a URL is the base URL.
_ROOT = "/security/securityCopilot/"


def _interaction(request: requests.PreparedRequest, received: tuple[int, Headers, bytes]) -> Interaction:
    return Interaction.of(str(request.url).partition(_ROOT)[0], None, request, received)


_CHECKS = SchemathesisChecks(_interaction)
for _check in _CHECKS.checks():
    schemathesis.check(_check)


@schemathesis.hook
def filter_failure(context: schemathesis.HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """Whether a failure is real."""
    return _CHECKS.filter_failure(context, failure, case, response)
