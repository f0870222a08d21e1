# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""The models: what operations take and return. Each is imported on first use."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .error_details import ErrorDetails
    from .evaluation import Evaluation
    from .evaluation_collection import EvaluationCollection
    from .evaluation_create import EvaluationCreate
    from .evaluation_property import EvaluationProperty
    from .evaluation_result import EvaluationResult
    from .evaluation_result_type import EvaluationResultType
    from .evaluation_state import EvaluationState
    from .inner_error import InnerError
    from .main_error import MainError
    from .o_data_error import ODataError
    from .plugin import Plugin
    from .plugin_auth import PluginAuth
    from .plugin_auth_types import PluginAuthTypes
    from .plugin_catalog_scope import PluginCatalogScope
    from .plugin_category import PluginCategory
    from .plugin_collection import PluginCollection
    from .plugin_preview_states import PluginPreviewStates
    from .plugin_property import PluginProperty
    from .plugin_setting import PluginSetting
    from .plugin_setting_display_type import PluginSettingDisplayType
    from .plugin_setting_type import PluginSettingType
    from .projected_evaluation import ProjectedEvaluation
    from .projected_plugin import ProjectedPlugin
    from .projected_prompt import ProjectedPrompt
    from .projected_session import ProjectedSession
    from .projected_workspace import ProjectedWorkspace
    from .prompt import Prompt
    from .prompt_collection import PromptCollection
    from .prompt_create import PromptCreate
    from .prompt_inputs import PromptInputs
    from .prompt_property import PromptProperty
    from .prompt_type import PromptType
    from .session import Session
    from .session_collection import SessionCollection
    from .session_create import SessionCreate
    from .session_property import SessionProperty
    from .session_update import SessionUpdate
    from .skill_input_descriptor import SkillInputDescriptor
    from .skill_preview_state import SkillPreviewState
    from .skill_type_descriptor import SkillTypeDescriptor
    from .workspace import Workspace
    from .workspace_collection import WorkspaceCollection
    from .workspace_property import WorkspaceProperty

__all__ = (
    "ErrorDetails",
    "Evaluation",
    "EvaluationCollection",
    "EvaluationCreate",
    "EvaluationProperty",
    "EvaluationResult",
    "EvaluationResultType",
    "EvaluationState",
    "InnerError",
    "MainError",
    "ODataError",
    "Plugin",
    "PluginAuth",
    "PluginAuthTypes",
    "PluginCatalogScope",
    "PluginCategory",
    "PluginCollection",
    "PluginPreviewStates",
    "PluginProperty",
    "PluginSetting",
    "PluginSettingDisplayType",
    "PluginSettingType",
    "ProjectedEvaluation",
    "ProjectedPlugin",
    "ProjectedPrompt",
    "ProjectedSession",
    "ProjectedWorkspace",
    "Prompt",
    "PromptCollection",
    "PromptCreate",
    "PromptInputs",
    "PromptProperty",
    "PromptType",
    "Session",
    "SessionCollection",
    "SessionCreate",
    "SessionProperty",
    "SessionUpdate",
    "SkillInputDescriptor",
    "SkillPreviewState",
    "SkillTypeDescriptor",
    "Workspace",
    "WorkspaceCollection",
    "WorkspaceProperty",
)

# For type checkers this package has the names above and no others.
if not TYPE_CHECKING:
    _MODULES = {
        "ErrorDetails": ".error_details",
        "Evaluation": ".evaluation",
        "EvaluationCollection": ".evaluation_collection",
        "EvaluationCreate": ".evaluation_create",
        "EvaluationProperty": ".evaluation_property",
        "EvaluationResult": ".evaluation_result",
        "EvaluationResultType": ".evaluation_result_type",
        "EvaluationState": ".evaluation_state",
        "InnerError": ".inner_error",
        "MainError": ".main_error",
        "ODataError": ".o_data_error",
        "Plugin": ".plugin",
        "PluginAuth": ".plugin_auth",
        "PluginAuthTypes": ".plugin_auth_types",
        "PluginCatalogScope": ".plugin_catalog_scope",
        "PluginCategory": ".plugin_category",
        "PluginCollection": ".plugin_collection",
        "PluginPreviewStates": ".plugin_preview_states",
        "PluginProperty": ".plugin_property",
        "PluginSetting": ".plugin_setting",
        "PluginSettingDisplayType": ".plugin_setting_display_type",
        "PluginSettingType": ".plugin_setting_type",
        "ProjectedEvaluation": ".projected_evaluation",
        "ProjectedPlugin": ".projected_plugin",
        "ProjectedPrompt": ".projected_prompt",
        "ProjectedSession": ".projected_session",
        "ProjectedWorkspace": ".projected_workspace",
        "Prompt": ".prompt",
        "PromptCollection": ".prompt_collection",
        "PromptCreate": ".prompt_create",
        "PromptInputs": ".prompt_inputs",
        "PromptProperty": ".prompt_property",
        "PromptType": ".prompt_type",
        "Session": ".session",
        "SessionCollection": ".session_collection",
        "SessionCreate": ".session_create",
        "SessionProperty": ".session_property",
        "SessionUpdate": ".session_update",
        "SkillInputDescriptor": ".skill_input_descriptor",
        "SkillPreviewState": ".skill_preview_state",
        "SkillTypeDescriptor": ".skill_type_descriptor",
        "Workspace": ".workspace",
        "WorkspaceCollection": ".workspace_collection",
        "WorkspaceProperty": ".workspace_property",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
        return value

    def __dir__() -> list[str]:
        return sorted(__all__)
