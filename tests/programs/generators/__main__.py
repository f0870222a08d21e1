"""Generate code from the document with other tools; the code must compile and parse the examples.

Run by `make generators`; it needs npm and Java. The tools are installed into a temporary folder, in exact versions.
Every warning about the document fails the run, unless `ACCEPTED` lists it with the reason why the document is right.
"""

import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from tests.programs.generators import tools
from tests.programs.generators.prism import prism
from tests.programs.generators.workshop import BrokenError, Workshop


@frozen
class Tool:
    """A tool, how to try it, and a pattern for the lines of its output that are not about the document."""

    name: str
    trial: Callable[[Workshop], str]
    news: str = "(?!)"


@frozen
class Accepted:
    """A warning that is no fault of the document. If the tool no longer prints it, the run fails as well."""

    tool: str
    text: str
    reason: str


_PROGRESS = r"\[main\] INFO |#"
TOOLS = [
    Tool("openapi-typescript", tools.openapi_typescript, "✨|🚀"),
    Tool("openapi-ts", tools.openapi_ts, r".*(openapi-ts v|Generating from 1 input|\[1\] |Done!)"),
    Tool("datamodel-code-generator", tools.datamodel_code_generator),
    Tool("openapi-generator python", tools.openapi_generator_python, _PROGRESS),
    Tool("openapi-generator typescript-fetch", tools.openapi_generator_typescript, _PROGRESS),
    Tool("prism", prism),
]
_BETA = "OpenAPI 3.1 support is still in beta"
ACCEPTED = [
    Accepted("openapi-generator python", _BETA, "printed for any document of this version"),
    Accepted("openapi-generator typescript-fetch", _BETA, "printed for any document of this version"),
    Accepted("openapi-generator python", "Failed to get the schema name: null", "printed for any document"),
    Accepted("openapi-generator python", "Codegen property is null", "EvaluationCreate has no property, as documented"),
    Accepted("prism", "listEvaluations: body /value/0", "without an example it invents ids and ignores the pattern"),
]


def main() -> int:
    """Exit status 1 if a tool has a problem with the document."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Workshop.equipped(Path(folder), pip=tools.PIP, npm=tools.NPM)
        rows = [_tried(tool, shop) for tool in TOOLS]
    for accepted in ACCEPTED:
        print(f"accepted from {accepted.tool}: {accepted.text} ({accepted.reason})")
    print(f"\n{'tool':36}{'seconds':>7}  accepts the document")
    for name, seconds, problems in rows:
        print(f"{name:36}{seconds:7.1f}  {'no' if problems else 'yes'}", *problems, sep="\n    ")
    return 1 if any(problems for *_, problems in rows) else 0


def _tried(tool: Tool, shop: Workshop) -> tuple[str, float, list[str]]:
    start = time.monotonic()
    try:
        output = tool.trial(shop).splitlines()
    except BrokenError as error:
        problems = [str(error)]
    else:
        problems = _unaccepted(tool, [line for line in output if line.strip() and not re.match(tool.news, line)])
    return tool.name, time.monotonic() - start, problems


def _unaccepted(tool: Tool, warnings: list[str]) -> list[str]:
    """The warnings that are not accepted, and the accepted ones that are no longer printed."""
    texts = [accepted.text for accepted in ACCEPTED if accepted.tool == tool.name]
    new = [line for line in warnings if not any(text in line for text in texts)]
    gone = [f"no longer printed: {text}" for text in texts if not any(text in line for line in warnings)]
    return new + gone


if __name__ == "__main__":
    sys.exit(main())
