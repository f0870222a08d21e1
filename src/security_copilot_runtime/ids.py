"""The ids of a question: of its session, its prompt and its evaluation."""

from typing import NamedTuple


class Ids(NamedTuple):
    """The ids of what exists, in the order of the parameters of `wait` and `get_evaluation`.

    An id is empty if its object is not known to exist; without an evaluation, `wait(*ids)` is a ValueError.
    """

    workspace_id: str
    session_id: str
    prompt_id: str = ""
    evaluation_id: str = ""

    def __str__(self) -> str:
        """What exists, for messages: session ..., prompt ..., evaluation ..."""
        names = ("session", "prompt", "evaluation")
        return ", ".join(f"{name} {i}" for name, i in zip(names, self[1:], strict=True) if i)


# The module that users import it from. Within the class, mypy would take it for no named tuple.
Ids.__module__ = "security_copilot_client"
