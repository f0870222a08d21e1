"""Changes of the document: each makes one thing in it wrong, and some keep its meaning."""

import copy
from collections.abc import Callable
from typing import Any

Raw = dict[str, Any]
Mutation = Callable[[Raw], object]

_ALL = "/security/securityCopilot/workspaces/{workspaceId}/sessions"
_ONE = _ALL + "/{sessionId}"
_WORKSPACES = _ALL.partition("/{workspaceId}")[0]
_PLUGINS = _ALL.replace("sessions", "plugins")
_PROMPTS = _ONE + "/prompts"
_PROMPT = _PROMPTS + "/{promptId}"
_EVALUATIONS = _PROMPT + "/evaluations"
_EVALUATION = _EVALUATIONS + "/{evaluationId}"


def _schema(raw: Raw, name: str) -> Raw:
    schema: Raw = raw["components"]["schemas"][name]
    return schema


def _properties(raw: Raw, name: str) -> Raw:
    properties: Raw = _schema(raw, name)["properties"]
    return properties


def _rename(mapping: Raw, old: str, new: str) -> None:
    mapping[new] = mapping.pop(old)


def _operation(raw: Raw, path: str, method: str) -> Raw:
    operation: Raw = raw["paths"][path][method]
    return operation


def _required(raw: Raw, entity: str) -> list[str]:
    required: list[str] = _schema(raw, entity)["allOf"][1]["required"]
    return required


def _parameter(raw: Raw, name: str) -> Raw:
    parameter: Raw = raw["components"]["parameters"][name]
    return parameter


def _link(raw: Raw, name: str) -> Raw:
    link: Raw = raw["components"]["links"][name]
    return link


def _header(raw: Raw, name: str) -> Raw:
    header: Raw = raw["components"]["headers"][name]
    return header


def _response(raw: Raw, name: str) -> Raw:
    response: Raw = raw["components"]["responses"][name]
    return response


def _flows(raw: Raw) -> Raw:
    flows: Raw = raw["components"]["securitySchemes"]["oauth2"]["flows"]
    return flows


def _describe(raw: Raw, old: str, new: str) -> None:
    """The description of the whole with other words, however its lines are broken."""
    words = " ".join(raw["info"]["description"].split())
    old = " ".join(old.split())
    if old not in words:
        raise ValueError(f"the description does not say {old!r}")
    raw["info"]["description"] = words.replace(old, new)


def _close(raw: Raw, schema: str, name: str) -> None:
    """Make an enumeration that allows no new members."""
    node = _properties(raw, schema)[name]
    node["$ref"] = node.pop("anyOf")[0]["$ref"]


