# Generated from openapi/security-copilot.yaml by openapi-python-client 0.29.1.
# Do not edit: change the document or openapi/templates, then run `make generate`.
"""Contains all the data models used in inputs/outputs"""

from .error_details import ErrorDetails
from .inner_error import InnerError
from .main_error import MainError
from .o_data_error import ODataError
from .projected_session import ProjectedSession
from .session import Session
from .session_collection import SessionCollection
from .session_create import SessionCreate
from .session_property import SessionProperty
from .session_update import SessionUpdate

__all__ = (
    "ErrorDetails",
    "InnerError",
    "MainError",
    "ODataError",
    "ProjectedSession",
    "Session",
    "SessionCollection",
    "SessionCreate",
    "SessionProperty",
    "SessionUpdate",
)
