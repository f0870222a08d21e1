"""`ask` and `wait`, on top of the generated client. Import them from `security_copilot_client`.

Of the packages that the client consists of, only this one calls the operations.
"""

from security_copilot_asking.answer import Answer
from security_copilot_asking.asking import ask, ask_async
from security_copilot_asking.errors import EvaluationError, NotAnsweredError, NotDoneError
from security_copilot_asking.progress import Progress
from security_copilot_asking.waiting import wait, wait_async
from security_copilot_runtime.ids import Ids

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "EvaluationError",
    "Ids",
    "NotAnsweredError",
    "NotDoneError",
    "Progress",
    "ask",
    "ask_async",
    "wait",
    "wait_async",
]

# Tracebacks, reprs and pickles name the module that users import from.
for _name in __all__:
    globals()[_name].__module__ = "security_copilot_client"
