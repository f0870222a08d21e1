"""What is known of an evaluation, from the session on."""

from collections.abc import Callable
from typing import NamedTuple

from attrs import frozen
from security_copilot_client.models import Evaluation


class Ids(NamedTuple):
    """The ids that locate an evaluation, in the order of the parameters of `wait` and `get_evaluation`."""

    workspace_id: str
    session_id: str
    prompt_id: str
    evaluation_id: str


@frozen
class Progress:
    """The ids of what has been created so far, and the evaluation as of the last poll."""

    workspace_id: str
    session_id: str
    prompt_id: str | None = None
    evaluation_id: str | None = None
    evaluation: Evaluation | None = None


OnProgress = Callable[[Progress], None]


def report(on_progress: OnProgress | None, progress: Progress) -> None:
    """Call the caller's function, if there is one."""
    if on_progress is not None:
        on_progress(progress)