MUTATIONS: dict[str, Mutation] = {
    # operations
    "another server": lambda d: d["servers"][0].update(url="https://graph.microsoft.com/v1.0"),
    "another path": lambda d: _rename(d["paths"], _ALL, _ALL.replace("securityCopilot", "copilot")),
    "a path parameter renamed": lambda d: _rename(d["paths"], _ONE, _ONE.replace("sessionId", "id")),
    "update is a PUT": lambda d: _rename(d["paths"][_ONE], "patch", "put"),
    "create is missing": lambda d: d["paths"][_ALL].pop("post"),
    "an invented operation": lambda d: d["paths"][_ONE].update(
        delete={**copy.deepcopy(_operation(d, _ONE, "get")), "operationId": "deleteSession"}
    ),
    "another operationId": lambda d: _operation(d, _ALL, "post").update(operationId="newSession"),
    "create says 200": lambda d: _rename(_operation(d, _ALL, "post")["responses"], "201", "200"),
    "update says 204": lambda d: _rename(_operation(d, _ONE, "patch")["responses"], "200", "204"),
    "no 404": lambda d: _operation(d, _ONE, "get")["responses"].pop("404"),
    "no 509": lambda d: _operation(d, _ALL, "get")["responses"].pop("509"),
    "a 418": lambda d: _operation(d, _ALL, "get")["responses"].update({"418": {"description": "A teapot."}}),
    "writing needs no more than reading": lambda d: _operation(d, _ALL, "post")["security"][1].update(
        oauth2=["SecurityCopilotWorkspaces.Read.All"]
    ),
    "a permission misspelled": lambda d: _operation(d, _ALL, "get")["security"][1].update(
        oauth2=["SecurityCopilotWorkspace.Read.All"]
    ),
    "no token": lambda d: _operation(d, _ALL, "get").update(security=[]),
    # parameters
    "an option without its dollar": lambda d: d["components"]["parameters"]["Top"].update(name="top"),
    "no $count": lambda d: _operation(d, _ALL, "get")["parameters"].pop(0),
    "an invented option": lambda d: _operation(d, _ONE, "get")["parameters"].append(
        {"name": "$expand", "in": "query", "schema": {"type": "string"}}
    ),
    "$top is text": lambda d: d["components"]["parameters"]["Top"]["schema"].update(type="string"),
    "$top may be nothing": lambda d: d["components"]["parameters"]["Top"]["schema"].pop("minimum"),
    "$count is a number": lambda d: d["components"]["parameters"]["Count"]["schema"].update(type="integer"),
    "$select is one property": lambda d: d["components"]["parameters"]["SessionSelect"].update(
        schema={"$ref": "#/components/schemas/SessionProperty"}
    ),
    "sessions are found by their name only": lambda d: _parameter(d, "Filter")["schema"].update(
        pattern="^displayName eq '([^']|'')*'$"
    ),
    "sessions are found like plugins": lambda d: _operation(d, _ALL, "get")["parameters"].__setitem__(
        1, {"$ref": "#/components/parameters/PluginFilter"}
    ),
    "an id is a number": lambda d: _schema(d, "SessionId").update(type="integer", pattern="^[0-9]+$"),
    "an id is anything": lambda d: _schema(d, "SessionId").pop("pattern"),
    "a workspace is a GUID": lambda d: _schema(d, "WorkspaceId").update(pattern="^[0-9a-f-]{36}$"),
    "tracing takes anything": lambda d: _schema(d, "Guid").pop("format"),
    # bodies
    "create needs no name": lambda d: _schema(d, "SessionCreate").pop("required"),
    "update needs a name": lambda d: _schema(d, "SessionUpdate").update(required=["displayName"]),
    "the name is called otherwise": lambda d: _rename(_properties(d, "SessionCreate"), "displayName", "name"),
    "the name is a number": lambda d: _properties(d, "SessionCreate")["displayName"].update(type="integer"),
    "create takes anything": lambda d: _schema(d, "SessionCreate").pop("additionalProperties"),
    "update takes anything": lambda d: _schema(d, "SessionUpdate").update(additionalProperties=True),
    "the type is another": lambda d: _properties(d, "SessionCreate")["@odata.type"].update(
        const="#microsoft.graph.user"
    ),
    "bodies are forms": lambda d: _rename(
        _operation(d, _ALL, "post")["requestBody"]["content"], "application/json", "application/x-www-form-urlencoded"
    ),
    # sessions
    "the name is always there": lambda d: _properties(d, "ProjectedSession")["displayName"].update(type="string"),
    "the name is renamed": lambda d: _rename(_properties(d, "ProjectedSession"), "displayName", "display_name"),
    "an id is not required": lambda d: _schema(d, "Session")["allOf"][1]["required"].remove("id"),
    "a time is not required": lambda d: _schema(d, "Session")["allOf"][1]["required"].remove("lastModifiedDateTime"),
    "nothing is required": lambda d: _schema(d, "Session")["allOf"].pop(),
    "an invented property is required": lambda d: _schema(d, "Session")["allOf"][1]["required"].append("status"),
    "a projection is whole": lambda d: _schema(d, "ProjectedSession").update(required=["id"]),
    "a time is a date": lambda d: _schema(d, "Timestamp").update(format="date"),
    "a time has any zone": lambda d: _schema(d, "Timestamp").pop("pattern"),
    "UTC is Z": lambda d: _schema(d, "Timestamp").update(
        pattern=_schema(d, "Timestamp")["pattern"].replace(r"(Z|\+00:00)", "Z")
    ),
    "a time is anywhere": lambda d: _schema(d, "Timestamp").update(
        pattern=_schema(d, "Timestamp")["pattern"].replace(r"\+00:00", "[+-][0-9]{2}:[0-9]{2}")
    ),
    "a time has six digits": lambda d: _schema(d, "Timestamp").update(
        pattern=_schema(d, "Timestamp")["pattern"].replace("1,7", "1,6")
    ),
    "a time has a fraction": lambda d: _schema(d, "Timestamp").update(
        pattern=_schema(d, "Timestamp")["pattern"].replace(")?(Z", ")(Z")
    ),
    "an id can be written": lambda d: _properties(d, "ProjectedSession")["id"].pop("readOnly"),
    "a session is closed": lambda d: _schema(d, "ProjectedSession").update(additionalProperties=False),
    "a property cannot be selected": lambda d: _schema(d, "SessionProperty")["enum"].remove("id"),
    # collections
    "a page is an array": lambda d: d["components"]["schemas"].update(
        SessionCollection={"type": "array", "items": {"$ref": "#/components/schemas/RetrievedSession"}}
    ),
    "the items are called otherwise": lambda d: _schema(d, "SessionCollection").update(
        properties={"items": _properties(d, "SessionCollection")["value"]}, required=["items"]
    ),
    "a page needs no value": lambda d: _schema(d, "SessionCollection")["required"].remove("value"),
    "a page needs no context": lambda d: _schema(d, "SessionCollection")["required"].remove("@odata.context"),
    "a session needs no context": lambda d: _operation(d, _ONE, "get")["responses"]["200"]["content"][
        "application/json"
    ]["schema"].pop("required"),
    "the count is text": lambda d: _properties(d, "SessionCollection")["@odata.count"].update(type="string"),
    "the count is less than nothing": lambda d: _properties(d, "SessionCollection")["@odata.count"].pop("minimum"),
    "a link is anything": lambda d: _properties(d, "SessionCollection")["@odata.nextLink"].pop("format"),
    # errors and headers
    "an error needs no code": lambda d: _schema(d, "MainError")["required"].remove("code"),
    "an error needs no message": lambda d: _schema(d, "MainError")["required"].remove("message"),
    "an error has no envelope": lambda d: _schema(d, "ODataError").pop("required"),
    "a code is a number": lambda d: _properties(d, "MainError")["code"].update(type="integer"),
    "an inner error has numbers": lambda d: _properties(d, "InnerError")["request-id"].update(type="integer"),
    "inner errors in one case": lambda d: _properties(d, "MainError").pop("innererror"),
    "no challenge": lambda d: d["components"]["headers"]["WwwAuthenticate"].pop("required"),
    "no Allow": lambda d: d["components"]["responses"]["MethodNotAllowed"]["headers"].pop("Allow"),
    "no Retry-After": lambda d: d["components"]["responses"]["TooManyRequests"]["headers"].pop("Retry-After"),
    "Retry-After is demanded": lambda d: _header(d, "RetryAfter").update(required=True),
    "Retry-After is whole seconds": lambda d: _header(d, "RetryAfter").update(schema={"type": "integer", "minimum": 0}),
    "Retry-After is no date": lambda d: _header(d, "RetryAfter")["schema"].update(pattern=r"^[0-9]+(\.[0-9]+)?$"),
    "Retry-After is anything": lambda d: _header(d, "RetryAfter")["schema"].pop("pattern"),
    "a message says something": lambda d: _properties(d, "MainError")["message"].update(minLength=1),
    "a gateway answers in JSON": lambda d: _response(d, "ServiceUnavailable")["content"].pop("*/*"),
    "a gateway throttles in JSON": lambda d: _response(d, "TooManyRequests")["content"].pop("*/*"),
    "a gateway answers in text": lambda d: _rename(_response(d, "GatewayTimeout")["content"], "*/*", "text/html"),
    "anything is a server error": lambda d: _response(d, "InternalServerError")["content"].update({"*/*": {}}),
    "a gateway answers in no JSON": lambda d: _response(d, "ServiceUnavailable")["content"].pop("application/json"),
    "a timeout of a request": lambda d: _operation(d, _ONE, "get")["responses"].update(
        {"408": {"$ref": "#/components/responses/GatewayTimeout"}}
    ),
    "a bad gateway": lambda d: _operation(d, _ONE, "get")["responses"].update(
        {"502": {"$ref": "#/components/responses/GatewayTimeout"}}
    ),
    # permissions
    "applications get no permission": lambda d: _flows(d).pop("clientCredentials"),
    "users get one permission": lambda d: _flows(d)["authorizationCode"]["scopes"].pop(
        "SecurityCopilotWorkspaces.Read.All"
    ),
    "a user reaches everything": lambda d: _describe(d, "what the signed-in user owns", "everything"),
    "an application needs nobody": lambda d: _describe(d, "needs the consent of an administrator, and ", ""),
    "an application is shown": lambda d: _describe(d, "and is hidden in consent pages", "and is shown"),
    # examples and links
    "an example is invented": lambda d: d["components"]["examples"]["CreateSessionRequest"]["value"].update(
        displayName="Hello"
    ),
    "an example is out of date": lambda d: d["components"]["examples"]["GetSessionResponse"]["value"].update(
        createdDateTime="2025-10-22T20:10:55Z"
    ),
    "an example of a parameter": lambda d: d["components"]["parameters"]["SessionId"].update(
        example="00000000-0000-0000-0000-000000000000"
    ),
    "a link to elsewhere": lambda d: d["components"]["links"]["GetSession"].update(operationId="listSessions"),
    "a link without a workspace": lambda d: d["components"]["links"]["UpdateSession"]["parameters"].pop("workspaceId"),
    # the other operations
    "listing plugins needs no more than nothing": lambda d: _operation(d, _PLUGINS, "get")["security"][1].update(
        oauth2=[]
    ),
    "asking needs no more than reading": lambda d: _operation(d, _PROMPTS, "post")["security"][1].update(
        oauth2=["SecurityCopilotWorkspaces.Read.All"]
    ),
    "reading an answer needs writing": lambda d: _operation(d, _EVALUATION, "get")["security"][1].update(
        oauth2=["SecurityCopilotWorkspaces.ReadWrite.All"]
    ),
    "workspaces in pages of any size": lambda d: _operation(d, _WORKSPACES, "get")["parameters"].append(
        {"$ref": "#/components/parameters/Top"}
    ),
    "evaluations cannot be counted": lambda d: _operation(d, _EVALUATIONS, "get")["parameters"].pop(0),
    "an evaluation comes at once": lambda d: _rename(_operation(d, _EVALUATIONS, "post")["responses"], "201", "200"),
    "an evaluation is updated": lambda d: d["paths"][_EVALUATION].update(
        patch={**copy.deepcopy(_operation(d, _ONE, "patch")), "operationId": "updateEvaluation"}
    ),
    "evaluations end in a slash": lambda d: _rename(d["paths"], _EVALUATIONS, f"{_EVALUATIONS}/"),
    "plugins are addons": lambda d: _rename(d["paths"], _PLUGINS, _PLUGINS.replace("plugins", "addons")),
    "a prompt is not found": lambda d: _operation(d, _PROMPT, "get")["responses"].pop("404"),
    "members are not asked for": lambda d: d["paths"][_PROMPT]["parameters"].pop(),
    "members of sessions are asked for": lambda d: d["paths"][_ONE]["parameters"].append(
        {"$ref": "#/components/parameters/Prefer"}
    ),
    "a preference is demanded": lambda d: _parameter(d, "Prefer").update(required=True),
    "a preference is of one kind": lambda d: _parameter(d, "Prefer")["schema"].update(
        const="include-unknown-enum-members"
    ),
    "plugins are found by their description": lambda d: _parameter(d, "PluginFilter")["schema"].update(
        pattern=_parameter(d, "PluginFilter")["schema"]["pattern"].replace("displayName", "description")
    ),
    "plugins are found by a part of nothing": lambda d: _parameter(d, "PluginFilter")["schema"].update(
        pattern="^((name|displayName) eq '([^']|'')*'|isEnabled eq (true|false))$"
    ),
    "plugins are found by any comparison": lambda d: _parameter(d, "PluginFilter")["schema"].pop("pattern"),
    "a filter is nothing": lambda d: _parameter(d, "Filter")["schema"].pop("minLength"),
    "a filter is invented": lambda d: _parameter(d, "Filter")["schema"].update(pattern="^id eq '[^']*'$"),
    "plugins are selected like sessions": lambda d: _parameter(d, "PluginSelect")["schema"].update(
        items={"$ref": "#/components/schemas/SessionProperty"}
    ),
    "a prompt's id is another's": lambda d: _parameter(d, "PromptId").update(
        schema={"$ref": "#/components/schemas/EvaluationId"}
    ),
    "an evaluation's id is anything": lambda d: _schema(d, "EvaluationId").pop("pattern"),
    # the other bodies
    "a prompt has no content": lambda d: _schema(d, "PromptCreate").pop("required"),
    "a prompt needs a type": lambda d: _schema(d, "PromptCreate")["required"].append("type"),
    "a prompt is of any type": lambda d: _properties(d, "PromptCreate")["type"].pop("const"),
    "a prompt is a skill": lambda d: _properties(d, "PromptCreate")["type"].update(const="skill"),
    "a prompt is a session": lambda d: _properties(d, "PromptCreate")["@odata.type"].update(
        const="#microsoft.graph.security.securityCopilot.session"
    ),
    "a prompt takes inputs": lambda d: _properties(d, "PromptCreate").update(inputs={"type": "object"}),
    "a prompt takes anything": lambda d: _schema(d, "PromptCreate").pop("additionalProperties"),
    "an evaluation takes anything": lambda d: _schema(d, "EvaluationCreate").pop("additionalProperties"),
    "an evaluation needs no body": lambda d: _operation(d, _EVALUATIONS, "post").pop("requestBody"),
    # the other resources
    "a skill is always there": lambda d: _properties(d, "ProjectedPrompt")["skillName"].update(type="string"),
    "a result is always there": lambda d: _properties(d, "ProjectedEvaluation")["result"]["anyOf"].pop(),
    "an answer is always there": lambda d: _properties(d, "EvaluationResult")["content"].update(type="string"),
    "a content is never null": lambda d: _properties(d, "ProjectedPrompt")["content"].update(type="string"),
    "inputs are never null": lambda d: _properties(d, "ProjectedPrompt")["inputs"]["anyOf"].pop(),
    "a descriptor is never null": lambda d: _properties(d, "ProjectedPrompt")["skillInputDescriptors"]["items"][
        "anyOf"
    ].pop(),
    "a workspace is always named": lambda d: _properties(d, "ProjectedWorkspace")["displayName"].update(type="string"),
    "a plugin is always described": lambda d: _properties(d, "ProjectedPlugin")["description"].update(type="string"),
    "a setting always has a value": lambda d: _properties(d, "PluginSetting")["value"].update(type="string"),
    "a placeholder is never null": lambda d: _properties(d, "SkillInputDescriptor")["placeholderValue"].update(
        type="string"
    ),
    "a type is always named": lambda d: _properties(d, "SkillTypeDescriptor")["name"].update(type="string"),
    "a key may be null": lambda d: _properties(d, "ProjectedPlugin")["name"].update(type=["string", "null"]),
    "settings may be null": lambda d: _properties(d, "ProjectedPlugin")["settings"].update(type=["array", "null"]),
    "a setting may be null": lambda d: _properties(d, "ProjectedPlugin")["settings"].update(
        items={"anyOf": [{"$ref": "#/components/schemas/PluginSetting"}, {"type": "null"}]}
    ),
    "acceptable values may be null": lambda d: _properties(d, "PluginSetting")["acceptableValues"]["items"].update(
        type=["string", "null"]
    ),
    "a moment may be null": lambda d: _properties(d, "ProjectedSession").update(
        createdDateTime={"anyOf": [{"$ref": "#/components/schemas/Timestamp"}, {"type": "null"}], "readOnly": True}
    ),
    "a descriptor's name may be null": lambda d: _properties(d, "SkillInputDescriptor")["name"].update(
        type=["string", "null"]
    ),
    "a plugin always signs in": lambda d: _properties(d, "ProjectedPlugin")["authorization"]["anyOf"].pop(),
    "a result is not required": lambda d: _required(d, "Evaluation").remove("result"),
    "inputs are not required": lambda d: _required(d, "Prompt").remove("inputs"),
    "what is unsupported is required": lambda d: _required(d, "Plugin").append("supportedAuthTypes"),
    "what is unsupported is selected": lambda d: _schema(d, "PluginProperty")["enum"].append("supportedAuthTypes"),
    "a setting needs nothing": lambda d: _schema(d, "PluginSetting").pop("required"),
    "a descriptor needs a name": lambda d: _schema(d, "SkillInputDescriptor").update(required=["name"]),
    "a workspace needs no name": lambda d: _required(d, "Workspace").remove("displayName"),
    "workspaces need a context": lambda d: _schema(d, "WorkspaceCollection")["required"].append("@odata.context"),
    "plugins need no context": lambda d: _schema(d, "PluginCollection")["required"].remove("@odata.context"),
    "a plugin's key is its id": lambda d: _rename(_properties(d, "ProjectedPlugin"), "name", "id"),
    "executions are few": lambda d: _properties(d, "ProjectedEvaluation")["executionCount"].update(format="int32"),
    "executions are text": lambda d: _properties(d, "ProjectedEvaluation")["executionCount"].update(type="string"),
    "inputs are closed": lambda d: _schema(d, "PromptInputs").update(additionalProperties=False),
    "inputs are text": lambda d: _schema(d, "PromptInputs").update(additionalProperties={"type": "string"}),
    "prompts are in a session": lambda d: _properties(d, "ProjectedSession").update(prompts={"type": "array"}),
    "an end is a text": lambda d: _properties(d, "ProjectedEvaluation").update(
        completedDateTime={"type": "string", "readOnly": True}
    ),
    "a state can be written": lambda d: _properties(d, "ProjectedEvaluation")["state"].pop("readOnly"),
    "a content cannot be written": lambda d: _properties(d, "ProjectedPrompt")["content"].update(readOnly=True),
    "a page of prompts holds sessions": lambda d: _properties(d, "PromptCollection")["value"].update(
        items={"$ref": "#/components/schemas/RetrievedSession"}
    ),
    "a read prompt is whole": lambda d: _schema(d, "RetrievedPrompt")["anyOf"].pop(),
    "a created prompt is a projection": lambda d: _operation(d, _PROMPTS, "post")["responses"]["201"]["content"][
        "application/json"
    ]["schema"].update({"$ref": "#/components/schemas/ProjectedPrompt"}),
    # enumerations
    "a state is missing": lambda d: _schema(d, "EvaluationState")["enum"].remove("deferred"),
    "a state is invented": lambda d: _schema(d, "EvaluationState")["enum"].append("failed"),
    "a kind of authorization is misspelled": lambda d: _schema(d, "PluginAuthTypes").update(
        enum=[member.replace("aPIKey", "apiKey") for member in _schema(d, "PluginAuthTypes")["enum"]]
    ),
    "the future is known": lambda d: _schema(d, "PromptType")["enum"].remove("unknownFutureValue"),
    "states take no new members": lambda d: _close(d, "ProjectedEvaluation", "state"),
    "types of results take no new members": lambda d: _close(d, "EvaluationResult", "type"),
    "types of settings take no new members": lambda d: _close(d, "PluginSetting", "settingValue"),
    "a scope is a category": lambda d: _properties(d, "ProjectedPlugin")["catalogScope"]["anyOf"][0].update(
        {"$ref": "#/components/schemas/PluginCategory"}
    ),
    "skills are released like plugins": lambda d: _properties(d, "EvaluationResult")["previewState"]["anyOf"][0].update(
        {"$ref": "#/components/schemas/PluginPreviewStates"}
    ),
    # the other examples and links
    "a list of evaluations is invented": lambda d: _operation(d, _EVALUATIONS, "get")["responses"]["200"]["content"][
        "application/json"
    ].update(
        examples={
            "documented": {
                "value": {
                    "@odata.context": "https://graph.microsoft.com/beta/$metadata#evaluations",
                    "value": [d["components"]["examples"]["RunningEvaluationResponse"]["value"]],
                }
            }
        }
    ),
    "an evaluation never runs": lambda d: _operation(d, _EVALUATION, "get")["responses"]["200"]["content"][
        "application/json"
    ]["examples"].pop("running"),
    "another plugin is looked for": lambda d: _parameter(d, "PluginFilter").update(example="name eq 'Purview'"),
    "an evaluation of another prompt": lambda d: _link(d, "GetEvaluation")["parameters"].update(
        promptId="$response.body#/id"
    ),
    "an evaluation of the session's id": lambda d: _link(d, "CreateEvaluation")["parameters"].update(
        promptId="$request.path.sessionId"
    ),
    "a prompt leads to no evaluation": lambda d: _operation(d, _PROMPTS, "post")["responses"]["201"]["links"].pop(
        "createEvaluation"
    ),
    "a session leads to no prompt": lambda d: _operation(d, _ALL, "post")["responses"]["201"]["links"].pop(
        "createPrompt"
    ),
    "a workspace leads to the second": lambda d: _link(d, "ListPlugins")["parameters"].update(
        workspaceId="$response.body#/value/1/id"
    ),
    "a list of prompts leads to another": lambda d: _operation(d, _PROMPTS, "get")["responses"]["200"].update(
        links={"listPrompts": {"$ref": "#/components/links/ListPrompts"}}
    ),
    "a schema left over": lambda d: d["components"]["schemas"].update(Leftover={"type": "string"}),
}

# What nobody can tell from the document as it was, since OpenAPI gives both the same meaning.
EQUIVALENT: dict[str, Mutation] = {
    "a description": lambda d: _schema(d, "Session").update(description="Another."),
    "a summary": lambda d: _operation(d, _ALL, "post").update(summary="Another."),
    "a summary of an example": lambda d: d["components"]["examples"]["CreatePromptRequest"].update(summary="Another."),
    "the order of schemas": lambda d: d["components"].update(
        schemas=dict(reversed(d["components"]["schemas"].items()))
    ),
    "the order of statuses": lambda d: _operation(d, _ALL, "post").update(
        responses=dict(reversed(_operation(d, _ALL, "post")["responses"].items()))
    ),
}
