"""Finds out, by reads alone, whether a service responds as this API does, before anything is created or reported."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from security_copilot_contract import gateways
from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.plan import Reference, Step
from security_copilot_contract.checks.run import CannotCheckError, Run, Settings
from security_copilot_contract.checks.runner import StepResult

_BASE_URL = "the URL must be the base URL, up to and with /beta"


def probe(run: Run, settings: Settings) -> None:
    """Send reads of the plan until one gets a usable response, and record them as results of the run.

    A response is usable if it is a documented success of the operation, or an OData error. CannotCheckError if the
    token is refused, or if no response is usable.
    """
    sent: list[StepResult] = []
    try:
        for result in run.runner.run(list(_probes(run.steps))):
            sent.append(result)
            _refuse_token(result, run, settings)
            if _is_usable(result, missing=_is_missing(sent[0])):
                break
        else:
            raise CannotCheckError(_problem(sent, settings.url, next(iter(run.runner.skipped.values()), "")))
    except (ValueError, OverflowError) as error:
        problem = gateways.without_userinfo(f"is no base URL: {error}")
        raise CannotCheckError(f"{settings.url!r} {problem}") from None
    for result in sent:
        run.add(result)


def _probes(steps: Sequence[Step]) -> Iterator[Step]:
    """The reads that need no entity, one for each operation and credential."""
    seen = set()
    for step in steps:
        needs_entity = any(isinstance(value, Reference) for value in (*step.path.values(), *step.query.values()))
        if step.verb == "GET" and step.follows is None and not needs_entity:
            if (step.operation, step.credential) not in seen:
                yield step
            seen.add((step.operation, step.credential))


def _refuse_token(result: StepResult, run: Run, settings: Settings) -> None:
    status = None if result.interaction is None or result.step.is_refused else result.interaction.status
    if status == HTTPStatus.UNAUTHORIZED:
        refusal, otherwise = "does not accept the token", "it is wrong, expired, or for something else"
    elif status == HTTPStatus.FORBIDDEN:
        refusal = "does not let the token's owner read (403)"
        otherwise = "a permission, role or license is missing"
    else:
        return
    raise CannotCheckError(f"{settings.url} {refusal}: {'; '.join(run.explain_token()) or otherwise}")


def _is_missing(first: StepResult) -> bool:
    return first.interaction is not None and first.interaction.status == HTTPStatus.NOT_FOUND


def _is_usable(result: StepResult, *, missing: bool) -> bool:
    """Whether a response is one of this API. If the first collection is missing, errors may be of any other API."""
    interaction = result.interaction
    if interaction is None or interaction.operation is None or interaction.may_be_from_intermediary:
        return False
    if interaction.succeeded:
        return (
            str(interaction.status) in interaction.operation.definition["responses"] and interaction.items is not None
        )
    error = (interaction.response_object or {}).get("error")
    return not missing and isinstance(error, dict) and isinstance(error.get("code"), str)


def _problem(sent: Sequence[StepResult], url: str, skipped: str) -> str:
    """Why there is no usable response; the first one says most."""
    if not sent:
        return f"nothing was sent, because of {skipped}"
    # Of several attempts, the last one.
    result = [each for each in sent if each.step is sent[0].step][-1]
    if result.interaction is None:
        return f"no usable response from {url}: {result.failure}"
    return _described(result.interaction, url)


def _described(interaction: Interaction, url: str) -> str:
    status, headers = interaction.status, interaction.joined_headers
    media_type = headers.get("content-type", "").partition(";")[0].strip() or "no media type"
    if interaction.may_be_from_intermediary:
        return f"{url} is not available ({status}), however often it is asked"
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return f"{url} redirects ({status}) to {_without_secrets(headers.get('location', 'nowhere'))}; {_BASE_URL}"
    if interaction.response_body.lstrip()[:1] == b"<":
        return f"{url} returns HTML ({status}), not this API; {_BASE_URL}"
    if status == HTTPStatus.NOT_FOUND:
        return f"{interaction.base_url}{interaction.url} does not exist (404); {_BASE_URL}"
    return f"{url} returns neither a page nor an OData error to any read ({status}, {media_type}); {_BASE_URL}"


def _without_secrets(location: str) -> str:
    """A URL without user, query and fragment, which may contain secrets."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "an invalid URL"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
