"""Call every operation with Microsoft's own SDK, unchanged: `official.py URL TOKEN`.

Run by `make sdk` with the Python of .venv-sdk. It uses nothing of this project but the URL.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

from azure.core.credentials import AccessToken
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph_beta import GraphRequestAdapter, GraphServiceClient
from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_beta.generated.models.security.security_copilot.evaluation import Evaluation
from msgraph_beta.generated.models.security.security_copilot.evaluation_state import EvaluationState
from msgraph_beta.generated.models.security.security_copilot.prompt import Prompt
from msgraph_beta.generated.models.security.security_copilot.prompt_type import PromptType
from msgraph_beta.generated.models.security.security_copilot.session import Session

SCOPE = "https://graph.microsoft.com/.default"
DEADLINE = 20


class Static:
    """A credential with a fixed token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        assert scopes == (SCOPE,)
        return AccessToken(self._token, int(time.time()) + 3600)


def client(url: str, token: str) -> Any:
    adapter = GraphRequestAdapter(AzureIdentityAuthenticationProvider(Static(token), scopes=[SCOPE]))
    adapter.base_url = url
    return GraphServiceClient(request_adapter=adapter)


async def pages(builder: Any, **options: Any) -> AsyncIterator[Any]:
    """The pages of a collection, following the links."""
    page = await builder.get(RequestConfiguration(query_parameters=query(builder, **options)))
    while True:
        yield page
        if page.odata_next_link is None:
            return
        page = await builder.with_url(page.odata_next_link).get()


def query(builder: Any, **options: Any) -> Any:
    """Query parameters, as an object of the class that the builder expects."""
    (kind,) = [value for name, value in vars(type(builder)).items() if name.endswith("QueryParameters")]
    return kind(**options)


async def a_session(workspace: Any) -> Any:
    """Create, rename and read a session; the builder for what is in it."""
    session = await workspace.sessions.post(Session(display_name="Who am I"))
    print(f"createSession       {session.id} {session.display_name!r}, {session.created_date_time}")
    in_session = workspace.sessions.by_session_id(session.id)
    assert session.display_name == "Who am I"

    updated = await in_session.patch(Session(display_name="Who I am"))
    print(f"updateSession       {updated.display_name!r}, {updated.last_modified_date_time}")
    assert (await in_session.get()).display_name == updated.display_name == "Who I am"
    assert updated.last_modified_date_time > session.last_modified_date_time
    print("getSession          the same")
    return in_session


async def a_question(in_session: Any) -> None:
    """Create a prompt and an evaluation, and poll until there is an answer."""
    prompt = await in_session.prompts.post(Prompt(type=PromptType.Prompt, content="Who am I?"))
    print(f"createPrompt        {prompt.id} {prompt.type} {prompt.content!r}")
    in_prompt = in_session.prompts.by_prompt_id(prompt.id)
    assert (await in_prompt.get()).content == "Who am I?"
    assert [p.id for p in (await in_session.prompts.get()).value] == [prompt.id]
    print("getPrompt, listPrompts the same")

    evaluation = await in_prompt.evaluations.post(Evaluation())
    print(f"createEvaluation    {evaluation.id} {evaluation.state}, result {evaluation.result}")
    began = time.monotonic()
    while evaluation.state is not EvaluationState.Completed:
        assert time.monotonic() < began + DEADLINE
        await asyncio.sleep(0.5)
        evaluation = await in_prompt.evaluations.by_evaluation_id(evaluation.id).get()
        print(f"getEvaluation       {evaluation.state}, result {evaluation.result and evaluation.result.type}")
    print(f"                    {evaluation.result.content!r}")
    assert evaluation.result.content
    assert [e.id for e in (await in_prompt.evaluations.get()).value] == [evaluation.id]
    print("listEvaluations     the same")


async def lists(workspace: Any) -> None:
    """List with pages and filters."""
    for number in range(4):
        await workspace.sessions.post(Session(display_name=f"Session {number}"))
    sizes, names = [], set()
    async for page in pages(workspace.sessions, top=2, count=True):
        sizes.append(len(page.value))
        names |= {one.id for one in page.value}
    print(f"listSessions        pages of {sizes}, {len(names)} different ones, $count {page.odata_count}")
    assert len(names) == sum(sizes) >= 5
    assert len(sizes) > 1

    everything = (await workspace.plugins.get()).value
    name = everything[0].name
    some = [plugin async for page in pages(workspace.plugins, filter=f"name eq '{name}'") for plugin in page.value]
    print(f"listPlugins         {len(everything)}; with $filter {[plugin.name for plugin in some]}")
    assert [plugin.name for plugin in some] == [name]


async def an_error(in_session: Any) -> None:
    """Provoke an error; the SDK must raise its exception for errors."""
    try:
        await in_session.prompts.by_prompt_id("76a9b8c6-0000-0000-0000-7ed07fb93e01").get()
    except ODataError as error:
        caught = error
    print(f"an error            {caught.response_status_code} {caught.error.code}: {caught.error.message}")
    assert caught.response_status_code == HTTPStatus.NOT_FOUND


async def main(url: str, token: str) -> None:
    copilot = client(url, token).security.security_copilot
    listed = (await copilot.workspaces.get()).value
    print(f"listWorkspaces      {[workspace.display_name for workspace in listed]}")
    assert listed
    workspace = copilot.workspaces.by_workspace_id("default")
    in_session = await a_session(workspace)
    await a_question(in_session)
    await lists(workspace)
    await an_error(in_session)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
