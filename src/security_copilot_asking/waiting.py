"""`wait`: poll an evaluation until it ends."""

from security_copilot_client.client import AuthenticatedClient
from security_copilot_client.models import Evaluation

from security_copilot_asking.driver import arun, run
from security_copilot_asking.polling import Polling
from security_copilot_asking.progress import OnProgress, Reporter
from security_copilot_runtime.ids import Ids

_DEADLINE = 600.0


def wait(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    deadline: float | None = _DEADLINE,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Poll an evaluation until it ends.

    The first poll is immediate, the second after half a second; later pauses grow to five seconds. Polling continues
    through states that are not documented, and through failures that may pass: 408, 429, 500, 502, 503, 504, no
    response, or a malformed body. Without a deadline, 20 such failures in a row end it.

    Args:
        workspace_id: The word `default`, or the GUID of a workspace.
        session_id: The GUID of a session.
        prompt_id: The GUID of a prompt.
        evaluation_id: The GUID of an evaluation.
        client: The client to poll with; its retry policy applies to each poll.
        deadline: The most seconds to wait, polls and retries included. None is no limit, except for the 20 failures.
        on_progress: Called after each poll.

    Every exception has the attribute `ids`, as with `ask`.

    Raises:
        NotDoneError: If the deadline passes first. If the last poll failed, its exception is the `__cause__`.
        errors.ServiceError: If the service refuses, or fails 20 times in a row.
        errors.InvalidResponseError: If the status is undocumented, or 20 responses in a row are malformed.
        errors.NoResponseError: If no response comes 20 times in a row.
        ValueError: If an id is empty. Nothing is sent.

    Returns:
        The evaluation, in the state `completed`, `cancelled`, or `waitingForInput`, which needs a human. Its result may
        be no answer; `ask` would raise then. `id`, `state` and `result` are always the service's. Any other property
        that the service leaves out has the value of a new evaluation: `types.NOT_YET`, 0 or False.
    """
    polling = _polling(Ids(workspace_id, session_id, prompt_id, evaluation_id), deadline, on_progress)
    with polling.reporter.errors_help():
        return run(polling.until_ended(), client, deadline).evaluation


async def wait_async(
    workspace_id: str,
    session_id: str,
    prompt_id: str,
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    deadline: float | None = _DEADLINE,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Like `wait`, for asyncio."""
    polling = _polling(Ids(workspace_id, session_id, prompt_id, evaluation_id), deadline, on_progress)
    with polling.reporter.errors_help():
        return (await arun(polling.until_ended(), client, deadline)).evaluation


def _polling(ids: Ids, deadline: float | None, on_progress: OnProgress | None) -> Polling:
    return Polling(ids, deadline, Reporter(on_progress, ids))
