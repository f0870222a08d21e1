"""How many forks led to this process.

What Python calls after a fork lives until the process ends, and so does all that its module refers to. This module
refers to nothing else: with httpx among it, each process took milliseconds longer to end.
"""

import os

count = 0


def _forked() -> None:
    global count  # noqa: PLW0603 - it is the state of this process
    count += 1


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_forked)
