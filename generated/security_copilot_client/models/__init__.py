# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""Contains all the data models used in inputs/outputs"""

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
