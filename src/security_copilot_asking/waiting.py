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
    through states that are not documented.

    Args:
        workspace_id: The word `default`, or the GUID of a workspace.
        session_id: The GUID of a session.
        prompt_id: The GUID of a prompt.
        evaluation_id: The GUID of an evaluation.
        client: The client to poll with; its retry policy applies to each poll.
        deadline: The most seconds to wait, polls and retries included. None is no limit.
        on_progress: Called after each poll.

    Every exception has the attribute `ids`, as with `ask`.

    Raises:
        NotDoneError: If the deadline passes first.
        errors.ServiceError: If the service refuses or fails.
        errors.InvalidResponseError: If a response is malformed, or its status undocumented.
        errors.NoResponseError: If no response comes.

    Returns:
        The evaluation, in the state `completed`, `cancelled`, or `waitingForInput`, which needs a human. Its result may
        be no answer; `ask` would raise then.
    """
    polling = _polling(Ids(workspace_id, session_id, prompt_id, evaluation_id), deadline, on_progress)
    with polling.reporter.errors_have_ids():
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
    with polling.reporter.errors_have_ids():
        return (await arun(polling.until_ended(), client, deadline)).evaluation


def _polling(ids: Ids, deadline: float | None, on_progress: OnProgress | None) -> Polling:
    return Polling(ids, deadline, Reporter(on_progress, ids))
