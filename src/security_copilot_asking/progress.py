"""What is known of a question: for the caller's `on_progress`, and for exceptions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from inspect import iscoroutinefunction

from attrs import define, frozen
from security_copilot_client.models import Evaluation

from security_copilot_asking import permissions
from security_copilot_runtime import deadline
from security_copilot_runtime.errors import PermissionDeniedError, SecurityCopilotError
from security_copilot_runtime.ids import Ids


@frozen
class Progress:
    """The ids of what exists so far, and the evaluation as of the last poll."""

    ids: Ids
    evaluation: Evaluation | None = None


OnProgress = Callable[[Progress], None]


@define(eq=False)
class Reporter:
    """Reports the progress of one call. `ids` are those of what exists so far, None before there is a session."""

    on_progress: OnProgress | None
    ids: Ids | None = None

    def __attrs_post_init__(self) -> None:
        function = self.on_progress
        if function is not None and (not callable(function) or iscoroutinefunction(function)):
            kind = "a coroutine function" if callable(function) else type(function).__name__
            raise TypeError(f"on_progress must be a function, which is called without await, not {kind}")

    def report(self, ids: Ids, evaluation: Evaluation | None = None) -> None:
        """Remember the ids, and call the caller's function, if there is one."""
        self.ids = ids
        if self.on_progress is not None:
            with deadline.lifted():
                self.on_progress(Progress(ids, evaluation))

    @contextmanager
    def errors_help(self) -> Iterator[None]:
        """Put the ids on each exception that leaves the block, also on interrupts, and explain a 403."""
        try:
            yield
        except BaseException as error:
            _attach(error, self.ids)
            if isinstance(error, PermissionDeniedError):
                permissions.explain(error)
            raise


def _attach(error: BaseException, ids: Ids | None) -> None:
    # A class may forbid it, such as a frozen one, or one with a property of the same name.
    with suppress(AttributeError, TypeError):
        # Also None: a token provider may raise the same exception again, and it has the ids of another question then.
        error.ids = ids  # type: ignore[attr-defined]  # exceptions of others have no such attribute
        if ids is not None and not isinstance(error, SecurityCopilotError):  # whose message has the ids, in the path
            error.add_note(f"{ids} (in the attribute `ids`)")
