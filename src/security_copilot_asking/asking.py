"""`ask`: from a question to its answer."""

from attrs import frozen
from security_copilot_client.api.evaluations import create_evaluation
from security_copilot_client.api.prompts import create_prompt
from security_copilot_client.api.sessions import create_session
from security_copilot_client.client import AuthenticatedClient
from security_copilot_client.models import EvaluationCreate, PromptCreate, SessionCreate

from security_copilot_asking.answer import Answer, answer
from security_copilot_asking.driver import Steps, arun, run
from security_copilot_asking.needed import created_evaluation, created_id
from security_copilot_asking.polling import Polling
from security_copilot_asking.progress import OnProgress, Reporter
from security_copilot_runtime.ids import Ids

_DEADLINE = 600.0
_LONGEST_NAME = 80


def ask(
    content: str,
    *,
    client: AuthenticatedClient,
    workspace_id: str = "default",
    session_id: str | None = None,
    display_name: str | None = None,
    deadline: float | None = _DEADLINE,
    on_progress: OnProgress | None = None,
) -> Answer:
    """Ask a question, and wait for the answer.

    Creates a prompt and an evaluation, in a new or an existing session. **The evaluation is billed, and nothing that is
    created can be deleted.** A create is never retried if it may have reached the service. The evaluation is polled as
    by `wait`.

    Args:
        content: The question.
        client: The client to send requests with.
        workspace_id: The word `default`, or the GUID of a workspace.
        session_id: The GUID of the session to ask in; by default a new one is created.
        display_name: The name of the new session; by default the first line of the question, cut to 80 characters.
        deadline: The most seconds that it may take, polls and retries included. None is no limit.
        on_progress: Called after the session, the prompt and the evaluation have been created, and after each poll of
            the evaluation.

    Every exception, also one of the token provider, of `on_progress` or an interrupt, has an attribute `ids`: the Ids
    of what exists, or None before a session exists.

    Raises:
        NotAnsweredError: If the evaluation ends without an answer, or waits for a human's input.
        NotDoneError: If the deadline passes first. The evaluation goes on.
        errors.ServiceError: If the service refuses, or fails to create something. The message of a 403 says which
            permissions are needed.
        errors.InvalidResponseError: If the response to a create is malformed, or a status undocumented.
        errors.NoResponseError: If no response comes, or the deadline passes before the evaluation is created.
        ValueError: If the question is empty or blank, or `session_id` and `display_name` are both given. Nothing is
            sent.

    Returns:
        The answer. A result of an undocumented type is treated as an answer if it has content.
    """
    question = _Question(content, workspace_id, session_id, display_name)
    reporter = question.reporter(on_progress)
    with reporter.errors_help():
        return run(question.until_answered(deadline, reporter), client, deadline)


async def ask_async(
    content: str,
    *,
    client: AuthenticatedClient,
    workspace_id: str = "default",
    session_id: str | None = None,
    display_name: str | None = None,
    deadline: float | None = _DEADLINE,
    on_progress: OnProgress | None = None,
) -> Answer:
    """Like `ask`, for asyncio: the evaluation is billed, and nothing that is created can be deleted."""
    question = _Question(content, workspace_id, session_id, display_name)
    reporter = question.reporter(on_progress)
    with reporter.errors_help():
        return await arun(question.until_answered(deadline, reporter), client, deadline)


@frozen
class _Question:
    """A question, and the session to ask it in: an existing one, or the name of a new one."""

    content: str
    workspace_id: str
    session_id: str | None
    display_name: str | None

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.content, str):
            raise TypeError(f"content must be a string, not {type(self.content).__name__}")
        if not self.content.strip():
            raise ValueError("content must be a question, not empty")
        if self.session_id is not None and self.display_name is not None:
            raise ValueError("display_name names a new session, session_id an existing one: pass only one of them")

    def reporter(self, on_progress: OnProgress | None) -> Reporter:
        """A reporter that knows what exists already."""
        return Reporter(on_progress, None if self.session_id is None else Ids(self.workspace_id, self.session_id))

    def until_answered(self, deadline: float | None, reporter: Reporter) -> Steps[Answer]:
        """Create what is needed, and poll the evaluation until it ends."""
        session_id = self.session_id
        if session_id is None:
            response = yield create_session._get_kwargs(self.workspace_id, body=self._session())
            session_id = created_id(response)
            reporter.report(Ids(self.workspace_id, session_id))
        response = yield create_prompt._get_kwargs(
            self.workspace_id, session_id, body=PromptCreate(content=self.content)
        )
        prompt_id = created_id(response)
        prompt = (self.workspace_id, session_id, prompt_id)
        reporter.report(Ids(*prompt))
        response = yield create_evaluation._get_kwargs(*prompt, body=EvaluationCreate())
        polling = Polling(Ids(*prompt, created_id(response)), deadline, reporter)
        polling.begin(response, created_evaluation(response))
        return answer((yield from polling.until_ended()), polling.ids)

    def _session(self) -> SessionCreate:
        if self.display_name is not None:
            return SessionCreate(display_name=self.display_name)
        line = self.content.strip().partition("\n")[0].rstrip()
        return SessionCreate(display_name=line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…")
